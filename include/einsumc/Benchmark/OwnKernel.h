//===- OwnKernel.h - A compiled kernel, as a benchmark calls it -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_OWNKERNEL_H
#define EINSUMC_BENCHMARK_OWNKERNEL_H

#include "einsumc/ExecutionEngine/CompileKernel.h"
#include "einsumc/Reference/Tensor.h"

namespace einsumc::bench {

/// A kernel of static shapes bound to its operands: what is left to measure is
/// the kernel alone. Scratch is allocated once, as a thread's arena keeps it.
class OwnKernel {
public:
  static llvm::Expected<OwnKernel>
  create(Kernel kernel, llvm::ArrayRef<reference::TensorView> operands,
         const reference::TensorView &result, unsigned threads = 1);

  /// Runs it so many times by the entry's address; no checks, no allocation. On
  /// several threads, by the runtime's pool.
  void run(int64_t times) const;

  int64_t scratchBytes() const { return bytes; }
  const Kernel &getKernel() const { return kernel; }

private:
  explicit OwnKernel(Kernel kernel) : kernel(std::move(kernel)) {}
  struct Step {
    int64_t step, tasks;
  };
  struct Free {
    void operator()(void *memory) const;
  };

  Kernel kernel;
  EntryFunction entry = nullptr;
  BoundCall call;
  llvm::SmallVector<Step> steps;
  std::unique_ptr<void, Free> scratch;
  int64_t bytes = 0;
  unsigned threads = 1;
};

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_OWNKERNEL_H
