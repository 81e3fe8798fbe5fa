//===- RooflinePlot.h - Rows under the machine's roof -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_ROOFLINEPLOT_H
#define EINSUMC_BENCHMARK_ROOFLINEPLOT_H

#include "einsumc/Benchmark/RunRow.h"

namespace einsumc::bench {

/// An SVG: operations a byte against operations a second, both logarithmic; the
/// peak and the bandwidth of every level as lines, a numbered point for each
/// row that multiplies, and the rows' names beside it.
std::string rooflinePlot(llvm::ArrayRef<RowResult> results,
                         llvm::ArrayRef<BandwidthLevel> bandwidth,
                         llvm::StringRef title);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_ROOFLINEPLOT_H
