//===- DotPeak.cpp - Peaks of dot-product instructions --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DotPeak.h"

#include "einsumc/Benchmark/Canary.h"
#include <algorithm>
#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace einsumc;

#if defined(__x86_64__)
namespace {

/// As for fused multiply-adds: enough chains to hide the latency, few enough
/// for 16 registers.
constexpr int kChains = 12;
constexpr int64_t kSteps = 4096;

// Operands that no compiler knows: they go through a volatile.
volatile int seed = 1;
volatile int sink = 0;

[[gnu::target("avx512f,avx512bf16"), gnu::noinline]] void bf16Loop() {
  __m512 acc[kChains];
  for (int c = 0; c < kChains; ++c)
    acc[c] = _mm512_set1_ps(float(c));
  auto x = __m512bh(_mm512_set1_epi32(seed)), y = x;
  for (int64_t s = 0; s < kSteps; ++s)
#pragma clang loop unroll(full)
    for (int c = 0; c < kChains; ++c)
      acc[c] = _mm512_dpbf16_ps(acc[c], x, y);
  for (int c = 1; c < kChains; ++c)
    acc[0] = _mm512_add_ps(acc[0], acc[c]);
  sink = int(_mm512_cvtss_f32(acc[0]));
}

[[gnu::target("avx512f,avx512vnni"), gnu::noinline]] void vnniLoop() {
  __m512i acc[kChains];
  for (int c = 0; c < kChains; ++c)
    acc[c] = _mm512_set1_epi32(c);
  __m512i x = _mm512_set1_epi32(seed), y = x;
  for (int64_t s = 0; s < kSteps; ++s)
#pragma clang loop unroll(full)
    for (int c = 0; c < kChains; ++c)
      acc[c] = _mm512_dpbusd_epi32(acc[c], x, y);
  for (int c = 1; c < kChains; ++c)
    acc[0] = _mm512_add_epi32(acc[0], acc[c]);
  sink = _mm512_cvtsi512_si32(acc[0]);
}

[[gnu::target("avx2"), gnu::noinline]] void pairsLoop() {
  __m256i acc[kChains];
  for (int c = 0; c < kChains; ++c)
    acc[c] = _mm256_set1_epi32(c);
  __m256i x = _mm256_set1_epi32(seed), y = x;
  for (int64_t s = 0; s < kSteps; ++s)
#pragma clang loop unroll(full)
    for (int c = 0; c < kChains; ++c) {
      acc[c] = _mm256_add_epi32(acc[c], _mm256_madd_epi16(x, y));
      // The products are the same each time, but shall be made anew.
      asm volatile("" : "+x"(x));
    }
  for (int c = 1; c < kChains; ++c)
    acc[0] = _mm256_add_epi32(acc[0], acc[c]);
  sink = _mm256_cvtsi256_si32(acc[0]);
}

/// The fastest of calls for so long.
double measure(void (*loop)(), int products, double milliseconds) {
  double best = 0, end = bench::wallSeconds() + 1e-3 * milliseconds, start;
  do {
    start = bench::wallSeconds();
    loop();
    double seconds = bench::wallSeconds() - start;
    best = std::max(best, 2.0 * products * kChains * kSteps / seconds);
  } while (start < end);
  return best;
}

} // namespace
#endif

double bench::measureBf16DotPeak(double milliseconds) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16"))
    return measure(bf16Loop, 32, milliseconds);
#endif
  return 0;
}

double bench::measureI8DotPeak(double milliseconds) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni"))
    return measure(vnniLoop, 64, milliseconds);
  if (__builtin_cpu_supports("avx2"))
    return measure(pairsLoop, 16, milliseconds);
#endif
  return 0;
}
