//===- Cblas.cpp - Any library with the C interface of BLAS ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cblas.h"

#include <algorithm>
#include <limits>

using namespace einsumc;
using namespace einsumc::bench;

namespace {

// The values of the enumerations are part of every cblas's interface.
constexpr int kRowMajor = 101;
constexpr int kNoTrans = 111;
constexpr int kTrans = 112;

int transposition(bool transposed) { return transposed ? kTrans : kNoTrans; }

/// Scalars one and zero the way the function wants them.
template <typename Functions, typename T>
typename Functions::Scalar scalar(const T &value) {
  if constexpr (Functions::isComplex)
    return &value;
  else
    return value;
}
template <typename T> const T kOne = T(1);
template <typename T> const T kZero = T(0);

template <typename Int> bool fits(std::initializer_list<int64_t> values) {
  return std::max(values) <= std::numeric_limits<Int>::max();
}

template <typename Int, typename T>
GemmFunction gemmOf(const CblasFunctions<Int, T> &functions,
                    const GemmShape &s) {
  using F = CblasFunctions<Int, T>;
  auto *gemm = functions.gemm;
  if (!gemm || s.a != s.b || s.a != s.c ||
      !fits<Int>({s.m, s.n, s.k, s.lda, s.ldb, s.ldc}))
    return {};
  const T &beta = s.accumulate ? kOne<T> : kZero<T>;
  return [=, &beta](const void *a, const void *b, void *c) {
    gemm(kRowMajor, transposition(s.transA), transposition(s.transB), s.m, s.n,
         s.k, scalar<F>(kOne<T>), static_cast<typename F::Pointer>(a), s.lda,
         static_cast<typename F::Pointer>(b), s.ldb, scalar<F>(beta),
         static_cast<typename F::Result>(c), s.ldc);
  };
}

/// Distance of the elements along K of an operand that is a vector.
int64_t vectorStep(bool alongRow, int64_t leadingDimension) {
  return alongRow ? 1 : leadingDimension;
}

template <typename Int, typename T>
GemmFunction dotOf(const CblasFunctions<Int, T> &functions,
                   const GemmShape &s) {
  using F = CblasFunctions<Int, T>;
  Int stepA = vectorStep(!s.transA, s.lda), stepB = vectorStep(s.transB, s.ldb);
  if (s.accumulate)
    return {};
  if constexpr (F::isComplex) {
    if (auto *dot = functions.dotSub)
      return [=](const void *a, const void *b, void *c) {
        dot(s.k, a, stepA, b, stepB, c);
      };
  } else if (auto *dot = functions.dot) {
    return [=](const void *a, const void *b, void *c) {
      *static_cast<T *>(c) = dot(s.k, static_cast<const T *>(a), stepA,
                                 static_cast<const T *>(b), stepB);
    };
  }
  return {};
}

template <typename Int, typename T>
GemmFunction gemvOf(const CblasFunctions<Int, T> &functions,
                    const GemmShape &s) {
  using F = CblasFunctions<Int, T>;
  auto *gemv = functions.gemv;
  if (!gemv)
    return {};
  const T &beta = s.accumulate ? kOne<T> : kZero<T>;
  bool matrixIsA = s.n == 1;
  // y = M·x, where M is stored with `columns` contiguous elements a row.
  bool transposed = matrixIsA ? s.transA : !s.transB;
  int64_t length = matrixIsA ? s.m : s.n;
  Int rows = transposed ? s.k : length, columns = transposed ? length : s.k;
  Int ld = matrixIsA ? s.lda : s.ldb;
  Int incX =
      matrixIsA ? vectorStep(s.transB, s.ldb) : vectorStep(!s.transA, s.lda);
  Int incY = matrixIsA ? s.ldc : 1;
  return [=, &beta](const void *a, const void *b, void *c) {
    gemv(kRowMajor, transposition(transposed), rows, columns,
         scalar<F>(kOne<T>),
         static_cast<typename F::Pointer>(matrixIsA ? a : b), ld,
         static_cast<typename F::Pointer>(matrixIsA ? b : a), incX,
         scalar<F>(beta), static_cast<typename F::Result>(c), incY);
  };
}

template <typename Int, typename T>
GemmFunction productOf(const CblasFunctions<Int, T> &functions,
                       const GemmShape &s) {
  GemmFunction function;
  if (s.vectors && s.m == 1 && s.n == 1)
    function = dotOf(functions, s);
  else if (s.vectors && (s.m == 1 || s.n == 1))
    function = gemvOf(functions, s);
  return function ? std::move(function) : gemmOf(functions, s);
}

template <typename Int, typename T>
TransposeFunction transposeOf(const CblasFunctions<Int, T> &functions,
                              const TransposeShape &s) {
  using F = CblasFunctions<Int, T>;
  auto *omatcopy = functions.omatcopy;
  if (!omatcopy || !fits<Int>({s.rows, s.columns, s.lda, s.ldb}))
    return {};
  return [=](const void *a, void *b) {
    omatcopy(kRowMajor, kTrans, s.rows, s.columns, scalar<F>(kOne<T>),
             static_cast<typename F::Pointer>(a), s.lda,
             static_cast<typename F::Result>(b), s.ldb);
  };
}

} // namespace

template <typename Int>
void Cblas<Int>::load(const Library &library, llvm::StringRef prefix,
                      llvm::StringRef suffix) {
  auto loadType = [&](auto &functions, llvm::StringRef letter) {
    using F = std::remove_reference_t<decltype(functions)>;
    auto name = [&](llvm::StringRef what) {
      return (prefix + "cblas_" + letter + what + suffix).str();
    };
    functions.gemm = library.find<typename F::Gemm>(name("gemm"));
    functions.gemv = library.find<typename F::Gemv>(name("gemv"));
    functions.omatcopy = library.find<typename F::Omatcopy>(name("omatcopy"));
    if constexpr (F::isComplex)
      functions.dotSub = library.find<typename F::DotSub>(name("dotu_sub"));
    else
      functions.dot = library.find<typename F::Dot>(name("dot"));
  };
  loadType(s, "s");
  loadType(d, "d");
  loadType(c, "c");
  loadType(z, "z");
  sbgemm = library.find<Sbgemm>(prefix + "cblas_sbgemm" + suffix);
}

template <typename Int>
GemmFunction Cblas<Int>::prepareGemm(const GemmShape &shape) const {
  GemmFunction once;
  switch (shape.a) {
  case ElementType::f32:
    once = productOf(s, shape);
    break;
  case ElementType::f64:
    once = productOf(d, shape);
    break;
  case ElementType::c64:
    once = productOf(c, shape);
    break;
  case ElementType::c128:
    once = productOf(z, shape);
    break;
  case ElementType::bf16:
    if (auto *gemm = sbgemm;
        gemm && shape.b == ElementType::bf16 && shape.c == ElementType::f32 &&
        fits<Int>({shape.m, shape.n, shape.k, shape.lda, shape.ldb, shape.ldc}))
      once = [=, x = shape](const void *a, const void *b, void *c) {
        gemm(kRowMajor, transposition(x.transA), transposition(x.transB), x.m,
             x.n, x.k, 1.0f, a, x.lda, b, x.ldb, x.accumulate ? 1.0f : 0.0f,
             static_cast<float *>(c), x.ldc);
      };
    break;
  default:
    break;
  }
  return repeatOverBatch(shape, std::move(once));
}

template <typename Int>
TransposeFunction
Cblas<Int>::prepareTranspose(const TransposeShape &shape) const {
  switch (shape.element) {
  case ElementType::f32:
    return transposeOf(s, shape);
  case ElementType::f64:
    return transposeOf(d, shape);
  case ElementType::c64:
    return transposeOf(c, shape);
  case ElementType::c128:
    return transposeOf(z, shape);
  default:
    return {};
  }
}

template struct einsumc::bench::Cblas<int32_t>;
template struct einsumc::bench::Cblas<int64_t>;
