//===- DotProduct.h - Products of groups, added to lanes --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_DOTPRODUCT_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_DOTPRODUCT_H

#include "einsumc/Dialect/Kernel/IR/NarrowProduct.h"

namespace einsumc::kernel {

/// Adds the products of groups of terms to each lane: by the instruction where
/// the target has it, otherwise by shifts and multiplications of whole lanes.
/// (The instructions themselves: vdpbf16ps rounds each sum, and takes
/// subnormals for zero; the integer ones are exact modulo 2³².)
class DotProduct {
public:
  /// `isUnsigned`: of the two factors, integers only.
  DotProduct(TileKind kind, bool firstUnsigned, bool secondUnsigned,
             TargetAttr target)
      : kind(kind), isUnsigned{firstUnsigned, secondUnsigned}, target(target) {}

  /// `sum` is a vector of f32 or i32; `first` and `second` are vectors of as
  /// many i32, a group each.
  mlir::Value add(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value sum,
                  mlir::Value first, mlir::Value second) const;

  /// Whether products of vectors of `lanes` groups are one instruction, or a
  /// few.
  bool isNative(int64_t lanes) const;

private:
  mlir::Value addNative(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value sum, mlir::Value first,
                        mlir::Value second) const;
  mlir::Value addEmulated(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value sum, mlir::Value first,
                          mlir::Value second) const;

  TileKind kind;
  bool isUnsigned[2];
  TargetAttr target;
};

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_DOTPRODUCT_H
