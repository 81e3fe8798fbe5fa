//===- Main.cpp - Kernels against the reference evaluator -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Usage: execution-test SUITE [--seed N] [--count N] [--only NAME] [--jobs N]
//        [--failures N] [--list] [--emit=STAGE] [--require-tools]
// Suites: see Suites.cpp; dump FILE for numpy-check.py.
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

struct Options : SuiteOptions {
  std::string file;
  std::string only;
  /// How many failures are printed.
  size_t failures = 20;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool list = false;
  /// What cannot run here has failed.
  bool requireTools = false;
  std::optional<Stage> emit;
};

} // namespace

static int usage() {
  llvm::errs()
      << "usage: execution-test " << suiteNames()
      << " [--seed N] [--count N] [--only NAME] [--jobs N] [--failures N] "
         "[--list] [--emit=STAGE] [--require-tools]\n"
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
    if (flag == "--require-tools") {
      options.requireTools = true;
      continue;
    }
    if (flag.consume_front("--emit=")) {
      if (!(options.emit = parseStage(flag)))
        return false;
      continue;
    }
    if (!flag.starts_with("--")) {
      (options.name.empty() ? options.name : options.file) = flag.str();
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

/// Cases of which something went wrong, in words. Gives how many.
static size_t printFailures(const Options &options, const Suite &suite,
                            llvm::ArrayRef<size_t> numbers,
                            llvm::ArrayRef<Report> reports) {
  size_t failed = 0;
  for (auto [number, report] : llvm::zip_equal(numbers, reports)) {
    if (report.done && report.failure.empty())
      continue;
    if (++failed > options.failures)
      continue;
    Case c = suite.make(number);
    llvm::outs() << c.name << ": " << c.describe() << "\n  "
                 << (report.done ? report.failure : "was not run")
                 << "\n  again: execution-test " << options.name << " --seed "
                 << options.seed << " --count " << options.count << " --only '"
                 << c.name << "'\n";
  }
  return failed;
}

/// Gives how many were not met.
static size_t
printUnmetExpectations(const Suite &suite,
                       const llvm::StringMap<uint64_t> &counters) {
  size_t failed = 0;
  for (auto [counter, zero] : suite.expectations) {
    uint64_t value = counters.lookup(counter);
    if ((value == 0) == zero)
      continue;
    ++failed;
    llvm::outs() << counter << " is " << value << ", expected "
                 << (zero ? "0" : "more than 0") << "\n";
  }
  return failed;
}

static int run(const Options &options, const Suite &suite,
               llvm::ArrayRef<size_t> numbers) {
  llvm::outs() << "suite " << options.name << ", seed " << options.seed << ", "
               << numbers.size() << " " << suite.cases << ", " << options.jobs
               << " processes\n";
  if (!suite.note.empty())
    llvm::outs() << suite.note << "\n";
  if (!suite.skipped.empty()) {
    size_t failed = options.requireTools ? numbers.size() : 0;
    llvm::outs() << suite.skipped << "\n0 passed, " << failed << " failed, "
                 << numbers.size() - failed << " skipped\n";
    return failed ? 1 : 0;
  }
  llvm::outs().flush();
  auto start = [&](llvm::function_ref<void(RunIndex)> work) {
    Compiler compiler;
    work([&](size_t index) {
      Case c = suite.make(numbers[index]);
      // The verifier between passes costs as much as they do.
      c.compile.verifyEach = numbers[index] % 4 == 0;
      Outcome outcome = suite.run(compiler, c, numbers[index]);
      return Report{true, outcome.failure, outcome.compileSeconds,
                    outcome.referenceSeconds, 0};
    });
  };
  WorkerResults results = runInWorkers(numbers.size(), options.jobs, start);

  size_t failedCases = printFailures(options, suite, numbers, results.reports);
  size_t passed = numbers.size() - failedCases;
  size_t failed = failedCases + results.brokenWorkers;
  if (suite.caught)
    llvm::outs() << numbers.size() << " " << suite.cases << ", " << passed
                 << " caught\n";
  if (options.only.empty()) {
    size_t unmet = printUnmetExpectations(suite, results.counters);
    passed += suite.expectations.size() - unmet;
    failed += unmet;
  }
  for (const auto &counter : results.counters)
    if (counter.getValue())
      llvm::outs() << "  " << counter.getKey() << " " << counter.getValue()
                   << "\n";
  printTimes(results.reports,
             [&](size_t report) { return suite.make(numbers[report]).name; });
  llvm::outs() << passed << " passed, " << failed << " failed, 0 skipped\n";
  return failed ? 1 : 0;
}

int main(int argc, char **argv) {
  Options options;
  if (!parse(argc, argv, options) || options.name.empty())
    return usage();
  if (options.name == "dump")
    return options.file.empty() ? usage() : dumpReference(options.file);
  std::optional<Suite> suite = findSuite(options);
  if (!suite)
    return usage();

  std::vector<size_t> numbers;
  for (size_t i = 0; i < suite->count; ++i)
    if (options.only.empty() || suite->make(i).name == options.only)
      numbers.push_back(i);
  if (options.list) {
    for (size_t number : numbers) {
      Case c = suite->make(number);
      llvm::outs() << c.name << "\t" << c.describe() << "\n";
    }
    return 0;
  }
  if (options.emit)
    return numbers.empty() ? usage()
                           : emit(suite->make(numbers[0]), *options.emit);
  return run(options, *suite, numbers);
}
