//===- ExactSolver.h - The best of all trees over a few tensors -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_ANALYSIS_EXACTSOLVER_H
#define EINSUMC_LIB_ANALYSIS_EXACTSOLVER_H

#include "ContractionNetwork.h"

namespace einsumc::contraction {

/// Dynamic programming over all subsets of the given tensors and all ways to
/// split each in two, outer products included: 3ⁿ/2 products, of which most are
/// passed over because their parts alone cost too much. Keeps its memory from
/// one call to the next.
class ExactSolver {
public:
  /// Tensors that one call may take.
  static constexpr unsigned kMaxTensors = 16;

  explicit ExactSolver(const Network &network) : network(network) {}

  /// Finds the tree whose cost is least and below `bound`. Its products are
  /// `steps()`, numbered as in a ContractionPath. `isResult`: the product of
  /// all is the whole network's result, which no memory limit holds for.
  bool solve(llvm::ArrayRef<const Tensor *> tensors, double bound,
             bool isResult, Budget &budget);

  double cost() const { return subsetCost.back(); }
  llvm::ArrayRef<ContractionStep> steps() const { return foundSteps; }

private:
  void classifyLabels(llvm::ArrayRef<const Tensor *> tensors);
  void computeSubsets();
  void tabulateProducts();
  double productOf(const uint64_t *labels) const;
  void bestSplit(uint32_t subset, llvm::ArrayRef<const Tensor *> tensors,
                 double bound, bool isResult);
  unsigned emitSteps(uint32_t subset, unsigned numTensors);

  const Network &network;
  unsigned numTensors = 0;
  /// Words that hold one bit a label class.
  unsigned numWords = 0;

  // By label class: labels that the same of these tensors carry.
  std::vector<double> classExtent;
  std::vector<uint64_t> outsideClasses; ///< Needed beyond these tensors.
  std::vector<uint64_t> tensorClasses;  ///< numWords a tensor.
  /// Product of extents by the bits of each byte of a class set.
  std::vector<double> byteProducts;

  // By subset of the tensors.
  std::vector<uint64_t> touched; ///< Classes that some member carries.
  std::vector<uint64_t> alive;   ///< Classes of the subset's product.
  std::vector<double> subsetSize;
  std::vector<double> subsetCost;
  std::vector<uint32_t> subsetSplit;

  llvm::SmallVector<ContractionStep, 16> foundSteps;
};

} // namespace einsumc::contraction

#endif // EINSUMC_LIB_ANALYSIS_EXACTSOLVER_H
