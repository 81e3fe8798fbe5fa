//===- WaitingSums.cpp - Sums that wait for their epilogue ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the terms are several blocks, an epilogue has to wait for the last one.
// Until then an item's sums are in scratch of its own, block by block of the
// output; afterwards the same tiles carry them through the epilogue. Nothing as
// large as the output is ever needed.
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Decides on the buffer: a block's columns beside each other, then its rows,
/// then what other digits it spans.
void CpuLoopNest::planWaitingSums() {
  if (!region.hasEpilogue() || parts || terms.isSingleBlock())
    return;
  waits = true;
  statistics.lateEpilogues = 1;
  Type type = region.getAccumulatorType();
  waitsInOutput =
      type == cast<MemRefType>(output.memory.getType()).getElementType();
  if (waitsInOutput)
    return;
  sums.number = output.number;
  sums.base = ib.constant(0);
  sums.strides.assign(extents.size(), ib.constant(0));
  Value size = ib.constant(1);
  auto add = [&](unsigned loop, Value extent) {
    sums.strides[loop] = size;
    size = ib.mul(size, extent);
  };
  if (shape.column)
    add(*shape.column,
        ib.min(ib.constant(columns.panelsPerBlock * columns.size),
               ib.mul(columns.panels, columns.size)));
  if (shape.row)
    add(*shape.row,
        ib.min(ib.constant(rows.panelsPerBlock * rows.groups.front().size),
               rows.extent));
  for (const DigitPartition *digits : {&columnDigits, &rowDigits}) {
    for (unsigned loop : llvm::reverse(digits->inside))
      add(loop, extents[loop]);
    if (digits->cut)
      add(*digits->cut, ib.constant(digits->size));
  }
  sumsSlot = size;
}

void CpuLoopNest::allocateWaitingSums() {
  if (!waits || waitsInOutput)
    return;
  auto type =
      MemRefType::get({ShapedType::kDynamic}, region.getAccumulatorType());
  sums.memory = ScratchOp::create(b, ib.loc, type, ib.mul(sumsSlots, sumsSlot));
}

/// Where the block's sums are until they are complete.
CpuLoopNest::Access CpuLoopNest::waitingSums(const Block &block) {
  Access access;
  access.operand = &sums;
  access.memory = sums.memory;
  access.base = block.slot ? ib.mul(block.slot, sumsSlot) : ib.constant(0);
  access.rowStride = strideOf(sums, shape.row);
  access.columnStride = strideOf(sums, shape.column);
  // Before a block of rows is chosen, nobody asks.
  if (block.rowBlock)
    access.firstRow = firstRow(block);
  access.firstColumn = firstColumn(block);
  return access;
}

/// Takes the block's sums through the epilogue into the output: tiles without
/// terms, whose body is the epilogue.
void CpuLoopNest::finishBlock(Block &block) {
  block.termStart = ib.constant(0);
  block.terms = ib.constant(1);
  block.output = accessOf(output, block);
  block.inputs = {waitsInOutput ? block.output : waitingSums(block)};
  block.inputs.front().termStrides.clear();
  block.unpacked = block.inputs;
  finishing = true;
  emitTiles(block);
  finishing = false;
}
