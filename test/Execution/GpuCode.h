//===- GpuCode.h - A case's kernel for a GPU, and its checks ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_GPUCODE_H
#define EINSUMC_TEST_EXECUTION_GPUCODE_H

#include "Backend.h"

namespace einsumc::test {

/// What a host needs to run a kernel on a GPU.
struct GpuCode {
  std::string ptx, plan;
  kernel::Signature signature;
};

/// Compiles, and makes sure that the text holds no calls and no local memory,
/// and that numbers are parameters only where something is known at run time
/// only.
llvm::Expected<GpuCode> compileForGpu(Compiler &compiler,
                                      const ResolvedEquation &equation,
                                      const ImportOptions &import,
                                      const CompileOptions &options);

/// The path of ptxas, from PATH or the toolkit's folder; empty where it is not
/// found.
const std::string &ptxasPath();

/// Compiles for several GPUs; each text must pass through ptxas, without
/// spills. Calls nothing.
class PtxasBackend : public Backend {
public:
  llvm::Error compile(Compiler &compiler, const ResolvedEquation &equation,
                      const ImportOptions &import,
                      const CompileOptions &options) override;
  llvm::ArrayRef<CallSpec> calls() const override { return {}; }
  std::string call(size_t, const KernelArguments &,
                   reference::Random &) override {
    llvm_unreachable("there is no way to call it");
  }
};

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_GPUCODE_H
