//===- Statistics.cpp - What becomes of samples ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Statistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cassert>
#include <cmath>

using namespace einsumc;

double bench::median(llvm::ArrayRef<double> values) {
  assert(!values.empty());
  llvm::SmallVector<double> sorted(values);
  llvm::sort(sorted);
  size_t middle = sorted.size() / 2;
  return sorted.size() % 2 ? sorted[middle]
                           : (sorted[middle - 1] + sorted[middle]) / 2;
}

double bench::quantile(llvm::ArrayRef<double> values, double share) {
  assert(!values.empty());
  llvm::SmallVector<double> sorted(values);
  llvm::sort(sorted);
  auto index = size_t(share * double(sorted.size()));
  return sorted[std::min(index, sorted.size() - 1)];
}

double bench::geometricMean(llvm::ArrayRef<double> values) {
  assert(!values.empty());
  double sum = 0;
  for (double value : values)
    sum += std::log(value);
  return std::exp(sum / double(values.size()));
}

bench::Disturbance bench::judge(const Surroundings &sample, double canary) {
  // Whoever takes the core from the thread takes at least some 50 us of it;
  // reading two clocks in turn costs less than one.
  constexpr double kOnCore = 0.98, kClocks = 2e-6;
  // The other hardware thread takes a third of the integer throughput or more;
  // the core's clock varies by a few percent.
  constexpr double kCanary = 1.15;
  if (sample.core && *sample.core + kClocks < kOnCore * sample.wall)
    return Disturbance::preempted;
  if (sample.canaryBefore > kCanary * canary ||
      sample.canaryAfter > kCanary * canary)
    return Disturbance::neighbour;
  return Disturbance::none;
}

double bench::rooflineSeconds(double operations, double bytes, double peak,
                              double bandwidth) {
  double computing = peak > 0 ? operations / peak : 0;
  double moving = bandwidth > 0 ? bytes / bandwidth : 0;
  return std::max(computing, moving);
}
