//===- IndexBuilder.h - Index arithmetic that folds -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_INDEXBUILDER_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_INDEXBUILDER_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include <map>

namespace einsumc::kernel {

/// Writes arithmetic on extents, strides and positions (never negative but for
/// strides), so that a kernel of static shape ends up with constants.
class IndexBuilder {
public:
  mlir::OpBuilder &b;
  mlir::Location loc;

  /// `entry` is where constants are kept, each once.
  IndexBuilder(mlir::OpBuilder &b, mlir::Location loc, mlir::Block *entry)
      : b(b), loc(loc), entry(entry) {}

  mlir::Value constant(int64_t value) {
    mlir::Value &constant = constants[value];
    if (!constant) {
      mlir::OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(entry);
      constant = mlir::arith::ConstantIndexOp::create(b, loc, value);
    }
    return constant;
  }
  mlir::Value get(mlir::OpFoldResult value) {
    if (std::optional<int64_t> number = mlir::getConstantIntValue(value))
      return constant(*number);
    return llvm::cast<mlir::Value>(value);
  }
  static std::optional<int64_t> known(mlir::Value value) {
    return mlir::getConstantIntValue(value);
  }
  static bool is(mlir::Value value, int64_t number) {
    return known(value) == number;
  }

  /// A number that the value is a multiple of, whatever it is at run time; 0
  /// for 0.
  static int64_t multipleOf(mlir::Value value);
  /// The value, which is a multiple of the number, written so that
  /// `multipleOf` sees it.
  mlir::Value asMultiple(mlir::Value value, int64_t multiple) {
    return multiple == 1 || known(value) ? value
                                         : mul(div(value, multiple), multiple);
  }

  mlir::Value add(mlir::Value x, mlir::Value y) {
    return is(x, 0) ? y : fold<mlir::arith::AddIOp>(x, y);
  }
  mlir::Value sub(mlir::Value x, mlir::Value y) {
    return fold<mlir::arith::SubIOp>(x, y);
  }
  mlir::Value mul(mlir::Value x, mlir::Value y) {
    if (is(x, 1))
      return y;
    if (is(x, 0))
      return x;
    return fold<mlir::arith::MulIOp>(x, y);
  }
  mlir::Value mul(mlir::Value x, int64_t y) { return mul(x, constant(y)); }
  /// base + index · stride
  mlir::Value advance(mlir::Value base, mlir::Value index, mlir::Value stride) {
    return add(base, mul(index, stride));
  }
  mlir::Value div(mlir::Value x, mlir::Value y) {
    if (is(x, 0))
      return x;
    return fold<mlir::arith::DivUIOp>(x, y);
  }
  mlir::Value div(mlir::Value x, int64_t y) { return div(x, constant(y)); }
  mlir::Value rem(mlir::Value x, mlir::Value y) {
    if (is(y, 1) || is(x, 0))
      return constant(0);
    return fold<mlir::arith::RemUIOp>(x, y);
  }
  mlir::Value ceilDiv(mlir::Value x, int64_t y) {
    return div(add(x, constant(y - 1)), y);
  }
  mlir::Value min(mlir::Value x, mlir::Value y) {
    return fold<mlir::arith::MinSIOp>(x, y);
  }
  mlir::Value max(mlir::Value x, mlir::Value y) {
    return fold<mlir::arith::MaxSIOp>(x, y);
  }
  mlir::Value equal(mlir::Value x, mlir::Value y) {
    return b.createOrFold<mlir::arith::CmpIOp>(
        loc, mlir::arith::CmpIPredicate::eq, x, y);
  }
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y) {
    return fold<mlir::arith::SelectOp>(condition, x, y);
  }
  mlir::Value product(mlir::ValueRange values) {
    mlir::Value result = constant(1);
    for (mlir::Value value : values)
      result = mul(result, value);
    return result;
  }

  /// The row-major position of `indices` in a box of these extents.
  mlir::Value linearize(mlir::ValueRange indices, mlir::ValueRange extents) {
    mlir::Value result = constant(0);
    for (auto [index, extent] : llvm::zip_equal(indices, extents))
      result = add(mul(result, extent), index);
    return result;
  }
  /// The inverse; there is at least one point in the box.
  llvm::SmallVector<mlir::Value> delinearize(mlir::Value linear,
                                             mlir::ValueRange extents) {
    llvm::SmallVector<mlir::Value> indices(extents.size());
    // The outermost index needs no remainder.
    size_t outermost = 0;
    while (outermost < extents.size() && is(extents[outermost], 1))
      ++outermost;
    for (size_t i = extents.size(); i-- > 0;) {
      if (is(extents[i], 1)) {
        indices[i] = constant(0);
        continue;
      }
      indices[i] = i == outermost ? linear : rem(linear, extents[i]);
      linear = i == outermost ? linear : div(linear, extents[i]);
    }
    return indices;
  }

  /// A loop over [begin, end); none where there is statically one iteration,
  /// nothing at all where there is statically none.
  template <typename Body>
  void loop(mlir::Value begin, mlir::Value end, Body body) {
    std::optional<int64_t> first = known(begin), last = known(end);
    if (first && last && *first >= *last)
      return;
    if (first && last && *first + 1 == *last)
      return body(begin);
    auto forOp = mlir::scf::ForOp::create(b, loc, begin, end, constant(1));
    mlir::OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forOp.getBody());
    body(forOp.getInductionVar());
  }

  /// Runs over `total` independent items, split into at most `maxTasks` (at
  /// least one) tasks of neighbouring items. `perTask` writes what stands
  /// before a task's items.
  template <typename Start, typename Body>
  void tasks(mlir::Value total, mlir::Value maxTasks, Start perTask,
             Body body) {
    mlir::Value tasks = min(maxTasks, total);
    auto forall = mlir::scf::ForallOp::create(
        b, loc,
        llvm::ArrayRef<mlir::OpFoldResult>{mlir::getAsOpFoldResult(tasks)},
        mlir::ValueRange(), b.getArrayAttr({TaskAttr::get(b.getContext())}));
    mlir::OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(forall.getBody());
    mlir::Value task = forall.getInductionVar(0);
    perTask();
    if (is(maxTasks, 1) || is(total, 1))
      return loop(constant(0), total, body);
    if (tasks == total || (known(total) && known(tasks) == known(total)))
      return body(task);
    mlir::Value begin = div(mul(task, total), tasks);
    mlir::Value end = div(mul(add(task, constant(1)), total), tasks);
    loop(begin, end, body);
  }

private:
  /// A result that is a number becomes one of the kept constants.
  template <typename Op, typename... Args> mlir::Value fold(Args... args) {
    mlir::Value value = b.createOrFold<Op>(loc, args...);
    std::optional<int64_t> number = known(value);
    if (!number)
      return value;
    mlir::Value kept = constant(*number);
    if (kept != value && value.use_empty())
      value.getDefiningOp()->erase();
    return kept;
  }

  mlir::Block *entry;
  // By number; not a DenseMap, whose reserved keys are numbers too.
  std::map<int64_t, mlir::Value> constants;
};

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_INDEXBUILDER_H
