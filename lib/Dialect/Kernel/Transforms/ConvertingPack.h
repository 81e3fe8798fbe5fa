//===- ConvertingPack.h - Packing that converts -----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel-lower-pack writes for a kernel.pack whose panels hold something
// else than memory does: widened numbers, or groups of terms. Loads convert at
// once; from there on it is a copy of the panels' elements.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_CONVERTINGPACK_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_CONVERTINGPACK_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"

namespace einsumc::kernel {

class ConvertingPack {
public:
  ConvertingPack(PackOp op, mlir::OpBuilder &builder, TargetAttr target);

  /// What lay side by side, as for plain copies.
  enum class Kind { vectors, transposed, scalars };
  Kind run();

private:
  using Body = llvm::function_ref<void(mlir::Value)>;

  mlir::Value constant(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value subtract(mlir::Value a, mlir::Value b);
  mlir::Value multiply(mlir::Value a, mlir::Value b);
  mlir::Value splat(mlir::Type like, int64_t bits);
  void loop(mlir::Value from, mlir::Value to, int64_t step, Body body);
  void unless(mlir::Value isZero, llvm::function_ref<void()> body);

  mlir::Value convert(mlir::Value terms);
  mlir::Value convertTerm(mlir::Value term);
  mlir::Value join(llvm::ArrayRef<mlir::Value> terms);
  mlir::Value loadLanes(mlir::Value address, int64_t lanes, mlir::Value left);

  void copyPanel(Kind kind, mlir::Value from, mlir::Value to,
                 mlir::Value valid);
  void copyGroups(Kind kind, mlir::Value from, mlir::Value to,
                  mlir::Value valid);
  void copyVectors(mlir::Value from, mlir::Value to, mlir::Value valid,
                   int64_t terms);
  void copySquares(mlir::Value from, mlir::Value to, int64_t valid);
  void transposeAt(mlir::Value from, mlir::Value to, int64_t row, int64_t valid,
                   int64_t size);
  void copyElements(mlir::Value from, mlir::Value to, mlir::Value valid,
                    mlir::Value terms);
  void writeCorrection(mlir::Value panel);

  PackOp op;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  TargetAttr target;
  int64_t width, vectorBits, group;
  mlir::Type from, to;
  /// Of the last digit: terms, whole groups, terms behind them, all groups.
  mlir::Value extent, whole, rest, groups;
  /// Stride of its terms.
  mlir::Value stride;
  /// Elements of a panel that hold terms, for each row.
  mlir::Value depth;
};

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_CONVERTINGPACK_H
