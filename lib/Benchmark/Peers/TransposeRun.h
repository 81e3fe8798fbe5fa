//===- TransposeRun.h - Transpositions in a library -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_TRANSPOSERUN_H
#define EINSUMC_LIB_BENCHMARK_PEERS_TRANSPOSERUN_H

#include "Gemm.h"
#include "Permute.h"
#include "einsumc/Benchmark/Peer.h"
#include <optional>

namespace einsumc::bench {

/// The axes of an equation of one operand that permutes it; none for others.
std::optional<llvm::SmallVector<CopyDim, 6>>
permutationOf(const Problem &problem, llvm::ArrayRef<int64_t> extents);

/// A permutation as calls of the library's matrix transposition, if it is one.
std::unique_ptr<PeerRun> prepareTransposition(GemmLibrary &library,
                                              const Problem &problem,
                                              llvm::ArrayRef<int64_t> extents);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_TRANSPOSERUN_H
