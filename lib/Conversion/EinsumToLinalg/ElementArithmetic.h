//===- ElementArithmetic.h - Arithmetic of the language --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's signless types do not tell an u8 from an i8 or a bool: all three are
// i8 behind convert-einsum-to-linalg. What a value means is an ElementType that
// is passed beside it.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_CONVERSION_EINSUMTOLINALG_ELEMENTARITHMETIC_H
#define EINSUMC_LIB_CONVERSION_EINSUMTOLINALG_ELEMENTARITHMETIC_H

#include "einsumc/Support/ElementType.h"
#include "mlir/IR/Builders.h"

namespace einsumc::conversion {

/// The signless type of an integer: ui8 becomes i8, and i1, which is numpy's
/// bool, a byte that holds 0 or 1. Other types stay.
mlir::Type getSignlessType(mlir::Type type);
/// What the elements of a tensor (or a scalar) of einsum level are; the
/// dialect's verifiers have accepted the type.
ElementType getElementTypeOf(mlir::Type type);
/// The type that holds an element behind the conversion.
mlir::Type getStorageType(mlir::MLIRContext *context, ElementType type);

/// A constant of einsum level (FloatAttr, IntegerAttr or complex.number) as a
/// value of its storage type.
mlir::Value createConstant(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::TypedAttr constant);
mlir::Value createZero(mlir::OpBuilder &builder, mlir::Location loc,
                       ElementType type);

/// Converts as numpy's astype does. A complex number only becomes another
/// complex number.
mlir::Value convertElement(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value value, ElementType from, ElementType to);
/// Product and sum; "and" and "or" of bools. Integers wrap around.
mlir::Value multiply(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value lhs, mlir::Value rhs, ElementType type);
mlir::Value add(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value lhs,
                mlir::Value rhs, ElementType type);
/// Whether a number is 0 (or -0), as an i1.
mlir::Value isZero(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value value, ElementType type);
/// Whether a number is not 0 (a NaN is not), as an i1; it is not complex.
mlir::Value isNonzero(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value value, ElementType type);

} // namespace einsumc::conversion

#endif // EINSUMC_LIB_CONVERSION_EINSUMTOLINALG_ELEMENTARITHMETIC_H
