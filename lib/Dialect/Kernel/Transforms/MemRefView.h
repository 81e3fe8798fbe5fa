//===- MemRefView.h - Memory as elements of another type --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_MEMREFVIEW_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_MEMREFVIEW_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace einsumc::kernel {

/// The memory of `memref` as `type`, which has the same rank: complex numbers
/// as their parts, floats as bit patterns. Indices count elements of `type`.
///
/// No upstream operation changes the element type of a strided memref. The
/// descriptors of both are the same LLVM struct, so two casts meet there, and
/// vanish when memrefs become such structs.
mlir::Value viewAs(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value memref, mlir::MemRefType type);

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_MEMREFVIEW_H
