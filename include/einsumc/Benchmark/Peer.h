//===- Peer.h - Other libraries on the same problem -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a kernel is compared with: BLAS libraries, deep-learning libraries and
// array libraries that are installed on this machine. All are found at run time
// and loaded apart from each other, so the build needs none of them and two
// that define the same symbols can be measured in one process.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_PEER_H
#define EINSUMC_BENCHMARK_PEER_H

#include "einsumc/Frontend/Equation.h"
#include "einsumc/Reference/Tensor.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace einsumc::bench {

/// One problem, made once: equation resolved with static extents, operands in
/// memory. It outlives every run prepared from it, and none of its memory moves
/// meanwhile.
struct Problem {
  ResolvedEquation equation;
  std::vector<reference::Tensor> operands;
  /// What a peer writes. Its strides are the equation's.
  reference::Tensor result;
};

/// What a run includes.
enum class PeerKind {
  /// The equal-size matrix product alone: plain row-major matrices of the
  /// equation's batch, M, N and K, in the run's own memory. No transpositions;
  /// the result is nobody's to compare.
  gemm,
  /// The whole equation, operands as they lie, with every transposition it
  /// needs, timed together.
  equation,
  /// What a library (or a plain loop) offers for rows that are no matrix
  /// product: transposition, matrix-vector, dot, outer product, reduction, a
  /// loop that reads or writes as many bytes.
  primitive
};
llvm::StringRef peerKindName(PeerKind kind);

/// A peer's prepared run of one problem.
class PeerRun {
public:
  virtual ~PeerRun();

  /// Does the work once, from the calling thread. The first call may cost more
  /// (a library's own code generation): warm up before measuring.
  virtual void run() = 0;
  /// The same so many times: for kernels of nanoseconds, where a virtual call
  /// for each would count.
  virtual void repeat(int64_t times) {
    for (int64_t i = 0; i < times; ++i)
      run();
  }
  /// For peers in another process: seconds of the last run() as that process
  /// measured them around the call only. None: measure around run().
  virtual std::optional<double> lastSeconds() const { return std::nullopt; }
  /// Whether run() leaves the equation's result in Problem::result. It doesn't
  /// for `gemm`, and for loops that stand for a bandwidth.
  virtual bool writesResult() const { return true; }
  /// What run() calls, for a reader: "sgemm NT 512x512x64, 8 times".
  virtual std::string description() const { return {}; }
  /// Why the last run() failed (a worker process died); empty: it did not.
  virtual std::string error() const { return {}; }
};

class Peer {
public:
  virtual ~Peer();

  /// One word: "openblas", "numpy".
  virtual llvm::StringRef name() const = 0;
  /// Version and what it chose for this processor: "0.3.21 (SkylakeX)".
  virtual std::string version() const = 0;
  /// None when this peer can't do the problem in this kind (element type, no
  /// matrix product, …).
  virtual std::unique_ptr<PeerRun> prepare(const Problem &problem,
                                           PeerKind kind) = 0;
};

struct PeerOptions {
  /// Of every peer. Libraries keep this as a global setting: look for peers
  /// once in a process.
  int threads = 1;
  /// The interpreter for numpy, torch and jax; a path, or a name on PATH.
  std::string python = "python3";
  /// Where libraries are looked for first, before the loader's own places.
  std::vector<std::string> libraryPaths;
  /// Names of the peers to load; empty: all.
  std::vector<std::string> only;
};

/// All peers of this machine, and why the others are missing (name, reason).
struct PeerList {
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<std::pair<std::string, std::string>> missing;
};
PeerList findPeers(const PeerOptions &options);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_PEER_H
