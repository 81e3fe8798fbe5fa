//===- Eigen.h - Eigen behind a loadable library ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_LOADABLE_EIGEN_H
#define EINSUMC_LIB_BENCHMARK_PEERS_LOADABLE_EIGEN_H

// Eigen is headers: where they are found at build time, what is used of them is
// compiled for the building machine into a library that is loaded like others.

#include <cstdint>

extern "C" {

enum EigenScalar { eigenF32, eigenF64, eigenC64, eigenC128 };

/// C = op(A)·op(B), or C +=, row-major: see GemmShape.
struct EigenGemm {
  EigenScalar scalar;
  int64_t m, n, k, lda, ldb, ldc;
  bool transA, transB, accumulate;
};
void einsumcEigenGemm(const EigenGemm *gemm, const void *a, const void *b,
                      void *c);

/// Dense tensors, innermost axis first. The result has the axes of A that are
/// not contracted, then those of B.
struct EigenContraction {
  int64_t extentsA[4], extentsB[4];
  int axesA[2], axesB[2]; ///< contracted pairs
};
typedef void EigenContract(const EigenContraction *contraction, const void *a,
                           const void *b, void *c);

/// Eigen's tensor contraction for these ranks; null when it was not compiled.
EigenContract *einsumcEigenFindContract(EigenScalar scalar, int rankA,
                                        int rankB, int contracted);

/// "3.4.0 (AVX512, FMA, AVX2, …)".
const char *einsumcEigenVersion();
}

#endif // EINSUMC_LIB_BENCHMARK_PEERS_LOADABLE_EIGEN_H
