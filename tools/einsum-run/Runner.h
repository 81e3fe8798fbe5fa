//===- Runner.h - A compiled kernel, wherever it runs -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_RUN_RUNNER_H
#define EINSUMC_TOOLS_EINSUM_RUN_RUNNER_H

#include "einsumc/ExecutionEngine/GpuKernel.h"
#include <functional>

namespace einsumc::run {

using Operands = llvm::ArrayRef<RunOperand>;
using Scalars = llvm::ArrayRef<const void *>;

struct Runner {
  kernel::Signature signature;
  std::function<RunResult(Operands, Scalars)> run;
  /// Seconds of one call on a GPU, without copies; null for a CPU, which is
  /// timed from outside.
  std::function<std::optional<double>(Operands, Scalars)> time;
  /// "NVIDIA H100 (sm_90)", "interpreted, no GPU"; empty for this CPU.
  std::string where;
};

/// Compiles for this CPU, or for the first GPU, or, with `interpret`, for the
/// interpreter.
llvm::Expected<Runner> makeRunner(Compiler &compiler,
                                  const ResolvedEquation &equation,
                                  const ImportOptions &import,
                                  const CompileOptions &options,
                                  bool interpret);

} // namespace einsumc::run

#endif // EINSUMC_TOOLS_EINSUM_RUN_RUNNER_H
