//===- Suites.cpp - What is run by which name -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Suites.h"
#include "CpuBackend.h"
#include "GpuBackend.h"
#include "Mutations.h"
#include "ThreadsBackend.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;
using namespace einsumc::test;

/// Each case by a backend of its own.
template <typename SomeBackend>
static Outcome runBy(Compiler &compiler, const Case &c, size_t) {
  SomeBackend backend;
  return runCase(compiler, c, backend);
}

//===----------------------------------------------------------------------===//
// CPUs
//===----------------------------------------------------------------------===//

static Suite cpuSuite(size_t count, std::function<Case(size_t)> make) {
  Suite suite;
  suite.count = count;
  suite.make = std::move(make);
  suite.run = runBy<CpuBackend>;
  return suite;
}

static const Expectation kAllTiled = {"kernel-form-regions.not-tiled", true};

static Suite tableSuite(const SuiteOptions &) {
  auto table = std::make_shared<TableCases>();
  Suite suite =
      cpuSuite(table->size(), [=](size_t i) { return table->original(i); });
  suite.expectations = {kAllTiled};
  return suite;
}

static Suite redrawnSuite(const SuiteOptions &options) {
  auto table = std::make_shared<TableCases>();
  Suite suite = cpuSuite(table->size(), [=, seed = options.seed](size_t i) {
    return table->redrawn(i, seed);
  });
  suite.expectations = {kAllTiled};
  return suite;
}

/// Schedules for CPUs that this one need not be.
static Suite cpusSuite(const SuiteOptions &options) {
  auto table = std::make_shared<TableCases>();
  Suite suite = cpuSuite(table->size(), [=, seed = options.seed](size_t i) {
    return table->otherCpu(i, seed);
  });
  suite.expectations = {kAllTiled,
                        {"kernel-apply-cpu-schedule.main-tiles", false},
                        {"kernel-apply-cpu-schedule.packed-columns", false},
                        {"kernel-apply-cpu-schedule.term-blocked", false},
                        {"kernel-apply-cpu-schedule.epilogues", false}};
  return suite;
}

static Suite forcedSuite(const SuiteOptions &options) {
  auto table = std::make_shared<TableCases>();
  Suite suite = cpuSuite(table->size(), [=, seed = options.seed](size_t i) {
    return table->forced(i, seed);
  });
  suite.expectations = {kAllTiled};
  for (const char *counter : {"kernel-apply-cpu-schedule.main-tiles",
                              "kernel-apply-cpu-schedule.row-edges",
                              "kernel-apply-cpu-schedule.column-edges",
                              "kernel-apply-cpu-schedule.term-blocked",
                              "kernel-apply-cpu-schedule.packed-rows",
                              "kernel-apply-cpu-schedule.packed-columns",
                              "kernel-apply-cpu-schedule.hoisted-packs",
                              "kernel-apply-cpu-schedule.prefetched-tiles",
                              "kernel-apply-cpu-schedule.output-ordered",
                              "kernel-apply-cpu-schedule.split-terms",
                              "kernel-apply-cpu-schedule.epilogues",
                              "kernel-apply-cpu-schedule.late-epilogues"})
    suite.expectations.push_back({counter, false});
  return suite;
}

static Suite sweepSuite(const SuiteOptions &options) {
  Suite suite = cpuSuite(numSweepCases(), [seed = options.seed](size_t i) {
    return sweepCase(seed, i);
  });
  suite.expectations = {kAllTiled};
  for (const char *counter :
       {"kernel-apply-cpu-schedule.sweeps",
        "kernel-apply-cpu-schedule.streamed-tiles",
        "kernel-apply-cpu-schedule.staged-blocks",
        "kernel-apply-cpu-schedule.swept-prefetched-tiles",
        "kernel-apply-cpu-schedule.swept-row-edges",
        "kernel-apply-cpu-schedule.swept-column-edges",
        "kernel-apply-cpu-schedule.swept-term-blocked"})
    suite.expectations.push_back({counter, false});
  return suite;
}

static Suite narrowSuite(const SuiteOptions &options) {
  auto table = std::make_shared<TableCases>();
  Suite suite = cpuSuite(table->size(), [=, seed = options.seed](size_t i) {
    return table->narrow(i, seed);
  });
  suite.expectations = {kAllTiled,
                        {"kernel-apply-cpu-schedule.dot-tiles", false},
                        {"kernel-apply-cpu-schedule.converted-packs", false},
                        {"kernel-apply-cpu-schedule.epilogues", false},
                        {"kernel-apply-cpu-schedule.late-epilogues", false},
                        {"kernel-lower-micro-kernel.emulated-dots", false}};
  if (nativeCpu().i16Dot)
    suite.expectations.push_back(
        {"kernel-lower-micro-kernel.native-dots", false});
  return suite;
}

/// Random equations, which are small but may have schedules of many tasks, and
/// rows of the table with extents that are worth several threads.
static Suite threadsSuite(const SuiteOptions &options) {
  constexpr size_t kEachRow = 4;
  auto table = std::make_shared<TableCases>();
  size_t rows = table->size() / kEachRow;
  Suite suite;
  suite.count = rows + options.count / 4;
  suite.make = [=, seed = options.seed](size_t i) {
    return i < rows ? table->redrawn(i * kEachRow, seed + 1)
                    : randomCase(seed + 1, i - rows);
  };
  suite.run = runBy<ThreadsBackend>;
  suite.expectations = {{"kernel-apply-cpu-schedule.split-terms", false}};
  return suite;
}

static Suite randomSuite(const SuiteOptions &options) {
  return cpuSuite(options.count, [seed = options.seed](size_t i) {
    return randomCase(seed, i);
  });
}

//===----------------------------------------------------------------------===//
// GPUs
//===----------------------------------------------------------------------===//

void test::makeGpuCase(Case &c, size_t turn) {
  static constexpr const char *kGpus[] = {"sm_75", "sm_80", "sm_90", "sm_120"};
  c.compile.target = TargetKind::nvptx;
  c.compile.gpu = kGpus[turn % std::size(kGpus)];
  c.compile.cpu = CompileOptions().cpu;
  c.compile.scheduleCpu.clear();
  c.compile.schedule.clear();
}

/// How many random equations stand beside the table's rows, in suites that take
/// some of all.
static constexpr size_t kRandomBesideTable = 1000;

static Case anyGpuCase(const TableCases &table, uint64_t seed, size_t number) {
  return number < table.size() ? table.gpu(number)
                               : randomGpuCase(seed, number - table.size());
}

/// `count` of the table's rows and the random equations: each type once, then
/// evenly.
static Suite sampleOfAll(size_t count, uint64_t seed) {
  auto table = std::make_shared<TableCases>();
  size_t all = table->size() + kRandomBesideTable;
  std::vector<size_t> numbers;
  if (count < all)
    for (size_t type = 0; type < std::min<size_t>(kNumElementTypes, count);
         ++type) {
      // Not all from the same corner.
      size_t row = type * table->size() / kNumElementTypes;
      while (row < table->size() &&
             table->gpu(row).operands.front().type.element != ElementType(type))
        ++row;
      if (row < table->size())
        numbers.push_back(row);
    }
  count = std::min(count, all);
  for (size_t i = 0, rest = count - numbers.size(); i < rest; ++i)
    numbers.push_back(i * all / rest);
  Suite suite;
  suite.count = count;
  suite.make = [=](size_t i) { return anyGpuCase(*table, seed, numbers[i]); };
  return suite;
}

static Suite gpuTableSuite(const SuiteOptions &) {
  auto table = std::make_shared<TableCases>();
  Suite suite;
  suite.count = table->size();
  suite.make = [=](size_t i) { return table->gpu(i); };
  suite.run = runBy<InterpreterBackend>;
  suite.expectations = {kAllTiled,
                        {"kernel-apply-simt-schedule.serial-launches", true}};
  suite.note = "interpreted, no GPU";
  return suite;
}

static Suite gpuRandomSuite(const SuiteOptions &options) {
  Suite suite;
  suite.count = options.count;
  suite.make = [seed = options.seed](size_t i) {
    return randomGpuCase(seed, i);
  };
  suite.run = runBy<InterpreterBackend>;
  suite.note = "interpreted, no GPU";
  return suite;
}

static Suite driverSuite(const SuiteOptions &options) {
  Suite suite = sampleOfAll(options.count, options.seed);
  suite.run = runBy<DriverBackend>;
  return suite;
}

static Suite ptxasSuite(const SuiteOptions &options) {
  Suite suite = sampleOfAll(options.count, options.seed);
  suite.run = runBy<PtxasBackend>;
  if (ptxasPath().empty())
    suite.skipped = "ptxas is not found";
  return suite;
}

static Suite mutationSuite(const SuiteOptions &) {
  Suite suite;
  suite.count = numMutations();
  suite.make = mutationCase;
  suite.run = runMutation;
  suite.cases = "mutations";
  suite.caught = true;
  return suite;
}

//===----------------------------------------------------------------------===//
// All
//===----------------------------------------------------------------------===//

static constexpr std::pair<const char *, Suite (*)(const SuiteOptions &)>
    kSuites[] = {{"table", tableSuite},        {"redrawn", redrawnSuite},
                 {"cpus", cpusSuite},          {"forced", forcedSuite},
                 {"sweeps", sweepSuite},       {"narrow", narrowSuite},
                 {"random", randomSuite},      {"threads", threadsSuite},
                 {"gpu-table", gpuTableSuite}, {"gpu-random", gpuRandomSuite},
                 {"gpu-driver", driverSuite},  {"gpu-mutations", mutationSuite},
                 {"gpu-ptxas", ptxasSuite}};

std::optional<Suite> test::findSuite(const SuiteOptions &options) {
  for (auto [name, make] : kSuites)
    if (name == options.name)
      return make(options);
  return std::nullopt;
}

std::string test::suiteNames() {
  return llvm::join(
      llvm::map_range(kSuites,
                      [](auto &suite) { return llvm::StringRef(suite.first); }),
      "|");
}
