//===- Sampling.h - Clean samples, taken in turn ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_SAMPLING_H
#define EINSUMC_BENCHMARK_SAMPLING_H

#include "einsumc/Benchmark/Canary.h"
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace einsumc::bench {

/// Something that can be timed.
struct Contestant {
  std::string name;
  /// Does the work so many times.
  std::function<void(int64_t times)> run;
  /// For work in another process: the seconds that the last run(1) took there.
  /// Such work is run once at a time.
  std::function<std::optional<double>()> lastSeconds;
  /// Other threads take part: the calling one may wait for them, off its core.
  bool severalThreads = false;
  /// What is compared with the others: gets all its samples, however slow.
  bool isOwn = false;
};

struct SamplingOptions {
  unsigned rounds = 7;
  /// Shortest sample: short work is repeated within one.
  double sampleSeconds = 2e-3;
  /// After so long three clean samples do, after twice as long what there is.
  double rowSeconds = 6;
  /// Rounds that may be added because samples were disturbed, for each round.
  unsigned retries = 3;
};

/// A contestant's samples.
struct Samples {
  double seconds = 0;  ///< of one run: median of the clean samples
  unsigned clean = 0;  ///< how many these are
  unsigned taken = 0;  ///< with the disturbed ones
  int64_t repeats = 1; ///< runs in one sample
  /// No sample was clean: `seconds` is the median of the disturbed ones.
  bool isDisturbed() const { return clean == 0; }
};

/// Times all contestants in turn, round after round, so that whatever the
/// machine does meanwhile happens to all of them. Before each sample one run
/// that is not measured warms the caches, for work shorter than 50 ms.
/// `everyRound` is called once a round (to measure the peak).
std::vector<Samples> sample(std::vector<Contestant> &contestants,
                            const SamplingOptions &options,
                            CanaryRecord &canary,
                            const std::function<void()> &everyRound);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_SAMPLING_H
