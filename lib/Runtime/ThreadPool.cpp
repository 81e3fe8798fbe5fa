//===- ThreadPool.cpp - Threads that wait for work ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A caller puts a job, which lives on its stack, into the pool's list, works on
// it itself, takes it out of the list again and waits until the threads that
// joined it meanwhile have left. Everything but taking tasks happens under the
// pool's mutex, a few times a step.
//
//===----------------------------------------------------------------------===//

#include "ThreadPool.h"
#include "FloatEnvironment.h"
#include "TaskRanges.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

using namespace einsumc::runtime;

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

/// How long a thread looks before it sleeps: longer than it takes to go from
/// one step of a kernel to the next, and about as long as waking takes.
static constexpr int64_t kSpinNanoseconds = 50'000;

static int64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

static void relax() {
#if defined(__SSE__) || defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Looks for a while whether `holds`; says whether it does.
template <typename Condition> static bool spin(Condition holds) {
  int64_t end = now() + kSpinNanoseconds;
  do {
    // The clock is not free.
    for (int i = 0; i < 16; ++i) {
      if (holds())
        return true;
      relax();
    }
  } while (now() < end);
  return false;
}

//===----------------------------------------------------------------------===//
// The pool
//===----------------------------------------------------------------------===//

namespace {

/// The tasks of one step of a call.
struct Job {
  Job(int64_t count, int64_t threads, einsumcTasks tasks, void *data)
      : ranges(count, threads), tasks(tasks), data(data), wanted(threads - 1) {}

  TaskRanges ranges;
  einsumcTasks tasks;
  void *data;
  FloatEnvironment environment = FloatEnvironment::get();
  /// Threads at it beside the caller. Changed under the mutex; a caller that
  /// spins looks without.
  std::atomic<int64_t> inside{0};

  // Under the mutex:
  int64_t wanted;            ///< threads that may still join
  uint32_t flags = 0;        ///< floating-point flags that others raised
  bool callerSleeps = false; ///< until nobody is inside
  Job *next = nullptr, *previous = nullptr;
};

struct Pool {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t work = PTHREAD_COND_INITIALIZER;
  pthread_cond_t left = PTHREAD_COND_INITIALIZER;
  /// Changes whenever there may be something to do for an idle thread.
  std::atomic<uint64_t> news{0};

  // Under the mutex:
  Job *first = nullptr, *last = nullptr;
  int64_t started = 0, sleeping = 0;
  int64_t cores = 0; ///< 0: not yet asked
  bool stopping = false, handlesForks = false;
  pthread_t threads[EINSUMC_MAX_THREADS] = {};

  void append(Job &job) {
    job.previous = last;
    (last ? last->next : first) = &job;
    last = &job;
  }
  void remove(Job &job) {
    (job.previous ? job.previous->next : first) = job.next;
    (job.next ? job.next->previous : last) = job.previous;
  }
  Job *find() {
    for (Job *job = first; job; job = job->next)
      if (job->wanted > 0)
        return job;
    return nullptr;
  }
};

} // namespace

// Neither constructed nor destroyed at run time: it is there for whoever calls
// before main or after it.
static constinit Pool pool;
static constinit thread_local bool insideTask = false;

static void lock() { pthread_mutex_lock(&pool.mutex); }
static void unlock() { pthread_mutex_unlock(&pool.mutex); }

InsideTask::InsideTask() : before(insideTask) { insideTask = true; }
InsideTask::~InsideTask() { insideTask = before; }
bool InsideTask::isSet() { return insideTask; }

static void runTasks(Job &job, uint32_t share) {
  for (;;) {
    TaskRange range = job.ranges.take(share);
    if (range.begin == range.end)
      return;
    job.tasks(job.data, range.begin, range.end);
  }
}

/// Helps with a job. Called under the mutex, which is free meanwhile.
static void help(Job &job, uint32_t number) {
  --job.wanted;
  job.inside.fetch_add(1, std::memory_order_relaxed);
  unlock();
  FloatEnvironment own = FloatEnvironment::get();
  job.environment.withFlags(0).set();
  runTasks(job, number + 1);
  uint32_t flags = FloatEnvironment::get().flags();
  own.set();
  lock();
  job.flags |= flags;
  // Nothing is left for others either.
  job.wanted = 0;
  // The last that this thread knows of the job.
  if (job.callerSleeps && job.inside.load(std::memory_order_relaxed) == 1)
    pthread_cond_broadcast(&pool.left);
  job.inside.fetch_sub(1, std::memory_order_release);
}

static void *runThread(void *argument) {
  auto number = uint32_t(reinterpret_cast<uintptr_t>(argument));
  InsideTask inside;
  lock();
  // Threads that outnumber the cores would take them from those that work.
  bool spins = number + 1 < pool.cores;
  for (;;) {
    if (Job *job = pool.find()) {
      help(*job, number);
      continue;
    }
    if (pool.stopping)
      break;
    if (spins) {
      uint64_t seen = pool.news.load(std::memory_order_relaxed);
      unlock();
      bool hasNews = spin(
          [&] { return pool.news.load(std::memory_order_relaxed) != seen; });
      lock();
      if (hasNews || pool.news.load(std::memory_order_relaxed) != seen)
        continue;
    }
    ++pool.sleeping;
    pthread_cond_wait(&pool.work, &pool.mutex);
    --pool.sleeping;
  }
  unlock();
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Start, fork and end
//===----------------------------------------------------------------------===//

/// A child of fork has none of the pool's threads, and nobody else's jobs.
static void forgetThreads() {
  pool.mutex = PTHREAD_MUTEX_INITIALIZER;
  pool.work = PTHREAD_COND_INITIALIZER;
  pool.left = PTHREAD_COND_INITIALIZER;
  pool.first = pool.last = nullptr;
  pool.started = pool.sleeping = 0;
  pool.stopping = false;
}

/// Under the mutex: as many threads as can be had, up to `count`.
static void start(int64_t count) {
  if (pool.started >= count || pool.stopping)
    return;
  if (!pool.handlesForks)
    pool.handlesForks = pthread_atfork(lock, unlock, forgetThreads) == 0;
  pool.cores = einsumcThreadsAvailable();
  // Signals are for the host's threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.started < count) {
    auto number = reinterpret_cast<void *>(uintptr_t(pool.started));
    if (pthread_create(&pool.threads[pool.started], nullptr, runThread,
                       number) != 0)
      break;
    ++pool.started;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void einsumc::runtime::runInPool(int64_t count, int64_t threads,
                                 einsumcTasks tasks, void *data) {
  if (threads > count)
    threads = count;
  Job job(count, threads, tasks, data);
  lock();
  start(threads - 1);
  pool.append(job);
  pool.news.fetch_add(1, std::memory_order_relaxed);
  int64_t wake = pool.sleeping < job.wanted ? pool.sleeping : job.wanted;
  bool spins = pool.cores > 1;
  unlock();
  while (wake-- > 0)
    pthread_cond_signal(&pool.work);

  {
    InsideTask inside;
    runTasks(job, 0);
  }

  lock();
  pool.remove(job);
  auto isAlone = [&] {
    return job.inside.load(std::memory_order_acquire) == 0;
  };
  if (!isAlone() && spins) {
    unlock();
    spin(isAlone);
    lock();
  }
  while (!isAlone()) {
    job.callerSleeps = true;
    pthread_cond_wait(&pool.left, &pool.mutex);
  }
  uint32_t flags = job.flags;
  unlock();
  if (flags) {
    FloatEnvironment mine = FloatEnvironment::get();
    if (flags & ~mine.flags())
      mine.withFlags(mine.flags() | flags).set();
  }
}

int64_t einsumcThreadsAvailable() {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0)
    return CPU_COUNT(&cores) > 0 ? CPU_COUNT(&cores) : 1;
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? online : 1;
}

int64_t einsumcThreadsStarted() {
  lock();
  int64_t started = pool.started;
  unlock();
  return started;
}

void einsumcThreadsShutdown() {
  if (InsideTask::isSet())
    return; // It would wait for itself.
  lock();
  if (pool.stopping) {
    // Another thread is at it.
    while (pool.stopping)
      pthread_cond_wait(&pool.left, &pool.mutex);
    return unlock();
  }
  pool.stopping = true;
  pool.news.fetch_add(1, std::memory_order_relaxed);
  pthread_cond_broadcast(&pool.work);
  int64_t count = pool.started;
  unlock();
  for (int64_t i = 0; i < count; ++i)
    pthread_join(pool.threads[i], nullptr);
  lock();
  pool.started = 0;
  pool.stopping = false;
  pthread_cond_broadcast(&pool.left);
  unlock();
}

/// At the end of the program, or before the library's code goes away.
__attribute__((destructor)) static void shutDownAtEnd() {
  einsumcThreadsShutdown();
}
