//===- BlockLoops.cpp - The loops of a block, down to its tiles -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

using namespace mlir;
using namespace einsumc::kernel;

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

/// Elements of the output from one step of a loop to the next, 0 where they are
/// not known.
static int64_t distanceOf(Value stride) {
  return std::abs(IndexBuilder::known(stride).value_or(0));
}

/// Loops over the digits inside of a block that starts at `start` of the cut
/// one, in the order of the output, whatever order packing prefers.
void CpuLoopNest::appendDigits(const DigitPartition &digits, Value start,
                               SmallVectorImpl<BlockLoop> &loops) {
  SmallVector<BlockLoop> own;
  auto append = [&](unsigned loop, Value count) {
    own.push_back(
        {BlockLoop::digit, distanceOf(output.strides[loop]), loop, count});
  };
  if (digits.cut)
    append(*digits.cut, cutCount(digits, start));
  for (unsigned loop : digits.inside)
    append(loop, extents[loop]);
  sortByDistance(own);
  llvm::append_range(loops, own);
}

/// Longest steps through the output outermost, where all of them are known.
void CpuLoopNest::sortByDistance(SmallVectorImpl<BlockLoop> &loops) {
  if (llvm::all_of(loops, [](const BlockLoop &l) { return l.distance != 0; }))
    llvm::sort(loops, [](const BlockLoop &a, const BlockLoop &b) {
      return std::tuple(-a.distance, a.kind, a.loop) <
             std::tuple(-b.distance, b.kind, b.loop);
    });
}

/// All tiles of the block: each panel of columns by all rows, so that a panel
/// is read from the first-level cache; or in the order of the output's memory.
void CpuLoopNest::emitTiles(Block &block) {
  auto distance = [&](std::optional<unsigned> loop) {
    return loop ? distanceOf(output.strides[*loop]) : 0;
  };
  SmallVector<BlockLoop> loops;
  appendDigits(columnDigits, block.columnCut, loops);
  loops.push_back({BlockLoop::columnPanels, distance(shape.column)});
  appendDigits(rowDigits, block.rowCut, loops);
  loops.push_back({BlockLoop::rowPanels, distance(shape.row)});
  if (schedule.getOrder() == TileOrder::output) {
    sortByDistance(loops);
    statistics.outputOrdered = 1;
  }
  Tile tile;
  emitLoops(loops, block, tile);
}

void CpuLoopNest::emitLoops(ArrayRef<BlockLoop> loops, Block &block,
                            Tile &tile) {
  if (loops.empty())
    return emitTile(block, tile);
  const BlockLoop &outer = loops.front();
  auto body = [&] { emitLoops(loops.drop_front(), block, tile); };
  switch (outer.kind) {
  case BlockLoop::digit:
    return ib.loop(ib.constant(0), outer.count, [&](Value index) {
      block.digits[outer.loop] = index;
      body();
    });
  case BlockLoop::columnPanels:
    return forEachColumnPanel(block, tile, body);
  case BlockLoop::rowPanels:
    return forEachRowPanel(block, tile, body);
  }
}

//===----------------------------------------------------------------------===//
// Panels
//===----------------------------------------------------------------------===//

/// The panels of a block.
std::pair<Value, Value>
CpuLoopNest::panelRange(Value block, int64_t panelsPerBlock, Value panels) {
  Value begin = ib.mul(block, panelsPerBlock);
  if (IndexBuilder::is(begin, 0) && IndexBuilder::known(panels) &&
      *IndexBuilder::known(panels) <= panelsPerBlock)
    return {begin, panels};
  std::optional<int64_t> known = IndexBuilder::known(panels);
  Value end = ib.add(begin, ib.constant(panelsPerBlock));
  if (!known || *known % panelsPerBlock != 0)
    end = ib.min(end, panels);
  return {begin, end};
}

std::pair<Value, Value> CpuLoopNest::intersect(const PanelGroup &group,
                                               Value begin, Value end) {
  if (!IndexBuilder::is(group.begin, 0))
    begin = ib.max(begin, group.begin);
  std::optional<int64_t> known = IndexBuilder::known(group.end);
  bool isLast = group.end == rows.panels ||
                (known && known == IndexBuilder::known(rows.panels));
  if (!isLast && group.end != end)
    end = ib.min(end, group.end);
  return {begin, end};
}

/// Panels of columns: whole ones, then what is left behind them.
void CpuLoopNest::forEachColumnPanel(const Block &block, Tile &tile,
                                     llvm::function_ref<void()> body) {
  auto at = [&](Value column, Value panelColumn, int64_t nv, Value tail) {
    tile.column = column;
    tile.panelColumn = panelColumn;
    tile.nv = nv;
    tile.tail = tail;
    body();
  };
  auto [begin, end] =
      panelRange(block.columnBlock, columns.panelsPerBlock, columns.panels);
  if (columns.knownEdge != 0)
    end = ib.min(end, columns.fullPanels);
  Value none = ib.constant(0);
  ib.loop(begin, end, [&](Value panel) {
    at(ib.mul(panel, columns.size), none, schedule.getNv(), {});
  });
  if (columns.knownEdge == 0)
    return;

  Value edgeStart = ib.mul(columns.fullPanels, columns.size);
  Value last = ib.sub(columns.blocks, ib.constant(1));
  statistics.columnEdges++;
  if (columns.knownEdge > 0) {
    // The edge as one tile of just enough vectors, the last one masked.
    int64_t nv = llvm::divideCeil(columns.knownEdge, columns.width);
    int64_t tail = columns.knownEdge - (nv - 1) * columns.width;
    auto edge = [&] {
      at(edgeStart, none, nv,
         tail == columns.width ? Value() : ib.constant(tail));
    };
    if (IndexBuilder::is(columns.blocks, 1))
      return edge();
    auto ifOp = scf::IfOp::create(b, ib.loc, ib.equal(block.columnBlock, last),
                                  /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    return edge();
  }
  Value left = ib.select(ib.equal(block.columnBlock, last),
                         ib.sub(columns.extent, edgeStart), none);
  // What needs as many vectors as a whole tile is one.
  int64_t wide = (schedule.getNv() - 1) * columns.width;
  if (wide > 0 && !columns.wholeVectors) {
    Value isWide = b.createOrFold<arith::CmpIOp>(
        ib.loc, arith::CmpIPredicate::sgt, left, ib.constant(wide));
    auto ifOp = scf::IfOp::create(b, ib.loc, isWide, /*withElseRegion=*/false);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(ifOp.thenBlock());
      at(edgeStart, none, schedule.getNv(), ib.sub(left, ib.constant(wide)));
    }
    left = ib.select(isWide, none, left);
  }
  // Vector by vector, each masked: the same code for all that may be left.
  Value vectors = ib.ceilDiv(left, columns.width);
  ib.loop(none, vectors, [&](Value vector) {
    Value offset = ib.mul(vector, columns.width);
    Value tail = columns.wholeVectors
                     ? Value()
                     : ib.min(ib.constant(columns.width), ib.sub(left, offset));
    at(ib.add(edgeStart, offset), offset, 1, tail);
  });
}

/// Panels of rows beside each other.
void CpuLoopNest::forEachRowPanel(const Block &block, Tile &tile,
                                  llvm::function_ref<void()> body) {
  auto [begin, end] =
      panelRange(block.rowBlock, rows.panelsPerBlock, rows.panels);
  for (const PanelGroup &group : rows.groups) {
    auto [first, last] = intersect(group, begin, end);
    ib.loop(first, last, [&](Value panel) {
      if (group.size < schedule.getMr())
        statistics.rowEdges++;
      tile.row =
          ib.add(group.start, ib.mul(ib.sub(panel, group.begin), group.size));
      tile.rows = group.size;
      body();
    });
  }
  if (!rows.edge)
    return;

  // The rows behind the last panel, by the binary digits of their number.
  tile.isEdge = true;
  forEachRowEdge(block, [&](Value row, int64_t size) {
    statistics.rowEdges++;
    tile.row = row;
    tile.rows = size;
    body();
  });
  tile.isEdge = false;
}

/// The rows behind the last panel, in pieces: first row and size. None where
/// the block is not the last one.
void CpuLoopNest::forEachRowEdge(
    const Block &block, llvm::function_ref<void(Value, int64_t)> body) {
  Value lastBlock =
      ib.equal(block.rowBlock, ib.sub(rows.blocks, ib.constant(1)));
  Value left = ib.select(lastBlock, rows.edge, ib.constant(0));
  for (int64_t size : rows.edgeSizes) {
    Value pieces = ib.rem(ib.div(left, size), ib.constant(2));
    Value before = ib.mul(ib.div(left, 2 * size), 2 * size);
    ib.loop(ib.constant(0), pieces,
            [&](Value) { body(ib.add(rows.edgeStart, before), size); });
  }
}
