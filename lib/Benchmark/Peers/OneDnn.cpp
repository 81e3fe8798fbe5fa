//===- OneDnn.cpp - oneDNN ------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDnnApi.h"
#include "Registry.h"

using namespace einsumc;
using namespace einsumc::bench;

namespace {

std::optional<int> dataType(ElementType type) {
  switch (type) {
  case ElementType::f16:
    return 1;
  case ElementType::bf16:
    return 2;
  case ElementType::f32:
    return 3;
  case ElementType::i32:
    return 4;
  case ElementType::i8:
    return 5;
  case ElementType::u8:
    return 6;
  default:
    return std::nullopt;
  }
}

class OneDnn : public GemmLibrary {
public:
  explicit OneDnn(OneDnnApi loaded) : api(std::move(loaded)) {}

  llvm::StringRef name() const override { return "onednn"; }
  std::string version() const override { return api.version(); }
  unsigned variants() const override { return 2; }

  /// Variant 0 is the matmul primitive, 1 the sgemm call.
  GemmFunction prepareGemm(const GemmShape &s) override {
    if (s.variant == 1)
      return sgemmOf(s);
    if (s.accumulate)
      return {};
    if (s.batch == 1)
      return matmulOf(s);
    if (GemmFunction all = matmulOf(s))
      return all;
    GemmShape one = s;
    one.batch = 1;
    return repeatOverBatch(s, matmulOf(one));
  }

  TransposeFunction preparePermutation(llvm::ArrayRef<CopyDim> dims,
                                       ElementType element) override {
    auto type = dataType(element);
    if (!type || dims.size() > OneDnnApi::kMaxRank)
      return {};
    llvm::SmallVector<int64_t> extents, from, to;
    for (const CopyDim &dim : dims) {
      extents.push_back(dim.extent);
      from.push_back(dim.from);
      to.push_back(dim.to);
    }
    auto run = api.reorder(*type, extents, from, to);
    if (!run)
      return {};
    return
        [run = std::move(run)](const void *a, void *b) { run(a, nullptr, b); };
  }

private:
  GemmFunction matmulOf(const GemmShape &s) {
    auto a = dataType(s.a), b = dataType(s.b), c = dataType(s.c);
    if (!a || !b || !c)
      return {};
    auto matrix = [&](int type, int64_t rows, int64_t columns, bool transposed,
                      int64_t leading, int64_t batchStep) {
      OneDnnApi::Matrix m{type, {rows, columns}, {leading, 1}};
      if (transposed)
        std::swap(m.strides[0], m.strides[1]);
      if (s.batch != 1) {
        // An operand that is the same for all broadcasts.
        m.extents.insert(m.extents.begin(), batchStep == 0 ? 1 : s.batch);
        m.strides.insert(m.strides.begin(),
                         batchStep == 0 ? rows * columns : batchStep);
      }
      return m;
    };
    auto run = api.matmul(matrix(*a, s.m, s.k, s.transA, s.lda, s.batchA),
                          matrix(*b, s.k, s.n, s.transB, s.ldb, s.batchB),
                          matrix(*c, s.m, s.n, false, s.ldc, s.batchC));
    if (!run)
      return {};
    return [run = std::move(run)](const void *x, const void *y, void *z) {
      run(x, y, z);
    };
  }

  GemmFunction sgemmOf(const GemmShape &s) {
    auto *sgemm = api.sgemm;
    if (!sgemm || s.a != ElementType::f32 || s.b != s.a || s.c != s.a)
      return {};
    return repeatOverBatch(s, [=](const void *a, const void *b, void *c) {
      sgemm(s.transA ? 'T' : 'N', s.transB ? 'T' : 'N', s.m, s.n, s.k, 1.0f,
            static_cast<const float *>(a), s.lda, static_cast<const float *>(b),
            s.ldb, s.accumulate ? 1.0f : 0.0f, static_cast<float *>(c), s.ldc);
    });
  }

  OneDnnApi api;
};

} // namespace

void einsumc::bench::findOneDnn(PeerSearch &search) {
  if (!search.isWanted("onednn"))
    return;
  std::string why;
  auto library = Library::open(
      search.candidates("libdnnl.so*",
                        {"libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"}),
      why);
  if (!library)
    return search.miss("onednn", why);
  auto api = OneDnnApi::load(*library, search.options.threads);
  if (!api)
    return search.miss("onednn", library->path() + " has another interface");
  search.add(std::make_unique<OneDnn>(std::move(*api)));
}
