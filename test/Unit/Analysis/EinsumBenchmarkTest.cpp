//===- EinsumBenchmarkTest.cpp --------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Paths for problems of the einsum benchmark (Blacher et al., 2024), against
// the paths published with them.
//
//===----------------------------------------------------------------------===//

#include "PlainSearch.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace einsumc;
using namespace einsumc::test;
namespace json = llvm::json;

namespace {

struct Benchmark {
  std::string name;
  ContractionProblem problem;
  /// Published.
  llvm::SmallVector<ContractionStep> steps;
  double log10Flops;
};

/// The code points are the labels: some are no letters of the language.
llvm::SmallVector<int64_t, 6> labelsOf(llvm::StringRef text) {
  llvm::SmallVector<llvm::UTF32> points(text.size());
  const auto *source = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  llvm::UTF32 *target = points.begin();
  EXPECT_EQ(llvm::ConvertUTF8toUTF32(
                &source, reinterpret_cast<const llvm::UTF8 *>(text.end()),
                &target, points.end(), llvm::strictConversion),
            llvm::conversionOK);
  return {points.begin(), target};
}

Benchmark readBenchmark(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  EXPECT_TRUE(bool(buffer)) << path.str();
  json::Value value = llvm::cantFail(json::parse((*buffer)->getBuffer()));
  const json::Object &object = *value.getAsObject();
  Benchmark result;
  result.name = object.getString("name")->str();

  auto [operands, output] = object.getString("format_string")->split("->");
  llvm::SmallVector<llvm::StringRef> list;
  operands.split(list, ',');
  for (auto [labels, shape] :
       llvm::zip_equal(list, *object.getArray("shapes"))) {
    result.problem.labels.push_back(labelsOf(labels));
    auto &extents = result.problem.shapes.emplace_back();
    for (const json::Value &extent : *shape.getAsArray())
      extents.push_back(*extent.getAsInteger());
  }
  result.problem.output.append(labelsOf(output));

  // A step takes two of the list of what there is and appends the product.
  const json::Object &published =
      *object.getObject("paths")->getObject("opt_flops");
  result.log10Flops = *published.getNumber("log10_flops");
  auto alive = llvm::to_vector(llvm::seq<unsigned>(list.size()));
  for (const json::Value &step : *published.getArray("path")) {
    auto place = [&](unsigned i) {
      return size_t(*(*step.getAsArray())[i].getAsInteger());
    };
    result.steps.push_back({alive[place(0)], alive[place(1)]});
    alive.erase(alive.begin() + std::max(place(0), place(1)));
    alive.erase(alive.begin() + std::min(place(0), place(1)));
    alive.push_back(list.size() + result.steps.size() - 1);
  }
  return result;
}

std::vector<Benchmark> readBenchmarks() {
  std::vector<std::string> paths;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator
           it(EINSUMC_TEST_DIR "/Benchmarks/einsum_benchmark", error),
       end;
       !error && it != end; it.increment(error))
    if (llvm::StringRef(it->path()).ends_with(".json"))
      paths.push_back(it->path());
  EXPECT_FALSE(error) << error.message();
  llvm::sort(paths);
  std::vector<Benchmark> result(paths.size());
  llvm::transform(paths, result.begin(), readBenchmark);
  return result;
}

// The published path is only as good as the count that it is held to.
TEST(EinsumBenchmark, CountsAsPublished) {
  for (const Benchmark &benchmark : readBenchmarks()) {
    PlainProblem::Cost cost =
        evaluate(PlainProblem(benchmark.problem), benchmark.steps,
                 llvm::BitVector(benchmark.problem.labels.size()));
    EXPECT_NEAR(std::log10(cost.flops), benchmark.log10Flops, 1e-4)
        << benchmark.name;
  }
}

TEST(EinsumBenchmark, AsGoodAsPublished) {
  std::vector<Benchmark> benchmarks = readBenchmarks();
  EXPECT_EQ(benchmarks.size(), 10u);
  llvm::raw_ostream &os = llvm::outs();
  os << "operands  log10 FLOPs  published   ratio  log2 largest  problem\n";
  double sum = 0, worst = 0;
  for (const Benchmark &benchmark : benchmarks) {
    std::optional<ContractionPath> path =
        findContractionPath(benchmark.problem);
    ASSERT_TRUE(path) << benchmark.name;
    PlainProblem::Cost cost =
        evaluate(PlainProblem(benchmark.problem), path->steps, path->preSummed);
    EXPECT_NEAR(path->flops / cost.flops, 1, 1e-9) << benchmark.name;
    EXPECT_EQ(path->largestIntermediate, cost.largest) << benchmark.name;
    double log10Flops = std::log10(cost.flops);
    double ratio = std::pow(10, log10Flops - benchmark.log10Flops);
    os << llvm::format("%8u  %11.4f  %9.4f  %6.4f  %12.2f  ",
                       unsigned(benchmark.problem.labels.size()), log10Flops,
                       benchmark.log10Flops, ratio, std::log2(cost.largest))
       << benchmark.name << "\n";
    sum += std::log(ratio);
    worst = std::max(worst, ratio);
  }
  double mean = std::exp(sum / benchmarks.size());
  os << llvm::format("geometric mean of the ratios %.4f, largest %.4f\n", mean,
                     worst);
  os.flush();
  EXPECT_LE(mean, 1.05);
  EXPECT_LE(worst, 1.25);
}

} // namespace
