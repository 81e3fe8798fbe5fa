//===- Executor.h - Warps in lockstep, in random order ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_EXECUTOR_H
#define EINSUMC_LIB_PTX_EXECUTOR_H

#include "Instruction.h"
#include "Memory.h"

namespace einsumc::ptx {

/// One launch of a program.
struct Launch {
  const Program &program;
  Memory &memory;
  Dim3 grid, block;
  /// The parameters as the kernel sees them, padding included.
  std::string parameters;
  LaunchOptions options;
};

/// Runs all threads to their end, or to the first error.
MaybeError execute(const Launch &launch, Statistics &statistics);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_EXECUTOR_H
