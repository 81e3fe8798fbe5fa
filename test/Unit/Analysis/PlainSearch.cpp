//===- PlainSearch.cpp - Contraction trees without any cleverness ---------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlainSearch.h"
#include "llvm/ADT/STLExtras.h"
#include <limits>

using namespace einsumc;
using namespace einsumc::test;

using Members = std::set<unsigned>;

PlainProblem::PlainProblem(const ContractionProblem &problem)
    : output(problem.output.begin(), problem.output.end()) {
  for (auto [labels, shape] : llvm::zip_equal(problem.labels, problem.shapes))
    for (auto [label, extent] : llvm::zip_equal(labels, shape)) {
      double size = mlir::ShapedType::isDynamic(extent)
                        ? double(kDynamicExtentStandIn)
                        : double(extent);
      // A static extent goes before a dynamic one.
      auto [it, isNew] = extents.try_emplace(label, size);
      if (!isNew && extent != 1 &&
          (!mlir::ShapedType::isDynamic(extent) || it->second == 1))
        it->second = size;
    }
  for (auto [labels, shape] : llvm::zip_equal(problem.labels, problem.shapes)) {
    LabelSet &set = operands.emplace_back();
    for (auto [label, extent] : llvm::zip_equal(labels, shape))
      if (extent != 1)
        set.insert(label);
  }
}

LabelSet PlainProblem::labelsOf(const Members &members) const {
  LabelSet result;
  for (unsigned member : members)
    for (int64_t label : operands[member]) {
      bool needed = output.count(label);
      for (unsigned other = 0; other < operands.size(); ++other)
        needed |= !members.count(other) && operands[other].count(label);
      if (needed)
        result.insert(label);
    }
  return result;
}

double PlainProblem::size(const LabelSet &labels) const {
  double product = 1;
  for (int64_t label : labels)
    product *= extents.at(label);
  return product;
}

PlainProblem::Cost PlainProblem::product(const Members &left,
                                         const Members &right,
                                         const Members &preSum) const {
  Cost cost{0, 0};
  LabelSet space;
  for (const Members *side : {&left, &right}) {
    LabelSet labels = labelsOf(*side);
    if (side->size() == 1) {
      const LabelSet &whole = operands[*side->begin()];
      if (preSum.count(*side->begin())) {
        cost.flops += 2 * size(whole);
        cost.largest = std::max(cost.largest, size(labels));
      } else {
        labels = whole;
      }
    }
    space.insert(labels.begin(), labels.end());
  }
  Members both = left;
  both.insert(right.begin(), right.end());
  cost.flops += size(space) * (labelsOf(both) == space ? 1 : 2);
  return cost;
}

double PlainProblem::cheapestProduct(const Members &left, const Members &right,
                                     double limit) const {
  double best = std::numeric_limits<double>::infinity();
  for (unsigned choice = 0; choice < 4; ++choice) {
    Members preSum;
    bool sums = true;
    for (auto [bit, side] : {std::pair(1u, &left), std::pair(2u, &right)})
      if (choice & bit) {
        sums &=
            side->size() == 1 && labelsOf(*side) != operands[*side->begin()];
        preSum.insert(*side->begin());
      }
    if (!sums)
      continue;
    Cost cost = product(left, right, preSum);
    if (cost.largest <= limit)
      best = std::min(best, cost.flops);
  }
  return best;
}

std::vector<double> test::listTrees(const PlainProblem &problem, double limit) {
  unsigned n = problem.numOperands();
  auto membersOf = [n](unsigned bits) {
    Members members;
    for (unsigned i = 0; i < n; ++i)
      if (bits >> i & 1)
        members.insert(i);
    return members;
  };
  std::vector<std::vector<double>> trees(size_t(1) << n);
  unsigned full = trees.size() - 1;
  for (unsigned set = 1; set <= full; ++set) {
    if (!(set & (set - 1))) {
      trees[set] = {0};
      continue;
    }
    if (set != full && problem.size(problem.labelsOf(membersOf(set))) > limit)
      continue;
    for (unsigned part = (set - 1) & set; part > (set ^ part);
         part = (part - 1) & set) {
      double cost = problem.cheapestProduct(membersOf(part),
                                            membersOf(set ^ part), limit);
      for (double a : trees[part])
        for (double b : trees[set ^ part])
          trees[set].push_back(a + b + cost);
    }
  }
  return trees[full];
}

PlainProblem::Cost test::evaluate(const PlainProblem &problem,
                                  llvm::ArrayRef<ContractionStep> steps,
                                  const llvm::BitVector &preSummed) {
  std::vector<Members> members(problem.numOperands());
  for (auto [i, member] : llvm::enumerate(members))
    member.insert(i);
  Members preSum(preSummed.set_bits_begin(), preSummed.set_bits_end());
  PlainProblem::Cost total{0, 0};
  for (auto [i, step] : llvm::enumerate(steps)) {
    PlainProblem::Cost cost =
        problem.product(members[step.left], members[step.right], preSum);
    total.flops += cost.flops;
    Members both = members[step.left];
    both.insert(members[step.right].begin(), members[step.right].end());
    if (i + 1 != steps.size())
      cost.largest =
          std::max(cost.largest, problem.size(problem.labelsOf(both)));
    total.largest = std::max(total.largest, cost.largest);
    members.push_back(both);
  }
  return total;
}
