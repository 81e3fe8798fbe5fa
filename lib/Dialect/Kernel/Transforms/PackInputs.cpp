//===- PackInputs.cpp - Copies of inputs in panels ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Panels of columns are packed once for all blocks of rows, if they do not
/// move with these; panels of rows, just before their block is computed.
void CpuLoopNest::planPacks() {
  for (auto [position, input] : llvm::enumerate(inputs)) {
    if (!schedule.getPack()[input.number])
      continue;
    PackPlan plan;
    plan.input = position;
    plan.rows = shape.varies(input.number, shape.row);
    (plan.rows ? statistics.packedRows : statistics.packedColumns)++;
    auto moves = [&](unsigned loop) {
      return shape.varies(input.number, loop);
    };
    plan.hoisted = !plan.rows && llvm::none_of(shape.outerRows, moves);

    const DigitPartition &digits = plan.rows ? rowDigits : columnDigits;
    Value slots = ib.constant(1);
    if (digits.cut && moves(*digits.cut)) {
      plan.digits.push_back(*digits.cut);
      slots = ib.constant(digits.size);
    }
    for (unsigned loop : digits.inside)
      if (moves(loop)) {
        plan.digits.push_back(loop);
        slots = ib.mul(slots, extents[loop]);
      }
    plan.type = MemRefType::get(
        {ShapedType::kDynamic},
        cast<MemRefType>(input.memory.getType()).getElementType());
    // Columns are padded to whole panels; rows behind the last panel of a
    // dynamic extent are not packed.
    plan.lines = !plan.rows  ? ib.mul(columns.panels, columns.size)
                 : rows.edge ? rows.edgeStart
                             : rows.extent;
    int64_t most = plan.rows ? rows.panelsPerBlock * rows.groups.front().size
                             : columns.panelsPerBlock * columns.size;
    plan.size = ib.mul(ib.mul(ib.min(ib.constant(most), plan.lines), slots),
                       terms.maxTerms);
    packs.push_back(plan);
  }
}

void CpuLoopNest::allocatePack(PackPlan &plan) {
  plan.buffer = ScratchOp::create(b, ib.loc, plan.type, plan.size);
}

/// Packs the lines of the block's rows or columns.
void CpuLoopNest::emitPack(const PackPlan &plan, const Block &block) {
  const FlatOperand &input = inputs[plan.input];
  Access source = accessOf(input, block);
  Value origin = block.inputs[plan.input].origin;

  const DigitPartition &digits = plan.rows ? rowDigits : columnDigits;
  SmallVector<Value> outer, outerStrides, outerDestStrides;
  for (unsigned loop : plan.digits) {
    outer.push_back(
        digits.cut == loop
            ? cutCount(digits, plan.rows ? block.rowCut : block.columnCut)
            : extents[loop]);
    outerStrides.push_back(input.strides[loop]);
  }
  outerDestStrides.resize(outer.size());
  Value slot = ib.mul(plan.lines, block.terms);
  for (size_t i = outer.size(); i-- > 0;) {
    outerDestStrides[i] = slot;
    slot = ib.mul(slot, outer[i]);
  }
  auto pack = [&](Value firstLine, Value count, Value stride, int64_t width) {
    PackOp::create(b, ib.loc, source.memory,
                   ib.advance(source.base, firstLine, stride), plan.buffer,
                   ib.mul(ib.sub(firstLine, origin), block.terms), count,
                   stride, block.extents, source.termStrides, outer,
                   outerStrides, outerDestStrides, b.getI64IntegerAttr(width));
  };
  if (!plan.rows) {
    Value first =
        ib.mul(block.columnBlock, columns.panelsPerBlock * columns.size);
    Value count =
        IndexBuilder::is(columns.blocks, 1)
            ? columns.extent
            : ib.min(ib.constant(columns.panelsPerBlock * columns.size),
                     ib.sub(columns.extent, first));
    return pack(first, count, source.columnStride, columns.size);
  }
  auto [begin, end] =
      panelRange(block.rowBlock, rows.panelsPerBlock, rows.panels);
  for (const PanelGroup &group : rows.groups) {
    auto [first, last] = intersect(group, begin, end);
    Value count = ib.max(ib.sub(last, first), ib.constant(0));
    if (IndexBuilder::is(count, 0))
      continue;
    Value line =
        ib.add(group.start, ib.mul(ib.sub(first, group.begin), group.size));
    pack(line, ib.mul(count, group.size), source.rowStride, group.size);
  }
}

/// Lets the block's tiles read the packed panels, of which the first holds the
/// block's own first line.
void CpuLoopNest::usePanels(const PackPlan &plan, Block &block) {
  Access &access = block.inputs[plan.input];
  access.kind = plan.rows ? Access::RowPanels : Access::ColumnPanels;
  access.memory = plan.buffer;
  access.base = ib.constant(0);
  if (!plan.rows) {
    access.origin =
        ib.mul(block.columnBlock, columns.panelsPerBlock * columns.size);
    return;
  }
  Value begin = ib.mul(block.rowBlock, rows.panelsPerBlock);
  const PanelGroup &tall = rows.groups.front();
  access.origin = ib.mul(begin, tall.size);
  if (rows.groups.size() > 1) {
    Value lower = ib.max(ib.sub(begin, tall.end), ib.constant(0));
    access.origin = ib.sub(access.origin, lower);
  }
}

/// Lines before those of the block's present digits.
Value CpuLoopNest::packedDigits(const PackPlan &plan, const Block &block) {
  const DigitPartition &digits = plan.rows ? rowDigits : columnDigits;
  Value flat = ib.constant(0);
  for (unsigned loop : plan.digits) {
    // In the last block of the cut digit there may be fewer; it comes first.
    if (digits.cut != loop)
      flat = ib.mul(flat, extents[loop]);
    flat = ib.add(flat, block.digits[loop]);
  }
  return ib.mul(flat, plan.lines);
}
