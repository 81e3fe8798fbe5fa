//===- ContractionTree.cpp - A binary tree over a network's operands ------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionTree.h"
#include "ExactSolver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVectorExtras.h"

using namespace einsumc;
using namespace einsumc::contraction;

/// Rotations tried of each product, and how readily one is taken at first that
/// makes two products dearer, by the logarithm of how much.
static constexpr unsigned kSweeps = 1000;
static constexpr double kFirstTemperature = 0.3;
/// What a rotation costs beside a look at its labels, in the budget's unit.
static constexpr uint64_t kWorkOfRotation = 30;

ContractionTree::ContractionTree(const Network &network,
                                 llvm::ArrayRef<ContractionStep> steps)
    : network(&network), nodes(network.numLeaves() + steps.size()) {
  for (unsigned i = 0; i < network.numLeaves(); ++i)
    nodes[i].tensor = network.leaf(i);
  for (auto [i, step] : llvm::enumerate(steps)) {
    unsigned node = network.numLeaves() + i;
    nodes[node].left = step.left;
    nodes[node].right = step.right;
    nodes[step.left].parent = nodes[step.right].parent = node;
    update(node);
  }
}

void ContractionTree::update(unsigned node) {
  Node &n = nodes[node];
  Work work;
  n.tensor =
      network->multiply(nodes[n.left].tensor, nodes[n.right].tensor, work);
  n.cost = network->cost(work.flops, n.tensor.size, node == root());
}

double ContractionTree::totalCost() const {
  double total = 0;
  for (const Node &node : nodes)
    total += node.cost;
  return total;
}

std::vector<unsigned> ContractionTree::postOrder() const {
  std::vector<unsigned> order;
  llvm::SmallVector<unsigned, 64> stack;
  if (!nodes[root()].isLeaf())
    stack.push_back(root());
  while (!stack.empty()) {
    unsigned node = stack.pop_back_val();
    order.push_back(node);
    for (unsigned child : {nodes[node].left, nodes[node].right})
      if (!nodes[child].isLeaf())
        stack.push_back(child);
  }
  std::reverse(order.begin(), order.end());
  return order;
}

//===----------------------------------------------------------------------===//
// Subtree reconfiguration
//===----------------------------------------------------------------------===//

ContractionTree::Subtree ContractionTree::growSubtree(unsigned top,
                                                      unsigned maxLeaves,
                                                      Growth growth) const {
  Subtree subtree;
  subtree.leaves.push_back(top);
  while (subtree.leaves.size() < maxLeaves) {
    auto dearer = [&](unsigned a, unsigned b) {
      return nodes[a].cost < nodes[b].cost;
    };
    auto next = growth == Growth::byCost
                    ? std::max_element(subtree.leaves.begin(),
                                       subtree.leaves.end(), dearer)
                    : llvm::find_if(subtree.leaves, [&](unsigned node) {
                        return !nodes[node].isLeaf();
                      });
    if (next == subtree.leaves.end() || nodes[*next].isLeaf())
      break;
    unsigned product = *next;
    subtree.leaves.erase(next);
    subtree.products.push_back(product);
    subtree.leaves.push_back(nodes[product].left);
    subtree.leaves.push_back(nodes[product].right);
  }
  return subtree;
}

bool ContractionTree::improveSubtree(const Subtree &subtree,
                                     ExactSolver &solver, Budget &budget) {
  if (subtree.leaves.size() < 3)
    return false;
  double cost = 0;
  for (unsigned node : subtree.products)
    cost += nodes[node].cost;
  auto tensors = llvm::map_to_vector<16>(
      subtree.leaves,
      [&](unsigned node) -> const Tensor * { return &nodes[node].tensor; });
  // Rounding must not pass for an improvement, or this would not end.
  unsigned top = subtree.products[0];
  if (!solver.solve(tensors, cost * (1 - 1e-9), top == root(), budget))
    return false;

  // The products take the same nodes, the last of them the top.
  unsigned numLeaves = subtree.leaves.size();
  auto nodeOf = [&](unsigned id) {
    return id < numLeaves ? subtree.leaves[id]
                          : subtree.products[2 * numLeaves - 2 - id];
  };
  for (auto [i, step] : llvm::enumerate(solver.steps())) {
    unsigned node = nodeOf(numLeaves + i);
    nodes[node].left = nodeOf(step.left);
    nodes[node].right = nodeOf(step.right);
    nodes[nodes[node].left].parent = nodes[nodes[node].right].parent = node;
    update(node);
  }
  return true;
}

void ContractionTree::reconfigure(ExactSolver &solver, unsigned maxLeaves,
                                  Budget &budget) {
  // A product is looked at again once its subtree may have changed.
  std::vector<char> changed(nodes.size(), true);
  Growth growth = Growth::byCost;
  for (unsigned idle = 0; idle < 2 && !budget.isSpent();) {
    bool improved = false;
    for (unsigned top : postOrder()) {
      if (budget.isSpent())
        break;
      if (!changed[top])
        continue;
      changed[top] = false;
      Subtree subtree = growSubtree(top, maxLeaves, growth);
      if (!improveSubtree(subtree, solver, budget))
        continue;
      improved = true;
      for (unsigned node : subtree.products)
        changed[node] = true;
      for (unsigned node = top; node != kNone; node = nodes[node].parent)
        changed[node] = true;
    }
    if (improved) {
      idle = 0;
      continue;
    }
    ++idle;
    growth = growth == Growth::byCost ? Growth::byLevel : Growth::byCost;
    changed.assign(nodes.size(), true);
  }
}

//===----------------------------------------------------------------------===//
// Annealing
//===----------------------------------------------------------------------===//

void ContractionTree::rotate(unsigned top, RandomNumbers &random,
                             double temperature, Budget &budget) {
  // (x · y) · z becomes (x · z) · y.
  Node &parent = nodes[top];
  bool childIsLeft = !nodes[parent.left].isLeaf() &&
                     (nodes[parent.right].isLeaf() || random.next() >> 63);
  unsigned child = childIsLeft ? parent.left : parent.right;
  if (nodes[child].isLeaf())
    return;
  Node &inner = nodes[child];
  unsigned z = childIsLeft ? parent.right : parent.left;
  bool keepLeft = random.next() >> 63;
  unsigned x = keepLeft ? inner.left : inner.right;
  unsigned y = keepLeft ? inner.right : inner.left;

  Work innerWork, outerWork;
  Tensor product =
      network->multiply(nodes[x].tensor, nodes[z].tensor, innerWork);
  network->multiply(product, nodes[y].tensor, outerWork);
  budget.spend(kWorkOfRotation + 2 * product.axes.size());
  double innerCost = network->cost(innerWork.flops, product.size, false);
  double outerCost =
      network->cost(outerWork.flops, parent.tensor.size, top == root());
  double before = inner.cost + parent.cost, after = innerCost + outerCost;
  if (after > before &&
      contraction::approximateLog2(after / before) >
          -temperature * contraction::approximateLog2(random.uniform()))
    return;
  inner.left = x;
  inner.right = z;
  inner.tensor = std::move(product);
  inner.cost = innerCost;
  parent.left = child;
  parent.right = y;
  parent.cost = outerCost;
  nodes[z].parent = child;
  nodes[y].parent = top;
}

void ContractionTree::anneal(RandomNumbers &random, Budget &budget) {
  for (unsigned sweep = 0; sweep < kSweeps && !budget.isSpent(); ++sweep) {
    double temperature = kFirstTemperature * (kSweeps - sweep) / kSweeps;
    for (unsigned node = network->numLeaves(); node < nodes.size(); ++node)
      rotate(node, random, temperature, budget);
  }
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

std::vector<unsigned> ContractionTree::schedule() const {
  // Most elements alive at a time while a product is computed, when of its two
  // parts the one that leaves more room for the other is computed first.
  std::vector<double> peak(nodes.size(), 0);
  std::vector<char> rightFirst(nodes.size(), false);
  for (unsigned node : postOrder()) {
    const Node &n = nodes[node];
    auto held = [&](unsigned child) {
      return nodes[child].isLeaf() ? 0 : nodes[child].tensor.size;
    };
    double leftFirst = std::max(peak[n.left], held(n.left) + peak[n.right]);
    double other = std::max(peak[n.right], held(n.right) + peak[n.left]);
    rightFirst[node] = other < leftFirst;
    peak[node] = std::max(std::min(leftFirst, other),
                          n.tensor.size + held(n.left) + held(n.right));
  }

  std::vector<unsigned> order;
  llvm::SmallVector<unsigned, 64> stack;
  if (!nodes[root()].isLeaf())
    stack.push_back(root());
  while (!stack.empty()) {
    unsigned node = stack.pop_back_val();
    order.push_back(node);
    // The order is reversed: what is popped first is computed last.
    unsigned first = nodes[node].left, second = nodes[node].right;
    if (rightFirst[node])
      std::swap(first, second);
    for (unsigned child : {first, second})
      if (!nodes[child].isLeaf())
        stack.push_back(child);
  }
  std::reverse(order.begin(), order.end());
  return order;
}

ContractionPath ContractionTree::toPath() const {
  ContractionPath path;
  unsigned numLeaves = network->numLeaves();
  path.preSummed.resize(numLeaves);
  std::vector<unsigned> ids(nodes.size());
  for (unsigned i = 0; i < numLeaves; ++i)
    ids[i] = i;
  for (unsigned node : schedule()) {
    const Node &n = nodes[node];
    ids[node] = numLeaves + path.steps.size();
    path.steps.push_back({ids[n.left], ids[n.right]});
    Work work;
    network->multiply(nodes[n.left].tensor, nodes[n.right].tensor, work);
    path.flops += work.flops;
    if (node != root())
      path.largestIntermediate =
          std::max(path.largestIntermediate, n.tensor.size);
    for (auto [child, preSum] : {std::pair(n.left, work.preSumLeft),
                                 std::pair(n.right, work.preSumRight)})
      if (preSum) {
        path.preSummed.set(child);
        path.largestIntermediate =
            std::max(path.largestIntermediate, nodes[child].tensor.size);
      }
  }
  return path;
}
