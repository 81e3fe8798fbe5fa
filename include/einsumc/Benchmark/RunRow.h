//===- RunRow.h - One row, measured -----------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_RUNROW_H
#define EINSUMC_BENCHMARK_RUNROW_H

#include "einsumc/Benchmark/Machine.h"
#include "einsumc/Benchmark/Peer.h"
#include "einsumc/Benchmark/Sampling.h"
#include "einsumc/Benchmark/Table.h"
#include "einsumc/Benchmark/Verify.h"
#include "einsumc/Compiler/Compiler.h"

namespace einsumc::bench {

struct PeerResult {
  std::string name;
  PeerKind kind = PeerKind::equation;
  std::string description;
  Samples samples;
  std::string error; ///< not empty: it failed, or its result is wrong
};

/// What was found out about a row.
struct RowResult {
  Row row;
  Variant variant = Variant::given;
  std::string error; ///< not empty: nothing was measured
  ContractionDims dims;
  double operations = 0, bytes = 0;

  Samples own;
  double compileSeconds = 0;
  int64_t scratchBytes = 0;
  Check check;

  /// Measured beside the row: 0 where there is no peak for the type.
  double peak = 0;
  /// Of the cache that the row's bytes fit into, or memory.
  double bandwidth = 0;
  std::vector<PeerResult> peers;

  /// The kernel compiled for several threads, where these were asked for.
  unsigned threads = 1;
  Samples threaded;
  /// How many times as much the peak loop computes on so many cores.
  double peakSpeedUp = 0;
  double speedUp() const { return own.seconds / threaded.seconds; }

  double rate() const { return operations / own.seconds; }
  double bytesPerSecond() const { return bytes / own.seconds; }
  /// Of the roof that peak and bandwidth make.
  double rooflineShare() const;
  /// The fastest peer of some kinds; null: none.
  const PeerResult *best(llvm::ArrayRef<PeerKind> kinds) const;
  /// How many times as fast as that; 0: there is none.
  double ratio(llvm::ArrayRef<PeerKind> kinds) const;
};

struct RunOptions {
  SamplingOptions sampling;
  CompileOptions compile;
  Variant variant = Variant::given;
  uint64_t seed = 1;
  /// More than one: the kernel is measured on one thread and on so many.
  unsigned threads = 1;
};

/// What rows of one run share.
struct RunContext {
  Compiler &compiler;
  llvm::ArrayRef<BandwidthLevel> bandwidth;
  llvm::ArrayRef<std::unique_ptr<Peer>> peers;
  CanaryRecord &canary;
};

/// Compiles the row, checks it, and measures it and the peers in turn. Whatever
/// goes wrong is in the result's `error`.
RowResult runRow(const Row &row, const RunOptions &options,
                 RunContext &context);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_RUNROW_H
