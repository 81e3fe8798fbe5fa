//===- Problems.h - Small problems for peers --------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_UNIT_BENCHMARK_PROBLEMS_H
#define EINSUMC_TEST_UNIT_BENCHMARK_PROBLEMS_H

#include "einsumc/Benchmark/Peer.h"

namespace einsumc::bench {

/// A problem from an equation, its operands' types in the users' notation and
/// the result's type ("" for what the equation gives). Fails the test when that
/// is no problem.
Problem makeProblem(llvm::StringRef equation,
                    llvm::ArrayRef<llvm::StringRef> operands,
                    llvm::StringRef result = "");

/// Runs `run` on a result full of poison, twice, and compares what it leaves
/// with the reference evaluator.
void expectRight(const Problem &problem, PeerRun &run);

} // namespace einsumc::bench

#endif // EINSUMC_TEST_UNIT_BENCHMARK_PROBLEMS_H
