//===- ThreadsTest.cpp - The pool of threads ------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Runtime/Threads.h"

#include <atomic>
#include <cfenv>
#include <chrono>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

/// Runs a lambda as tasks.
template <typename Body>
void parallelFor(int64_t count, int64_t threads, Body body) {
  einsumcParallelFor(
      count, threads,
      [](void *data, int64_t begin, int64_t end) {
        (*static_cast<Body *>(data))(begin, end);
      },
      &body);
}

/// How often each task was run.
std::vector<int> countRuns(int64_t count, int64_t threads) {
  std::vector<std::atomic<int>> runs(count);
  parallelFor(count, threads, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task)
      ++runs[task];
  });
  return std::vector<int>(runs.begin(), runs.end());
}

/// Waits, though not for ever.
template <typename Condition> bool waitFor(Condition holds) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::yield();
  }
  return true;
}

} // namespace

TEST(Threads, EveryTaskOnce) {
  for (int64_t threads : {1, 2, 3, 7, 100, 5000})
    for (int64_t count : {0, 1, 2, 3, 5, 64, 1000})
      EXPECT_EQ(countRuns(count, threads), std::vector<int>(count, 1))
          << count << " tasks on " << threads << " threads";
}

TEST(Threads, MoreTasksThan32BitsCount) {
  for (int64_t count :
       {int64_t(INT32_MAX), int64_t(UINT32_MAX) + 7, (int64_t(1) << 40) + 1}) {
    std::atomic<int64_t> total{0}, largest{0};
    parallelFor(count, 3, [&](int64_t begin, int64_t end) {
      total += end - begin;
      int64_t seen = largest;
      while (seen < end && !largest.compare_exchange_weak(seen, end))
        ;
    });
    EXPECT_EQ(total, count);
    EXPECT_EQ(largest, count);
  }
}

TEST(Threads, ThreadsRunAtOnce) {
  // No task ends before all have begun.
  constexpr int kThreads = 4;
  std::atomic<int> begun{0};
  std::atomic<bool> met{true};
  parallelFor(kThreads, kThreads, [&](int64_t begin, int64_t end) {
    begun += int(end - begin);
    if (!waitFor([&] { return begun == kThreads; }))
      met = false;
  });
  EXPECT_TRUE(met);
  EXPECT_GE(einsumcThreadsStarted(), kThreads - 1);
}

TEST(Threads, OneTaskStaysHere) {
  einsumcThreadsShutdown();
  std::thread::id here = std::this_thread::get_id();
  for (auto [count, threads] : {std::pair(1, 8), std::pair(8, 1)}) {
    parallelFor(count, threads, [&](int64_t begin, int64_t end) {
      EXPECT_EQ(std::this_thread::get_id(), here);
      EXPECT_EQ(begin, 0);
      EXPECT_EQ(end, count);
    });
  }
  EXPECT_EQ(einsumcThreadsStarted(), 0);
}

TEST(Threads, NestedCallsRunOnTheirThread) {
  std::atomic<int64_t> total{0};
  parallelFor(16, 4, [&](int64_t begin, int64_t end) {
    std::thread::id here = std::this_thread::get_id();
    for (int64_t task = begin; task < end; ++task)
      parallelFor(10, 4, [&](int64_t innerBegin, int64_t innerEnd) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        total += innerEnd - innerBegin;
      });
  });
  EXPECT_EQ(total, 160);
}

TEST(Threads, ManyCallersAtOnce) {
  constexpr int kCallers = 8, kRounds = 300;
  std::vector<std::thread> callers;
  std::atomic<int> wrong{0};
  for (int caller = 0; caller < kCallers; ++caller)
    callers.emplace_back([&, caller] {
      for (int round = 0; round < kRounds; ++round) {
        int64_t count = 1 + (round * 7 + caller) % 40;
        wrong += countRuns(count, 1 + (caller + round) % 5) !=
                 std::vector<int>(count, 1);
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Threads, SleepersAreWoken) {
  for (int round = 0; round < 20; ++round) {
    // Longer than they look for work.
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::atomic<int> begun{0};
    std::atomic<bool> met{true};
    parallelFor(3, 3, [&](int64_t begin, int64_t end) {
      begun += int(end - begin);
      if (!waitFor([&] { return begun == 3; }))
        met = false;
    });
    EXPECT_TRUE(met);
  }
}

TEST(Threads, ShutdownAndRestart) {
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(countRuns(12, 4), std::vector<int>(12, 1));
    EXPECT_GE(einsumcThreadsStarted(), 3);
    einsumcThreadsShutdown();
    EXPECT_EQ(einsumcThreadsStarted(), 0);
  }
}

TEST(Threads, ShutdownDuringCalls) {
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([&] {
      while (!stop)
        wrong += countRuns(9, 3) != std::vector<int>(9, 1);
    });
  for (int round = 0; round < 50; ++round)
    einsumcThreadsShutdown();
  stop = true;
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Threads, ChildOfForkStartsItsOwn) {
  EXPECT_EQ(countRuns(12, 4), std::vector<int>(12, 1));
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    bool ok = einsumcThreadsStarted() == 0 &&
              countRuns(12, 4) == std::vector<int>(12, 1) &&
              einsumcThreadsStarted() == 3;
    _exit(ok ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(countRuns(12, 4), std::vector<int>(12, 1));
}

TEST(Threads, CallersFloatingPointEnvironment) {
#if defined(__x86_64__) || defined(__aarch64__)
  std::fenv_t before;
  std::feholdexcept(&before);
  std::fesetround(FE_UPWARD);
  std::atomic<int> begun{0}, other{0};
  parallelFor(4, 4, [&](int64_t begin, int64_t end) {
    begun += int(end - begin);
    waitFor([&] { return begun == 4; });
    volatile float third = 1.0f, three = 3.0f;
    third = third / three;
    // Up from 0.333…, as it is not to nearest.
    if (!(third * 3.0 > 1.0))
      ++other;
  });
  bool isInexact = std::fetestexcept(FE_INEXACT);
  bool isDivided = std::fetestexcept(FE_DIVBYZERO);
  std::fesetenv(&before);
  EXPECT_EQ(other, 0);
  EXPECT_TRUE(isInexact);
  EXPECT_FALSE(isDivided);
#endif
}

//===----------------------------------------------------------------------===//
// Executors
//===----------------------------------------------------------------------===//

namespace {
struct Calls {
  int number = 0;
  int64_t count = 0, threads = 0;
};

/// Cuts the tasks in three and starts with the last.
void backwards(void *context, int64_t count, int64_t threads,
               einsumcTasks tasks, void *data) {
  auto &calls = *static_cast<Calls *>(context);
  ++calls.number;
  calls.count = count;
  calls.threads = threads;
  int64_t first = count / 3, second = count / 2;
  tasks(data, second, count);
  tasks(data, first, second);
  tasks(data, 0, first);
}
} // namespace

TEST(Threads, HostsExecutor) {
  einsumcThreadsShutdown();
  Calls calls;
  einsumcSetParallelFor(backwards, &calls);
  EXPECT_EQ(countRuns(10, 4), std::vector<int>(10, 1));
  EXPECT_EQ(calls.number, 1);
  EXPECT_EQ(calls.count, 10);
  EXPECT_EQ(calls.threads, 4);
  // Nested calls and single tasks do not come there.
  parallelFor(6, 2, [&](int64_t begin, int64_t end) {
    if (begin != end)
      EXPECT_EQ(countRuns(10, 4), std::vector<int>(10, 1));
  });
  EXPECT_EQ(calls.number, 2);
  EXPECT_EQ(countRuns(1, 4), std::vector<int>(1, 1));
  EXPECT_EQ(calls.number, 2);
  einsumcSetParallelFor(nullptr, nullptr);
  EXPECT_EQ(einsumcThreadsStarted(), 0);
  EXPECT_EQ(countRuns(10, 4), std::vector<int>(10, 1));
  EXPECT_EQ(calls.number, 2);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
/// A kernel of steps of 5, 1, 0 and 8 tasks; each writes what it has read of
/// the step before.
constexpr int64_t kTasks[] = {5, 1, 0, 8};

int64_t tasksOf(const int64_t *, int64_t step) {
  return step < 4 ? kTasks[step] : -1;
}

int32_t chain(void *const *operands, const int64_t *sizes,
              const int64_t *strides, void *, int64_t step, int64_t begin,
              int64_t end) {
  auto *numbers = static_cast<int64_t *>(operands[0]);
  auto *sum = static_cast<int64_t *>(operands[1]);
  auto *results = static_cast<int64_t *>(operands[2]);
  for (int64_t task = begin; task < end; ++task) {
    if (step == 0)
      numbers[task] = sizes[0] + task;
    else if (step == 1)
      for (int64_t i = 0; i < kTasks[0]; ++i)
        *sum += numbers[i];
    else if (step == 3)
      results[task] = *sum * strides[0] + task;
  }
  return 0;
}

int32_t fails(void *const *, const int64_t *, const int64_t *, void *,
              int64_t step, int64_t begin, int64_t end) {
  return step == 3 ? 0 : step == 0 && begin <= 3 && 3 < end ? 7 : 0;
}
} // namespace

TEST(Threads, StepsInOrder) {
  for (int round = 0; round < 2000; ++round) {
    int64_t numbers[5] = {}, sum = 0, results[8] = {};
    void *operands[] = {numbers, &sum, results};
    int64_t sizes[] = {round}, strides[] = {3};
    ASSERT_EQ(einsumcThreadsRun(chain, tasksOf, operands, sizes, strides,
                                nullptr, 1 + round % 4),
              0);
    for (int64_t task = 0; task < 8; ++task)
      ASSERT_EQ(results[task], (5 * round + 10) * 3 + task);
  }
}

TEST(Threads, EntrysCode) {
  EXPECT_EQ(
      einsumcThreadsRun(fails, tasksOf, nullptr, nullptr, nullptr, nullptr, 3),
      7);
}

//===----------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------===//

TEST(ThreadsDeathTest, ExitWithIdleThreads) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        bool ok = countRuns(12, 4) == std::vector<int>(12, 1);
        exit(ok ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(ThreadsDeathTest, ExitWhileOthersCall) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        std::thread caller([] {
          for (;;)
            countRuns(12, 4);
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(ThreadsDeathTest, ExitFromATask) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(parallelFor(4, 4,
                          [](int64_t begin, int64_t) {
                            if (begin == 0)
                              exit(0);
                          }),
              testing::ExitedWithCode(0), "");
}
