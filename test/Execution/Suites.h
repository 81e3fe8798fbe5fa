//===- Suites.h - Where cases come from -------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_SUITES_H
#define EINSUMC_TEST_EXECUTION_SUITES_H

#include "Case.h"
#include "Tables.h"

#include <functional>

namespace einsumc::test {

/// The rows of Cases/einsum_cases.tsv as cases.
class TableCases {
public:
  TableCases();
  size_t size() const { return rows.size(); }

  /// Of the loop nest over all labels, as the table says it.
  int64_t multiplyAdds(size_t row) const;

  /// The row as it stands: numpy's shape is checked, too.
  Case original(size_t row) const;
  /// The row with other extents, for one CPU or another.
  Case redrawn(size_t row, uint64_t seed) const;
  /// The row, every other one with other extents, as one of several CPUs would
  /// run it.
  Case otherCpu(size_t row, uint64_t seed) const;
  /// A schedule of tiny blocks forced on it, so that small extents reach every
  /// edge; every other row with other extents.
  Case forced(size_t row, uint64_t seed) const;
  /// The row with narrow elements, and other extents, by each way to multiply
  /// them, whether this machine has the instruction or not.
  Case narrow(size_t row, uint64_t seed) const;
  /// The row as it stands for one GPU or another.
  Case gpu(size_t row) const;

private:
  Case baseCase(size_t row) const;
  void redraw(Case &c, uint64_t seed, int64_t maxTerms) const;
  mutable std::vector<Row> rows;
};

/// A random equation with random types, layouts, dynamic extents and factors;
/// the same numbers give the same case everywhere.
Case randomCase(uint64_t seed, size_t number);

/// Sweeps in the order of memory with all that large ones do, on small extents.
size_t numSweepCases();
Case sweepCase(uint64_t seed, size_t number);

/// Makes it one for a GPU, by turns.
void makeGpuCase(Case &c, size_t turn);

/// The same equations for one GPU or another.
Case randomGpuCase(uint64_t seed, size_t number);

/// Pairs of CPUs that this machine can run: what code is made for, and what
/// schedules are (empty: the same).
llvm::ArrayRef<std::pair<std::string, std::string>> cpuPairs();

/// Seed of the case `number` under the seed of a run.
uint64_t mixSeeds(uint64_t seed, uint64_t number);

/// What the passes must have done somewhere in a suite, or nowhere.
struct Expectation {
  const char *counter;
  bool zero;
};

/// Cases, and what is done with each.
struct Suite {
  size_t count = 0;
  std::function<Case(size_t)> make;
  /// Processes have a compiler each.
  std::function<Outcome(Compiler &, const Case &, size_t number)> run;
  std::vector<Expectation> expectations;
  /// Printed first.
  std::string note;
  /// Why nothing of it can run here; empty: it can.
  std::string skipped;
  /// What a case is, in the plural.
  const char *cases = "cases";
  /// A case passes when a mistake in it is noticed.
  bool caught = false;
};

struct SuiteOptions {
  std::string name;
  uint64_t seed = 1;
  /// How many random equations, or of all cases.
  size_t count = 1000;
};

/// Nothing where no suite has the name.
std::optional<Suite> findSuite(const SuiteOptions &options);
/// The names, as usage shows them.
std::string suiteNames();

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_SUITES_H
