//===- Xsmm.h - libxsmm behind a loadable library ---------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_LOADABLE_XSMM_H
#define EINSUMC_LIB_BENCHMARK_PEERS_LOADABLE_XSMM_H

// libxsmm is often there as a static library only. What is used of it is built
// into a library of this project, where it is found at build time, and loaded
// like the others.

extern "C" {

/// C = op(A)·op(B), or C +=, column-major.
typedef void XsmmKernel(const void *a, const void *b, void *c);

/// A kernel generated for these sizes; null when libxsmm has none.
XsmmKernel *einsumcXsmmPrepare(bool isDouble, int m, int n, int k, int lda,
                               int ldb, int ldc, bool transA, bool transB,
                               bool accumulate);

/// "1.17 (clx)": version and instructions it generates for.
const char *einsumcXsmmVersion();
}

#endif // EINSUMC_LIB_BENCHMARK_PEERS_LOADABLE_XSMM_H
