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

    plan.mayStay =
        schedule.getKind() == TileKind::fma &&
        (plan.rows || IndexBuilder::is(strideOf(input, shape.column), 1));

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
    Type element = panelElement(input.number);
    statistics.convertedPacks +=
        element != cast<MemRefType>(input.memory.getType()).getElementType();
    plan.type = MemRefType::get({ShapedType::kDynamic}, element);
    // Columns are padded to whole panels; rows behind the last panel of a
    // dynamic extent are not always packed.
    plan.lines = !plan.rows ? ib.mul(columns.panels, columns.size)
                 : rows.edge && !packsEdges() ? rows.edgeStart
                                              : rows.extent;
    int64_t most = plan.rows ? rows.panelsPerBlock * rows.groups.front().size
                             : columns.panelsPerBlock * columns.size;
    plan.size = ib.mul(ib.mul(ib.min(ib.constant(most), plan.lines), slots),
                       panelTerms(terms.maxTerms, plan.rows));
    packs.push_back(plan);
  }
}

void CpuLoopNest::allocatePack(PackPlan &plan) {
  plan.buffer = ScratchOp::create(b, ib.loc, plan.type, plan.size);
}

/// What panels of an input hold.
Type CpuLoopNest::panelElement(unsigned input) {
  BlockArgument argument = region.getBody().front().getArgument(input);
  if (group != 1)
    return b.getI32Type();
  if (schedule.getKind() == TileKind::widen)
    if (Type type = widenedType(argument))
      return type;
  return argument.getType();
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
  Value depth = panelTerms(block.terms, plan.rows);
  Value slot = ib.mul(plan.lines, depth);
  for (size_t i = outer.size(); i-- > 0;) {
    outerDestStrides[i] = slot;
    slot = ib.mul(slot, outer[i]);
  }
  bool isUnsigned = group != 1 && NarrowProduct::get(region.getBody().front())
                                      ->factors[input.number]
                                      .isUnsigned;
  auto flag = [&](bool set) { return set ? b.getUnitAttr() : UnitAttr(); };
  auto pack = [&](Value firstLine, Value count, Value stride, int64_t width) {
    PackOp::create(b, ib.loc, source.memory,
                   ib.advance(source.base, firstLine, stride), plan.buffer,
                   ib.mul(ib.sub(firstLine, origin), depth), count, stride,
                   block.extents, source.termStrides, outer, outerStrides,
                   outerDestStrides, b.getI64IntegerAttr(width),
                   group == 1 ? IntegerAttr() : b.getI64IntegerAttr(group),
                   flag(isUnsigned), /*flipSign=*/flag(flips && plan.rows),
                   /*flipCorrection=*/flag(flips && !plan.rows),
                   /*fetch=*/flag(schedule.getPrefetch()));
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
  for (const PanelGroup &panels : rows.groups) {
    auto [first, last] = intersect(panels, begin, end);
    Value count = ib.max(ib.sub(last, first), ib.constant(0));
    if (IndexBuilder::is(count, 0))
      continue;
    Value line =
        ib.add(panels.start, ib.mul(ib.sub(first, panels.begin), panels.size));
    pack(line, ib.mul(count, panels.size), source.rowStride, panels.size);
  }
  if (!rows.edge || !packsEdges())
    return;
  forEachRowEdge(block, [&](Value line, int64_t size) {
    pack(line, ib.constant(size), source.rowStride, size);
  });
}

/// Lets the block's tiles read the packed panels, of which the first holds the
/// block's own first line.
void CpuLoopNest::usePanels(const PackPlan &plan, Block &block) {
  Access &access = block.inputs[plan.input];
  access.kind = plan.rows ? Access::RowPanels : Access::ColumnPanels;
  access.memory = plan.buffer;
  access.base = ib.constant(0);
  access.origin = plan.rows ? firstRow(block) : firstColumn(block);
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
