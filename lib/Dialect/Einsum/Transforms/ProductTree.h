//===- ProductTree.h - A contraction path as contractions -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_EINSUM_TRANSFORMS_PRODUCTTREE_H
#define EINSUMC_LIB_DIALECT_EINSUM_TRANSFORMS_PRODUCTTREE_H

#include "einsumc/Analysis/ContractionPath.h"
#include "einsumc/Dialect/Einsum/IR/Einsum.h"

namespace einsumc::einsum {

/// The products that a contraction is split into: the order of their operands
/// and of their axes.
///
/// As far as the tree and the operands' own axes leave a choice, nothing
/// depends on what labels are called or on where operands stand, so that equal
/// products of a large contraction become equal operations.
class ProductTree {
public:
  ProductTree(ContractOp op, const ContractionPath &path);

  /// Creates the contractions and returns the value that replaces the op.
  mlir::Value create(mlir::OpBuilder &builder);

private:
  /// An operand, or what a step makes.
  struct Part {
    /// One an axis. Operands have them as they are, but for those that were
    /// summed before; intermediates without repeats.
    LabelList labels;
    /// Whether the order of axes is still to be chosen.
    bool isFree = false;
    /// What a step multiplies.
    unsigned left = 0, right = 0;
    /// Where the operands below begin when all operands of the tree are listed
    /// from left to right.
    unsigned firstPlace = 0;
  };

  void findLabels(const ContractionPath &path);
  void placeOperands();
  /// The first place of an operand below the part that carries the label.
  unsigned findPlace(const Part &part, int64_t label) const;

  void arrangeSmallProducts();
  void orderOperands(Part &product);
  void orderAxes(const Part &product);
  /// Labels that both of a product's operands have and its result lacks, in
  /// the order in which the operands should have them.
  LabelList orderSummed(const Part &product) const;
  /// Whether a is the second operand by what a and b look like.
  bool goesSecond(const Part &a, const Part &b) const;
  bool isSmall(const Part &part) const;

  ContractOp op;
  unsigned numOperands;
  llvm::SmallVector<int64_t> extents; ///< By label.
  llvm::SmallVector<Part> parts;      ///< Numbered as in a path.
  llvm::BitVector preSummed;
  /// By label, the places of the operands that carry it, in order.
  llvm::SmallVector<llvm::SmallVector<unsigned, 2>> places;
};

} // namespace einsumc::einsum

#endif // EINSUMC_LIB_DIALECT_EINSUM_TRANSFORMS_PRODUCTTREE_H
