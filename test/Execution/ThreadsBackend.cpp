//===- ThreadsBackend.cpp - The same kernel on several threads ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadsBackend.h"

using namespace einsumc;
using namespace einsumc::test;

/// Calls that must give the same bits each time.
static constexpr int kRepeats = 2;

llvm::Error ThreadsBackend::compile(Compiler &compiler,
                                    const ResolvedEquation &equation,
                                    const ImportOptions &import,
                                    const CompileOptions &options) {
  deterministic.clear();
  CompileOptions given = options;
  given.deterministic = true;
  for (int64_t threads : {1, 2, 4}) {
    given.threads = threads;
    auto kernel = compileKernel(compiler, equation, import, given);
    if (!kernel)
      return kernel.takeError();
    deterministic.push_back(std::move(*kernel));
  }
  given.deterministic = false;
  given.threads = 3;
  auto kernel = compileKernel(compiler, equation, import, given);
  if (!kernel)
    return kernel.takeError();
  free = std::move(*kernel);
  return llvm::Error::success();
}

llvm::ArrayRef<CallSpec> ThreadsBackend::calls() const {
  static constexpr CallSpec specs[] = {
      {"deterministic kernels", Data::normal, Flush::toEnd, kPoison[0]},
      {"a kernel of three threads", Data::normal, Flush::toStart, kPoison[1]}};
  return specs;
}

std::string ThreadsBackend::call(size_t number,
                                 const KernelArguments &arguments,
                                 reference::Random &) {
  std::vector<RunOperand> operands;
  for (const GuardedTensor *tensor : arguments.tensors)
    operands.push_back(
        {tensor->view().data, tensor->view().shape, tensor->view().strides});
  std::vector<const void *> scalars;
  for (const KernelArguments::Scalar &scalar : arguments.scalars)
    scalars.push_back(scalar.bytes.data());

  llvm::MutableArrayRef<uint8_t> memory =
      arguments.tensors.back()->memory().accessible();
  const std::vector<uint8_t> before(memory.begin(), memory.end());
  std::vector<uint8_t> first;
  auto run = [&](const Kernel &kernel) -> std::string {
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
      llvm::copy(before, memory.begin());
      if (RunResult result = kernel.run(operands, scalars); !result)
        return "refused: " + result.message;
      if (first.empty())
        first.assign(memory.begin(), memory.end());
      else if (memory != llvm::ArrayRef(first))
        return std::to_string(kernel.threads()) +
               " threads gave other bits in call " + std::to_string(repeat);
    }
    return "";
  };
  if (number == 1)
    return run(*free);
  for (const Kernel &kernel : deterministic)
    if (std::string failure = run(kernel); !failure.empty())
      return failure;
  return "";
}
