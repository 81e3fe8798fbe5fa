//===- Costs.cpp - What is paid beside the kernel -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Costs.h"

#include "einsumc/Benchmark/Statistics.h"
#include "einsumc/ExecutionEngine/CompileKernel.h"
#include "einsumc/Support/Counters.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

static uint64_t numPacked() {
  return Counter::get("kernel-apply-cpu-schedule.packed-rows") +
         Counter::get("kernel-apply-cpu-schedule.packed-columns") +
         Counter::get("kernel-apply-cpu-schedule.shared-packs");
}

/// One compilation of a row, and what surrounded it.
static Expected<CompileCost> compileOnce(Compiler &compiler, const Row &row,
                                         const CompileOptions &options,
                                         CanaryRecord &canary) {
  auto equation = resolveRow(row, Variant::given);
  if (!equation)
    return equation.takeError();
  uint64_t packed = numPacked();
  Surroundings around;
  around.canaryBefore = canary.run();
  double core = coreSeconds(), start = wallSeconds();
  auto kernel = compileKernel(compiler, *equation, {}, options);
  around.wall = wallSeconds() - start;
  around.core = coreSeconds() - core;
  around.canaryAfter = canary.run();
  if (!kernel)
    return kernel.takeError();
  SmallVector<int64_t> sizes;
  for (const Label &label : equation->labels)
    sizes.push_back(label.extent);
  CompileCost cost;
  cost.name = row.name + " " + row.typeName() + " " + row.tier;
  cost.seconds = around.wall;
  cost.isPacked = numPacked() != packed;
  cost.scratchBytes = kernel->scratchBytes(sizes);
  cost.isDisturbed = judge(around, canary.undisturbed()) != Disturbance::none;
  return cost;
}

Expected<std::vector<CompileCost>>
bench::measureCompilation(ArrayRef<Row> rows, const CompileOptions &options,
                          CanaryRecord &canary,
                          function_ref<void(size_t)> progress) {
  constexpr int kTries = 4;
  std::vector<CompileCost> costs;
  Compiler compiler;
  for (const Row &row : rows) {
    progress(costs.size());
    auto cost = compileOnce(compiler, row, options, canary);
    // What is loaded once cannot be loaded again.
    int tries = costs.empty() ? 1 : kTries;
    while (cost && cost->isDisturbed && --tries > 0)
      cost = compileOnce(compiler, row, options, canary);
    if (!cost)
      return cost.takeError();
    costs.push_back(std::move(*cost));
  }
  return costs;
}

Figure bench::compileFigure(ArrayRef<CompileCost> costs) {
  constexpr double kMilli = 1e3;
  Figure figure;
  figure.work = "compile in process, transformer.tsv: median";
  SmallVector<double> packed, unpacked;
  for (const CompileCost &cost : costs)
    figure.disturbed += cost.isDisturbed;
  // The first one pays for what is made once.
  for (const CompileCost &cost : costs.drop_front(!costs.empty()))
    (cost.isPacked ? packed : unpacked).push_back(kMilli * cost.seconds);
  if (!packed.empty())
    figure.quantities.push_back({formatv("packed ({0})", packed.size()),
                                 " ms",
                                 median(packed),
                                 {70, 40, true}});
  if (!unpacked.empty())
    figure.quantities.push_back({formatv("unpacked ({0})", unpacked.size()),
                                 " ms",
                                 median(unpacked),
                                 {45, 25, true}});
  if (!costs.empty())
    figure.quantities.push_back(
        {costs.front().isPacked ? "the first, packed" : "the first, unpacked",
         " ms", kMilli * costs.front().seconds,
         costs.front().isPacked ? Bar{140, 80, true} : Bar{90, 50, true}});
  else
    figure.reason = "nothing was compiled";
  return figure;
}

Figure bench::memoryFigure(ArrayRef<CompileCost> costs) {
  constexpr double kMebi = 1 << 20;
  constexpr Bar bar = {16, 8, true};
  Figure figure;
  figure.work = "memory above operands, binary products";
  SmallVector<const CompileCost *> above;
  double most = 0;
  for (const CompileCost &cost : costs) {
    most = std::max(most, double(cost.scratchBytes) / kMebi);
    if (double(cost.scratchBytes) / kMebi > bar.aim)
      above.push_back(&cost);
  }
  llvm::sort(above, [](const CompileCost *a, const CompileCost *b) {
    return a->scratchBytes > b->scratchBytes;
  });
  for (const CompileCost *cost : above)
    figure.shortfalls.push_back(formatv("{0}: {1:f1} MiB", cost->name,
                                        double(cost->scratchBytes) / kMebi));
  if (costs.empty())
    figure.reason = "nothing was compiled";
  else
    figure.quantities.push_back(
        {formatv("the most of {0}", costs.size()), " MiB", most, bar});
  return figure;
}

Figure bench::callFigure(Expected<CallCost> cost) {
  Figure figure;
  figure.work = "call of a compiled 8x8x8 kernel through the C API, above the "
                "kernel itself";
  if (!cost)
    figure.reason = toString(cost.takeError());
  else
    figure.quantities.push_back(
        {formatv("kernel {0:f1} ns", 1e9 * cost->kernel),
         " ns",
         1e9 * cost->above,
         {150, 50, true}});
  return figure;
}
