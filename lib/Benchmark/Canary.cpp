//===- Canary.cpp - Is the core ours alone? -------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Canary.h"

#include "einsumc/Benchmark/Statistics.h"
#include <chrono>
#include <cstdint>
#include <ctime>

using namespace einsumc;

double bench::wallSeconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double bench::coreSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

/// Eight independent chains fill all integer units of a core; two would leave
/// room for a neighbour.
[[gnu::noinline]] static uint64_t integerLoop(int64_t repeats, uint64_t seed) {
  uint64_t a = seed, b = seed + 1, c = seed + 2, d = seed + 3, e = seed + 4,
           f = seed + 5, g = seed + 6, h = seed + 7;
  for (int64_t i = 0; i < repeats; ++i) {
    a = (a + seed) ^ uint64_t(i);
    b = (b ^ seed) + uint64_t(i);
    c = (c + seed) ^ uint64_t(i);
    d = (d ^ seed) + uint64_t(i);
    e = (e + seed) ^ uint64_t(i);
    f = (f ^ seed) + uint64_t(i);
    g = (g + seed) ^ uint64_t(i);
    h = (h ^ seed) + uint64_t(i);
    // Keeps all of them in integer registers, whatever the optimiser can do.
    asm volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
    asm volatile("" : "+r"(e), "+r"(f), "+r"(g), "+r"(h));
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

double bench::runCanary() {
  static volatile uint64_t seed = 12345, sink = 0;
  constexpr int64_t kRepeats = 15000;
  double start = wallSeconds();
  sink = integerLoop(kRepeats, seed);
  (void)sink;
  return wallSeconds() - start;
}

bench::CanaryRecord::CanaryRecord() {
  for (int i = 0; i < 128; ++i)
    run();
}

double bench::CanaryRecord::run() {
  double seconds = runCanary();
  // The very fastest may owe it to a moment of a higher clock.
  constexpr double kFastEnd = 0.1;
  constexpr size_t kKept = 4096, kLearned = 64;
  if (times.size() < kKept)
    times.push_back(seconds);
  if (times.size() % kLearned == 0)
    best = quantile(times, kFastEnd);
  return seconds;
}
