//===- Workers.cpp - Cases in processes of their own ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workers.h"
#include "einsumc/Support/Counters.h"
#include "llvm/ADT/STLExtras.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace einsumc;
using namespace einsumc::test;

namespace {

/// Seconds after which a case counts as hanging.
constexpr unsigned kTimeout = 300;
constexpr size_t kMaxCounters = 64;
/// A worker that has not begun its first case.
constexpr size_t kNoCase = ~size_t(0);

/// Plain memory that parent and workers share.
struct SharedReport {
  std::atomic<bool> done;
  double compileSeconds, referenceSeconds, seconds;
  char failure[2000];
};
struct SharedCounter {
  char name[80];
  std::atomic<uint64_t> value;
};
struct SharedState {
  std::atomic<size_t> next;
  SharedCounter counters[kMaxCounters];
};

template <typename T> T *share(size_t count) {
  void *memory =
      mmap(nullptr, sizeof(T) * std::max<size_t>(count, 1),
           PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    std::exit(2);
  }
  return static_cast<T *>(memory);
}

} // namespace

static void store(SharedReport &slot, const Report &report) {
  slot.compileSeconds = report.compileSeconds;
  slot.referenceSeconds = report.referenceSeconds;
  slot.seconds = report.seconds;
  std::strncpy(slot.failure, report.failure.c_str(), sizeof(slot.failure) - 1);
  slot.done = true;
}

/// Counters are the same objects in every process: parents' slots by position.
static void addCounters(SharedState &state) {
  size_t position = 0;
  Counter::forEach([&](const Counter &counter) {
    if (position == kMaxCounters)
      return;
    SharedCounter &slot = state.counters[position++];
    std::strncpy(slot.name, counter.getName().str().c_str(),
                 sizeof(slot.name) - 1);
    slot.value += counter.value();
  });
}

static std::string howItEnded(int status) {
  if (WIFEXITED(status))
    return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGALRM)
    return "took more than " + std::to_string(kTimeout) + " seconds";
  return std::string("ended by signal: ") + strsignal(WTERMSIG(status));
}

WorkerResults test::runInWorkers(
    size_t count, unsigned jobs,
    llvm::function_ref<void(llvm::function_ref<void(RunIndex)>)> start) {
  auto *state = share<SharedState>(1);
  auto *slots = share<SharedReport>(count);
  auto *current = share<std::atomic<size_t>>(jobs);

  auto spawn = [&](unsigned worker) {
    current[worker] = kNoCase;
    std::fflush(nullptr);
    pid_t pid = fork();
    if (pid != 0)
      return pid;
    start([&](RunIndex run) {
      for (;;) {
        size_t index = state->next.fetch_add(1);
        current[worker] = index;
        if (index >= count)
          return;
        alarm(kTimeout);
        auto begin = std::chrono::steady_clock::now();
        Report report = run(index);
        report.seconds = std::chrono::duration<double>(
                             std::chrono::steady_clock::now() - begin)
                             .count();
        store(slots[index], report);
      }
    });
    alarm(0);
    addCounters(*state);
    std::fflush(nullptr);
    _exit(0);
  };

  WorkerResults results;
  std::vector<pid_t> workers;
  for (unsigned worker = 0; worker < jobs; ++worker)
    workers.push_back(spawn(worker));
  for (size_t alive = jobs; alive > 0;) {
    int status = 0;
    pid_t pid = wait(&status);
    auto found = llvm::find(workers, pid);
    if (pid < 0 || found == workers.end())
      continue;
    unsigned worker = found - workers.begin();
    size_t index = current[worker];
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      --alive;
      continue;
    }
    if (index == kNoCase || index >= count) {
      std::printf("a test process %s\n", howItEnded(status).c_str());
      results.brokenWorkers++;
      --alive;
      continue;
    }
    // The case it was at takes the blame.
    Report report;
    report.failure = howItEnded(status);
    store(slots[index], report);
    *found = spawn(worker);
  }

  for (size_t i = 0; i < count; ++i)
    results.reports.push_back({slots[i].done, slots[i].failure,
                               slots[i].compileSeconds,
                               slots[i].referenceSeconds, slots[i].seconds});
  for (const SharedCounter &slot : state->counters)
    if (slot.name[0])
      results.counters[slot.name] += slot.value;
  munmap(state, sizeof(SharedState));
  munmap(slots, sizeof(SharedReport) * std::max<size_t>(count, 1));
  munmap(current, sizeof(std::atomic<size_t>) * jobs);
  return results;
}
