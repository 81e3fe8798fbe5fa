//===- Evaluate.h - The slow truth ------------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An einsum evaluated as a plain loop nest: one loop a label, output labels
// outermost. Nobody optimises this; every kernel is judged by it.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_REFERENCE_EVALUATE_H
#define EINSUMC_REFERENCE_EVALUATE_H

#include "einsumc/Frontend/Equation.h"
#include "einsumc/Reference/Tensor.h"

namespace einsumc::reference {

/// result = alpha·product + beta·previous, as `--accumulate` asks for.
struct Accumulate {
  Number alpha;
  Number beta;
  /// Of the result's shape; not read where beta is 0.
  TensorView previous;
};

/// Largest number of multiply-adds the evaluator takes on.
inline constexpr int64_t kMaxReferenceTerms = int64_t(1) << 34;

/// What the product is, and how far a kernel's result may be from it.
struct Evaluation {
  /// The result in its element type, row-major, rounded once.
  Tensor result;
  /// Row-major: the value before that rounding (floats and complex only).
  std::vector<std::complex<long double>> exact;
  /// Row-major: Σ|a||b|… of the terms of an element (floats and complex only).
  std::vector<double> magnitude;
  /// Terms summed into one element.
  int64_t terms = 0;
  unsigned operands = 0;
  ElementType accumulate = ElementType::f32;
  /// What products of bf16 may lose besides: instructions take subnormals for
  /// zero. Row-major Σ|a||b| of the terms that have a subnormal factor (empty:
  /// none has), and what sums of any terms lose.
  std::vector<double> flushed;
  double underflow = 0;

  /// |out − ref| ≤ (K+2)·ε_acc·Σ|a||b| + ε_out·|ref| + one smallest subnormal,
  /// and what is flushed to zero.
  double bound(int64_t element) const;
};

/// Evaluates with the operands' actual extents; the equation's extents may be
/// dynamic. An error when shapes contradict the equation.
llvm::Expected<Evaluation> evaluate(const ResolvedEquation &equation,
                                    llvm::ArrayRef<TensorView> operands,
                                    const Accumulate *accumulate = nullptr);

/// Extents of all labels from the operands' actual shapes.
llvm::Expected<llvm::SmallVector<int64_t>>
labelExtents(const ResolvedEquation &equation,
             llvm::ArrayRef<TensorView> operands);

} // namespace einsumc::reference

#endif // EINSUMC_REFERENCE_EVALUATE_H
