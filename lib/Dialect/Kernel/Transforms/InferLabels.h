//===- InferLabels.h - Axes of equal extent ---------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_INFERLABELS_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_INFERLABELS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace einsumc::kernel {

/// Gives `kernel.labels` to the arguments and results of a function of tensors
/// that has dynamic axes and says nothing about labels: axes that its body
/// makes equal share one. Fails where an output's extent is none of an input's,
/// as no caller could be held to it.
llvm::LogicalResult inferLabels(mlir::func::FuncOp function);

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_INFERLABELS_H
