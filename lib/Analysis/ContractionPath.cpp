//===- ContractionPath.cpp - Trees of binary products ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Analysis/ContractionPath.h"
#include "ContractionTree.h"
#include "ExactSolver.h"
#include "GreedyOrder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include <limits>

using namespace einsumc;
using namespace einsumc::contraction;

/// All search there may be: some seconds. The eighth part is for greedy trees.
static constexpr uint64_t kMaxWork = uint64_t(1) << 29;
/// A search may take as long as some hundred runs of what it found; this much
/// is always worth it.
static constexpr double kWorkPerFlop = 4;
static constexpr uint64_t kMinWork = uint64_t(1) << 22;
/// Greedy trees drawn, and how many of them are reconfigured.
static constexpr unsigned kGreedyTrees = 64;
static constexpr unsigned kReconfiguredTrees = 8;
/// Leaves of the subtrees that are replaced, at first and at last.
static constexpr unsigned kFirstSubtree = 8;
static constexpr unsigned kSubtree = 10;

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

static ContractionTree findExactTree(const Network &network) {
  ExactSolver solver(network);
  auto tensors = llvm::map_to_vector<16>(
      llvm::seq(network.numLeaves()),
      [&](unsigned i) -> const Tensor * { return &network.leaf(i); });
  Budget budget{std::numeric_limits<uint64_t>::max()};
  solver.solve(tensors, std::numeric_limits<double>::infinity(),
               /*isResult=*/true, budget);
  return ContractionTree(network, solver.steps());
}

/// Different trees by greedy multiplication, the cheapest first.
static std::vector<ContractionTree>
drawGreedyTrees(const Network &network, RandomNumbers &random, Budget budget) {
  std::vector<std::pair<double, ContractionTree>> trees;
  for (unsigned i = 0; i < kGreedyTrees && !budget.isSpent(); ++i) {
    GreedyOptions options;
    if (i != 0) {
      options.freedWeight = 0.1 + 2 * random.uniform();
      options.temperature = random.uniform();
    }
    ContractionTree tree(network,
                         findGreedyOrder(network, options, random, budget));
    double cost = tree.totalCost();
    // The same cost is mostly the same tree.
    auto place = llvm::lower_bound(
        trees, cost, [](auto &entry, double c) { return entry.first < c; });
    if (place != trees.end() && place->first == cost)
      continue;
    trees.emplace(place, cost, std::move(tree));
    if (trees.size() > kReconfiguredTrees)
      trees.pop_back();
  }
  std::vector<ContractionTree> result;
  result.reserve(trees.size());
  for (auto &entry : trees)
    result.push_back(std::move(entry.second));
  return result;
}

/// A tree that is the best in every connected subtree of kSubtree leaves.
static void reconfigure(ContractionTree &tree, ExactSolver &solver,
                        Budget &budget) {
  tree.reconfigure(solver, kFirstSubtree, budget);
  tree.reconfigure(solver, kSubtree, budget);
}

static ContractionTree findTree(const Network &network, uint64_t seed,
                                Budget budget) {
  RandomNumbers random(seed);
  std::vector<ContractionTree> drawn =
      drawGreedyTrees(network, random, Budget{budget.left / 8});
  budget.spend(budget.left / 8);
  ExactSolver solver(network);
  const uint64_t whole = budget.left;

  ContractionTree best = drawn.front();
  double bestCost = best.totalCost();
  // Whether more search is worth it.
  auto keepBest = [&](const ContractionTree &tree) {
    double cost = tree.totalCost();
    if (cost < bestCost) {
      best = tree;
      bestCost = cost;
    }
    double worth = std::max(kWorkPerFlop * bestCost, double(kMinWork));
    return !budget.isSpent() && double(whole - budget.left) < worth;
  };
  for (ContractionTree &tree : drawn) {
    reconfigure(tree, solver, budget);
    if (!keepBest(tree))
      break;
    tree.anneal(random, budget);
    reconfigure(tree, solver, budget);
    if (!keepBest(tree))
      break;
  }
  return best;
}

/// For when minimising work led to no tree within the limit: minimises sizes,
/// then work among trees that keep to the limit.
static ContractionTree findSmallTree(const ContractionProblem &problem,
                                     const Network &network, uint64_t seed) {
  Network bySize(problem, 0);
  ContractionTree tree(
      network, findTree(bySize, seed, Budget{kMaxWork / 2}).toPath().steps);
  ExactSolver solver(network);
  Budget budget{kMaxWork / 4};
  reconfigure(tree, solver, budget);
  return tree;
}

//===----------------------------------------------------------------------===//
// Interface
//===----------------------------------------------------------------------===//

std::optional<ContractionPath>
einsumc::findContractionPath(const ContractionProblem &problem,
                             const ContractionPathOptions &options) {
  Network network(problem, options.memoryLimit);
  ContractionPath path;
  auto fits = [&] {
    return !options.memoryLimit ||
           path.largestIntermediate <= *options.memoryLimit;
  };
  if (network.numLeaves() <= kMaxExactOperands) {
    path = findExactTree(network).toPath();
    path.isExact = true;
  } else {
    Budget budget{options.memoryLimit ? kMaxWork / 2 : kMaxWork};
    path = findTree(network, options.seed, budget).toPath();
    if (!fits())
      path = findSmallTree(problem, network, options.seed).toPath();
  }
  if (!fits())
    return std::nullopt;
  return path;
}

double einsumc::findSmallestMemoryLimit(const ContractionProblem &problem) {
  if (problem.labels.size() > kMaxExactOperands) {
    Network bySize(problem, 0);
    return findTree(bySize, /*seed=*/0, Budget{kMaxWork / 2})
        .toPath()
        .largestIntermediate;
  }
  // Each path found leaves a smaller limit to be tried.
  double smallest = std::numeric_limits<double>::infinity();
  ContractionPathOptions options;
  while (std::optional<ContractionPath> path =
             findContractionPath(problem, options)) {
    smallest = path->largestIntermediate;
    if (smallest == 0)
      break;
    options.memoryLimit = smallest * (1 - 1e-9);
  }
  return smallest;
}
