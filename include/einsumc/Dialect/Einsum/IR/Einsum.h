//===- Einsum.h - The einsum dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_EINSUM_IR_EINSUM_H
#define EINSUMC_DIALECT_EINSUM_IR_EINSUM_H

#include "einsumc/Support/ElementType.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace einsumc::einsum {

/// The labels of one operand's axes.
using LabelList = llvm::SmallVector<int64_t, 6>;

/// The language's element type of an einsum-level MLIR type (ui8 → u8,
/// i1 → bool, complex<f32> → c64), or nothing where the language has none.
std::optional<ElementType> getElementType(mlir::Type type);
/// The einsum-level MLIR type of an element type.
mlir::Type getMLIRType(mlir::MLIRContext *context, ElementType type);
/// Whether sums may be held in this type: f32, f64, i32, i64, ui32, ui64, i1
/// or complex.
bool isAccumulatorType(mlir::Type type);
/// The extent of axes that share a label: an axis of static extent 1 decides
/// only when all do, and a static extent goes before a dynamic one.
int64_t joinExtents(int64_t a, int64_t b);

} // namespace einsumc::einsum

#include "einsumc/Dialect/Einsum/IR/EinsumDialect.h.inc"

#define GET_OP_CLASSES
#include "einsumc/Dialect/Einsum/IR/EinsumOps.h.inc"

#endif // EINSUMC_DIALECT_EINSUM_IR_EINSUM_H
