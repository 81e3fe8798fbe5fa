//===- WhereNeeded.h - Passes that mostly have nothing to do ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PIPELINES_WHERENEEDED_H
#define EINSUMC_LIB_PIPELINES_WHERENEEDED_H

#include "mlir/Pass/PassManager.h"

namespace einsumc {

/// Runs `passes` on a module that has an operation for which `isNeeded`. What
/// users write may need upstream's expansions; what we lower does not, and to
/// find nothing takes each of them a millisecond.
std::unique_ptr<mlir::Pass>
whereNeeded(bool (*isNeeded)(mlir::Operation *),
            llvm::function_ref<void(mlir::OpPassManager &)> addPasses);

} // namespace einsumc

#endif // EINSUMC_LIB_PIPELINES_WHERENEEDED_H
