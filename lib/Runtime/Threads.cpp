//===- Threads.cpp - Run compiled kernels on several threads --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"
#include <atomic>

using namespace einsumc::runtime;

//===----------------------------------------------------------------------===//
// The host's executor, or the pool
//===----------------------------------------------------------------------===//

// Two words: they are not changed while calls are under way.
static constinit std::atomic<einsumcExecutor> hostExecutor{nullptr};
static constinit std::atomic<void *> hostContext{nullptr};

void einsumcSetParallelFor(einsumcExecutor executor, void *context) {
  hostContext.store(context);
  hostExecutor.store(executor);
}

namespace {
struct HostTasks {
  einsumcTasks tasks;
  void *data;
};
} // namespace

/// On a thread of the host's.
static void runHostTasks(void *data, int64_t begin, int64_t end) {
  auto *host = static_cast<HostTasks *>(data);
  InsideTask inside;
  host->tasks(host->data, begin, end);
}

void einsumcParallelFor(int64_t count, int64_t threads, einsumcTasks tasks,
                        void *data) {
  if (count <= 0)
    return;
  if (threads > EINSUMC_MAX_THREADS)
    threads = EINSUMC_MAX_THREADS;
  if (count == 1 || threads <= 1 || InsideTask::isSet())
    return tasks(data, 0, count);
  einsumcExecutor executor = hostExecutor.load();
  if (!executor)
    return runInPool(count, threads, tasks, data);
  HostTasks host{tasks, data};
  executor(hostContext.load(), count, threads, runHostTasks, &host);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
/// A call of an entry, without its tasks.
struct Step {
  einsumcEntry entry;
  void *const *operands;
  const int64_t *sizes, *strides;
  void *scratch;
  int64_t step;
  std::atomic<int32_t> code{0};

  void run(int64_t begin, int64_t end) {
    int32_t result = entry(operands, sizes, strides, scratch, step, begin, end);
    int32_t none = 0;
    if (result != 0)
      code.compare_exchange_strong(none, result);
  }
};
} // namespace

static void runStep(void *data, int64_t begin, int64_t end) {
  static_cast<Step *>(data)->run(begin, end);
}

int32_t einsumcThreadsRun(einsumcEntry entry, einsumcTaskCount tasks,
                          void *const *operands, const int64_t *sizes,
                          const int64_t *strides, void *scratch,
                          int64_t threads) {
  Step step{entry, operands, sizes, strides, scratch, 0};
  for (;; ++step.step) {
    int64_t count = tasks(sizes, step.step);
    if (count < 0)
      return 0;
    if (count == 1)
      step.run(0, 1);
    else
      einsumcParallelFor(count, threads, runStep, &step);
    if (int32_t code = step.code.load())
      return code;
  }
}
