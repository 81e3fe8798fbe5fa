//===- IndexBuilder.cpp - Index arithmetic that folds ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexBuilder.h"

#include "llvm/ADT/TypeSwitch.h"
#include <numeric>

using namespace mlir;
using namespace einsumc::kernel;

/// Expressions of extents are shallow; what is deeper is not looked at.
static int64_t multipleOf(Value value, unsigned depth) {
  if (std::optional<int64_t> number = IndexBuilder::known(value))
    return *number < 0 ? 1 : *number;
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return 1;
  auto of = [&](unsigned operand) {
    return multipleOf(op->getOperand(operand), depth - 1);
  };
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([&](arith::MulIOp) {
        int64_t x = of(0), y = of(1), product;
        return __builtin_mul_overflow(x, y, &product) ? x : product;
      })
      .Case<arith::AddIOp, arith::SubIOp, arith::MinSIOp, arith::MaxSIOp>(
          [&](auto) { return std::gcd(of(0), of(1)); })
      .Case([&](arith::SelectOp) { return std::gcd(of(1), of(2)); })
      .Default([](Operation *) { return 1; });
}

int64_t IndexBuilder::multipleOf(Value value) { return ::multipleOf(value, 8); }
