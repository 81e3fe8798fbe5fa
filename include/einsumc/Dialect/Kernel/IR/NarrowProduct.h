//===- NarrowProduct.h - Products of widened elements -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What dot instructions compute, recognised by what a body means: the sum of
// products of two elements that are widened first.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_NARROWPRODUCT_H
#define EINSUMC_DIALECT_KERNEL_IR_NARROWPRODUCT_H

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

namespace einsumc::kernel {

/// Whether tiles of this kind compute with groups of terms.
inline bool isDot(TileKind kind) {
  return kind != TileKind::fma && kind != TileKind::widen;
}
/// Terms in the 32 bits of a group; 1 where there are no groups.
inline int64_t groupSize(TileKind kind) {
  return !isDot(kind) ? 1 : kind == TileKind::dot_i8 ? 4 : 2;
}

/// A body `acc + widen(x) · widen(y)`, in whatever order it is written.
struct NarrowProduct {
  struct Factor {
    mlir::Type type; ///< before it is widened
    bool isUnsigned;
  };
  /// Of the block's first two arguments.
  Factor factors[2];
  mlir::Type accumulator;

  static std::optional<NarrowProduct> get(mlir::Block &body);

  /// Whether the instruction of this kind computes it exactly (integers), or
  /// within what its rounding says (floats).
  bool fits(TileKind kind) const;
  /// Whether one factor must change its sign bit: `dot_i8` takes one unsigned
  /// and one signed.
  bool needsFlip(TileKind kind) const {
    return kind == TileKind::dot_i8 &&
           factors[0].isUnsigned == factors[1].isUnsigned;
  }
};

/// What the body widens an argument to before it does anything else with it;
/// null where it does not.
mlir::Type widenedType(mlir::BlockArgument argument);

/// Why this schedule's kind cannot be carried out for a region; empty where it
/// can. Inputs' flags say which ones are packed.
std::string findKindError(RegionOp region, const RegionShape &shape,
                          TileKind kind, llvm::ArrayRef<bool> pack);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_IR_NARROWPRODUCT_H
