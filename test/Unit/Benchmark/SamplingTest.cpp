//===- SamplingTest.cpp --------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Sampling.h"
#include "gtest/gtest.h"

using namespace einsumc::bench;

TEST(Sampling, OtherProcessesTellTheirOwnTime) {
  int runs = 0;
  std::vector<Contestant> contestants;
  contestants.push_back({"elsewhere",
                         [&](int64_t times) { runs += int(times); },
                         [] { return std::optional(0.5); }});
  SamplingOptions options;
  options.rounds = 3;
  CanaryRecord canary;
  int rounds = 0;
  std::vector<Samples> samples =
      sample(contestants, options, canary, [&] { ++rounds; });
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].seconds, 0.5);
  EXPECT_EQ(samples[0].repeats, 1);
  EXPECT_GE(rounds, 3);
  EXPECT_GE(runs, rounds);
  EXPECT_LE(samples[0].clean, samples[0].taken);
}

TEST(Sampling, AllTakeTurns) {
  std::string order;
  std::vector<Contestant> contestants;
  for (char name : {'a', 'b'})
    contestants.push_back({std::string(1, name),
                           [&order, name](int64_t) { order += name; },
                           [] { return std::optional(1.0); }});
  SamplingOptions options;
  options.rounds = 2;
  options.retries = 0;
  CanaryRecord canary;
  sample(contestants, options, canary, [&] { order += '|'; });
  // Each warms up; then round after round. Work of a second is warm enough.
  EXPECT_EQ(order.substr(0, order.find('|')), "aabb");
  EXPECT_EQ(order.substr(order.find('|')), "|ab|ab");
}

TEST(Sampling, FewerSamplesOfWhoIsBehind) {
  std::vector<Contestant> contestants;
  for (double seconds : {5.0, 1.0, 1.05, 1.5, 9.0}) {
    Contestant &contestant = contestants.emplace_back();
    contestant.run = [](int64_t) {};
    contestant.lastSeconds = [seconds] { return std::optional(seconds); };
  }
  contestants.front().isOwn = true;
  SamplingOptions options;
  options.rounds = 5;
  options.retries = 0;
  CanaryRecord canary;
  std::vector<Samples> samples = sample(contestants, options, canary, [] {});
  // However many were clean: five rounds at most, and none beyond what is
  // wanted.
  EXPECT_EQ(samples[0].taken, 5u);
  EXPECT_EQ(samples[1].taken, 5u);
  EXPECT_EQ(samples[2].taken, 5u);
  EXPECT_GE(samples[3].taken, 3u);
  EXPECT_LE(samples[3].clean, 3u);
  EXPECT_LE(samples[4].clean, 1u);
}

TEST(Sampling, ShortWorkIsRepeatedWithinASample) {
  int64_t most = 0;
  std::vector<Contestant> contestants;
  contestants.push_back(
      {"short", [&](int64_t times) { most = std::max(most, times); }, nullptr});
  SamplingOptions options;
  options.rounds = 1;
  CanaryRecord canary;
  std::vector<Samples> samples = sample(contestants, options, canary, [] {});
  EXPECT_EQ(samples[0].repeats, most);
  EXPECT_GT(most, 1000);
}
