//===- GpuRows.h - The notebooks' equations on a GPU ------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXAMPLES_GPUROWS_H
#define EINSUMC_TEST_EXAMPLES_GPUROWS_H

#include "NotebookRows.h"
#include "einsumc/Compiler/Compiler.h"
#include "einsumc/Reference/Compare.h"

namespace einsumc::notebooks {

/// A row compiled for a GPU, and run.
struct GpuOutcome {
  reference::Verdict verdict;
  double compileSeconds = 0;
  /// Of a call, where a GPU ran it.
  std::optional<double> seconds;
};

struct GpuOutcomes {
  std::string where; ///< "NVIDIA H100 (sm_90)", "interpreted, no GPU"
  std::vector<GpuOutcome> rows;
};

/// Runs every row on the first GPU, or, where there is none, in the PTX
/// interpreter, several at a time. `equations` and `references` are the rows'.
llvm::Expected<GpuOutcomes>
runOnGpu(Compiler &compiler, llvm::ArrayRef<Row> rows,
         llvm::ArrayRef<const ResolvedEquation *> equations,
         llvm::ArrayRef<const reference::Evaluation *> references);

} // namespace einsumc::notebooks

#endif // EINSUMC_TEST_EXAMPLES_GPUROWS_H
