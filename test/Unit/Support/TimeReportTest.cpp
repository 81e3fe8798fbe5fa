//===- TimeReportTest.cpp - Tests of phases and their table ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Support/TimeReport.h"
#include "gtest/gtest.h"

using namespace einsumc;

namespace {

std::string print(const TimeReport &report, double least) {
  std::string text;
  llvm::raw_string_ostream os(text);
  report.print(os, least);
  return text;
}

/// The names of the rows, indented as they are.
std::vector<std::string> rows(const TimeReport &report, double least = 0) {
  std::string text = print(report, least);
  std::vector<std::string> names;
  for (llvm::StringRef rest = text; !rest.empty();) {
    auto [line, next] = rest.split('\n');
    names.push_back(line.split('%').second.drop_front(2).str());
    rest = next;
  }
  return names;
}

TEST(TimeReport, PhasesNestInTheOneThatRuns) {
  TimeReport report;
  {
    auto outer = TimeReport::phase(&report, "passes");
    report.add("first", 2);
    report.add("second", 1);
    report.add("first", 2);
    auto inner = TimeReport::phase(&report, "third");
    report.add("deep", 0.5);
  }
  report.add("after", 1);
  EXPECT_EQ(report.seconds("first"), 4);
  EXPECT_EQ(report.seconds("deep"), 0.5);
  EXPECT_EQ(report.seconds("none"), 0);
  EXPECT_GT(report.seconds("passes"), 0);
  EXPECT_EQ(rows(report), (std::vector<std::string>{
                              "total", "  passes", "    first", "    second",
                              "    third", "      deep", "  after"}));
}

TEST(TimeReport, WhatTakesLittleIsSummedUp) {
  TimeReport report;
  report.add("long", 0.99);
  report.add("short", 0.004);
  report.add("shorter", 0.006);
  EXPECT_EQ(print(report, 0.01), "  1000.00 ms 100.0%  total\n"
                                 "   990.00 ms  99.0%    long\n"
                                 "    10.00 ms   1.0%    (rest)\n");
}

TEST(TimeReport, WithoutAReportNoTimeIsTaken) {
  EXPECT_FALSE(TimeReport::phase(nullptr, "passes"));
}

} // namespace
