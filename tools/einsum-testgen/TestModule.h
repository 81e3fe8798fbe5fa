//===- TestModule.h - A module that tests itself ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_TESTGEN_TESTMODULE_H
#define EINSUMC_TOOLS_EINSUM_TESTGEN_TESTMODULE_H

#include "einsumc/Compiler/Compiler.h"
#include "einsumc/Reference/Random.h"

namespace einsumc::testgen {

/// One equation's test as MLIR text.
struct TestModule {
  std::string einsum; ///< at einsum level
  std::string linalg; ///< the same in upstream's dialects alone
};

/// Largest tensor that a test writes out.
inline constexpr int64_t kMaxElements = int64_t(1) << 16;
/// Most multiply-adds of a test: sums of small integers are still exact.
inline constexpr int64_t kMaxTerms = int64_t(1) << 20;

/// A module of two functions: `@kernel` computes the equation, whose operands
/// are of static shape and row-major; `@main` holds inputs and the expected
/// result and returns how many elements differ. Inputs are integers so small
/// that every sum is exact in any order. An error beyond these limits.
llvm::Expected<TestModule> makeTestModule(Compiler &compiler,
                                          const ResolvedEquation &equation,
                                          reference::Random &random);

} // namespace einsumc::testgen

#endif // EINSUMC_TOOLS_EINSUM_TESTGEN_TESTMODULE_H
