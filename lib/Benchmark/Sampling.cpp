//===- Sampling.cpp - Clean samples, taken in turn ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Sampling.h"

#include "einsumc/Benchmark/Statistics.h"
#include <algorithm>
#include <cmath>

using namespace einsumc;
using namespace einsumc::bench;

namespace {

/// One contestant and what was measured of it so far.
class Track {
public:
  Track(Contestant &contestant, const SamplingOptions &options)
      : contestant(contestant) {
    // A thread that slept may wake on its caller's core, to be moved to a free
    // one milliseconds later.
    constexpr double kLongerForThreads = 15;
    warmUp(options.sampleSeconds *
           (contestant.severalThreads ? kLongerForThreads : 1));
  }

  void takeSample(CanaryRecord &canary);
  unsigned numClean() const { return clean.size(); }
  Samples result() const;
  /// Of one run, as far as is known yet.
  double seconds() const { return clean.empty() ? warm : median(clean); }
  bool isOwn() const { return contestant.isOwn; }

private:
  void warmUp(double sampleSeconds);
  double runOnce();

  Contestant &contestant;
  int64_t repeats = 1;
  double warm = 0;
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
  if (contestant.lastSeconds && contestant.lastSeconds()) {
    warm = seconds;
    repeats = std::clamp<int64_t>(int64_t(sampleSeconds / seconds), 1, 100);
    return;
  }
  while (seconds < sampleSeconds) {
    repeats =
        std::max(repeats + 1, int64_t(1.1 * sampleSeconds / seconds * repeats));
    double start = wallSeconds();
    contestant.run(repeats);
    seconds = wallSeconds() - start;
  }
  warm = seconds / double(repeats);
}

void Track::takeSample(CanaryRecord &canary) {
  // The others have left their data in the caches: one run brings this one's
  // back, as far as it fits. Long work makes up for that itself.
  constexpr double kLong = 0.05;
  if (warm < kLong)
    contestant.run(1);
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

/// How many clean samples a contestant needs in the end.
static unsigned wanted(const Track &track, double fastest, bool isLate,
                       const SamplingOptions &options) {
  // Results are compared with the fastest one. Of who is behind fewer samples
  // do, of who is far behind one.
  constexpr double kBehind = 1.1, kFarBehind = 4;
  double behind = track.isOwn() ? 1 : track.seconds() / fastest;
  unsigned most = behind > kFarBehind          ? 1
                  : behind > kBehind || isLate ? 3
                                               : options.rounds;
  return std::min(most, options.rounds);
}

std::vector<Samples> bench::sample(std::vector<Contestant> &contestants,
                                   const SamplingOptions &options,
                                   CanaryRecord &canary,
                                   const std::function<void()> &everyRound) {
  std::vector<Track> tracks;
  tracks.reserve(contestants.size());
  for (Contestant &contestant : contestants)
    tracks.emplace_back(contestant, options);
  double start = wallSeconds();
  unsigned mostRounds = options.rounds * (1 + options.retries);
  for (unsigned round = 0; round < mostRounds; ++round) {
    double elapsed = wallSeconds() - start;
    bool isLate = elapsed > options.rowSeconds;
    double fastest = INFINITY;
    for (const Track &track : tracks)
      fastest = std::min(fastest, track.seconds());
    auto needsMore = [&](const Track &track) {
      return track.numClean() < wanted(track, fastest, isLate, options);
    };
    bool isOver = elapsed > 2 * options.rowSeconds && round > 0;
    if (isOver || std::none_of(tracks.begin(), tracks.end(), needsMore))
      break;
    everyRound();
    for (Track &track : tracks)
      if (needsMore(track))
        track.takeSample(canary);
  }
  std::vector<Samples> results;
  for (const Track &track : tracks)
    results.push_back(track.result());
  return results;
}
