//===- Costs.h - What is paid beside the kernel -----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compile time, scratch memory, and what a call costs above the kernel itself.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_COSTS_H
#define EINSUMC_BENCHMARK_COSTS_H

#include "einsumc/Benchmark/Figures.h"

namespace einsumc::bench {

/// One equation, compiled in process.
struct CompileCost {
  std::string name;
  double seconds = 0;
  bool isPacked = false; ///< some operand is packed
  int64_t scratchBytes = 0;
  bool isDisturbed = false; ///< no compilation of it was undisturbed
};

/// Compiles every row, one after the other, in a compiler of their own: the
/// first pays what is loaded and initialised once. The others are compiled
/// again, a few times, where something else took the core meanwhile.
llvm::Expected<std::vector<CompileCost>>
measureCompilation(llvm::ArrayRef<Row> rows, const CompileOptions &options,
                   CanaryRecord &canary,
                   llvm::function_ref<void(size_t)> progress);

/// Medians of packed and unpacked ones without the first, and the first.
Figure compileFigure(llvm::ArrayRef<CompileCost> costs);
/// The most scratch of any.
Figure memoryFigure(llvm::ArrayRef<CompileCost> costs);

/// Seconds of one call through an API above those of the bare kernel, and the
/// latter.
struct CallCost {
  double above = 0, kernel = 0;
};
Figure callFigure(llvm::Expected<CallCost> cost);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_COSTS_H
