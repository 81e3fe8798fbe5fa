//===- RandomEquation.h - Equations nobody wrote ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_REFERENCE_RANDOMEQUATION_H
#define EINSUMC_REFERENCE_RANDOMEQUATION_H

#include "einsumc/Reference/Random.h"
#include "einsumc/Support/ElementType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace einsumc::reference {

/// What a random equation may hold.
struct RandomEquationOptions {
  unsigned maxOperands = 3;
  unsigned maxRank = 4;
  /// Extents to draw from.
  llvm::ArrayRef<int64_t> extents;
  /// Bound on the product of all extents.
  int64_t maxMultiplyAdds = int64_t(1) << 16;
  bool ellipsis = true;
  bool broadcasting = true;   ///< axes of extent 1 against others
  bool repeatedLabels = true; ///< diagonals in operands
  bool outputDiagonals = true;
  llvm::ArrayRef<ElementType> elementTypes;
};

/// A valid equation and what it applies to.
struct RandomEquation {
  std::string text;
  std::vector<llvm::SmallVector<int64_t, 6>> shapes; ///< one an operand
  std::vector<ElementType> elements;                 ///< one an operand
};

/// Draws one; the same `random` state gives the same equation everywhere.
RandomEquation drawEquation(Random &random,
                            const RandomEquationOptions &options);

} // namespace einsumc::reference

#endif // EINSUMC_REFERENCE_RANDOMEQUATION_H
