//===- ThreadsBackend.h - The same kernel on several threads ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_THREADSBACKEND_H
#define EINSUMC_TEST_EXECUTION_THREADSBACKEND_H

#include "Backend.h"
#include "einsumc/ExecutionEngine/CompileKernel.h"

namespace einsumc::test {

/// Deterministic kernels of one, two and four threads, which must give the same
/// bits, and one of three threads that need not; all of them run repeatedly.
class ThreadsBackend : public Backend {
public:
  llvm::Error compile(Compiler &compiler, const ResolvedEquation &equation,
                      const ImportOptions &import,
                      const CompileOptions &options) override;
  llvm::ArrayRef<CallSpec> calls() const override;
  std::string call(size_t number, const KernelArguments &arguments,
                   reference::Random &random) override;

private:
  std::vector<Kernel> deterministic;
  std::optional<Kernel> free;
};

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_THREADSBACKEND_H
