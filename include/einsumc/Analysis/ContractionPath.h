//===- ContractionPath.h - Trees of binary products -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In which order an n-ary contraction multiplies its operands. A contraction
// path is a binary tree over the operands; every product sums the labels that
// neither the output nor an operand outside of it needs.
//
// The search is deterministic: it counts its work and reads no clock, and it
// calls no function of libm, whose last bit may depend on the machine.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_ANALYSIS_CONTRACTIONPATH_H
#define EINSUMC_ANALYSIS_CONTRACTIONPATH_H

#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

namespace einsumc {

/// What an extent that is known at run time alone counts as, everywhere: in
/// FLOPs and against a limit on intermediates.
inline constexpr int64_t kDynamicExtentStandIn = 128;

/// Up to this many operands the best of all trees is found.
inline constexpr unsigned kMaxExactOperands = 12;

/// What is contracted: one operand or more. An axis of static extent 1 is
/// absent where its label is larger (or dynamic) elsewhere: it broadcasts.
/// Extents of 0 count as 1, so that the order of what surrounds them still
/// matters.
struct ContractionProblem {
  /// Labels of each operand's axes, non-negative; a repeat takes a diagonal.
  llvm::SmallVector<llvm::SmallVector<int64_t, 6>> labels;
  /// Extents of the same axes; mlir::ShapedType::kDynamic at run time.
  llvm::SmallVector<llvm::SmallVector<int64_t, 6>> shapes;
  /// Labels of the result; each is some operand's, repeats mean nothing here.
  llvm::SmallVector<int64_t> output;
};

/// One product. Operands are 0 … n − 1, step i makes n + i.
struct ContractionStep {
  unsigned left = 0;
  unsigned right = 0;
};

struct ContractionPath {
  /// In an order that keeps the intermediates alive at one time small.
  llvm::SmallVector<ContractionStep> steps;
  /// Operands whose own labels (no other operand and not the output has them)
  /// are summed before the operand is multiplied, because that saves work.
  /// Other operands' own labels are summed within their first product.
  llvm::BitVector preSummed;
  /// Work as opt_einsum counts it: for every step the product of all extents
  /// involved, doubled when it sums. Pre-summing counts like a step.
  double flops = 0;
  /// Elements of the largest intermediate; neither operands nor the result.
  double largestIntermediate = 0;
  /// Whether no other tree does less work.
  bool isExact = false;
};

struct ContractionPathOptions {
  /// Largest intermediate that is allowed, in elements.
  std::optional<double> memoryLimit;
  /// Seed of the restarts above `kMaxExactOperands`.
  uint64_t seed = 0;
};

/// The best path found; none when no tree (above `kMaxExactOperands`: none that
/// was tried) keeps every intermediate within the limit.
std::optional<ContractionPath>
findContractionPath(const ContractionProblem &problem,
                    const ContractionPathOptions &options = {});

/// The smallest limit that a path keeps to, 0 when it needs no intermediate;
/// above `kMaxExactOperands` operands the smallest known.
double findSmallestMemoryLimit(const ContractionProblem &problem);

} // namespace einsumc

#endif // EINSUMC_ANALYSIS_CONTRACTIONPATH_H
