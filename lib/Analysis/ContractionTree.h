//===- ContractionTree.h - A binary tree over a network's operands *- C++ -*-=//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_ANALYSIS_CONTRACTIONTREE_H
#define EINSUMC_LIB_ANALYSIS_CONTRACTIONTREE_H

#include "ContractionNetwork.h"

namespace einsumc::contraction {

class ExactSolver;

/// Nodes 0 … n − 1 are the operands, the others products.
class ContractionTree {
public:
  static constexpr unsigned kNone = ~0u;

  struct Node {
    Tensor tensor;
    double cost = 0; ///< As Network::cost; 0 for operands.
    unsigned left = kNone, right = kNone, parent = kNone;
    bool isLeaf() const { return left == kNone; }
  };

  /// Steps as a path has them, in any order that makes before it uses.
  ContractionTree(const Network &network,
                  llvm::ArrayRef<ContractionStep> steps);

  unsigned root() const { return nodes.size() - 1; }
  const Node &operator[](unsigned node) const { return nodes[node]; }
  /// Cost of all products.
  double totalCost() const;

  /// Replaces connected subtrees of at most `maxLeaves` leaves by the best of
  /// all trees over these leaves, until that improves nothing.
  void reconfigure(ExactSolver &solver, unsigned maxLeaves, Budget &budget);
  /// Rotates products about their neighbours, uphill too while it is warm:
  /// comes to trees that no small subtree leads to.
  void anneal(RandomNumbers &random, Budget &budget);

  ContractionPath toPath() const;

private:
  /// How a connected subtree grows below its root: the dearest product first
  /// or level by level.
  enum class Growth { byCost, byLevel };
  /// The subtree's leaves (not the tree's) and its products, the root first.
  struct Subtree {
    llvm::SmallVector<unsigned, 16> leaves;
    llvm::SmallVector<unsigned, 16> products;
  };

  Subtree growSubtree(unsigned top, unsigned maxLeaves, Growth growth) const;
  bool improveSubtree(const Subtree &subtree, ExactSolver &solver,
                      Budget &budget);
  void rotate(unsigned top, RandomNumbers &random, double temperature,
              Budget &budget);
  /// Products in an order that keeps little alive at a time.
  std::vector<unsigned> schedule() const;
  /// Products, children before parents.
  std::vector<unsigned> postOrder() const;
  /// Tensor and cost from the children.
  void update(unsigned node);

  const Network *network;
  std::vector<Node> nodes;
};

} // namespace einsumc::contraction

#endif // EINSUMC_LIB_ANALYSIS_CONTRACTIONTREE_H
