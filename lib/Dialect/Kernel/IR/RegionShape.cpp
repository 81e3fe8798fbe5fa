//===- RegionShape.cpp - What a normal-form region looks like -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;
using namespace einsumc::kernel;

RegionShape RegionShape::get(RegionOp region) {
  RegionShape shape;
  ArrayRef<LoopClass> classes = region.getLoops()->getClasses();
  for (auto [loop, loopClass] : llvm::enumerate(classes)) {
    shape.extents.push_back(region.getLoopExtent(loop));
    shape.facts.push_back(region.getLoopFacts(loop));
    switch (loopClass) {
    case LoopClass::batch:
      shape.batch.push_back(loop);
      break;
    case LoopClass::m:
      shape.outerRows.push_back(loop);
      break;
    case LoopClass::n:
      shape.outerColumns.push_back(loop);
      break;
    case LoopClass::k:
      shape.terms.push_back(loop);
      break;
    }
  }
  if (!shape.outerRows.empty())
    shape.row = shape.outerRows.pop_back_val();
  if (!shape.outerColumns.empty())
    shape.column = shape.outerColumns.pop_back_val();

  for (Value operand : region->getOperands()) {
    SmallVector<int64_t> strides;
    if (auto type = dyn_cast<MemRefType>(operand.getType())) {
      int64_t offset;
      // The layout of a memref that is not strided tells nothing.
      if (failed(type.getStridesAndOffset(strides, offset)))
        strides.assign(type.getRank(), ShapedType::kDynamic);
    }
    shape.strides.push_back(std::move(strides));
    shape.scalars.push_back(!isa<MemRefType>(operand.getType()));
  }
  return shape;
}

Operation *einsumc::kernel::getCombiner(Block &body) {
  BlockArgument accumulator = body.getArguments().back();
  Operation *op = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!op || op->getBlock() != &body || !accumulator.hasOneUse() ||
      !isa<arith::AddFOp, arith::AddIOp, arith::OrIOp, complex::AddOp>(op))
    return nullptr;
  return llvm::is_contained(op->getOperands(), accumulator) ? op : nullptr;
}

AccumulatorShape AccumulatorShape::get(RegionOp region) {
  AccumulatorShape shape{/*laneBits=*/8, /*parts=*/1};
  auto look = [&](Type type) {
    if (auto complex = dyn_cast<ComplexType>(type)) {
      shape.parts = 2;
      type = complex.getElementType();
    }
    if (type.isIntOrFloat())
      shape.laneBits = std::max<int64_t>(
          shape.laneBits, llvm::PowerOf2Ceil(type.getIntOrFloatBitWidth()));
  };
  for (Type type : region.getBody().front().getArgumentTypes())
    look(type);
  region.getBody().walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      look(type);
  });
  return shape;
}
