//===- PlainSearch.h - Contraction trees without any cleverness -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Costs of products by their definition, on sets of labels, and a search that
// lists every tree. Shares nothing with lib/Analysis but the problem's type.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_UNIT_ANALYSIS_PLAINSEARCH_H
#define EINSUMC_TEST_UNIT_ANALYSIS_PLAINSEARCH_H

#include "einsumc/Analysis/ContractionPath.h"
#include <map>
#include <set>
#include <vector>

namespace einsumc::test {

using LabelSet = std::set<int64_t>;

class PlainProblem {
public:
  explicit PlainProblem(const ContractionProblem &problem);

  unsigned numOperands() const { return operands.size(); }
  /// Labels of the product of a set of operands: of one of them, and of the
  /// output or another operand.
  LabelSet labelsOf(const std::set<unsigned> &members) const;
  double size(const LabelSet &labels) const;

  struct Cost {
    double flops;
    double largest; ///< of the sums before the product
  };
  /// What multiplying costs. `preSum` says which operands are summed before.
  Cost product(const std::set<unsigned> &left, const std::set<unsigned> &right,
               const std::set<unsigned> &preSum) const;
  /// The cheapest choice of sums before the product within the limit.
  double cheapestProduct(const std::set<unsigned> &left,
                         const std::set<unsigned> &right, double limit) const;

private:
  std::vector<LabelSet> operands;
  LabelSet output;
  std::map<int64_t, double> extents;
};

/// Work of every tree whose intermediates are within the limit.
std::vector<double> listTrees(const PlainProblem &problem, double limit);

/// Work and largest intermediate of a path.
PlainProblem::Cost evaluate(const PlainProblem &problem,
                            llvm::ArrayRef<ContractionStep> steps,
                            const llvm::BitVector &preSummed);

} // namespace einsumc::test

#endif // EINSUMC_TEST_UNIT_ANALYSIS_PLAINSEARCH_H
