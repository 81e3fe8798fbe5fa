//===- Verify.h - Fresh data, and results that are right --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_VERIFY_H
#define EINSUMC_BENCHMARK_VERIFY_H

#include "einsumc/Frontend/Equation.h"
#include "einsumc/Reference/Random.h"
#include "einsumc/Reference/Tensor.h"
#include "llvm/Support/Error.h"

namespace einsumc::bench {

/// Operands' memory, with their strides.
reference::Tensor makeTensor(const OperandType &type);

/// Fills all memory of an operand: floats in [-1, 1), integers small enough
/// that no sum of products wraps in 32 bits.
void fillRandom(const reference::Tensor &tensor, reference::Random &random);

/// Fills all memory of a result with what no kernel computes: NaN, or bytes
/// 0xA5 for integers.
void poison(const reference::Tensor &tensor);

/// How a result was judged.
struct Check {
  int64_t elements = 0; ///< that were compared with the reference evaluator
  bool all = false;     ///< whether these are all of them
};

/// Terms of the reference evaluator: about a tenth of a second.
inline constexpr double kCheckedTerms = 4e6;

/// Compares a result with the reference evaluator, element by element within
/// its bound: all elements where that takes no more than `mostTerms` terms,
/// otherwise corners and a random sample. No element may be poison still, and
/// what lies between elements must be. An error says what is wrong.
llvm::Expected<Check>
checkResult(const ResolvedEquation &equation,
            llvm::ArrayRef<reference::TensorView> operands,
            const reference::Tensor &result, reference::Random &random,
            double mostTerms = kCheckedTerms);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_VERIFY_H
