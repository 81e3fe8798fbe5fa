//===- ContractionPathTest.cpp --------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlainSearch.h"
#include "einsumc/Reference/Random.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace einsumc;
using namespace einsumc::test;

namespace {

constexpr int64_t kDynamic = mlir::ShapedType::kDynamic;

/// Labels are letters: {"ij", "jk"}, "ik", extents by letter.
ContractionProblem makeProblem(const std::vector<std::string> &operands,
                               const std::string &output,
                               const std::map<char, int64_t> &extents) {
  ContractionProblem problem;
  for (const std::string &labels : operands) {
    problem.labels.emplace_back();
    problem.shapes.emplace_back();
    for (char label : labels) {
      problem.labels.back().push_back(label);
      problem.shapes.back().push_back(extents.at(label));
    }
  }
  problem.output.assign(output.begin(), output.end());
  return problem;
}

/// Anything: shared labels, own ones, diagonals, broadcast axes, scalars,
/// operands that share nothing.
ContractionProblem drawProblem(reference::Random &random,
                               unsigned numOperands) {
  auto below = [&](int64_t bound) { return random.range(0, bound - 1); };
  unsigned numLabels = 1 + below(numOperands + 3);
  std::vector<int64_t> extents(numLabels);
  for (int64_t &extent : extents)
    extent = 1 + below(12);
  if (below(4) == 0)
    extents[0] = kDynamic;
  ContractionProblem problem;
  std::set<int64_t> used;
  for (unsigned i = 0; i < numOperands; ++i) {
    problem.labels.emplace_back();
    problem.shapes.emplace_back();
    for (unsigned rank = below(4); rank != 0; --rank) {
      int64_t label = below(numLabels);
      bool repeats = llvm::is_contained(problem.labels.back(), label);
      bool broadcasts = !repeats && below(8) == 0;
      if (repeats && below(2))
        continue;
      problem.labels.back().push_back(label);
      problem.shapes.back().push_back(broadcasts ? 1 : extents[label]);
      used.insert(label);
    }
    if (below(5) == 0) {
      problem.labels.back().push_back(numLabels + i); // its own
      problem.shapes.back().push_back(2 + below(8));
    }
  }
  for (int64_t label : used)
    if (below(4) == 0)
      problem.output.push_back(label);
  return problem;
}

/// That the path is a tree over all operands and costs what it says.
void expectConsistent(const ContractionProblem &problem,
                      const ContractionPath &path) {
  unsigned n = problem.labels.size();
  ASSERT_EQ(path.steps.size(), n - 1);
  std::vector<bool> used(2 * n - 1, false);
  for (auto [i, step] : llvm::enumerate(path.steps))
    for (unsigned part : {step.left, step.right}) {
      ASSERT_LT(part, n + i);
      ASSERT_FALSE(used[part]);
      used[part] = true;
    }
  PlainProblem::Cost cost =
      evaluate(PlainProblem(problem), path.steps, path.preSummed);
  EXPECT_NEAR(path.flops / cost.flops, 1, 1e-12);
  EXPECT_DOUBLE_EQ(path.largestIntermediate, cost.largest);
}

TEST(ContractionPath, EqualsExhaustiveSearch) {
  reference::Random random(1);
  unsigned numLimited = 0, numImpossible = 0, numPreSummed = 0;
  for (unsigned round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    ContractionProblem problem = drawProblem(random, 2 + round % 7);
    PlainProblem plain(problem);
    double unlimited = std::numeric_limits<double>::infinity();
    std::vector<double> trees = listTrees(plain, unlimited);
    std::optional<ContractionPath> path = findContractionPath(problem);
    ASSERT_TRUE(path);
    EXPECT_TRUE(path->isExact);
    expectConsistent(problem, *path);
    EXPECT_NEAR(path->flops / *llvm::min_element(trees), 1, 1e-12);
    numPreSummed += path->preSummed.any();

    // The same under a limit that this path breaks, down to the smallest one.
    double smallest = findSmallestMemoryLimit(problem);
    for (double limit = path->largestIntermediate; limit >= smallest;) {
      limit = std::floor((limit + smallest) / 2);
      trees = listTrees(plain, limit);
      ContractionPathOptions options;
      options.memoryLimit = limit;
      path = findContractionPath(problem, options);
      ASSERT_TRUE(path) << "none within " << limit;
      ASSERT_FALSE(trees.empty());
      expectConsistent(problem, *path);
      EXPECT_LE(path->largestIntermediate, limit);
      EXPECT_NEAR(path->flops / *llvm::min_element(trees), 1, 1e-12);
      ++numLimited;
      if (limit == smallest)
        break;
    }
    if (smallest == 0)
      continue;
    ContractionPathOptions options;
    options.memoryLimit = smallest - 1;
    EXPECT_FALSE(findContractionPath(problem, options));
    EXPECT_TRUE(listTrees(plain, smallest - 1).empty());
    ++numImpossible;
  }
  // What the equations are to have shown.
  EXPECT_GE(numLimited, 200u);
  EXPECT_GE(numImpossible, 100u);
  EXPECT_GE(numPreSummed, 20u);
}

TEST(ContractionPath, OneOperandAndTwo) {
  std::optional<ContractionPath> one =
      findContractionPath(makeProblem({"ij"}, "i", {{'i', 2}, {'j', 3}}));
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->steps.empty());
  EXPECT_EQ(one->flops, 0);
  std::optional<ContractionPath> two = findContractionPath(
      makeProblem({"ij", "jk"}, "ik", {{'i', 2}, {'j', 3}, {'k', 5}}));
  ASSERT_TRUE(two);
  EXPECT_EQ(two->steps.size(), 1u);
  EXPECT_EQ(two->flops, 60);
  EXPECT_EQ(two->largestIntermediate, 0);
}

TEST(ContractionPath, DynamicExtentsCountAsTheirStandIn) {
  std::map<char, int64_t> dynamic = {
      {'i', 4}, {'j', kDynamic}, {'k', 100}, {'l', kDynamic}, {'m', 300}};
  std::map<char, int64_t> fixed = dynamic;
  fixed['j'] = fixed['l'] = kDynamicExtentStandIn;
  std::vector<std::string> operands = {"ij", "jk", "kl", "lm", "mi"};
  std::optional<ContractionPath> a =
      findContractionPath(makeProblem(operands, "k", dynamic));
  std::optional<ContractionPath> b =
      findContractionPath(makeProblem(operands, "k", fixed));
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->flops, b->flops);
  EXPECT_EQ(a->largestIntermediate, b->largestIntermediate);

  // A static extent of the same label goes before the dynamic one.
  ContractionProblem mixed = makeProblem({"ij", "jk"}, "ik", dynamic);
  mixed.shapes[0][1] = 7;
  EXPECT_EQ(findContractionPath(mixed)->flops, 2. * 4 * 7 * 100);
}

TEST(ContractionPath, BroadcastAxesAreAbsent) {
  // Of k, the first operand has a 1: its product with the second has no k.
  ContractionProblem problem =
      makeProblem({"ik", "ij", "jk"}, "k", {{'i', 50}, {'j', 60}, {'k', 70}});
  problem.shapes[0][1] = 1;
  std::optional<ContractionPath> path = findContractionPath(problem);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->flops, 2. * 50 * 60 + 2. * 60 * 70);
  EXPECT_EQ(path->largestIntermediate, 60);
}

TEST(ContractionPath, LabelOfManyOperands) {
  // All share b; each product keeps it, the last one alone sums it.
  std::vector<std::string> operands(20, "b");
  operands.push_back("bx");
  std::optional<ContractionPath> path =
      findContractionPath(makeProblem(operands, "x", {{'b', 10}, {'x', 1000}}));
  ASSERT_TRUE(path);
  EXPECT_EQ(path->flops, 19 * 10. + 2 * 10. * 1000);
  EXPECT_EQ(path->largestIntermediate, 10);
}

TEST(ContractionPath, OperandsThatShareNothing) {
  // Eight inner products and their outer product, small and large.
  for (unsigned numPairs : {4, 8}) {
    std::vector<std::string> operands;
    std::map<char, int64_t> extents;
    for (unsigned i = 0; i < numPairs; ++i) {
      char summed = 'a' + i, kept = 'A' + i;
      operands.push_back({summed});
      operands.push_back({summed, kept});
      extents[summed] = 100;
      extents[kept] = 2;
    }
    std::optional<ContractionPath> path =
        findContractionPath(makeProblem(operands, "ABCDEFGH", extents));
    ASSERT_TRUE(path);
    EXPECT_EQ(path->isExact, numPairs == 4);
    // 2 · 2 … as a balanced tree: pairs, fours, eight.
    double outer = numPairs == 4 ? 2 * 4 + 16 : 4 * 4 + 2 * 16 + 256;
    EXPECT_EQ(path->flops, numPairs * 2. * 100 * 2 + outer);
  }
}

TEST(ContractionPath, MemoryLimitAboveTheExactRange) {
  // A ring of 16 matrices; without a limit the best tree goes through the
  // dimension of 40.
  std::vector<std::string> operands;
  std::map<char, int64_t> extents;
  for (unsigned i = 0; i < 16; ++i) {
    operands.push_back({char('a' + i), char('a' + (i + 1) % 16)});
    extents['a' + i] = i % 2 ? 40 : 3;
  }
  ContractionProblem problem = makeProblem(operands, "", extents);
  EXPECT_EQ(findSmallestMemoryLimit(problem), 9);
  ContractionPathOptions options;
  options.memoryLimit = 9;
  std::optional<ContractionPath> path = findContractionPath(problem, options);
  ASSERT_TRUE(path);
  expectConsistent(problem, *path);
  EXPECT_EQ(path->largestIntermediate, 9);
  options.memoryLimit = 8;
  EXPECT_FALSE(findContractionPath(problem, options));
}

TEST(ContractionPath, SizesBeyondDoubleSaturate) {
  std::map<char, int64_t> extents;
  std::vector<std::string> operands;
  std::string output;
  for (char label = 'a'; label <= 'z'; ++label) {
    extents[label] = int64_t(1) << 62;
    operands.push_back({label});
    output += label;
  }
  std::optional<ContractionPath> path =
      findContractionPath(makeProblem(operands, output, extents));
  ASSERT_TRUE(path);
  EXPECT_TRUE(std::isfinite(path->flops));
}

/// As many operands as the language allows.
constexpr unsigned kMany = 4096;

TEST(ContractionPath, FourThousandMatrices) {
  // Matrices in random order. 4,095 products, whichever the tree.
  ContractionProblem problem;
  std::vector<int64_t> order(kMany);
  for (unsigned i = 0; i < kMany; ++i)
    order[i] = i;
  reference::Random random(7);
  for (unsigned i = kMany; i-- > 1;)
    std::swap(order[i], order[random.range(0, i)]);
  for (int64_t i : order) {
    problem.labels.push_back({i, i + 1});
    problem.shapes.push_back({3, 3});
  }
  problem.output = {0, kMany};
  std::optional<ContractionPath> path = findContractionPath(problem);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->flops, (kMany - 1) * 2. * 27);
  EXPECT_EQ(path->largestIntermediate, 9);

  // Twice the same.
  std::optional<ContractionPath> again = findContractionPath(problem);
  for (auto [a, b] : llvm::zip_equal(path->steps, again->steps)) {
    ASSERT_EQ(a.left, b.left);
    ASSERT_EQ(a.right, b.right);
  }
}

TEST(ContractionPath, FourThousandOperandsShareALabel) {
  ContractionProblem problem;
  for (int64_t i = 0; i < kMany; ++i) {
    problem.labels.push_back({0, 1 + i / 2});
    problem.shapes.push_back({5, 4});
  }
  std::optional<ContractionPath> path = findContractionPath(problem);
  ASSERT_TRUE(path);
  // Pairs first, and then vectors of 5; the last product sums.
  constexpr double numPairs = 2048;
  EXPECT_EQ(path->flops, numPairs * 2 * 20 + (numPairs - 2) * 5 + 2 * 5);
}

} // namespace
