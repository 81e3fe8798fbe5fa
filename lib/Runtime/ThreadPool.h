//===- ThreadPool.h - Threads that wait for work ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The process's one pool. Written on pthreads and the C++ headers that need no
// library: C programs link with it and libpthread alone.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_RUNTIME_THREADPOOL_H
#define EINSUMC_LIB_RUNTIME_THREADPOOL_H

#include "einsumc/Runtime/Threads.h"

namespace einsumc::runtime {

/// Marks the calling thread as one that runs a task, as long as it lives.
class InsideTask {
public:
  InsideTask();
  ~InsideTask();
  InsideTask(const InsideTask &) = delete;
  InsideTask &operator=(const InsideTask &) = delete;

  /// Whether the calling thread runs a task now.
  static bool isSet();

private:
  bool before;
};

/// Runs tasks 0 … count - 1 on the calling thread and at most `threads` - 1
/// others. `count` and `threads` are 2 at least.
void runInPool(int64_t count, int64_t threads, einsumcTasks tasks, void *data);

} // namespace einsumc::runtime

#endif // EINSUMC_LIB_RUNTIME_THREADPOOL_H
