//===- Suites.h - Everything that is promised, by name ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_SUITES_H
#define EINSUMC_BENCHMARK_SUITES_H

#include "einsumc/Benchmark/Figures.h"

namespace einsumc::bench {

/// Rows of one table that a suite measures.
struct SuiteTable {
  llvm::StringRef file; ///< "transformer.tsv"
  std::vector<Variant> variants = {Variant::given};
  std::vector<llvm::StringRef> types = {}; ///< empty: all
  /// Rows of fewer operations are left out.
  double leastOperations = 0;
};

/// A part of the figures that can be measured on its own.
struct Suite {
  llvm::StringRef name, what;
  SuiteTable table;
  unsigned threads = 1;
  std::vector<Figure> (*figures)(llvm::ArrayRef<RowResult>) = nullptr;
};

/// The suites that tables make. Calls, compile time and memory are measured in
/// other ways (Costs.h).
llvm::ArrayRef<Suite> allSuites();
/// Null: there is none of that name.
const Suite *findSuite(llvm::StringRef name);

/// The suite's rows from the tables in `folder`, in order, with their variants.
llvm::Expected<std::vector<std::pair<Row, Variant>>>
suiteRows(const Suite &suite, llvm::StringRef folder);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_SUITES_H
