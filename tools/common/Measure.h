//===- Measure.h - How fast a kernel is -------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_COMMON_MEASURE_H
#define EINSUMC_TOOLS_COMMON_MEASURE_H

#include "einsumc/Reference/Tensor.h"
#include "mlir/IR/BuiltinOps.h"

namespace einsumc::tools {

/// Multiplications and additions that a module at the midpoint (linalg on
/// tensors of static shape) asks for; a complex product counts as six, a sum as
/// two. What a product of several operands costs depends on the order that was
/// found for it, hence the module and not the equation.
double countOperations(mlir::ModuleOp midpoint);

struct Timing {
  double seconds = 0; ///< of one call: the median
  unsigned samples = 0;
  /// The machine was too busy for undisturbed samples: `seconds` are those that
  /// the thread was on a core, and somewhat too many or too few.
  bool isBusy = false;
};
/// At least 7 samples after a warm-up. Short calls are repeated in a sample, so
/// that the clock's resolution does not count; samples during which the thread
/// had to leave its core are taken again, for a while.
Timing timeCalls(llvm::function_ref<void()> call);

/// This core's peak in operations a second for products that accumulate in
/// `type`, measured now; 0 where there is no fused multiply-add for it. With
/// several threads, the sum of as many cores at once.
double measureFmaPeak(ElementType type, int64_t threads = 1);

/// Bytes of the different elements of a tensor: axes of stride 0 count once.
double distinctBytes(const reference::TensorView &tensor);

/// "3.21 us".
std::string formatSeconds(double seconds);

} // namespace einsumc::tools

#endif // EINSUMC_TOOLS_COMMON_MEASURE_H
