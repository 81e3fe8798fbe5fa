//===- VectorBody.h - a scalar body on vectors -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_VECTORBODY_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_VECTORBODY_H

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"

namespace einsumc::kernel {

/// A number while a body is computed: a scalar, or one for each lane. A complex
/// number is its two parts, because LLVM has no vectors of complex numbers.
struct Number {
  mlir::Value real, imag; ///< `imag` only for complex numbers

  bool isComplex() const { return bool(imag); }
};

/// Computes the body of a region or micro-kernel on vectors of `width` lanes.
/// What depends on scalars alone stays scalar and is broadcast where it meets a
/// vector; a product that is added becomes a fused multiply-add.
class VectorBody {
public:
  VectorBody(mlir::Block &body, int64_t width) : body(body), width(width) {}

  /// The yielded number as vectors; one argument a block argument. Fails (with
  /// an error on the operation) on what has no vector form.
  llvm::FailureOr<Number> compute(mlir::OpBuilder &builder,
                                  llvm::ArrayRef<Number> arguments);

  /// A vector of the number's lanes, broadcast if it is a scalar.
  static Number toVector(mlir::OpBuilder &builder, mlir::Location loc,
                         Number number, int64_t width);

private:
  llvm::FailureOr<Number> evaluate(mlir::OpBuilder &builder, mlir::Value value);
  llvm::FailureOr<Number> evaluateOp(mlir::OpBuilder &builder,
                                     mlir::Operation *op);
  llvm::FailureOr<Number> evaluateComplex(mlir::OpBuilder &builder,
                                          mlir::Operation *op,
                                          llvm::ArrayRef<Number> operands);
  llvm::FailureOr<Number> fusedMultiplyAdd(mlir::OpBuilder &builder,
                                           mlir::Operation *add);

  mlir::Block &body;
  int64_t width;
  llvm::DenseMap<mlir::Value, Number> known;
};

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_VECTORBODY_H
