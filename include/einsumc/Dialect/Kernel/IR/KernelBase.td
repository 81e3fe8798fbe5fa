//===- KernelBase.td - The kernel dialect ------------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_KERNELBASE
#define EINSUMC_DIALECT_KERNEL_IR_KERNELBASE

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::einsumc::kernel";
  let summary = "How a contraction is computed.";
  let description = [{
    The `einsum` dialect says *what* is computed; this dialect says *how*.

    A `kernel.region` is one contraction (or element-wise map) in
    destination-passing style, first on tensors, then on memrefs. The passes
    classify its loops (`#kernel.loops`), choose a schedule for a target
    (`#kernel.cpu_schedule` for `#kernel.target`), and carry the schedule out:
    `scf.forall` over independent tasks, `scf.for` over blocks,
    `kernel.scratch`, `kernel.pack` and `kernel.micro_kernel` inside.
  }];
  let dependentDialects = [
    "mlir::arith::ArithDialect", "mlir::memref::MemRefDialect",
    "mlir::LLVM::LLVMDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{ void registerAttributes(); }];
}

#endif // EINSUMC_DIALECT_KERNEL_IR_KERNELBASE
