//===- Canary.h - Is the core ours alone? -----------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A neighbour on the core's other hardware thread halves integer and load
// throughput and leaves a loop of fused multiply-adds at its peak: percentages
// of the peak do not see it. A short loop of independent integer operations
// does.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_CANARY_H
#define EINSUMC_BENCHMARK_CANARY_H

#include <vector>

namespace einsumc::bench {

/// Seconds on the wall, and that this thread was on a core.
double wallSeconds();
double coreSeconds();

/// The canary's loop, about 20 us, in seconds.
double runCanary();

/// What the canary takes on an undisturbed core, learned from every one that
/// was run: the fast end of them.
class CanaryRecord {
public:
  /// Runs some to begin with.
  CanaryRecord();
  double run();
  double undisturbed() const { return best; }

private:
  std::vector<double> times;
  double best = 0;
};

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_CANARY_H
