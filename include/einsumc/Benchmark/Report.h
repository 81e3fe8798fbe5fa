//===- Report.h - What is printed of a run ----------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_REPORT_H
#define EINSUMC_BENCHMARK_REPORT_H

#include "einsumc/Benchmark/RunRow.h"
#include "llvm/Support/raw_ostream.h"

namespace einsumc::bench {

/// CPU, caches, copy bandwidth, and the peers with versions.
void printMachine(llvm::raw_ostream &os, llvm::StringRef cpu, unsigned core,
                  llvm::ArrayRef<BandwidthLevel> bandwidth,
                  const PeerList &peers);

/// The names of the columns, then a line a row.
void printHeader(llvm::raw_ostream &os);
void printRow(llvm::raw_ostream &os, const RowResult &result);

/// Geometric mean and minimum of the ratios to the best peers, by kind, and of
/// the shares of the roofline; and how many samples were clean.
void printSummary(llvm::raw_ostream &os, llvm::ArrayRef<RowResult> results);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_REPORT_H
