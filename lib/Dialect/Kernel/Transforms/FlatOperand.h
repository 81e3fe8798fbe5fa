//===- FlatOperand.h - Operands of a loop nest as flat memory ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_FLATOPERAND_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_FLATOPERAND_H

#include "IndexBuilder.h"
#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

namespace einsumc::kernel {

/// On a region, i64: an input that may be read as it lies is packed only where
/// the operands of one matrix product have more bytes than that.
inline constexpr llvm::StringLiteral kPackAboveAttrName = "kernel.pack_above";

/// One operand as flat memory: element (i_0, i_1, …) lies at
/// base + Σ i_j · strides[j].
struct FlatOperand {
  unsigned number;
  mlir::Value memory, base;
  llvm::SmallVector<mlir::Value> strides;
};

/// An operand's memory as a flat memref, and where its elements lie in it. The
/// first one tells the extents of the loops.
FlatOperand flattenOperand(IndexBuilder &ib, RegionOp region, unsigned number,
                           llvm::SmallVectorImpl<mlir::Value> &extents);

/// Bytes of one element, of a type or of a memref.
int64_t elementBytes(mlir::Type element);
int64_t elementBytes(mlir::Value memref);

/// Writes the region's epilogue into an empty one.
void cloneEpilogue(RegionOp region, mlir::Region &target, mlir::OpBuilder &b);

/// Gives the micro-kernel the region's body, with scalar inputs used from
/// above. What its memory holds widened already is not widened again.
void cloneBody(RegionOp region, const RegionShape &shape, MicroKernelOp op,
               mlir::OpBuilder &b);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_FLATOPERAND_H
