//===- StatisticsTest.cpp ------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Statistics.h"
#include "gtest/gtest.h"

using namespace einsumc::bench;

TEST(Statistics, Median) {
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({5, 1, 3}), 3);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  // An outlier does not move it.
  EXPECT_EQ(median({1, 2, 1e9}), 2);
}

TEST(Statistics, Quantile) {
  EXPECT_EQ(quantile({4, 2, 3, 1}, 0), 1);
  EXPECT_EQ(quantile({4, 2, 3, 1}, 0.5), 3);
  EXPECT_EQ(quantile({4, 2, 3, 1}, 1), 4);
}

TEST(Statistics, GeometricMean) {
  EXPECT_DOUBLE_EQ(geometricMean({2, 8}), 4);
  EXPECT_DOUBLE_EQ(geometricMean({0.5, 2, 1}), 1);
  EXPECT_DOUBLE_EQ(geometricMean({3}), 3);
}

/// A sample of 10 ms on a core where the canary takes 20 us.
static constexpr double kCanary = 20e-6;
static Surroundings undisturbed() { return {10e-3, 9.99e-3, 20e-6, 20.5e-6}; }

TEST(Statistics, UndisturbedSamplesCount) {
  EXPECT_EQ(judge(undisturbed(), kCanary), Disturbance::none);
  // Faster than ever before is no disturbance.
  Surroundings fast = undisturbed();
  fast.canaryBefore = fast.canaryAfter = 15e-6;
  EXPECT_EQ(judge(fast, kCanary), Disturbance::none);
}

TEST(Statistics, ATakenCoreDisturbs) {
  Surroundings sample = undisturbed();
  sample.core = 9.5e-3;
  EXPECT_EQ(judge(sample, kCanary), Disturbance::preempted);
  // A short sample is not judged by what reading the clocks costs.
  EXPECT_EQ(judge({20e-6, 19e-6, kCanary, kCanary}, kCanary),
            Disturbance::none);
}

TEST(Statistics, ANeighbourDisturbsBeforeOrAfter) {
  Surroundings before = undisturbed(), after = undisturbed();
  before.canaryBefore = 30e-6;
  after.canaryAfter = 30e-6;
  EXPECT_EQ(judge(before, kCanary), Disturbance::neighbour);
  EXPECT_EQ(judge(after, kCanary), Disturbance::neighbour);
}

TEST(Statistics, WorkOfOtherProcessesIsJudgedByTheCanaryAlone) {
  Surroundings sample = undisturbed();
  sample.core = std::nullopt;
  sample.wall = 0;
  EXPECT_EQ(judge(sample, kCanary), Disturbance::none);
  sample.canaryAfter = 30e-6;
  EXPECT_EQ(judge(sample, kCanary), Disturbance::neighbour);
}

TEST(Statistics, TheRoofIsTheLongerOfComputingAndMoving) {
  // 1e9 operations on 1e6 bytes at 1e11 operations and 1e10 bytes a second.
  EXPECT_DOUBLE_EQ(rooflineSeconds(1e9, 1e6, 1e11, 1e10), 1e-2);
  EXPECT_DOUBLE_EQ(rooflineSeconds(1e6, 1e9, 1e11, 1e10), 1e-1);
  EXPECT_DOUBLE_EQ(rooflineSeconds(0, 1e9, 0, 1e10), 1e-1);
}
