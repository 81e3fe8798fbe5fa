//===- ContractionNetwork.h - A contraction as the search sees it *- C++
//-*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_ANALYSIS_CONTRACTIONNETWORK_H
#define EINSUMC_LIB_ANALYSIS_CONTRACTIONNETWORK_H

#include "einsumc/Analysis/ContractionPath.h"
#include <vector>

namespace einsumc::contraction {

/// Sizes and work saturate here, so that sums and differences stay finite.
inline constexpr double kLargest = 1e100;
/// Cost of each element of an intermediate beyond the memory limit: more than
/// all work of any tree within it.
inline constexpr double kPenalty = 1e120;

/// Sizes multiply, up to kLargest.
inline double multiplySizes(double a, double b) {
  double product = a * b;
  return product < kLargest ? product : kLargest;
}

/// log2 within 0.09, monotone, and the same on every machine.
double approximateLog2(double value);

/// splitmix64: the same numbers with every standard library.
class RandomNumbers {
public:
  explicit RandomNumbers(uint64_t seed) : state(seed) {}
  uint64_t next();
  /// In (0, 1).
  double uniform();
  /// Below `bound`.
  unsigned below(unsigned bound);

private:
  uint64_t state;
};

/// How much search is left, in products looked at: 5 ns each, or so.
struct Budget {
  uint64_t left;
  bool isSpent() const { return left == 0; }
  void spend(uint64_t amount) { left -= amount < left ? amount : left; }
};

/// A label of a tensor and how many operands below the tensor carry it.
struct Axis {
  uint32_t label;
  uint32_t holders;
};

/// An operand, or the product of several, by its sorted labels.
struct Tensor {
  llvm::SmallVector<Axis, 10> axes;
  /// Elements, without the own labels of an operand.
  double size = 1;
  /// Product of the extents of an operand's own labels: neither the output nor
  /// another operand has them, so they are not among `axes`.
  double ownExtent = 1;
};

/// Work of a product, and which operands are better summed before it.
struct Work {
  double flops;
  bool preSumLeft = false;
  bool preSumRight = false;
};

/// A contraction problem reduced to what its order depends on: no labels of
/// extent 1, no broadcast axes, labels of the same operands taken as one.
class Network {
public:
  Network(const ContractionProblem &problem, std::optional<double> memoryLimit);

  unsigned numLeaves() const { return leaves.size(); }
  const Tensor &leaf(unsigned i) const { return leaves[i]; }
  unsigned numLabels() const { return extents.size(); }
  double extent(uint32_t label) const { return extents[label]; }
  /// Operands that carry the label, and one more when the output does: a tensor
  /// with that many holders below it has summed the label.
  uint32_t holders(uint32_t label) const { return totals[label]; }

  /// The product of two tensors.
  Tensor multiply(const Tensor &a, const Tensor &b, Work &work) const;
  /// Its size alone.
  double productSize(const Tensor &a, const Tensor &b) const;
  /// Work of a product that runs over `space` elements without the tensors' own
  /// labels. A summed own label is summed before where that is less work.
  Work workOf(const Tensor &a, const Tensor &b, double space, bool sums) const;

  /// Whether an intermediate of that many elements is within the limit.
  bool fits(double size) const { return size <= memoryLimit; }
  /// What the search minimises: work, or worse than any work beyond the limit.
  double cost(double flops, double size, bool isResult) const {
    return isResult || fits(size) ? flops : kPenalty * size;
  }
  bool mayPreSum() const { return hasOwnLabels; }

private:
  std::vector<double> extents;
  std::vector<uint32_t> totals;
  std::vector<Tensor> leaves;
  double memoryLimit;
  bool hasOwnLabels = false;
};

} // namespace einsumc::contraction

#endif // EINSUMC_LIB_ANALYSIS_CONTRACTIONNETWORK_H
