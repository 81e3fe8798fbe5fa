//===- Compare.h - Judge a result against the reference ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_REFERENCE_COMPARE_H
#define EINSUMC_REFERENCE_COMPARE_H

#include "einsumc/Reference/Evaluate.h"

namespace einsumc::reference {

enum class Comparison {
  bitForBit, ///< for data whose every intermediate result is exact
  bounded    ///< element by element within Evaluation::bound
};

/// How far `result` is from the reference, at the worst element.
struct Verdict {
  int64_t wrong = 0; ///< elements beyond the bound (or of other bits)
  int64_t elements = 0;
  double error = 0;                    ///< at the worst element
  double bound = 0;                    ///< there
  llvm::SmallVector<int64_t, 6> index; ///< of the worst element
  std::string actual, expected;        ///< there, printed

  bool ok() const { return wrong == 0; }
  /// "3 of 12 elements wrong; worst at [0, 2]: 1.5, expected 1.25 (…)".
  std::string str() const;
};

/// Integers and bool are always compared bit for bit. A NaN matches a NaN, an
/// infinity the same infinity.
Verdict compare(const Evaluation &reference, const TensorView &result,
                Comparison comparison);

} // namespace einsumc::reference

#endif // EINSUMC_REFERENCE_COMPARE_H
