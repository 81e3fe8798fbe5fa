//===- Explain.h - What was decided, and why --------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_COMPILER_EXPLAIN_H
#define EINSUMC_COMPILER_EXPLAIN_H

#include "mlir/IR/BuiltinOps.h"
#include <string>
#include <vector>

namespace einsumc {

/// What one step of a kernel costs at least; extents that are not known count
/// as 1.
struct StepCost {
  double operations = 0;
  double bytes = 0; ///< every element of every operand once
  /// Share of the FMA peak that the schedule's formula expects; 0: it has no
  /// model for this kind of step.
  double efficiency = 0;

  /// Seconds by the model: the slower of arithmetic and memory.
  double seconds(double peak, double bandwidth) const;
};

/// What `--explain` prints.
struct Explanation {
  std::string text;
  std::vector<StepCost> steps; ///< one a call, in order
};

/// Reads a scheduled module: the reasons stand on its regions
/// (kernel-select-schedule's option `explain`).
Explanation explainSchedules(mlir::ModuleOp module);

/// Multiplications and additions of one operation; a complex product counts as
/// six, a sum as two.
double operationsOf(mlir::Operation &op);

} // namespace einsumc

#endif // EINSUMC_COMPILER_EXPLAIN_H
