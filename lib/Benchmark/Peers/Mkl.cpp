//===- Mkl.cpp - oneMKL ---------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cblas.h"
#include "Registry.h"

#include "llvm/ADT/STLExtras.h"
#include <cstdlib>

using namespace einsumc;
using namespace einsumc::bench;

namespace {

template <typename T>
using BatchStrided = void(int order, int transA, int transB, int m, int n,
                          int k, T alpha, const T *a, int lda, int strideA,
                          const T *b, int ldb, int strideB, T beta, T *c,
                          int ldc, int strideC, int batch);
template <typename T>
using Omatcopy = void(char order, char trans, size_t rows, size_t columns,
                      T alpha, const T *a, size_t lda, T *b, size_t ldb);

class Mkl : public GemmLibrary {
public:
  Mkl(const Library &library, int threads) {
    // From Intel's enumeration: the layer without threads needs no OpenMP.
    constexpr int sequential = 1, gnu = 3;
    if (auto *set = library.find<int(int)>("MKL_Set_Threading_Layer"))
      set(threads == 1 ? sequential : gnu);
    if (auto *set = library.find<void(int)>("MKL_Set_Num_Threads"))
      set(threads);
    blas.load(library, "", "");
    blas.sbgemm =
        library.find<Cblas<int32_t>::Sbgemm>("cblas_gemm_bf16bf16f32");
    batchF32 = library.find<BatchStrided<float>>("cblas_sgemm_batch_strided");
    batchF64 = library.find<BatchStrided<double>>("cblas_dgemm_batch_strided");
    copyF32 = library.find<Omatcopy<float>>("MKL_Somatcopy");
    copyF64 = library.find<Omatcopy<double>>("MKL_Domatcopy");
    if (auto *version =
            library.find<void(char *, int)>("MKL_Get_Version_String")) {
      char text[256] = {};
      version(text, sizeof(text));
      // "Intel(R) oneAPI Math Kernel Library Version 2024.2-Product Build
      // 20240605 for Intel(R) 64 architecture applications"
      llvm::StringRef rest = llvm::StringRef(text).split("Version ").second;
      described = rest.split('-').first.rtrim().str();
    }
  }

  llvm::StringRef name() const override { return "mkl"; }
  std::string version() const override { return described; }
  unsigned variants() const override { return 2; }

  /// Variant 1 is the batched call.
  GemmFunction prepareGemm(const GemmShape &s) override {
    if (s.variant == 0)
      return blas.prepareGemm(s);
    if (s.a == ElementType::f32)
      return batchOf<float>(batchF32, s);
    if (s.a == ElementType::f64)
      return batchOf<double>(batchF64, s);
    return {};
  }
  TransposeFunction prepareTranspose(const TransposeShape &s) override {
    if (s.element == ElementType::f32)
      return transposeOf<float>(copyF32, s);
    if (s.element == ElementType::f64)
      return transposeOf<double>(copyF64, s);
    return {};
  }
  bool works() const { return blas.s.gemm != nullptr; }

private:
  template <typename T>
  static GemmFunction batchOf(BatchStrided<T> *function, const GemmShape &s) {
    // The call asks for matrices one behind the other.
    if (!function || s.batch == 1 || s.b != s.a || s.c != s.a || s.vectors ||
        s.batchA < s.lda * (s.transA ? s.k : s.m) ||
        s.batchB < s.ldb * (s.transB ? s.n : s.k) || s.batchC < s.ldc * s.m ||
        llvm::any_of(
            std::initializer_list<int64_t>{s.m, s.n, s.k, s.batchA, s.batchB,
                                           s.batchC, s.batch},
            [](int64_t value) { return value > INT32_MAX; }))
      return {};
    constexpr int rowMajor = 101, noTrans = 111, trans = 112;
    return [=](const void *a, const void *b, void *c) {
      function(rowMajor, s.transA ? trans : noTrans, s.transB ? trans : noTrans,
               s.m, s.n, s.k, 1, static_cast<const T *>(a), s.lda, s.batchA,
               static_cast<const T *>(b), s.ldb, s.batchB, s.accumulate ? 1 : 0,
               static_cast<T *>(c), s.ldc, s.batchC, s.batch);
    };
  }

  template <typename T>
  static TransposeFunction transposeOf(Omatcopy<T> *function,
                                       const TransposeShape &s) {
    if (!function)
      return {};
    return [=](const void *a, void *b) {
      function('R', 'T', s.rows, s.columns, 1, static_cast<const T *>(a), s.lda,
               static_cast<T *>(b), s.ldb);
    };
  }

  std::string described;
  Cblas<int32_t> blas;
  BatchStrided<float> *batchF32 = nullptr;
  BatchStrided<double> *batchF64 = nullptr;
  Omatcopy<float> *copyF32 = nullptr;
  Omatcopy<double> *copyF64 = nullptr;
};

} // namespace

void einsumc::bench::findMkl(PeerSearch &search) {
  if (!search.isWanted("mkl"))
    return;
  std::vector<std::string> others;
  if (!search.pythonPrefix.empty())
    others = globFiles(search.pythonPrefix + "/lib/libmkl_rt.so*");
  if (const char *root = std::getenv("MKLROOT"))
    llvm::append_range(others,
                       globFiles(llvm::Twine(root) + "/lib/libmkl_rt.so*"));
  others.insert(others.end(),
                {"libmkl_rt.so", "libmkl_rt.so.3", "libmkl_rt.so.2"});
  std::string why;
  auto library = Library::open(search.candidates("libmkl_rt.so*", others), why);
  if (!library)
    return search.miss("mkl", why);
  auto peer = std::make_unique<Mkl>(*library, search.options.threads);
  if (!peer->works())
    return search.miss("mkl", library->path() + " has no cblas_sgemm");
  search.add(std::move(peer));
}
