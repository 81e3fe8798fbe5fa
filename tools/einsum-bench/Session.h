//===- Session.h - What modes of einsum-bench share -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_BENCH_SESSION_H
#define EINSUMC_TOOLS_EINSUM_BENCH_SESSION_H

#include "einsumc/Benchmark/Figures.h"
#include "llvm/Support/JSON.h"
#include <memory>

namespace einsumc::bench {

/// Flags that say how to measure, and where results go.
struct SessionOptions {
  RunOptions run;
  std::string peers; ///< "none", or names with commas; empty: all
  PeerOptions peerOptions;
  std::string json, svg; ///< files; empty: none
};

/// A machine made ready: the thread bound to a core, peers found, bandwidth
/// measured and told.
class Session {
public:
  static llvm::Expected<std::unique_ptr<Session>>
  create(const SessionOptions &options);

  /// Measures rows one after the other, prints a line each and a summary.
  llvm::Expected<std::vector<RowResult>>
  measure(llvm::ArrayRef<std::pair<Row, Variant>> rows, unsigned threads);
  void add(Figure figure);

  CanaryRecord &getCanary() { return canary; }
  const SessionOptions &getOptions() const { return options; }
  llvm::ArrayRef<RowResult> getResults() const { return results; }
  llvm::ArrayRef<Figure> getFigures() const { return figures; }

  /// Writes what was asked for.
  llvm::Error writeFiles() const;

private:
  explicit Session(const SessionOptions &options) : options(options) {}

  SessionOptions options;
  /// None while several threads are measured.
  std::unique_ptr<CorePin> pin;
  PeerList peers;
  std::vector<BandwidthLevel> bandwidth;
  Compiler compiler;
  CanaryRecord canary;
  std::vector<RowResult> results;
  std::vector<Figure> figures;
};

/// A bar on stderr, where that is a terminal; gone when all is done.
void showProgress(size_t done, size_t total, llvm::StringRef name);

} // namespace einsumc::bench

#endif // EINSUMC_TOOLS_EINSUM_BENCH_SESSION_H
