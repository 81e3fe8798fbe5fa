//===- Statistics.h - What becomes of samples -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_STATISTICS_H
#define EINSUMC_BENCHMARK_STATISTICS_H

#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace einsumc::bench {

/// The middle of the values, of an even number of them the mean of the two in
/// the middle. There is at least one.
double median(llvm::ArrayRef<double> values);
/// The value below which `share` (0 to 1) of the values lie: no interpolation.
double quantile(llvm::ArrayRef<double> values, double share);
/// Of positive values, at least one.
double geometricMean(llvm::ArrayRef<double> values);

/// What surrounds one sample, in seconds: how long the sample took on the wall
/// and on the core, and how long the canaries before and after it took.
struct Surroundings {
  double wall = 0;
  /// None for work in another process.
  std::optional<double> core;
  double canaryBefore = 0, canaryAfter = 0;
};

/// Why a sample does not count.
enum class Disturbance {
  none,
  preempted, ///< the thread had to leave its core
  neighbour, ///< integer throughput was not the core's own
};

/// Judges one sample. `canary` is what the canary takes on an undisturbed core.
Disturbance judge(const Surroundings &sample, double canary);

/// Operations a second that the machine allows at most for work of so many
/// operations and bytes, in seconds: the longer of computing and moving.
double rooflineSeconds(double operations, double bytes, double peak,
                       double bandwidth);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_STATISTICS_H
