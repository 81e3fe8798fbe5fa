//===- KernelInterfaces.td - Interfaces of the kernel dialect -*- tablegen -*-//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_KERNELINTERFACES
#define EINSUMC_DIALECT_KERNEL_IR_KERNELINTERFACES

include "mlir/IR/OpBase.td"

def Kernel_ScheduleAttrInterface : AttrInterface<"ScheduleAttrInterface"> {
  let cppNamespace = "::einsumc::kernel";
  let description = [{
    A decision about how one `kernel.region` runs on one target. Every target
    family has its own attribute; all of them can be printed, edited and fed
    back, and all of them refuse what they cannot carry out.
  }];
  let methods = [
    InterfaceMethod<[{
      Checks the schedule against the region that carries it and the target it
      is meant for (the module's target attribute; null where it has none); says
      why it is illegal through `emitError`.
    }], "::llvm::LogicalResult", "verifySchedule", (ins
      "::mlir::Operation *":$region, "::mlir::Attribute":$target,
      "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>
  ];
}

#endif // EINSUMC_DIALECT_KERNEL_IR_KERNELINTERFACES
