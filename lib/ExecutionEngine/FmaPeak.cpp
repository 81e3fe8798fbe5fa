//===- FmaPeak.cpp - What the core can do at most -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/FmaPeak.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

namespace {

/// Chains enough to hide an FMA's latency (4-5 cycles) on two ports, few enough
/// for 16 registers.
constexpr int kChains = 12;
constexpr int kSteps = 256;

template <typename Vector, typename T>
[[gnu::always_inline]] inline T fmaLoop(int64_t repeats, T seed) {
  Vector acc[kChains];
  for (int c = 0; c < kChains; ++c)
    acc[c] = Vector{} + (seed + T(c));
  Vector x = Vector{} + T(0.999), y = Vector{} + T(0.001);
  for (int64_t r = 0; r < repeats; ++r)
    for (int s = 0; s < kSteps; ++s)
#pragma clang loop unroll(full)
      for (int c = 0; c < kChains; ++c)
        acc[c] = __builtin_elementwise_fma(acc[c], x, y);
  for (int c = 1; c < kChains; ++c)
    acc[0] += acc[c];
  return acc[0][0];
}

template <typename T, int Bytes> using Vec [[gnu::vector_size(Bytes)]] = T;

#if defined(__x86_64__)
template <typename T>
[[gnu::target("avx512f"), gnu::noinline]] T run512(int64_t n, T s) {
  return fmaLoop<Vec<T, 64>, T>(n, s);
}
template <typename T>
[[gnu::target("avx2,fma"), gnu::noinline]] T run256(int64_t n, T s) {
  return fmaLoop<Vec<T, 32>, T>(n, s);
}
#endif

/// Without FMA hardware the loop above would call libm: multiply and add.
template <typename T> [[gnu::noinline]] T run128(int64_t n, T seed) {
  using Vector = Vec<T, 16>;
  Vector acc[kChains];
  for (int c = 0; c < kChains; ++c)
    acc[c] = Vector{} + (seed + T(c));
  Vector x = Vector{} + T(0.999), y = Vector{} + T(0.001);
  for (int64_t r = 0; r < n; ++r)
    for (int s = 0; s < kSteps; ++s)
#pragma clang loop unroll(full)
      for (int c = 0; c < kChains; ++c)
        acc[c] = acc[c] * x + y;
  for (int c = 1; c < kChains; ++c)
    acc[0] += acc[c];
  return acc[0][0];
}

template <typename T> double measure(double milliseconds) {
  T (*loop)(int64_t, T) = run128<T>;
  int lanes = 16 / sizeof(T);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    loop = run512<T>;
    lanes = 64 / sizeof(T);
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    loop = run256<T>;
    lanes = 32 / sizeof(T);
  }
#endif
  using Clock = std::chrono::steady_clock;
  volatile T seed = T(0.5), sink = 0;
  double best = 0;
  // A slice is about 0.1 ms; the fastest one is the peak.
  constexpr int64_t repeats = 64;
  auto end =
      Clock::now() + std::chrono::duration<double, std::milli>(milliseconds);
  do {
    auto start = Clock::now();
    sink = loop(repeats, seed);
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, 2.0 * lanes * kChains * kSteps * repeats / seconds);
  } while (Clock::now() < end);
  (void)sink;
  return best;
}

/// The sum of what `threads` measure at the same time.
template <typename T> double measureAll(double milliseconds, int64_t threads) {
  if (threads <= 1)
    return measure<T>(milliseconds);
  std::vector<double> peaks(threads);
  std::atomic<int64_t> ready{0};
  std::vector<std::thread> others;
  auto run = [&](int64_t number) {
    // None runs before all are there.
    ++ready;
    while (ready < threads)
      std::this_thread::yield();
    peaks[number] = measure<T>(milliseconds);
  };
  for (int64_t number = 1; number < threads; ++number)
    others.emplace_back(run, number);
  run(0);
  for (std::thread &other : others)
    other.join();
  return std::accumulate(peaks.begin(), peaks.end(), 0.0);
}

} // namespace

double einsumc::measureFmaPeakF32(double ms, int64_t threads) {
  return measureAll<float>(ms, threads);
}
double einsumc::measureFmaPeakF64(double ms, int64_t threads) {
  return measureAll<double>(ms, threads);
}
