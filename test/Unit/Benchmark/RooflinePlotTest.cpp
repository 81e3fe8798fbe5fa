//===- RooflinePlotTest.cpp ----------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/RooflinePlot.h"
#include "einsumc/Benchmark/Json.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::bench;

static std::vector<RowResult> rows(int count) {
  std::vector<RowResult> results;
  for (int i = 0; i < count; ++i) {
    RowResult &result = results.emplace_back();
    result.row.name = "row" + std::to_string(i) + "_<&\">";
    result.row.equation = "ij,jk->ik";
    result.operations = 1e9 * (1 + i % 7);
    result.bytes = 1e7;
    result.own.seconds = 0.01 * (1 + i % 5);
    result.peak = 100e9;
    result.bandwidth = 10e9;
  }
  return results;
}

static const std::vector<BandwidthLevel> kLevels = {{"L1", 32768, 200e9},
                                                    {"memory", INFINITY, 20e9}};

/// Every tag is closed, in order; no bare ampersand or angle bracket is left in
/// texts. Gives how many elements there are.
static int checkWellFormed(llvm::StringRef text) {
  std::vector<std::string> open;
  int elements = 0;
  while (!text.empty()) {
    auto [content, rest] = text.split('<');
    EXPECT_EQ(content.find('>'), llvm::StringRef::npos) << content.str();
    for (size_t at = content.find('&'); at != llvm::StringRef::npos;
         at = content.find('&', at + 1))
      EXPECT_NE(content.drop_front(at).find(';'), llvm::StringRef::npos);
    if (rest.empty())
      break;
    auto [tag, after] = rest.split('>');
    text = after;
    if (tag.starts_with("?"))
      continue;
    if (tag.starts_with("/")) {
      EXPECT_FALSE(open.empty());
      if (open.empty())
        return 0;
      EXPECT_EQ(tag.drop_front().str(), open.back());
      open.pop_back();
      continue;
    }
    ++elements;
    EXPECT_EQ(tag.count('"') % 2, 0u) << tag.str();
    if (!tag.ends_with("/"))
      open.push_back(tag.split(' ').first.str());
  }
  EXPECT_TRUE(open.empty());
  return elements;
}

TEST(RooflinePlot, IsWellFormed) {
  for (int count : {0, 1, 7, 120}) {
    std::string svg = rooflinePlot(rows(count), kLevels, "CPU <x> & \"y\"");
    EXPECT_GT(checkWellFormed(svg), 5);
    EXPECT_EQ(llvm::StringRef(svg).count("<circle "), size_t(count));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
  }
}

TEST(RooflinePlot, ShowsRoofsAndNames) {
  std::string svg = rooflinePlot(rows(3), kLevels, "CPU");
  EXPECT_NE(svg.find("peak 100.0 GFLOP/s"), std::string::npos);
  EXPECT_NE(svg.find("memory 20.0 GB/s"), std::string::npos);
  EXPECT_NE(svg.find("row2_&lt;&amp;&quot;&gt;"), std::string::npos);
  EXPECT_NE(svg.find("ij,jk-&gt;ik"), std::string::npos);
}

TEST(RooflinePlot, FailedRowsAndCopiesHaveNoPoint) {
  std::vector<RowResult> results = rows(3);
  results[0].error = "wrong result";
  results[1].operations = 0;
  std::string svg = rooflinePlot(results, kLevels, "CPU");
  EXPECT_EQ(llvm::StringRef(svg).count("<circle "), 1u);
}

TEST(BenchmarkJson, RowsAndFigures) {
  RowResult result = rows(1).front();
  PeerResult &peer = result.peers.emplace_back();
  peer.name = "openblas";
  peer.kind = PeerKind::gemm;
  peer.samples.seconds = 0.02;
  std::string text = llvm::formatv("{0}", llvm::json::Value(rowJson(result)));
  llvm::json::Value value = llvm::cantFail(llvm::json::parse(text));
  const llvm::json::Object &row = *value.getAsObject();
  EXPECT_EQ(row.getNumber("operations"), 1e9);
  EXPECT_EQ(row.getObject("own")->getNumber("seconds"), 0.01);
  const llvm::json::Object &first =
      *row.getArray("peers")->front().getAsObject();
  EXPECT_EQ(first.getString("name"), "openblas");
  EXPECT_EQ(first.getString("kind"), "gemm");

  Figure figure;
  figure.work = "work";
  figure.quantities = {{"minimum", "%", 80, {75, 86}},
                       {"told", "", 1, {-INFINITY, -INFINITY}}};
  text = llvm::formatv("{0}", llvm::json::Value(figureJson(figure)));
  value = llvm::cantFail(llvm::json::parse(text));
  EXPECT_EQ(value.getAsObject()->getString("standing"), "below aim");
  EXPECT_EQ(value.getAsObject()->getArray("quantities")->size(), 2u);
}
