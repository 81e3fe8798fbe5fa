//===- FiguresTest.cpp ---------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Costs.h"
#include "einsumc/Benchmark/Suites.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::bench;

static RowResult row(const std::string &name, double seconds) {
  RowResult result;
  result.row.name = name;
  result.row.group = name.substr(0, 1);
  result.row.element = ElementType::f32;
  result.operations = 1e9;
  result.bytes = 1e6;
  result.peak = 100e9;
  result.bandwidth = 10e9;
  result.own.seconds = seconds;
  result.dims = {1, 256, 256, 256};
  return result;
}

static RowResult against(const std::string &name, double seconds, PeerKind kind,
                         double peerSeconds,
                         const std::string &peer = "openblas") {
  RowResult result = row(name, seconds);
  PeerResult &rival = result.peers.emplace_back();
  rival.name = peer;
  rival.kind = kind;
  rival.samples.seconds = peerSeconds;
  return result;
}

TEST(Figures, Standings) {
  EXPECT_EQ(judge(1.1, {0.9, 1.0}), Standing::met);
  EXPECT_EQ(judge(1.0, {0.9, 1.0}), Standing::met);
  EXPECT_EQ(judge(0.95, {0.9, 1.0}), Standing::belowAim);
  EXPECT_EQ(judge(0.89, {0.9, 1.0}), Standing::belowFloor);
  EXPECT_EQ(judge(40, {150, 50, true}), Standing::met);
  EXPECT_EQ(judge(100, {150, 50, true}), Standing::belowAim);
  EXPECT_EQ(judge(151, {150, 50, true}), Standing::belowFloor);
  Figure figure;
  EXPECT_EQ(figure.standing(), Standing::notMeasured);
  figure.quantities = {{"a", "", 1.1, {0.9, 1.0}}, {"b", "", 0.5, {0.9, 1.0}}};
  EXPECT_EQ(figure.standing(), Standing::belowFloor);
}

TEST(Figures, BestPeerByKind) {
  RowResult result = against("a", 2, PeerKind::gemm, 1);
  EXPECT_EQ(result.ratio({PeerKind::gemm}), 0.5);
  EXPECT_EQ(result.ratio({PeerKind::equation}), 0);
  EXPECT_EQ(result.best({PeerKind::equation}), nullptr);
  // A peer that computed something wrong is no measure.
  result.peers.front().error = "wrong result";
  EXPECT_EQ(result.ratio({PeerKind::gemm}), 0);
}

static std::vector<Figure> figures(llvm::StringRef suite,
                                   std::vector<RowResult> results) {
  return findSuite(suite)->figures(results);
}

TEST(Figures, TransformerRows) {
  std::vector<Figure> two =
      figures("transformer", {against("fast", 0.01, PeerKind::gemm, 0.02),
                              against("slow", 0.02, PeerKind::equation, 0.01)});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_DOUBLE_EQ(two[0].quantities[0].value, 1); // of 2 and 0.5
  EXPECT_DOUBLE_EQ(two[0].quantities[1].value, 0.5);
  EXPECT_EQ(two[0].standing(), Standing::belowFloor);
  ASSERT_EQ(two[0].shortfalls.size(), 1u);
  EXPECT_EQ(two[0].shortfalls[0].rfind("slow", 0), 0u);
  // 100 and 50% of the peak.
  EXPECT_DOUBLE_EQ(two[1].quantities[1].value, 50);
}

TEST(Figures, SmallRowsHaveNoShareOfThePeak) {
  RowResult small = row("small", 0.01);
  small.dims.n = 64;
  EXPECT_EQ(figures("transformer", {small})[1].standing(),
            Standing::notMeasured);
}

TEST(Figures, TccgRowsAgainstTheSlowerOfGemmAndRoof) {
  // The roof is 1e6 bytes / 10e9 a second / 0.9: 111 us.
  RowResult gemmIsSlower = against("a", 1e-3, PeerKind::gemm, 1e-3);
  RowResult roofIsSlower = against("b", 1e-4 / 0.9, PeerKind::gemm, 1e-5);
  std::vector<Figure> result = figures("tccg", {gemmIsSlower, roofIsSlower});
  EXPECT_DOUBLE_EQ(result[0].quantities[0].value, 1);
  EXPECT_EQ(result[1].standing(), Standing::notMeasured);
}

TEST(Figures, LettersWorstOfBestInAGroup) {
  std::vector<Figure> result = figures(
      "letters", {row("a1", 1), row("a2", 2), row("b1", 1), row("b2", 1.25)});
  EXPECT_DOUBLE_EQ(result[0].quantities[0].value, 0.5);
  EXPECT_EQ(result[0].shortfalls.size(), 2u);
}

TEST(Figures, TinyRowsAgainstLibxsmmAlone) {
  EXPECT_EQ(figures("tiny", {against("a", 1, PeerKind::gemm, 1)})[0].standing(),
            Standing::notMeasured);
  EXPECT_EQ(figures("tiny", {against("a", 1, PeerKind::gemm, 1, "libxsmm")})[0]
                .standing(),
            Standing::met);
}

TEST(Figures, TransposedRowsAtTheirBandwidthHaveReachedTheAim) {
  // 1e6 bytes in 150 us: two thirds of 10 GB/s.
  auto quick = against("a", 1.5e-4, PeerKind::primitive, 1.5e-4);
  EXPECT_EQ(figures("transpose", {quick})[0].standing(), Standing::met);
  auto slow = against("a", 3e-4, PeerKind::primitive, 3e-4);
  EXPECT_EQ(figures("transpose", {slow})[0].standing(), Standing::belowAim);
}

TEST(Figures, TypesAgainstF32OfTheSameName) {
  RowResult f32 = row("a", 2), bf16 = row("a", 1), other = row("b", 1);
  bf16.row.element = other.row.element = ElementType::bf16;
  bf16.row.result = other.row.result = ElementType::f32;
  Figure figure =
      againstType("bf16", {f32, bf16, other}, "bf16:f32", "f32", {1.5, 1.8});
  EXPECT_DOUBLE_EQ(figure.quantities[0].value, 2);
  EXPECT_EQ(figure.standing(), Standing::met);
}

TEST(Figures, SpeedUpAgainstThePeakLoops) {
  RowResult result = row("a", 1);
  result.threads = 2;
  result.threaded.seconds = 0.55;
  result.peakSpeedUp = 2;
  EXPECT_NEAR(figures("threads", {result})[0].quantities[0].value, 0.909, 1e-3);
}

TEST(Figures, AFailedRowIsToldAndCountsAsNothing) {
  RowResult failed = row("a", 1);
  failed.error = "wrong result";
  Figure figure = figures("elementwise", {failed})[0];
  EXPECT_EQ(figure.standing(), Standing::notMeasured);
  ASSERT_EQ(figure.shortfalls.size(), 1u);
  EXPECT_EQ(figure.shortfalls[0], "a: wrong result");
}

TEST(Figures, DisturbedRowsAreCounted) {
  RowResult clean = row("clean", 1);
  clean.own.clean = 3;
  EXPECT_EQ(figures("transformer", {clean, row("disturbed", 1)})[1].disturbed,
            1u);
  EXPECT_EQ(figures("letters", {clean})[0].disturbed, 0u);
}

TEST(Figures, CompileTimeWithoutTheFirst) {
  Figure figure = compileFigure({{"first", 0.130, true, 0, false},
                                 {"a", 0.060, true, 0, false},
                                 {"b", 0.050, true, 0, false},
                                 {"c", 0.020, false, 0, false}});
  ASSERT_EQ(figure.quantities.size(), 3u);
  EXPECT_DOUBLE_EQ(figure.quantities[0].value, 55);
  EXPECT_DOUBLE_EQ(figure.quantities[1].value, 20);
  EXPECT_DOUBLE_EQ(figure.quantities[2].value, 130);
  EXPECT_EQ(figure.standing(), Standing::belowAim);
}

TEST(Figures, MostMemory) {
  Figure figure = memoryFigure(
      {{"a", 0, true, 1 << 20, false}, {"b", 0, true, 9 << 20, false}});
  EXPECT_DOUBLE_EQ(figure.quantities[0].value, 9);
  EXPECT_EQ(figure.standing(), Standing::belowAim);
  EXPECT_EQ(figure.shortfalls.size(), 1u);
}

TEST(Figures, EverySuiteFindsItsRows) {
  for (const Suite &suite : allSuites()) {
    auto rows = suiteRows(suite, EINSUMC_TEST_DIR "/Benchmarks");
    ASSERT_TRUE(bool(rows)) << llvm::toString(rows.takeError());
    EXPECT_FALSE(rows->empty()) << suite.name.str();
  }
  EXPECT_EQ(findSuite("none"), nullptr);
}
