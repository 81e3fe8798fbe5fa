//===- Figures.h - What is promised, and what was measured ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A figure is a line of docs/Performance.md's table: some numbers made from the
// rows of a suite, each with a floor, below which something is wrong, and an
// aim.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_FIGURES_H
#define EINSUMC_BENCHMARK_FIGURES_H

#include "einsumc/Benchmark/RunRow.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace einsumc::bench {

enum class Standing { met, belowAim, belowFloor, notMeasured };
/// "met", "below aim", "BELOW FLOOR", "not measured here".
llvm::StringRef standingName(Standing standing);

/// What a number is held to.
struct Bar {
  double floor = 0, aim = 0;
  bool lessIsBetter = false;
};
Standing judge(double value, const Bar &bar);

struct Quantity {
  std::string name; ///< "geometric mean", "minimum"
  std::string unit; ///< "", "%", " ns"
  double value = 0;
  Bar bar;

  /// Bars at infinity hold nothing.
  bool isHeld() const { return std::isfinite(bar.floor); }
};

struct Figure {
  std::string work; ///< as the table of figures names it
  std::vector<Quantity> quantities;
  /// Not empty: why it could not be measured here.
  std::string reason;
  /// Rows below the aim, the worst first, with their numbers.
  std::vector<std::string> shortfalls;
  /// Measurements that no clean sample stands behind: the figure is as good as
  /// nothing where these are many.
  unsigned disturbed = 0;

  /// The worst of its quantities'.
  Standing standing() const;
};

/// A number of each row; none where the row does not count.
using RowNumber = llvm::function_ref<std::optional<double>(const RowResult &)>;

/// Geometric mean and, where `minimum` says so, minimum over rows; rows whose
/// number is below the aim of a row (the minimum's, else the mean's) are told.
Figure overRows(llvm::StringRef work, llvm::ArrayRef<RowResult> results,
                RowNumber number, llvm::StringRef unit, Bar mean,
                std::optional<Bar> minimum, llvm::StringRef missing);

/// Worst of best rate within each group: the minimum over groups.
Figure worstOfBest(llvm::StringRef work, llvm::ArrayRef<RowResult> results,
                   Bar bar);

/// Each row of `type` against the row of the same name of `base`, geometric
/// mean.
Figure againstType(llvm::StringRef work, llvm::ArrayRef<RowResult> results,
                   llvm::StringRef type, llvm::StringRef base, Bar bar);

void printFigures(llvm::raw_ostream &os, llvm::ArrayRef<Figure> figures);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_FIGURES_H
