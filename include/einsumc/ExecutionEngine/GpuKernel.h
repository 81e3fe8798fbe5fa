//===- GpuKernel.h - Kernels for a GPU, on a host's arrays ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles an equation to PTX and a launch plan, and runs it on arrays of the
// host: they are copied to the device's memory and the result back. For tools
// and tests; programs keep their data on the device (docs/abi.md).
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_EXECUTIONENGINE_GPUKERNEL_H
#define EINSUMC_EXECUTIONENGINE_GPUKERNEL_H

#include "einsumc/Compiler/Compiler.h"
#include "einsumc/ExecutionEngine/Kernel.h"

namespace einsumc {

/// A device's memory and what runs kernels there.
class GpuMachine {
public:
  virtual ~GpuMachine();

  /// "NVIDIA H100 (sm_90)", or "interpreted, no GPU".
  virtual std::string describe() const = 0;
  /// The device address of new memory, aligned to 256 bytes.
  virtual llvm::Expected<uint64_t> allocate(uint64_t bytes,
                                            llvm::StringRef name) = 0;
  virtual void free(uint64_t address) = 0;
  virtual llvm::Error copyIn(uint64_t address, const void *data,
                             uint64_t bytes) = 0;
  virtual llvm::Error copyOut(void *data, uint64_t address, uint64_t bytes) = 0;
  /// Runs a call to its end. `call.operands` holds as many device addresses as
  /// the kernel has operands, then the host addresses of scalars.
  virtual llvm::Error run(const std::string &ptx, const std::string &plan,
                          const BoundCall &call, size_t operands) = 0;
  /// Median seconds of a call without copies; none where that tells nothing.
  virtual std::optional<double> time(const std::string &ptx,
                                     const std::string &plan,
                                     const BoundCall &call,
                                     size_t operands) = 0;
};

/// The interpreter of PTX.
std::unique_ptr<GpuMachine> createInterpreter();
/// The first GPU that the driver has, or why there is none.
llvm::Expected<std::unique_ptr<GpuMachine>> createGpu();

/// Code for a GPU, and how it is called. One thread at a time may use it.
class GpuKernel {
public:
  /// `options.target` does not matter.
  static llvm::Expected<GpuKernel> compile(Compiler &compiler,
                                           const ResolvedEquation &equation,
                                           const ImportOptions &import,
                                           CompileOptions options);

  const kernel::Signature &signature() const { return kernel; }

  /// As `Kernel::run`, on `machine`.
  RunResult run(GpuMachine &machine, llvm::ArrayRef<RunOperand> operands,
                llvm::ArrayRef<const void *> scalars) const;
  /// Seconds of such a call without copies; none where it fails or that tells
  /// nothing.
  std::optional<double> time(GpuMachine &machine,
                             llvm::ArrayRef<RunOperand> operands,
                             llvm::ArrayRef<const void *> scalars) const;

private:
  kernel::Signature kernel;
  std::string ptx, plan;
};

} // namespace einsumc

#endif // EINSUMC_EXECUTIONENGINE_GPUKERNEL_H
