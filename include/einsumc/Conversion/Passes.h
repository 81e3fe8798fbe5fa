//===- Passes.h - Conversions between dialects -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_CONVERSION_PASSES_H
#define EINSUMC_CONVERSION_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace einsumc::conversion {

#define GEN_PASS_DECL
#include "einsumc/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "einsumc/Conversion/Passes.h.inc"

} // namespace einsumc::conversion

#endif // EINSUMC_CONVERSION_PASSES_H
