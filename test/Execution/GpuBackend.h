//===- GpuBackend.h - Kernels for GPUs, run without one ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_GPUBACKEND_H
#define EINSUMC_TEST_EXECUTION_GPUBACKEND_H

#include "GpuCode.h"

#include <functional>

namespace einsumc::test {

/// Compiles to PTX and a launch plan; from then on these two texts are all
/// there is.
class GpuBackend : public Backend {
public:
  /// What is done to the PTX of every compilation.
  using Edit = std::function<llvm::Expected<std::string>(llvm::StringRef)>;
  explicit GpuBackend(Edit edit = nullptr) : edit(std::move(edit)) {}

  llvm::Error compile(Compiler &compiler, const ResolvedEquation &equation,
                      const ImportOptions &import,
                      const CompileOptions &options) override;
  std::string call(size_t number, const KernelArguments &arguments,
                   reference::Random &random) override;

protected:
  virtual llvm::Error run(size_t number, const KernelArguments &arguments,
                          reference::Random &random) = 0;

  Edit edit;
  GpuCode code;
  /// 90 for sm_90.
  unsigned architecture = 0;
};

/// The arrays that a call of a plan takes (docs/abi.md), of these arguments.
struct CallArrays {
  CallArrays(const GpuCode &code, const KernelArguments &arguments);
  llvm::SmallVector<int64_t> sizes, strides;
  llvm::SmallVector<const void *> scalars;
};

/// Run by the PTX interpreter, in memory that knows who wrote what. Of the
/// inputs, elements alone can be read, and nothing written. The result is
/// poison in the first call; in the second one nobody has written it, unless
/// the plan says that the kernel reads it.
class InterpreterBackend : public GpuBackend {
public:
  using GpuBackend::GpuBackend;
  llvm::ArrayRef<CallSpec> calls() const override;

private:
  llvm::Error run(size_t number, const KernelArguments &arguments,
                  reference::Random &random) override;
};

/// Launched through the runtime and a driver's library: the stand-in, unless
/// EINSUMC_CUDA_DRIVER names another.
class DriverBackend : public GpuBackend {
public:
  DriverBackend();
  llvm::ArrayRef<CallSpec> calls() const override;

private:
  llvm::Error run(size_t number, const KernelArguments &arguments,
                  reference::Random &random) override;
};

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_GPUBACKEND_H
