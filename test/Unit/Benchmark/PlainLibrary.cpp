//===- PlainLibrary.cpp - A matrix product of three loops -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlainLibrary.h"

#include <complex>

using namespace einsumc;
using namespace einsumc::bench;

template <typename T> static GemmFunction productOf(const GemmShape &s) {
  return repeatOverBatch(s, [=](const void *a, const void *b, void *c) {
    auto *pa = static_cast<const T *>(a), *pb = static_cast<const T *>(b);
    auto *pc = static_cast<T *>(c);
    for (int64_t i = 0; i < s.m; ++i)
      for (int64_t j = 0; j < s.n; ++j) {
        T sum = s.accumulate ? pc[i * s.ldc + j] : T(0);
        for (int64_t k = 0; k < s.k; ++k)
          sum += pa[s.transA ? k * s.lda + i : i * s.lda + k] *
                 pb[s.transB ? j * s.ldb + k : k * s.ldb + j];
        pc[i * s.ldc + j] = sum;
      }
  });
}

GemmFunction PlainLibrary::prepareGemm(const GemmShape &s) {
  if (s.lda < (s.transA ? s.m : s.k) || s.ldb < (s.transB ? s.k : s.n) ||
      s.ldc < s.n)
    ++illegal;
  switch (s.a) {
  case ElementType::f32:
    return productOf<float>(s);
  case ElementType::f64:
    return productOf<double>(s);
  case ElementType::c64:
    return productOf<std::complex<float>>(s);
  default:
    return {};
  }
}

TransposeFunction PlainLibrary::prepareTranspose(const TransposeShape &s) {
  if (s.lda < s.columns || s.ldb < s.rows)
    ++illegal;
  if (s.element != ElementType::f32)
    return {};
  return [=](const void *a, void *b) {
    for (int64_t r = 0; r < s.rows; ++r)
      for (int64_t c = 0; c < s.columns; ++c)
        static_cast<float *>(b)[c * s.ldb + r] =
            static_cast<const float *>(a)[r * s.lda + c];
  };
}
