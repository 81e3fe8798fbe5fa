//===- WhereNeeded.cpp - Passes that mostly have nothing to do ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WhereNeeded.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace {
struct WhereNeeded : PassWrapper<WhereNeeded, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WhereNeeded)

  explicit WhereNeeded(bool (*isNeeded)(Operation *))
      : isNeeded(isNeeded), passes(ModuleOp::getOperationName()) {}

  StringRef getName() const override { return "WhereNeeded"; }

  void getDependentDialects(DialectRegistry &registry) const override {
    passes.getDependentDialects(registry);
  }

  void runOnOperation() override {
    WalkResult found = getOperation().walk([&](Operation *op) {
      return isNeeded(op) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (found.wasInterrupted() && failed(runPipeline(passes, getOperation())))
      signalPassFailure();
  }

  bool (*isNeeded)(Operation *);
  OpPassManager passes;
};
} // namespace

std::unique_ptr<Pass>
einsumc::whereNeeded(bool (*isNeeded)(Operation *),
                     llvm::function_ref<void(OpPassManager &)> addPasses) {
  auto pass = std::make_unique<WhereNeeded>(isNeeded);
  addPasses(pass->passes);
  return pass;
}
