//===- TermLanes.cpp - Tiles whose lanes lie along the terms --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix-vector products along rows, dot products and sums along the last axis
// have no columns to fill vectors with, but terms beside each other. Each row
// has `nv` vectors of partial sums; they are added up at the end.
//
//===----------------------------------------------------------------------===//

#include "IndexBuilder.h"
#include "TileEmitter.h"

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Bases `index` steps further along the lanes' terms.
SmallVector<Value> TileEmitter::moveBases(ArrayRef<Value> bases, Value index) {
  SmallVector<Value> moved;
  for (auto [base, input] : llvm::zip(bases, inputs))
    moved.push_back(add(base, multiply(index, input.nStride)));
  return moved;
}

/// What is left behind the last whole step: vector by vector, masked. Lanes
/// that are not there keep their sum, whatever the body makes of zeros.
FailureOr<SmallVector<Value>>
TileEmitter::emitEdge(ArrayRef<Value> bases, Value begin,
                      ArrayRef<Value> accumulators) {
  int64_t parts = output.isComplex ? 2 : 1, vectors = nv;
  std::optional<int64_t> from = getConstantIntValue(begin),
                         to = getConstantIntValue(laneExtent);
  SmallVector<Value> first;
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t part = 0; part < parts; ++part)
      first.push_back(accumulators[m * vectors * parts + part]);
  auto emitVector =
      [&](Value index, Value lanes,
          ArrayRef<Value> carried) -> FailureOr<SmallVector<Value>> {
    setTail(isConstantIntValue(lanes, width) ? Value() : lanes);
    nv = 1;
    FailureOr<SmallVector<Value>> sums =
        emitTerm(moveBases(bases, index), carried);
    nv = vectors;
    if (succeeded(sums) && tail)
      for (auto [sum, before] : llvm::zip(*sums, carried))
        sum = arith::SelectOp::create(builder, loc, mask(1), sum, before);
    setTail({});
    return sums;
  };
  SmallVector<Value> last;
  if (from && to) {
    // Fewer vectors than one step has.
    last = first;
    for (int64_t index = *from; index < *to; index += width) {
      FailureOr<SmallVector<Value>> sums = emitVector(
          constant(index), constant(std::min(width, *to - index)), last);
      if (failed(sums))
        return failure();
      last = *sums;
    }
  } else {
    auto loop = scf::ForOp::create(builder, loc, begin, laneExtent,
                                   constant(width), first);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    Value index = loop.getInductionVar();
    Value lanes = constant(width);
    if (IndexBuilder::multipleOf(laneExtent) % width != 0)
      lanes = builder.createOrFold<arith::MinSIOp>(
          loc, lanes,
          builder.createOrFold<arith::SubIOp>(loc, laneExtent, index));
    SmallVector<Value> carried(loop.getRegionIterArgs());
    FailureOr<SmallVector<Value>> sums = emitVector(index, lanes, carried);
    if (failed(sums))
      return failure();
    scf::YieldOp::create(builder, loc, *sums);
    last.assign(loop.result_begin(), loop.result_end());
  }
  SmallVector<Value> results(accumulators);
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t part = 0; part < parts; ++part)
      results[m * vectors * parts + part] = last[m * parts + part];
  return results;
}

/// The innermost digit of the terms, `nv` vectors at a time.
FailureOr<SmallVector<Value>>
TileEmitter::emitLanes(ArrayRef<Value> bases, ArrayRef<Value> accumulators) {
  int64_t step = nv * width;
  std::optional<int64_t> known = getConstantIntValue(laneExtent);
  bool isWhole = IndexBuilder::multipleOf(laneExtent) % step == 0;
  Value whole = known     ? constant(*known / step * step)
                : isWhole ? laneExtent
                          : multiply(builder.createOrFold<arith::DivUIOp>(
                                         loc, laneExtent, constant(step)),
                                     step);
  SmallVector<Value> sums(accumulators);
  if (!known || *known >= step) {
    auto loop = scf::ForOp::create(builder, loc, constant(0), whole,
                                   constant(step), sums);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> carried(loop.getRegionIterArgs());
    FailureOr<SmallVector<Value>> next =
        emitTerm(moveBases(bases, loop.getInductionVar()), carried);
    if (failed(next))
      return failure();
    scf::YieldOp::create(builder, loc, *next);
    sums.assign(loop.getResults().begin(), loop.getResults().end());
  }
  if (isWhole)
    return sums;
  return emitEdge(bases, whole, sums);
}

/// x + y, in the way the body adds.
static Value combine(OpBuilder &builder, Location loc, Operation *combiner,
                     Value x, Value y) {
  if (isa<arith::AddIOp>(combiner))
    return arith::AddIOp::create(builder, loc, x, y);
  if (isa<arith::OrIOp>(combiner))
    return arith::OrIOp::create(builder, loc, x, y);
  return arith::AddFOp::create(builder, loc, x, y);
}

/// Adds the lanes of each of several vectors: one lane a vector is left, in
/// order. Every step halves what there is, two vectors becoming one, with fewer
/// shuffles than adding up each on its own.
static Value addLanes(OpBuilder &builder, Location loc, Operation *combiner,
                      ArrayRef<Value> rows) {
  SmallVector<Value> vectors(rows);
  int64_t lanes = cast<VectorType>(rows.front().getType()).getNumElements();
  int64_t run = lanes;
  auto halve = [&](Value a, Value b, int64_t length) {
    // Runs of partial sums, each in two halves.
    run /= 2;
    SmallVector<int64_t> low, high;
    for (int64_t start = 0; start < length; start += 2 * run)
      for (int64_t i = 0; i < run; ++i) {
        low.push_back(start + i);
        high.push_back(start + run + i);
      }
    return combine(builder, loc, combiner,
                   vector::ShuffleOp::create(builder, loc, a, b, low),
                   vector::ShuffleOp::create(builder, loc, a, b, high));
  };
  while (vectors.size() > 1) {
    SmallVector<Value> half;
    int64_t before = run;
    for (size_t i = 0; i < vectors.size(); i += 2) {
      run = before;
      half.push_back(halve(vectors[i], vectors[i + 1], 2 * lanes));
    }
    vectors = half;
  }
  while (run > 1)
    vectors[0] = halve(vectors[0], vectors[0], int64_t(rows.size()) * run);
  return vectors[0];
}

/// Adds each row's partial sums and stores them.
void TileEmitter::finishRows(ArrayRef<Value> accumulators) {
  Operation *combiner = getCombiner(op.getBody().front());
  int64_t parts = output.isComplex ? 2 : 1;
  auto kind = isa<arith::OrIOp>(combiner) ? vector::CombiningKind::OR
                                          : vector::CombiningKind::ADD;
  bool isFloat = isa<FloatType>(output.element);
  if (parts == 1 && mr >= 4 && llvm::isPowerOf2_64(mr) && mr <= width) {
    SmallVector<Value> rows;
    for (int64_t m = 0; m < mr; ++m) {
      Value sum = accumulators[m * nv];
      for (int64_t v = 1; v < nv; ++v)
        sum = combine(builder, loc, combiner, sum, accumulators[m * nv + v]);
      rows.push_back(sum);
    }
    Value sums = addLanes(builder, loc, combiner, rows);
    if (isConstantIntValue(output.mStride, 1)) {
      if (op.getInit() == InitKind::load)
        sums = combine(builder, loc, combiner,
                       vector::LoadOp::create(builder, loc,
                                              cast<VectorType>(sums.getType()),
                                              output.memref, output.base),
                       sums);
      vector::StoreOp::create(builder, loc, sums, output.memref, output.base);
      return;
    }
    for (int64_t m = 0; m < mr; ++m) {
      Value index = indexOf(output, output.base, m, 0);
      Value sum = vector::ExtractOp::create(builder, loc, sums, m);
      if (op.getInit() == InitKind::load)
        sum = combine(
            builder, loc, combiner,
            memref::LoadOp::create(builder, loc, output.memref, index), sum);
      memref::StoreOp::create(builder, loc, sum, output.memref, index);
    }
    return;
  }
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t part = 0; part < parts; ++part) {
      Value sum = accumulators[m * nv * parts + part];
      for (int64_t v = 1; v < nv; ++v)
        sum = combine(builder, loc, combiner, sum,
                      accumulators[(m * nv + v) * parts + part]);
      // Pairwise: in turn it would take as long as the row.
      sum = vector::ReductionOp::create(builder, loc, kind, sum,
                                        isFloat ? arith::FastMathFlags::reassoc
                                                : arith::FastMathFlags::none);
      Value index = indexOf(output, output.base, m, 0);
      if (output.isComplex)
        index = add(multiply(index, 2), constant(part));
      if (op.getInit() == InitKind::load)
        sum = combine(
            builder, loc, combiner,
            memref::LoadOp::create(builder, loc, output.memref, index), sum);
      memref::StoreOp::create(builder, loc, sum, output.memref, index);
    }
}

LogicalResult TileEmitter::runTermLanes() {
  size_t numInputs = op.getInputs().size(), digits = op.getExtents().size();
  laneExtent = digits ? op.getExtents().back() : constant(1);
  for (size_t i = 0; i < numInputs; ++i) {
    ValueRange strides = op.getKStrides().slice(i * digits, digits);
    inputs.push_back(makeOperand(op.getInputs()[i], op.getBases()[i],
                                 op.getMStrides()[i],
                                 digits ? strides.back() : constant(0),
                                 digits ? strides.drop_back() : strides));
  }
  setAhead();
  output = makeOperand(op.getOutput(), op.getOutputBase(),
                       op.getMStrides()[numInputs], constant(0), {});

  SmallVector<Value> accumulators, bases;
  Value zero =
      zeroVector(builder, loc, VectorType::get({width}, output.element));
  accumulators.assign(mr * nv * (output.isComplex ? 2 : 1), zero);
  for (const TileOperand &input : inputs)
    bases.push_back(input.base);
  FailureOr<SmallVector<Value>> sums = emitLoops(0, bases, accumulators);
  if (failed(sums))
    return failure();
  finishRows(*sums);
  return success();
}
