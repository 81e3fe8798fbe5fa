//===- Passes.h - Passes on the einsum dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES_H
#define EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES_H

#include "einsumc/Dialect/Einsum/IR/Einsum.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace einsumc::einsum {

#define GEN_PASS_DECL
#include "einsumc/Dialect/Einsum/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "einsumc/Dialect/Einsum/Transforms/Passes.h.inc"

} // namespace einsumc::einsum

#endif // EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES_H
