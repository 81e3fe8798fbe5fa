//===- Einsum.h - The einsum dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_EINSUM_IR_EINSUM_H
#define EINSUMC_DIALECT_EINSUM_IR_EINSUM_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "einsumc/Dialect/Einsum/IR/EinsumDialect.h.inc"

#define GET_OP_CLASSES
#include "einsumc/Dialect/Einsum/IR/EinsumOps.h.inc"

#endif // EINSUMC_DIALECT_EINSUM_IR_EINSUM_H
