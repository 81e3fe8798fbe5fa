//===- Workers.h - Cases in processes of their own --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_WORKERS_H
#define EINSUMC_TEST_EXECUTION_WORKERS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include <cstdint>
#include <string>
#include <vector>

namespace einsumc::test {

/// One case's result, from whichever process it ran in.
struct Report {
  bool done = false;
  std::string failure; ///< empty: passed
  double compileSeconds = 0, referenceSeconds = 0, seconds = 0;
};

struct WorkerResults {
  std::vector<Report> reports; ///< one a case
  /// The passes' counters, summed over the processes.
  llvm::StringMap<uint64_t> counters;
  /// Processes that ended badly outside of any case.
  unsigned brokenWorkers = 0;
};

/// What a worker process does with one case.
using RunIndex = llvm::function_ref<Report(size_t)>;

/// Runs `start` in each of `jobs` processes, which gives every one what it then
/// calls with the numbers of cases, 0 to `count`, as they come. A process that
/// dies or takes too long costs one failed case; another goes on.
WorkerResults runInWorkers(
    size_t count, unsigned jobs,
    llvm::function_ref<void(llvm::function_ref<void(RunIndex)>)> start);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_WORKERS_H
