//===- ThreadedPeak.cpp - The peak loop on several cores ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadedPeak.h"

#include "einsumc/ExecutionEngine/FmaPeak.h"
#include <atomic>
#include <sched.h>
#include <thread>
#include <vector>

using namespace einsumc;

/// The cores that this process may run on.
static std::vector<unsigned> allowedCores() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::vector<unsigned> cores;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    for (unsigned i = 0; i < CPU_SETSIZE; ++i)
      if (CPU_ISSET(i, &allowed))
        cores.push_back(i);
  return cores;
}

/// All of them at once; what they compute together.
static double peakOf(const std::vector<unsigned> &cores, double milliseconds) {
  std::vector<double> rates(cores.size());
  std::atomic<size_t> waiting = cores.size();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < cores.size(); ++i)
    threads.emplace_back([&, i] {
      cpu_set_t own;
      CPU_ZERO(&own);
      CPU_SET(cores[i], &own);
      sched_setaffinity(0, sizeof own, &own);
      --waiting;
      while (waiting)
        std::this_thread::yield();
      rates[i] = measureFmaPeakF32(milliseconds);
    });
  double sum = 0;
  for (size_t i = 0; i < cores.size(); ++i) {
    threads[i].join();
    sum += rates[i];
  }
  return sum;
}

double bench::measurePeakSpeedUp(unsigned threads, double milliseconds) {
  std::vector<unsigned> cores = allowedCores();
  if (cores.size() < threads)
    return 0;
  cores.resize(threads);
  return peakOf(cores, milliseconds) / peakOf({cores.front()}, milliseconds);
}
