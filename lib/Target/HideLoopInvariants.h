//===- HideLoopInvariants.h - Addresses in loops, made short ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_TARGET_HIDELOOPINVARIANTS_H
#define EINSUMC_LIB_TARGET_HIDELOOPINVARIANTS_H

#include "llvm/IR/PassManager.h"

namespace einsumc {

/// Freezes what addresses in a loop take from outside of it, so that scalar
/// evolution sees one unknown instead of the sum over all surrounding loops.
/// Loop strength reduction tries the ways to split such a sum: with the six
/// loops of a packed product that is a third of all time a compilation takes,
/// and the surrounding loops' terms are not what an inner loop should carry
/// along. The values do not change: they are no poison to begin with.
struct HideLoopInvariantsPass : llvm::PassInfoMixin<HideLoopInvariantsPass> {
  llvm::PreservedAnalyses run(llvm::Function &function,
                              llvm::FunctionAnalysisManager &analyses);
};

} // namespace einsumc

#endif // EINSUMC_LIB_TARGET_HIDELOOPINVARIANTS_H
