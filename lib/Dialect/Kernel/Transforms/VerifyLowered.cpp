//===- VerifyLowered.cpp - Nothing but LLVM is left -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_VERIFYLOWERED
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;

namespace {
struct VerifyLowered : einsumc::kernel::impl::VerifyLoweredBase<VerifyLowered> {
  void runOnOperation() override {
    WalkResult result =
        getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
          if (op == getOperation() ||
              isa<LLVM::LLVMDialect, NVVM::NVVMDialect>(op->getDialect())) {
            ++numOperations;
            return WalkResult::advance();
          }
          op->emitError("expected only operations of the llvm dialect, but '")
              << op->getName() << "' is left";
          return WalkResult::interrupt();
        });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
