//===- Json.h - A run's results for programs --------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_JSON_H
#define EINSUMC_BENCHMARK_JSON_H

#include "einsumc/Benchmark/Figures.h"
#include "llvm/Support/JSON.h"

namespace einsumc::bench {

/// The machine: CPU, bandwidth by level, peers with versions.
llvm::json::Object machineJson(llvm::StringRef cpu,
                               llvm::ArrayRef<BandwidthLevel> bandwidth,
                               const PeerList &peers);
/// One row: what it is, seconds, rates, peers, how many samples were clean.
llvm::json::Object rowJson(const RowResult &result);
llvm::json::Object figureJson(const Figure &figure);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_JSON_H
