//===- Xsmm.cpp - libxsmm's kernels for small products --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loadable/Xsmm.h"
#include "Registry.h"
#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;

namespace {

class Xsmm : public GemmLibrary {
public:
  explicit Xsmm(const Library &library)
      : prepare(
            library.find<decltype(einsumcXsmmPrepare)>("einsumcXsmmPrepare")),
        describe(
            library.find<decltype(einsumcXsmmVersion)>("einsumcXsmmVersion")) {}
  bool works() const { return prepare && describe; }

  llvm::StringRef name() const override { return "libxsmm"; }
  std::string version() const override { return describe(); }

  GemmFunction prepareGemm(const GemmShape &s) override {
    // One kernel is one block of registers and caches: beyond this it is no
    // longer what it is meant for.
    constexpr int64_t largest = 128;
    if (std::max({s.m, s.n, s.k}) > largest || s.a != s.b || s.a != s.c ||
        llvm::any_of(std::initializer_list<int64_t>{s.lda, s.ldb, s.ldc},
                     [](int64_t value) { return value > INT32_MAX; }))
      return {};
    if (s.a != ElementType::f32 && s.a != ElementType::f64)
      return {};
    // Column-major, it computes the transposed product of swapped operands.
    XsmmKernel *kernel =
        prepare(s.a == ElementType::f64, s.n, s.m, s.k, s.ldb, s.lda, s.ldc,
                s.transB, s.transA, s.accumulate);
    if (!kernel)
      return {};
    return repeatOverBatch(
        s, [=](const void *a, const void *b, void *c) { kernel(b, a, c); });
  }

private:
  decltype(einsumcXsmmPrepare) *prepare;
  decltype(einsumcXsmmVersion) *describe;
};

} // namespace

void einsumc::bench::findXsmm(PeerSearch &search) {
  if (!search.isWanted("libxsmm"))
    return;
  if (search.options.threads != 1)
    return search.miss("libxsmm", "a kernel runs on one thread only");
  std::string why;
  auto library =
      Library::open(ownLibraryCandidates("libeinsum-bench-xsmm.so"), why);
  if (!library)
    return search.miss("libxsmm",
                       "not there when this was built (" + why + ")");
  auto peer = std::make_unique<Xsmm>(*library);
  if (!peer->works())
    return search.miss("libxsmm", library->path() + " is another version's");
  search.add(std::move(peer));
}
