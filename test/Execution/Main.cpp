//===- Main.cpp - Kernels against the reference evaluator -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Usage: execution-test SUITE [--seed N] [--count N] [--only NAME] [--jobs N]
//        [--failures N] [--list] [--emit=STAGE]
// Suites: table, redrawn, forced, random; dump FILE for numpy-check.py.
//
//===----------------------------------------------------------------------===//

#include "Dump.h"
#include "Suites.h"
#include "Workers.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <thread>

using namespace einsumc;
using namespace einsumc::test;

namespace {

struct Options {
  std::string suite, file;
  uint64_t seed = 1;
  size_t count = 1000;
  std::string only;
  /// How many failures are printed.
  size_t failures = 20;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool list = false;
  std::optional<Stage> emit;
};

/// What the passes must have done somewhere in a suite, or nowhere.
struct Expectation {
  const char *counter;
  bool zero;
};

} // namespace

static int usage() {
  llvm::errs()
      << "usage: execution-test table|redrawn|forced|random [--seed N] "
         "[--count N] [--only NAME] [--jobs N] [--failures N] [--list] "
         "[--emit=STAGE]\n"
         "       execution-test dump FILE\n";
  return 2;
}

static bool parse(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef flag = argv[i];
    if (flag == "--list") {
      options.list = true;
      continue;
    }
    if (flag.consume_front("--emit=")) {
      if (!(options.emit = parseStage(flag)))
        return false;
      continue;
    }
    if (!flag.starts_with("--")) {
      (options.suite.empty() ? options.suite : options.file) = flag.str();
      continue;
    }
    if (++i == argc)
      return false;
    llvm::StringRef value = argv[i];
    if (flag == "--only")
      options.only = value.str();
    else if (flag == "--seed"       ? value.getAsInteger(10, options.seed)
             : flag == "--count"    ? value.getAsInteger(10, options.count)
             : flag == "--failures" ? value.getAsInteger(10, options.failures)
             : flag == "--jobs"     ? value.getAsInteger(10, options.jobs)
                                    : true)
      return false;
  }
  return true;
}

/// Prints a stage of the case's compilation.
static int emit(const Case &c, Stage stage) {
  Compiler compiler;
  llvm::Expected<std::string> text = emitCase(compiler, c, stage);
  if (!text) {
    llvm::errs() << llvm::toString(text.takeError()) << "\n";
    return 1;
  }
  llvm::outs() << *text;
  return 0;
}

/// Number of the suite's cases and how to make one.
static std::optional<std::pair<size_t, std::function<Case(size_t)>>>
suiteOf(const Options &options) {
  auto table = std::make_shared<TableCases>();
  uint64_t seed = options.seed;
  using Make = std::function<Case(size_t)>;
  if (options.suite == "table")
    return {
        {table->size(), Make([=](size_t i) { return table->original(i); })}};
  if (options.suite == "redrawn")
    return {{table->size(),
             Make([=](size_t i) { return table->redrawn(i, seed); })}};
  if (options.suite == "forced")
    return {{table->size(),
             Make([=](size_t i) { return table->forced(i, seed); })}};
  if (options.suite == "random")
    return {
        {options.count, Make([=](size_t i) { return randomCase(seed, i); })}};
  return std::nullopt;
}

static std::vector<Expectation> expectationsOf(llvm::StringRef suite) {
  if (suite == "random")
    return {};
  std::vector<Expectation> list = {{"kernel-form-regions.not-tiled", true}};
  if (suite == "forced")
    for (const char *counter : {"kernel-apply-cpu-schedule.main-tiles",
                                "kernel-apply-cpu-schedule.row-edges",
                                "kernel-apply-cpu-schedule.column-edges",
                                "kernel-apply-cpu-schedule.term-blocked",
                                "kernel-apply-cpu-schedule.packed-rows",
                                "kernel-apply-cpu-schedule.packed-columns",
                                "kernel-apply-cpu-schedule.shared-packs"})
      list.push_back({counter, false});
  return list;
}

/// `nameOf` gives the case of a report.
static void printTimes(const std::vector<Report> &reports,
                       llvm::function_ref<std::string(size_t)> nameOf) {
  double compile = 0, slowest = 0, reference = 0;
  size_t slowestReport = 0;
  for (auto [number, report] : llvm::enumerate(reports)) {
    compile += report.compileSeconds;
    reference += report.referenceSeconds;
    if (report.compileSeconds > slowest) {
      slowest = report.compileSeconds;
      slowestReport = number;
    }
  }
  if (reports.empty())
    return;
  llvm::outs() << llvm::format(
                      "processor time of a compilation: mean %.1f ms, max %.1f "
                      "ms",
                      1000 * compile / reports.size(), 1000 * slowest)
               << " (" << nameOf(slowestReport) << "); "
               << llvm::format("of all compilations %.1f s, of the reference "
                               "%.1f s\n",
                               compile, reference);
}

int main(int argc, char **argv) {
  Options options;
  if (!parse(argc, argv, options) || options.suite.empty())
    return usage();
  if (options.suite == "dump")
    return options.file.empty() ? usage() : dumpReference(options.file);
  auto suite = suiteOf(options);
  if (!suite)
    return usage();
  auto &[count, make] = *suite;

  std::vector<size_t> numbers;
  for (size_t i = 0; i < count; ++i)
    if (options.only.empty() || make(i).name == options.only)
      numbers.push_back(i);
  if (options.list) {
    for (size_t number : numbers) {
      Case c = make(number);
      llvm::outs() << c.name << "\t" << c.describe() << "\n";
    }
    return 0;
  }

  if (options.emit)
    return numbers.empty() ? usage() : emit(make(numbers[0]), *options.emit);

  llvm::outs() << "suite " << options.suite << ", seed " << options.seed << ", "
               << numbers.size() << " cases, " << options.jobs
               << " processes\n";
  llvm::outs().flush();
  auto start = [&](llvm::function_ref<void(RunIndex)> work) {
    Compiler compiler;
    work([&](size_t index) {
      Case c = make(numbers[index]);
      // The verifier between passes costs as much as they do.
      c.compile.verifyEach = numbers[index] % 4 == 0;
      Outcome outcome = runCase(compiler, c);
      return Report{true, outcome.failure, outcome.compileSeconds,
                    outcome.referenceSeconds, 0};
    });
  };
  WorkerResults results = runInWorkers(numbers.size(), options.jobs, start);

  size_t passed = 0, failed = results.brokenWorkers;
  for (auto [number, report] : llvm::zip_equal(numbers, results.reports)) {
    if (report.done && report.failure.empty()) {
      ++passed;
      continue;
    }
    if (++failed > options.failures)
      continue;
    Case c = make(number);
    llvm::outs() << c.name << ": " << c.describe() << "\n  "
                 << (report.done ? report.failure : "was not run")
                 << "\n  again: execution-test " << options.suite << " --seed "
                 << options.seed << " --count " << options.count << " --only "
                 << c.name << "\n";
  }
  if (options.only.empty())
    for (auto [counter, zero] : expectationsOf(options.suite)) {
      uint64_t value = results.counters.lookup(counter);
      if ((value == 0) == zero) {
        ++passed;
        continue;
      }
      ++failed;
      llvm::outs() << counter << " is " << value << ", expected "
                   << (zero ? "0" : "more than 0") << "\n";
    }
  for (const auto &counter : results.counters)
    llvm::outs() << "  " << counter.getKey() << " " << counter.getValue()
                 << "\n";
  printTimes(results.reports,
             [&](size_t report) { return make(numbers[report]).name; });
  llvm::outs() << passed << " passed, " << failed << " failed, 0 skipped\n";
  return failed ? 1 : 0;
}
