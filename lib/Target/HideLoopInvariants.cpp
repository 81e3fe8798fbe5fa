//===- HideLoopInvariants.cpp - Addresses in loops, made short ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HideLoopInvariants.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

/// Arithmetic that scalar evolution looks through.
static bool isSum(const Instruction &op) {
  switch (op.getOpcode()) {
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::Mul:
  case Instruction::Shl:
  case Instruction::Or:
  case Instruction::GetElementPtr:
    return true;
  default:
    return false;
  }
}

/// The uses of `value` by sums in loops that it is defined outside of.
static SmallVector<Use *> usesInLoops(Instruction &value,
                                      const LoopInfo &loops) {
  SmallVector<Use *> uses;
  for (Use &use : value.uses()) {
    auto *user = cast<Instruction>(use.getUser());
    const Loop *loop = loops.getLoopFor(user->getParent());
    if (loop && isSum(*user) && !loop->contains(&value))
      uses.push_back(&use);
  }
  return uses;
}

PreservedAnalyses
einsumc::HideLoopInvariantsPass::run(Function &function,
                                     FunctionAnalysisManager &analyses) {
  const LoopInfo &loops = analyses.getResult<LoopAnalysis>(function);
  if (loops.empty())
    return PreservedAnalyses::all();
  SmallVector<Instruction *> sums;
  for (BasicBlock &block : function)
    for (Instruction &op : block)
      if (isSum(op))
        sums.push_back(&op);
  for (Instruction *sum : sums) {
    SmallVector<Use *> uses = usesInLoops(*sum, loops);
    if (uses.empty())
      continue;
    auto *hidden = new FreezeInst(sum, "", std::next(sum->getIterator()));
    for (Use *use : uses)
      use->set(hidden);
  }
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
