//===- Xsmm.cpp - libxsmm behind a loadable library -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Xsmm.h"

#include <cstdio>
#include <libxsmm.h>

template <typename T, typename Function, typename Dispatch>
static XsmmKernel *prepare(Dispatch dispatch, int m, int n, int k, int lda,
                           int ldb, int ldc, int flags, bool accumulate) {
  T alpha = 1, beta = accumulate ? 1 : 0;
  int prefetch = LIBXSMM_PREFETCH_NONE;
  Function kernel =
      dispatch(m, n, k, &lda, &ldb, &ldc, &alpha, &beta, &flags, &prefetch);
  return reinterpret_cast<XsmmKernel *>(kernel);
}

XsmmKernel *einsumcXsmmPrepare(bool isDouble, int m, int n, int k, int lda,
                               int ldb, int ldc, bool transA, bool transB,
                               bool accumulate) {
  libxsmm_init();
  int flags = (transA ? LIBXSMM_GEMM_FLAG_TRANS_A : 0) |
              (transB ? LIBXSMM_GEMM_FLAG_TRANS_B : 0);
  if (isDouble)
    return prepare<double, libxsmm_dmmfunction>(
        libxsmm_dmmdispatch, m, n, k, lda, ldb, ldc, flags, accumulate);
  return prepare<float, libxsmm_smmfunction>(libxsmm_smmdispatch, m, n, k, lda,
                                             ldb, ldc, flags, accumulate);
}

const char *einsumcXsmmVersion() {
  static char text[64];
  libxsmm_init();
  std::snprintf(text, sizeof(text), "%d.%d (%s)", LIBXSMM_VERSION_MAJOR,
                LIBXSMM_VERSION_MINOR, libxsmm_get_target_arch());
  return text;
}
