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
  /// A schedule of tiny blocks forced on it, so that small extents reach every
  /// edge; every other row with other extents.
  Case forced(size_t row, uint64_t seed) const;

private:
  Case baseCase(size_t row) const;
  void redraw(Case &c, uint64_t seed, int64_t maxTerms) const;
  mutable std::vector<Row> rows;
};

/// A random equation with random types, layouts, dynamic extents and factors;
/// the same numbers give the same case everywhere.
Case randomCase(uint64_t seed, size_t number);

/// Pairs of CPUs that this machine can run: what code is made for, and what
/// schedules are (empty: the same).
llvm::ArrayRef<std::pair<std::string, std::string>> cpuPairs();

/// Seed of the case `number` under the seed of a run.
uint64_t mixSeeds(uint64_t seed, uint64_t number);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_SUITES_H
