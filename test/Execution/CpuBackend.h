//===- CpuBackend.h - Every way to call a kernel in this process *- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_CPUBACKEND_H
#define EINSUMC_TEST_EXECUTION_CPUBACKEND_H

#include "Backend.h"
#include "einsumc/ExecutionEngine/CompileKernel.h"

namespace einsumc::test {

/// Just in time, called by `Kernel::run`, by tasks in random order and through
/// the C functions.
class CpuBackend : public Backend {
public:
  llvm::Error compile(Compiler &compiler, const ResolvedEquation &equation,
                      const ImportOptions &import,
                      const CompileOptions &options) override;
  llvm::ArrayRef<CallSpec> calls() const override;
  std::string call(size_t number, const KernelArguments &arguments,
                   reference::Random &random) override;

private:
  std::optional<Kernel> kernel;
};

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_CPUBACKEND_H
