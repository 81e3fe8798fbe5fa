//===- LaunchPlan.h - How a GPU's kernels are launched ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a function of launches (after `kernel-apply-simt-schedule`) into the
// JSON that docs/GPU.md describes: what a host needs beside the code.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TARGET_LAUNCHPLAN_H
#define EINSUMC_TARGET_LAUNCHPLAN_H

#include "einsumc/Dialect/Kernel/IR/Signature.h"
#include "einsumc/TargetInfo/GpuInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

namespace einsumc {

/// One launch whose numbers are known, or not known, before run time.
struct StaticLaunch {
  std::string entry;
  /// Blocks along x; ShapedType::kDynamic where run-time sizes decide.
  int64_t blocks = 0;
  int64_t threads = 0;
};

struct LaunchPlan {
  llvm::json::Object json;
  std::vector<StaticLaunch> launches;

  /// As text; for people in lines of their own.
  std::string text(bool pretty = true) const;
};

/// The plan of a public function; says on the function what a plan cannot
/// express.
llvm::FailureOr<LaunchPlan> getLaunchPlan(mlir::func::FuncOp function,
                                          const kernel::Signature &signature,
                                          const GpuInfo &gpu);

} // namespace einsumc

#endif // EINSUMC_TARGET_LAUNCHPLAN_H
