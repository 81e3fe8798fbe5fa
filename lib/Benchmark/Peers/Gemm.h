//===- Gemm.h - A library's matrix product ----------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_GEMM_H
#define EINSUMC_LIB_BENCHMARK_PEERS_GEMM_H

#include "Permute.h"
#include "einsumc/Support/ElementType.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace einsumc::bench {

/// C = op(A)·op(B), or C += with `accumulate`. All row-major: A is m×k with
/// leading dimension `lda`, or k×m when transposed, and so on.
struct GemmShape {
  ElementType a = ElementType::f32;
  ElementType b = ElementType::f32;
  ElementType c = ElementType::f32;
  int64_t m = 1, n = 1, k = 1;
  bool transA = false, transB = false;
  int64_t lda = 1, ldb = 1, ldc = 1;
  bool accumulate = false;
  /// So many of them, whose matrices lie so many elements apart (0: the same
  /// operand for all).
  int64_t batch = 1;
  int64_t batchA = 0, batchB = 0, batchC = 0;
  /// Whether a matrix-vector product or a dot product is to be used where an
  /// extent is 1.
  bool vectors = false;
  /// Which of the library's ways to do it, below GemmLibrary::variants().
  unsigned variant = 0;

  /// "NT 128x64x32, 8 times".
  std::string str() const;
};

/// B = Aᵀ: A has `rows` rows of `columns` contiguous elements.
struct TransposeShape {
  ElementType element = ElementType::f32;
  int64_t rows = 1, columns = 1;
  int64_t lda = 1, ldb = 1;
};

using GemmFunction =
    llvm::unique_function<void(const void *a, const void *b, void *c) const>;
using TransposeFunction =
    llvm::unique_function<void(const void *a, void *b) const>;

/// What a library offers to build a peer upon. A null function: it can't.
class GemmLibrary {
public:
  virtual ~GemmLibrary();

  virtual llvm::StringRef name() const = 0;
  virtual std::string version() const = 0;
  /// How many functions of the library do the same; the fastest is measured.
  virtual unsigned variants() const { return 1; }
  virtual GemmFunction prepareGemm(const GemmShape &shape) = 0;
  virtual TransposeFunction prepareTranspose(const TransposeShape &) {
    return {};
  }
  /// Any permutation at once.
  virtual TransposeFunction preparePermutation(llvm::ArrayRef<CopyDim>,
                                               ElementType) {
    return {};
  }
};

/// Seconds of a call: the fastest of a few, since libraries generate code and
/// allocate in their first.
double measureCall(llvm::function_ref<void()> call);

/// `once`, which does one product, for the whole batch of `shape`.
GemmFunction repeatOverBatch(const GemmShape &shape, GemmFunction once);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_GEMM_H
