//===- KernelDialect.cpp - The kernel dialect -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace einsumc::kernel;

#include "einsumc/Dialect/Kernel/IR/KernelDialect.cpp.inc"

namespace {
/// Steps may be inlined into the kernel that calls them.
struct KernelInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void KernelDialect::initialize() {
  addInterfaces<KernelInliner>();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "einsumc/Dialect/Kernel/IR/KernelOps.cpp.inc"
      >();
}

TargetAttr einsumc::kernel::findTarget(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  return module ? module->getAttrOfType<TargetAttr>(kTargetAttrName)
                : TargetAttr();
}
