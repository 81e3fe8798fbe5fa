//===- Sampling.cpp - Clean samples, taken in turn ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Sampling.h"

#include "einsumc/Benchmark/Statistics.h"
#include <algorithm>

using namespace einsumc;
using namespace einsumc::bench;

namespace {

/// One contestant and what was measured of it so far.
class Track {
public:
  Track(Contestant &contestant, const SamplingOptions &options)
      : contestant(contestant) {
    warmUp(options.sampleSeconds);
  }

  void takeSample(CanaryRecord &canary);
  unsigned numClean() const { return clean.size(); }
  Samples result() const;

private:
  void warmUp(double sampleSeconds);
  double runOnce();

  Contestant &contestant;
  int64_t repeats = 1;
  std::vector<double> clean, disturbed;
};

} // namespace

double Track::runOnce() {
  double start = wallSeconds();
  contestant.run(1);
  double wall = wallSeconds() - start;
  if (contestant.lastSeconds)
    return contestant.lastSeconds().value_or(wall);
  return wall;
}

/// Caches, page tables, branch predictors, a library's own code generation; and
/// how often short work is repeated.
void Track::warmUp(double sampleSeconds) {
  runOnce();
  double seconds = runOnce();
  if (contestant.lastSeconds && contestant.lastSeconds())
    repeats = std::clamp<int64_t>(int64_t(sampleSeconds / seconds), 1, 100);
  else
    while (seconds < sampleSeconds) {
      repeats = std::max(repeats + 1,
                         int64_t(1.1 * sampleSeconds / seconds * repeats));
      double start = wallSeconds();
      contestant.run(repeats);
      seconds = wallSeconds() - start;
    }
}

void Track::takeSample(CanaryRecord &canary) {
  Surroundings around;
  around.canaryBefore = canary.run();
  double seconds = 0;
  if (contestant.lastSeconds && contestant.lastSeconds()) {
    for (int64_t i = 0; i < repeats; ++i)
      seconds += runOnce();
  } else {
    double core = coreSeconds(), start = wallSeconds();
    contestant.run(repeats);
    around.wall = seconds = wallSeconds() - start;
    if (!contestant.severalThreads)
      around.core = coreSeconds() - core;
  }
  around.canaryAfter = canary.run();
  bool isClean = judge(around, canary.undisturbed()) == Disturbance::none;
  (isClean ? clean : disturbed).push_back(seconds / double(repeats));
}

Samples Track::result() const {
  Samples samples;
  samples.clean = clean.size();
  samples.taken = clean.size() + disturbed.size();
  samples.repeats = repeats;
  samples.seconds = median(clean.empty() ? disturbed : clean);
  return samples;
}

std::vector<Samples> bench::sample(std::vector<Contestant> &contestants,
                                   const SamplingOptions &options,
                                   CanaryRecord &canary,
                                   const std::function<void()> &everyRound) {
  constexpr unsigned kFewest = 3;
  std::vector<Track> tracks;
  tracks.reserve(contestants.size());
  for (Contestant &contestant : contestants)
    tracks.emplace_back(contestant, options);
  double start = wallSeconds();
  unsigned mostRounds = options.rounds * (1 + options.retries);
  for (unsigned round = 0; round < mostRounds; ++round) {
    unsigned wanted = wallSeconds() - start > options.rowSeconds
                          ? std::min(kFewest, options.rounds)
                          : options.rounds;
    bool all = true;
    for (Track &track : tracks)
      all &= track.numClean() >= wanted;
    bool outOfTime = wallSeconds() - start > 2 * options.rowSeconds;
    if (all || (outOfTime && round >= kFewest))
      break;
    everyRound();
    for (Track &track : tracks)
      if (track.numClean() < wanted)
        track.takeSample(canary);
  }
  std::vector<Samples> results;
  for (const Track &track : tracks)
    results.push_back(track.result());
  return results;
}
