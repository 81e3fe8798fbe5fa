//===- ImportEquation.h - From an equation to IR ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_IMPORTEQUATION_H
#define EINSUMC_FRONTEND_IMPORTEQUATION_H

#include "einsumc/Frontend/Equation.h"
#include "einsumc/Frontend/Factor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace einsumc {

/// The file name in the locations of imported IR; its only line is the
/// equation.
inline constexpr llvm::StringLiteral kEquationFileName = "<equation>";

/// C = alpha·product + beta·C.
struct AccumulateFactors {
  Factor alpha, beta;
};

struct ImportOptions {
  /// The kernel's name in C.
  std::string name = "kernel";
  /// Present: the result's memory is read as well (unless beta is 0).
  std::optional<AccumulateFactors> accumulate;
};

/// A module with one public function of tensors that computes the equation by
/// `einsum.contract`: operands in order, then, for `accumulate`, C
/// (`kernel.inout`) and the run-time factors. The context must have the
/// einsum and func dialects loaded.
mlir::OwningOpRef<mlir::ModuleOp>
importEquation(mlir::MLIRContext *context, const ResolvedEquation &equation,
               const ImportOptions &options);

} // namespace einsumc

#endif // EINSUMC_FRONTEND_IMPORTEQUATION_H
