//===- Runner.cpp - A compiled kernel, wherever it runs -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runner.h"

#include "einsumc/ExecutionEngine/CompileKernel.h"

using namespace einsumc;
using namespace einsumc::run;

static llvm::Expected<Runner> makeCpuRunner(Compiler &compiler,
                                            const ResolvedEquation &equation,
                                            const ImportOptions &import,
                                            const CompileOptions &options) {
  llvm::Expected<Kernel> kernel =
      compileKernel(compiler, equation, import, options);
  if (!kernel)
    return kernel.takeError();
  Runner runner;
  runner.signature = kernel->signature();
  runner.run = [kernel = *kernel](Operands operands, Scalars scalars) {
    return kernel.run(operands, scalars);
  };
  return runner;
}

llvm::Expected<Runner> run::makeRunner(Compiler &compiler,
                                       const ResolvedEquation &equation,
                                       const ImportOptions &import,
                                       const CompileOptions &options,
                                       bool interpret) {
  if (options.target == TargetKind::cpu) {
    if (interpret)
      return llvm::createStringError("--interpret needs --target=nvptx");
    return makeCpuRunner(compiler, equation, import, options);
  }
  std::shared_ptr<GpuMachine> machine;
  if (interpret) {
    machine = createInterpreter();
  } else {
    auto gpu = createGpu();
    if (!gpu)
      return llvm::createStringError(
          llvm::toString(gpu.takeError()) +
          "; --interpret runs the kernel without a GPU");
    machine = std::move(*gpu);
  }
  llvm::Expected<GpuKernel> compiled =
      GpuKernel::compile(compiler, equation, import, options);
  if (!compiled)
    return compiled.takeError();
  auto kernel = std::make_shared<GpuKernel>(std::move(*compiled));
  Runner runner;
  runner.signature = kernel->signature();
  runner.where = machine->describe();
  runner.run = [=](Operands operands, Scalars scalars) {
    return kernel->run(*machine, operands, scalars);
  };
  runner.time = [=](Operands operands, Scalars scalars) {
    return kernel->time(*machine, operands, scalars);
  };
  return runner;
}
