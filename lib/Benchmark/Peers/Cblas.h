//===- Cblas.h - Any library with the C interface of BLAS -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_CBLAS_H
#define EINSUMC_LIB_BENCHMARK_PEERS_CBLAS_H

#include "Gemm.h"
#include "Library.h"
#include <complex>
#include <type_traits>

namespace einsumc::bench {

/// The functions used, for one element type. Complex scalars go by address.
template <typename Int, typename T> struct CblasFunctions {
  static constexpr bool isComplex = !std::is_floating_point_v<T>;
  using Scalar = std::conditional_t<isComplex, const void *, T>;
  using Pointer = std::conditional_t<isComplex, const void *, const T *>;
  using Result = std::conditional_t<isComplex, void *, T *>;

  using Gemm = void(int order, int transA, int transB, Int m, Int n, Int k,
                    Scalar alpha, Pointer a, Int lda, Pointer b, Int ldb,
                    Scalar beta, Result c, Int ldc);
  using Gemv = void(int order, int trans, Int m, Int n, Scalar alpha, Pointer a,
                    Int lda, Pointer x, Int incX, Scalar beta, Result y,
                    Int incY);
  using Omatcopy = void(int order, int trans, Int rows, Int columns,
                        Scalar alpha, Pointer a, Int lda, Result b, Int ldb);
  using Dot = T(Int n, Pointer x, Int incX, Pointer y, Int incY);
  using DotSub = void(Int n, Pointer x, Int incX, Pointer y, Int incY,
                      Result result);

  Gemm *gemm = nullptr;
  Gemv *gemv = nullptr;
  Omatcopy *omatcopy = nullptr;
  Dot *dot = nullptr;       ///< real types
  DotSub *dotSub = nullptr; ///< complex types
};

/// The four types' functions of a library whose symbols are written
/// `prefix + cblas_name + suffix` and whose integers are `Int`.
template <typename Int> struct Cblas {
  using Sbgemm = void(int order, int transA, int transB, Int m, Int n, Int k,
                      float alpha, const void *a, Int lda, const void *b,
                      Int ldb, float beta, float *c, Int ldc);
  CblasFunctions<Int, float> s;
  CblasFunctions<Int, double> d;
  CblasFunctions<Int, std::complex<float>> c;
  CblasFunctions<Int, std::complex<double>> z;
  Sbgemm *sbgemm = nullptr; ///< bf16 with f32 result

  void load(const Library &library, llvm::StringRef prefix,
            llvm::StringRef suffix);
  GemmFunction prepareGemm(const GemmShape &shape) const;
  TransposeFunction prepareTranspose(const TransposeShape &shape) const;
};

extern template struct Cblas<int32_t>;
extern template struct Cblas<int64_t>;

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_CBLAS_H
