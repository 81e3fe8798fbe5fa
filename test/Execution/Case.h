//===- Case.h - One kernel against the reference ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_CASE_H
#define EINSUMC_TEST_EXECUTION_CASE_H

#include "Backend.h"
#include "einsumc/Reference/Tensor.h"

namespace einsumc::test {

using Extents = llvm::SmallVector<int64_t, 6>;

/// The type an operand is compiled for, and what a call gives.
struct CaseOperand {
  OperandType type;
  Extents shape;
  Extents strides; ///< in elements
};

/// A factor of `--accumulate`: what it is, and its value where it is known at
/// run time only.
struct CaseFactor {
  Factor factor;
  reference::Number value;
};

/// One kernel: what it is compiled from and called with.
struct Case {
  std::string name;
  std::string equation;
  bool sublists = false;
  std::vector<CaseOperand> operands;
  ResolveOptions resolve;
  /// What is promised of dynamic extents, and holds; empty: nothing.
  std::string assumptions;
  /// Actual strides of the result; row-major where there are none.
  std::optional<Extents> resultStrides;
  std::optional<std::pair<CaseFactor, CaseFactor>> accumulate;
  CompileOptions compile;
  /// Of the data and of the order of tasks.
  uint64_t seed = 0;
  /// numpy's shape of the result, where a table says it.
  std::optional<Extents> expectedShape;
  /// Infinities and NaNs among the data.
  bool specials = false;

  /// Equation, types and options in the words of the tools.
  std::string describe() const;
};

/// What became of it.
struct Outcome {
  std::string failure; ///< empty: passed
  /// Processor time.
  double compileSeconds = 0, referenceSeconds = 0;
};

/// Parses and resolves the case's equation.
llvm::Expected<ResolvedEquation> resolveCase(const Case &c);

/// What the compiler makes of the case up to a stage.
llvm::Expected<std::string> emitCase(Compiler &compiler, const Case &c,
                                     Stage stage);

/// Compiles, and calls with small integers (compared bit for bit) and with
/// normal data (within the bound), as the backend does.
Outcome runCase(Compiler &compiler, const Case &c, Backend &backend);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_CASE_H
