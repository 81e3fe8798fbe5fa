//===- PackInputs.cpp - Copies of inputs in panels ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Panels that only one item of work reads are packed by that item, just before
/// it reads them. Panels that several items read are packed once, all of them,
/// in a step of their own.
void CpuLoopNest::planPacks() {
  for (auto [position, input] : llvm::enumerate(inputs)) {
    if (!schedule.getPack()[input.number])
      continue;
    PackPlan plan;
    plan.input = position;
    plan.rows = shape.varies(input.number, shape.row);
    (plan.rows ? statistics.packedRows : statistics.packedColumns)++;

    plan.shared =
        !IndexBuilder::is(plan.rows ? columns.blocks : rows.blocks, 1);
    for (ArrayRef<unsigned> loops : {ArrayRef<unsigned>(shape.batch),
                                     ArrayRef<unsigned>(shape.outerColumns),
                                     ArrayRef<unsigned>(shape.outerRows)})
      for (unsigned loop : loops) {
        if (shape.varies(input.number, loop))
          plan.outer.push_back(loop);
        else
          plan.shared = true;
      }
    plan.type = MemRefType::get(
        {ShapedType::kDynamic},
        cast<MemRefType>(input.memory.getType()).getElementType());
    // Columns are padded to whole panels; rows behind the last panel of a
    // dynamic extent are not packed.
    Value lines = !plan.rows  ? ib.mul(columns.panels, columns.size)
                  : rows.edge ? rows.edgeStart
                              : rows.extent;
    if (plan.shared) {
      statistics.sharedPacks++;
      plan.slotSize = ib.mul(lines, terms.maxTerms);
      Value slots = ib.product(extentsOf(plan.outer));
      slots =
          ib.mul(slots, ib.mul(ib.product(terms.outerCounts), terms.blocks));
      plan.buffer =
          ScratchOp::create(b, ib.loc, plan.type, ib.mul(slots, plan.slotSize));
    } else {
      int64_t most = plan.rows ? rows.panelsPerBlock * rows.groups.front().size
                               : columns.panelsPerBlock * columns.size;
      plan.slotSize = ib.mul(ib.min(ib.constant(most), lines), terms.maxTerms);
    }
    packs.push_back(plan);
  }
}

void CpuLoopNest::emitSharedPack(PackPlan &plan) {
  SmallVector<Value> dims = extentsOf(plan.outer);
  llvm::append_range(dims, terms.outerCounts);
  dims.push_back(terms.blocks);
  dims.push_back(plan.rows ? rows.blocks : columns.blocks);
  ib.tasks(
      ib.product(dims), schedule.getMaxTasks(), [] {},
      [&](Value item) {
        SmallVector<Value> indices = ib.delinearize(item, dims);
        Block block;
        block.indices.resize(extents.size());
        for (auto [loop, index] : llvm::zip(plan.outer, indices))
          block.indices[loop] = index;
        block.rowBlock = block.columnBlock = indices.back();
        ValueRange termIndices =
            ValueRange(indices).slice(plan.outer.size(), terms.outer.size());
        setTermBlock(block, termIndices, indices[indices.size() - 2]);
        Value slot = firstPacked(plan, block);
        emitPack(plan, block, slot, ib.constant(0));
      });
}

/// Where panels of the block's outer indices and terms start in the buffer.
Value CpuLoopNest::firstPacked(const PackPlan &plan, const Block &block) {
  if (!plan.shared)
    return ib.constant(0);
  SmallVector<Value> indices, dims = extentsOf(plan.outer);
  for (unsigned loop : plan.outer)
    indices.push_back(block.indices[loop]);
  indices.push_back(block.termIndex);
  dims.push_back(ib.mul(ib.product(terms.outerCounts), terms.blocks));
  return ib.mul(ib.linearize(indices, dims), plan.slotSize);
}

void CpuLoopNest::allocateLocalPack(PackPlan &plan) {
  plan.buffer = ScratchOp::create(b, ib.loc, plan.type, plan.slotSize);
}

/// Packs the lines of the block's rows or columns. `origin` is the line that
/// lies at `destBase`.
void CpuLoopNest::emitPack(const PackPlan &plan, const Block &block,
                           Value destBase, Value origin) {
  const FlatOperand &input = inputs[plan.input];
  Access source = accessOf(input, block);
  auto pack = [&](Value firstLine, Value count, Value stride, int64_t width) {
    Value dest = ib.advance(destBase, ib.sub(firstLine, origin), block.terms);
    PackOp::create(b, ib.loc, source.memory,
                   ib.advance(source.base, firstLine, stride), plan.buffer,
                   dest, count, stride, block.extents, source.termStrides,
                   ValueRange(), ValueRange(), ValueRange(),
                   b.getI64IntegerAttr(width));
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

/// Lets the block's tiles read the packed panels.
void CpuLoopNest::usePanels(const PackPlan &plan, Block &block) {
  Access &access = block.inputs[plan.input];
  access.kind = plan.rows ? Access::RowPanels : Access::ColumnPanels;
  access.memory = plan.buffer;
  access.base = firstPacked(plan, block);
  access.origin = ib.constant(0);
  if (plan.shared)
    return;
  // A block of its own starts with its own first line.
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
