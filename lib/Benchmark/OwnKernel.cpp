//===- OwnKernel.cpp - A compiled kernel, as a benchmark calls it ---------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/OwnKernel.h"

#include "einsumc/Runtime/Threads.h"
#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

void OwnKernel::Free::operator()(void *memory) const { std::free(memory); }

static RunOperand runOperand(const reference::TensorView &view) {
  return {view.data, view.shape, view.strides};
}

Expected<OwnKernel> OwnKernel::create(Kernel kernel,
                                      ArrayRef<reference::TensorView> operands,
                                      const reference::TensorView &result,
                                      unsigned threads) {
  OwnKernel own(std::move(kernel));
  own.threads = threads;
  SmallVector<RunOperand> arguments;
  for (const reference::TensorView &operand : operands)
    arguments.push_back(runOperand(operand));
  arguments.push_back(runOperand(result));
  if (RunResult bound = own.kernel.bind(arguments, {}, own.call); !bound)
    return createStringError(bound.message);
  own.bytes = own.kernel.scratchBytes(own.call.sizes);
  if (own.bytes > 0) {
    own.scratch.reset(std::aligned_alloc(64, size_t(own.bytes)));
    if (!own.scratch)
      return createStringError("no memory for " + Twine(own.bytes) +
                               " bytes of scratch");
    std::memset(own.scratch.get(), 0, size_t(own.bytes));
  }
  own.entry = own.kernel.entry();
  for (int64_t step = 0;; ++step) {
    int64_t tasks = own.kernel.tasks()(own.call.sizes.data(), step);
    if (tasks < 0)
      break;
    if (tasks > 0)
      own.steps.push_back({step, tasks});
  }
  return own;
}

void OwnKernel::run(int64_t times) const {
  void *const *operands = call.operands.data();
  const int64_t *sizes = call.sizes.data(), *strides = call.strides.data();
  if (threads > 1) {
    for (int64_t i = 0; i < times; ++i)
      einsumcThreadsRun(entry, kernel.tasks(), operands, sizes, strides,
                        scratch.get(), threads);
    return;
  }
  // One step is what most kernels are: the loop is the call and nothing else.
  if (steps.size() == 1) {
    auto [step, tasks] = steps.front();
    for (int64_t i = 0; i < times; ++i)
      entry(operands, sizes, strides, scratch.get(), step, 0, tasks);
    return;
  }
  for (int64_t i = 0; i < times; ++i)
    for (auto [step, tasks] : steps)
      entry(operands, sizes, strides, scratch.get(), step, 0, tasks);
}
