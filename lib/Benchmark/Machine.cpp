//===- Machine.cpp - What this machine can do at most ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Machine.h"

#include "Copy.h"
#include "DotPeak.h"
#include "einsumc/Benchmark/Canary.h"
#include "einsumc/ExecutionEngine/FmaPeak.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "llvm/ADT/STLExtras.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <sched.h>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

/// Lets the calling thread run on these cores alone.
static bool setCores(ArrayRef<unsigned> cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned core : cores)
    CPU_SET(core, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

Expected<std::unique_ptr<CorePin>> CorePin::create() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0)
    return createStringError("cannot ask for this thread's cores: " +
                             Twine(std::strerror(errno)));
  std::vector<unsigned> allowed;
  for (unsigned i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &set))
      allowed.push_back(i);
  unsigned core = allowed.back();
  if (!setCores(core))
    return createStringError("cannot bind this thread to core " + Twine(core) +
                             ": " + Twine(std::strerror(errno)));
  return std::unique_ptr<CorePin>(new CorePin(core, std::move(allowed)));
}

CorePin::~CorePin() { setCores(allowed); }

/// Bytes a second of copying `bytes / 2` bytes from one place to another.
static double copyRate(size_t bytes, bool streaming) {
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  size_t half = bytes / 2 / 4096 * 4096;
  std::unique_ptr<void, Free> from(std::aligned_alloc(4096, half)),
      to(std::aligned_alloc(4096, half));
  if (!from || !to)
    return 0;
  std::memset(from.get(), 1, half);
  std::memset(to.get(), 2, half);
  auto repeats = int64_t(1 + (size_t(1) << 23) / bytes);
  double best = 0, start = wallSeconds();
  // The best of at least five: this is a roof, not a typical value.
  for (int sample = 0; sample < 5 || wallSeconds() - start < 0.05; ++sample) {
    double seconds = wallSeconds();
    for (int64_t i = 0; i < repeats; ++i)
      streaming ? copyStreaming(to.get(), from.get(), half)
                : copyPlain(to.get(), from.get(), half);
    seconds = wallSeconds() - seconds;
    best = std::max(best, 2.0 * double(half) * double(repeats) / seconds);
  }
  return best;
}

std::vector<BandwidthLevel> bench::measureCopyBandwidth() {
  CpuInfo cpu = nativeCpu();
  std::vector<BandwidthLevel> levels;
  // Half of a cache: the rest is for what else a program touches.
  auto add = [&](StringRef name, int64_t capacity) {
    if (capacity > 0)
      levels.push_back({name.str(), double(capacity),
                        copyRate(size_t(capacity) / 2, /*streaming=*/false)});
  };
  add("L1", cpu.l1);
  add("L2", cpu.l2);
  add("L3", cpu.l3);
  size_t beyond = std::max<size_t>(size_t(4) * cpu.l3, size_t(128) << 20);
  levels.push_back({"memory", std::numeric_limits<double>::infinity(),
                    std::max(copyRate(beyond, false), copyRate(beyond, true))});
  return levels;
}

double bench::bandwidthFor(ArrayRef<BandwidthLevel> levels, double bytes) {
  for (const BandwidthLevel &level : levels)
    if (bytes <= level.capacity)
      return level.bytesPerSecond;
  return levels.empty() ? 0 : levels.back().bytesPerSecond;
}

double bench::measurePeak(ElementType operand, ElementType accumulate,
                          double milliseconds) {
  if (operand == ElementType::bf16)
    if (double peak = measureBf16DotPeak(milliseconds))
      return peak;
  if (elementTypeSize(operand) == 1 && accumulate == ElementType::i32)
    return measureI8DotPeak(milliseconds);
  switch (accumulate) {
  case ElementType::f32:
  case ElementType::c64:
    return measureFmaPeakF32(milliseconds);
  case ElementType::f64:
  case ElementType::c128:
    return measureFmaPeakF64(milliseconds);
  default:
    return 0;
  }
}
