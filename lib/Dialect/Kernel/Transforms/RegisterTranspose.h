//===- RegisterTranspose.h - Rows become columns in registers ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_REGISTERTRANSPOSE_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_REGISTERTRANSPOSE_H

#include "mlir/IR/Builders.h"

namespace einsumc::kernel {

/// Bits of the pieces that vector instructions shuffle within.
inline constexpr int64_t kShuffleBits = 128;

/// The columns of a square whose rows are the given vectors: as many as a
/// vector has elements, a power of two of pieces of 128 bits. An element is
/// `parts` numbers beside each other.
llvm::SmallVector<mlir::Value> transposeSquare(mlir::OpBuilder &builder,
                                               mlir::Location loc,
                                               llvm::ArrayRef<mlir::Value> rows,
                                               int64_t parts = 1);

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_REGISTERTRANSPOSE_H
