//===- Kernel.h - The kernel dialect ----------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_KERNEL_H
#define EINSUMC_DIALECT_KERNEL_IR_KERNEL_H

#include "einsumc/Support/ExtentFacts.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/Dialect/SCF/IR/DeviceMappingInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace einsumc::kernel {
class TargetAttr;
class YieldOp;

/// Module attribute that holds the `#kernel.target` or `#kernel.gpu_target`
/// decisions are made for.
inline constexpr llvm::StringLiteral kTargetAttrName = "kernel.target";
/// On a region, for people: why its schedule is what it is (an array of
/// strings), and the share of the FMA peak that the formula expects.
inline constexpr llvm::StringLiteral kWhyAttrName = "kernel.why";
inline constexpr llvm::StringLiteral kEfficiencyAttrName = "kernel.efficiency";
/// Module attribute, i64: how many threads run a kernel; absent: one.
inline constexpr llvm::StringLiteral kThreadsAttrName = "kernel.threads";
/// The gpu.module that holds the code for a GPU; no name in C.
inline constexpr llvm::StringLiteral kDeviceModuleName = "gpu.kernels";

// Attributes of a kernel function's arguments and results; see
// docs/architecture.md, "The midpoint".

/// Array of strings: the label of every axis.
inline constexpr llvm::StringLiteral kLabelsAttrName = "kernel.labels";
/// String: the C element type where MLIR's signless type does not tell it
/// ("u8", "u16", "u32", "u64", "bool").
inline constexpr llvm::StringLiteral kElementAttrName = "kernel.element";
/// `strided<[...]>`: the operand's strides in elements.
inline constexpr llvm::StringLiteral kLayoutAttrName = "kernel.layout";
/// Unit: this argument is read and then overwritten by the first result.
inline constexpr llvm::StringLiteral kInOutAttrName = "kernel.inout";
/// Unit, on a memref argument (after `kernel-prepare-entry`): an output. A
/// function without any such mark has one output, its last memref.
inline constexpr llvm::StringLiteral kOutputAttrName = "kernel.output";
/// String on a scalar argument: its name in C ("alpha", "beta").
inline constexpr llvm::StringLiteral kParameterAttrName = "kernel.parameter";
/// String on the function: the equation, for the header's comment.
inline constexpr llvm::StringLiteral kEquationAttrName = "kernel.equation";
/// Dictionary on the function, by labels' names: the `#kernel.extent` of those
/// of which something is assumed.
inline constexpr llvm::StringLiteral kAssumeAttrName = "kernel.assume";
/// Array on a region: the `#kernel.extent` of each loop.
inline constexpr llvm::StringLiteral kExtentsAttrName = "kernel.extents";
/// String on the function: its launch plan (docs/GPU.md).
inline constexpr llvm::StringLiteral kPlanAttrName = "kernel.plan";
/// String on the module: the code of its GPU kernels.
inline constexpr llvm::StringLiteral kCodeAttrName = "kernel.code";
} // namespace einsumc::kernel

#include "einsumc/Dialect/Kernel/IR/KernelDialect.h.inc"
#include "einsumc/Dialect/Kernel/IR/KernelEnums.h.inc"
#include "einsumc/Dialect/Kernel/IR/KernelInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "einsumc/Dialect/Kernel/IR/KernelAttrs.h.inc"

#define GET_OP_CLASSES
#include "einsumc/Dialect/Kernel/IR/KernelOps.h.inc"

namespace einsumc::kernel {
/// The CPU that code for the operation's module is made for; null where the
/// module has no target, or a GPU.
TargetAttr findTarget(mlir::Operation *op);
} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_IR_KERNEL_H
