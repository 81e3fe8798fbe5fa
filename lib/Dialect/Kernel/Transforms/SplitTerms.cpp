//===- SplitTerms.cpp - Partial sums, and their sum -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where an output has too few elements to share out, tasks share out its terms.
// Each part of the terms has its partial sums in scratch; what adds them up is
// a region of its own, of the parts, carried out as any other.
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Decides on parts; the output becomes a buffer of partial sums, the loops'
/// order its layout, so that the innermost one of the tile moves by one.
void CpuLoopNest::planSplit() {
  if (schedule.getSplitK() == 1 || terms.isSingleBlock())
    return;
  statistics.splitTerms = 1;
  // Never more parts than blocks: none is empty.
  parts = ib.min(ib.constant(schedule.getSplitK()),
                 ib.mul(ib.product(terms.outerCounts), terms.blocks));

  result = output;
  output = FlatOperand();
  output.number = result.number;
  output.base = ib.constant(0);
  output.strides.assign(extents.size(), ib.constant(0));
  SmallVector<unsigned> order;
  for (ArrayRef<unsigned> loops :
       {ArrayRef<unsigned>(shape.batch), ArrayRef<unsigned>(shape.outerRows),
        ArrayRef<unsigned>(shape.outerColumns)})
    llvm::append_range(order, loops);
  for (std::optional<unsigned> loop : {shape.row, shape.column})
    if (loop)
      order.push_back(*loop);
  Value size = ib.constant(1);
  for (unsigned loop : llvm::reverse(order)) {
    output.strides[loop] = size;
    size = ib.mul(size, extents[loop]);
  }
  // No two parts share a cache line.
  constexpr int64_t kLine = 64;
  Type type = region.getAccumulatorType();
  int64_t perLine = std::max<int64_t>(kLine / elementBytes(type), 1);
  partStride = ib.mul(ib.ceilDiv(size, perLine), perLine);
  partialSums = ScratchOp::create(b, ib.loc,
                                  MemRefType::get({ShapedType::kDynamic}, type),
                                  ib.mul(parts, partStride));
  output.memory = partialSums;
  init = InitKind::zero;
}

/// Adds the parts up, in order, to what the region's elements start from.
void CpuLoopNest::emitReduction() {
  // The loops of the sum, as normal form orders and names them.
  SmallVector<unsigned> loops;
  SmallVector<LoopClass> classes;
  for (ArrayRef<unsigned> group :
       {ArrayRef<unsigned>(shape.batch), ArrayRef<unsigned>(shape.outerRows),
        ArrayRef<unsigned>(shape.outerColumns)})
    for (unsigned loop : group) {
      loops.push_back(loop);
      classes.push_back(LoopClass::batch);
    }
  // Vectors lie along the last loop of the tile.
  if (shape.row) {
    loops.push_back(*shape.row);
    classes.push_back(shape.column ? LoopClass::m : LoopClass::n);
  }
  if (shape.column) {
    loops.push_back(*shape.column);
    classes.push_back(LoopClass::n);
  }
  classes.push_back(LoopClass::k);

  auto view = [&](const FlatOperand &operand, Value partStride) {
    SmallVector<OpFoldResult> sizes, strides;
    SmallVector<int64_t> shapeOf, stridesOf;
    auto add = [&](Value size, Value stride) {
      sizes.push_back(getAsOpFoldResult(size));
      strides.push_back(getAsOpFoldResult(stride));
      shapeOf.push_back(
          IndexBuilder::known(size).value_or(ShapedType::kDynamic));
      stridesOf.push_back(
          IndexBuilder::known(stride).value_or(ShapedType::kDynamic));
    };
    for (unsigned loop : loops)
      add(extents[loop], operand.strides[loop]);
    add(parts, partStride);
    auto type = cast<MemRefType>(operand.memory.getType());
    auto layout = StridedLayoutAttr::get(
        b.getContext(),
        IndexBuilder::known(operand.base).value_or(ShapedType::kDynamic),
        stridesOf);
    return memref::ReinterpretCastOp::create(
               b, ib.loc,
               MemRefType::get(shapeOf, type.getElementType(), layout,
                               type.getMemorySpace()),
               operand.memory, getAsOpFoldResult(operand.base), sizes, strides)
        .getResult();
  };
  Value from = view(output, partStride), to = view(result, ib.constant(0));

  // A row of up to four vectors, which the schedule's own tile leaves room for.
  // Parts are added all at once, and few elements by one task.
  constexpr int64_t kMostVectors = 4, kRows = 16, kColumns = 4096;
  constexpr int64_t kGrain = 16384;
  int64_t nv = std::min(kMostVectors, schedule.getMr() * schedule.getNv());
  int64_t panel = nv * schedule.getWidth();
  auto sumSchedule = CpuScheduleAttr::get(
      b.getContext(), /*mr=*/1, nv, schedule.getWidth(), /*mc=*/kRows,
      /*nc=*/llvm::divideCeil(kColumns, panel) * panel,
      /*kc=*/schedule.getSplitK(), ArrayRef<bool>{false},
      schedule.getMaxTasks(), Lanes::columns, /*row_tasks=*/1, /*split_k=*/1,
      kGrain, TileKind::fma, /*prefetch=*/false, TileOrder::panels);

  auto sum =
      RegionOp::create(b, ib.loc, /*result=*/Type(), ValueRange{from}, to,
                       /*indexing_maps=*/ArrayAttr(), region.getInit(),
                       LoopsAttr::get(b.getContext(), classes), sumSchedule);
  Operation *combiner = getCombiner(region.getBody().front());
  Type element = combiner->getResult(0).getType();
  {
    OpBuilder::InsertionGuard guard(b);
    mlir::Block *body =
        b.createBlock(&sum.getBody(), {}, {element, element}, {ib.loc, ib.loc});
    BlockArgument accumulator = region.getBody().front().getArguments().back();
    IRMapping mapping;
    for (Value operand : combiner->getOperands())
      mapping.map(operand, body->getArgument(operand == accumulator));
    Operation *clone = b.clone(*combiner, mapping);
    YieldOp::create(b, ib.loc, clone->getResult(0));
  }
  if (region.hasEpilogue())
    cloneEpilogue(region, sum.getEpilogue(), b);
  NestStatistics inner = CpuLoopNest(sum, sumSchedule, b).emit();
  statistics.microKernels += inner.microKernels;
  statistics.columnEdges += inner.columnEdges;
  statistics.epilogues += inner.epilogues;
  statistics.lateEpilogues += inner.lateEpilogues;
  sum.erase();
}
