//===- FloatConversions.h - f16 and bf16 by integer arithmetic --*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_FLOATCONVERSIONS_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_FLOATCONVERSIONS_H

#include "mlir/IR/Builders.h"

namespace einsumc::kernel {

/// Writes conversions to and from f16 and bf16 (scalars or vectors), held as
/// their bit patterns in i16, that no library has to carry out: one rounding to
/// nearest even, NaN stays NaN, infinities and subnormals are exact.
///
/// f16 and f32 are converted by hardware where it is there. LLVM's own bf16 is
/// never used: the instructions of AVX-512 take subnormals for zero, and other
/// targets call a library.
class FloatConversions {
public:
  FloatConversions(mlir::OpBuilder &builder, mlir::Location loc, bool hasHalf)
      : builder(builder), loc(loc), hasHalf(hasHalf) {}

  /// From the bits of a `from`, f16 or bf16, to `to`, f32 or wider.
  mlir::Value widen(mlir::Value bits, mlir::Type from, mlir::Type to);
  /// From f32 or f64 to the bits of a `to`, f16 or bf16.
  mlir::Value narrow(mlir::Value value, mlir::Type to);
  /// From an integer of at most 64 bits to the bits of a `to`.
  mlir::Value fromInteger(mlir::Value value, mlir::Type to, bool isSigned);

private:
  mlir::Value widenHalf(mlir::Value value);
  mlir::Value widenBfloat(mlir::Value value);
  mlir::Value narrowToHalf(mlir::Value value);
  mlir::Value narrowToBfloat(mlir::Value value);
  mlir::Value roundToOddSingle(mlir::Value value);
  mlir::Value roundToOdd53Bits(mlir::Value value, bool isSigned);

  /// The type of `like`'s shape, and a constant of it.
  mlir::Type shaped(mlir::Type element, mlir::Value like);
  mlir::Value constant(uint64_t bits, mlir::Value like);
  mlir::Value bits(mlir::Value value);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  bool hasHalf;
};

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_FLOATCONVERSIONS_H
