//===- Call.h - One call of a kernel, as asked for --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_RUN_CALL_H
#define EINSUMC_TOOLS_EINSUM_RUN_CALL_H

#include "Operands.h"
#include "Runner.h"
#include <array>

namespace einsumc::run {

/// What the command line asks for, resolved.
struct Job {
  ResolvedEquation equation;
  std::optional<AccumulateFactors> factors;
  std::vector<Operand> operands;
  Operand previous; ///< C, where it is read

  bool readsPrevious() const {
    return factors && !factors->beta.isZero(equation.result.element);
  }
};

/// The factor as the kernel has it: a number of the result's type.
reference::Number rounded(const Factor &factor, ElementType type);

/// A kernel and all that one call of it needs.
class Call {
public:
  Call(const Job &job, Runner runner);

  /// Overwrites the result's memory: by C where it is read, and everything else
  /// by what no kernel writes.
  void reset();
  llvm::Error run() const;
  /// Whether bytes between the result's elements were overwritten.
  bool wroteBetweenElements() const;
  const reference::TensorView &result() const { return output.view(); }
  /// Of a call on a GPU, where that can be timed.
  std::optional<double> gpuSeconds() const {
    return runner.time(operands, scalarAddresses);
  }

private:
  uint8_t poison() const;

  const Job &job;
  Runner runner;
  reference::Tensor output;
  llvm::SmallVector<RunOperand> operands;
  llvm::SmallVector<std::array<char, 16>, 2> scalars;
  llvm::SmallVector<const void *, 2> scalarAddresses;
};

} // namespace einsumc::run

#endif // EINSUMC_TOOLS_EINSUM_RUN_CALL_H
