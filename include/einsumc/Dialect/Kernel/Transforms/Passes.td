//===- Passes.td - Passes on the kernel dialect ------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def PrepareEntry : Pass<"kernel-prepare-entry", "::mlir::ModuleOp"> {
  let summary = "Turn functions of tensors into functions of memrefs";
}
def FormRegions : Pass<"kernel-form-regions", "::mlir::func::FuncOp"> {
  let summary = "Turn linalg on tensors into kernel.region";
  let dependentDialects = ["einsumc::kernel::KernelDialect"];
}
def OutlineSteps : Pass<"kernel-outline-steps", "::mlir::ModuleOp"> {
  let summary = "Move every region into a function of its own and merge equal ones";
}
def ClassifyLoops : Pass<"kernel-classify-loops", "::mlir::func::FuncOp"> {
  let summary = "Bring regions on memrefs to normal form and class their loops";
}
def SelectSchedule : Pass<"kernel-select-schedule", "::mlir::ModuleOp"> {
  let summary = "Decide each region's schedule from the target's numbers";
}
def ApplyCpuSchedule : Pass<"kernel-apply-cpu-schedule", "::mlir::func::FuncOp"> {
  let summary = "Carry a #kernel.cpu_schedule out as loops, packing and micro-kernels";
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect"];
}
def LowerPack : Pass<"kernel-lower-pack", "::mlir::func::FuncOp"> {
  let summary = "Lower kernel.pack to loops over vectors";
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::vector::VectorDialect", "mlir::arith::ArithDialect"];
}
def LowerMicroKernel : Pass<"kernel-lower-micro-kernel", "::mlir::func::FuncOp"> {
  let summary = "Lower kernel.micro_kernel to one loop over 1-D vectors";
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::vector::VectorDialect", "mlir::arith::ArithDialect", "mlir::memref::MemRefDialect"];
}
def ExpandConversions : Pass<"kernel-expand-conversions", "::mlir::func::FuncOp"> {
  let summary = "Expand conversions to and from f16 and bf16 to integer arithmetic";
}
def LowerEntry : Pass<"kernel-lower-entry", "::mlir::ModuleOp"> {
  let summary = "Give kernel functions the C ABI: entry, tasks, scratch and wrappers";
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::LLVM::LLVMDialect", "mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect"];
}
def VerifyLowered : Pass<"verify-lowered", "::mlir::ModuleOp"> {
  let summary = "Refuse whatever is left that is not LLVM";
}

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES
