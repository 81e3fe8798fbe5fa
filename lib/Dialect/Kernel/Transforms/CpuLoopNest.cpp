//===- CpuLoopNest.cpp - A region as blocked loops ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"
#include "SweepNest.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace einsumc::kernel;

CpuLoopNest::CpuLoopNest(RegionOp region, CpuScheduleAttr schedule,
                         OpBuilder &b)
    : region(region), schedule(schedule), b(b),
      ib(b, region.getLoc(),
         &region->getParentOfType<func::FuncOp>().getBody().front()),
      shape(RegionShape::get(region)), init(region.getInit()),
      group(groupSize(schedule.getKind())) {
  if (isDot(schedule.getKind()))
    flips = NarrowProduct::get(region.getBody().front())
                ->needsFlip(schedule.getKind());
  // Columns that are no lanes are rows.
  if (schedule.getLanes() == Lanes::terms && shape.column) {
    shape.row = shape.column;
    shape.column.reset();
  }
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value CpuLoopNest::strideOf(const FlatOperand &operand,
                            std::optional<unsigned> loop) {
  return loop ? operand.strides[*loop] : ib.constant(0);
}

SmallVector<Value> CpuLoopNest::extentsOf(ArrayRef<unsigned> loops) {
  return llvm::map_to_vector(
      loops, [&](unsigned loop) -> Value { return extents[loop]; });
}

/// The operand's element at row 0, column 0 and the first term of the block.
Value CpuLoopNest::baseOf(const FlatOperand &operand, const Block &block) {
  Value base = operand.base;
  for (auto [loop, index] : llvm::enumerate(block.indices))
    if (index)
      base = ib.advance(base, index, operand.strides[loop]);
  if (rowDigits.cut && block.rowCut)
    base = ib.advance(base, block.rowCut, operand.strides[*rowDigits.cut]);
  if (columnDigits.cut && block.columnCut)
    base =
        ib.advance(base, block.columnCut, operand.strides[*columnDigits.cut]);
  if (terms.blocked)
    base = ib.advance(base, block.termStart, operand.strides[*terms.blocked]);
  return base;
}

CpuLoopNest::Access CpuLoopNest::accessOf(const FlatOperand &operand,
                                          const Block &block) {
  Access access;
  access.operand = &operand;
  access.memory = operand.memory;
  access.base = baseOf(operand, block);
  access.rowStride = strideOf(operand, shape.row);
  access.columnStride = strideOf(operand, shape.column);
  if (terms.isBlockedInside())
    access.termStrides.push_back(operand.strides[*terms.blocked]);
  for (unsigned loop : terms.inner)
    access.termStrides.push_back(operand.strides[loop]);
  return access;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

NestStatistics CpuLoopNest::emit() {
  for (unsigned loop = 0; loop < shape.extents.size(); ++loop)
    if (shape.extents[loop] == 0 && !llvm::is_contained(shape.terms, loop))
      return statistics; // The output has no elements.

  unsigned numInputs = region.getInputs().size();
  output = flattenOperand(ib, region, numInputs, extents);
  for (unsigned i = 0; i < numInputs; ++i)
    if (!shape.isScalar(i))
      inputs.push_back(flattenOperand(ib, region, i, extents));
  for (auto [loop, extent] : llvm::enumerate(shape.extents))
    extents[loop] =
        ShapedType::isDynamic(extent)
            ? ib.asMultiple(extents[loop], shape.facts[loop].multiple)
            : ib.constant(extent);

  Value one = ib.constant(1);
  rows = RowPartition::get(ib, shape.row ? extents[*shape.row] : one,
                           shape.factsOf(shape.row), schedule.getMr(),
                           schedule.getMc());
  // Where lanes lie along the terms, there is one column.
  bool hasColumns = schedule.getLanes() == Lanes::columns;
  columns = ColumnPartition::get(
      ib, shape.column ? extents[*shape.column] : one,
      shape.factsOf(shape.column), hasColumns ? schedule.getNv() : 1,
      hasColumns ? schedule.getWidth() : 1, hasColumns ? schedule.getNc() : 1);
  terms = TermPartition::get(ib, shape, extents, schedule.getKc(), group);
  if (!terms.isSingleBlock())
    statistics.termBlocked = 1;

  // A block spans several indices of the outer digits if it has room for them.
  // Panels that move with the other side's digits are packed for each.
  auto roomFor = [&](ArrayRef<unsigned> loops, Value blocks, Value extent,
                     int64_t most, bool ofRows) -> DigitPartition {
    std::optional<int64_t> known = IndexBuilder::known(extent);
    bool fits = known && IndexBuilder::is(blocks, 1);
    SmallVector<unsigned> order(loops);
    for (const FlatOperand &input : inputs) {
      if (!schedule.getPack()[input.number])
        continue;
      if (shape.varies(input.number, shape.row) == ofRows) {
        // Elements that lie side by side are packed together.
        auto isLine = [&](unsigned loop) {
          return IndexBuilder::is(input.strides[loop], 1);
        };
        for (unsigned loop : loops)
          if (isLine(loop)) {
            order.erase(llvm::find(order, loop));
            order.push_back(loop);
          }
      } else {
        fits &= llvm::none_of(loops, [&](unsigned loop) {
          return shape.varies(input.number, loop);
        });
      }
    }
    return DigitPartition::get(ib, shape, extents, order,
                               fits ? most / std::max<int64_t>(*known, 1)
                                    : int64_t(1));
  };
  rowDigits = roomFor(shape.outerRows, rows.blocks, rows.extent,
                      schedule.getMc(), /*ofRows=*/true);
  columnDigits = roomFor(shape.outerColumns, columns.blocks,
                         hasColumns ? ib.mul(columns.panels, columns.size)
                                    : columns.extent,
                         hasColumns ? schedule.getNc() : 1, /*ofRows=*/false);
  planSplit();
  planWaitingSums();
  planPacks();
  emitItems();
  if (parts)
    emitReduction();
  return statistics;
}

/// Whether one matrix product of the batch has more bytes than the schedule
/// packs from on, where that is known at run time alone and nothing must be
/// packed. Null: as the schedule says, in any case.
Value CpuLoopNest::outgrowsCache() {
  auto above = region->getAttrOfType<IntegerAttr>(kPackAboveAttrName);
  if (!above || parts || packs.empty() ||
      !llvm::all_of(packs, [](const PackPlan &plan) { return plan.mayStay; }))
    return {};
  Value bytes = ib.constant(0);
  auto add = [&](const FlatOperand &operand) {
    Value size = ib.constant(elementBytes(operand.memory));
    for (auto [loop, extent] : llvm::enumerate(extents))
      if (shape.varies(operand.number, loop) &&
          !llvm::is_contained(shape.batch, loop))
        size = ib.mul(size, extent);
    bytes = ib.add(bytes, size);
  };
  llvm::for_each(inputs, add);
  add(output);
  return b.createOrFold<arith::CmpIOp>(ib.loc, arith::CmpIPredicate::sgt, bytes,
                                       ib.constant(above.getInt()));
}

/// The nest for operands that stay in the cache as they lie: nothing is packed,
/// and the terms of the blocked digit are one block.
void CpuLoopNest::emitUnpacked(llvm::function_ref<void()> body) {
  SmallVector<PackPlan> plans;
  std::swap(packs, plans);
  Value blocks = std::exchange(terms.blocks, ib.constant(1));
  body();
  terms.blocks = blocks;
  std::swap(packs, plans);
}

/// As many tasks as the schedule says, fewer where each would have too little
/// to do.
Value CpuLoopNest::mostTasks() {
  Value most = ib.constant(schedule.getMaxTasks());
  if (schedule.getGrain() == 1)
    return most;
  Value enough = ib.div(ib.product(extents), schedule.getGrain());
  return ib.min(most, ib.max(enough, ib.constant(1)));
}

/// Where a block lies: indices of the digits outside, the piece of the cut one,
/// and the block of the last loop.
void CpuLoopNest::placeBlock(MutableArrayRef<Value> indices,
                             const DigitPartition &digits, ValueRange position,
                             Value &cut, Value &last) {
  for (auto [loop, index] : llvm::zip(digits.outside, position))
    indices[loop] = index;
  if (digits.cut)
    cut = ib.mul(position[digits.outside.size()], digits.size);
  last = position.back();
}

/// Row at which a block starts.
Value CpuLoopNest::firstRow(const Block &block) {
  Value begin = ib.mul(block.rowBlock, rows.panelsPerBlock);
  const PanelGroup &tall = rows.groups.front();
  Value row = ib.mul(begin, tall.size);
  if (rows.groups.size() == 1)
    return row;
  return ib.sub(row, ib.max(ib.sub(begin, tall.end), ib.constant(0)));
}

/// Column at which it starts.
Value CpuLoopNest::firstColumn(const Block &block) {
  return ib.mul(block.columnBlock, columns.panelsPerBlock * columns.size);
}

/// How many indices of the cut digit a block has that starts there.
Value CpuLoopNest::cutCount(const DigitPartition &digits, Value start) {
  Value extent = extents[*digits.cut], size = ib.constant(digits.size);
  std::optional<int64_t> known = IndexBuilder::known(extent);
  if (known && *known % digits.size == 0)
    return size;
  return ib.min(size, ib.sub(extent, start));
}

/// Items of work: one block of columns each, with one block of rows, or, where
/// packed columns serve several of them, with a share of all; of one part of
/// the terms where they are split.
void CpuLoopNest::emitItems() {
  auto dimsOf = [&](const DigitPartition &digits, Value blocks) {
    SmallVector<Value> dims = extentsOf(digits.outside);
    dims.push_back(digits.pieces);
    dims.push_back(blocks);
    return dims;
  };
  SmallVector<Value> dims;
  if (parts)
    dims.push_back(parts);
  llvm::append_range(dims, extentsOf(shape.batch));
  size_t batchStart = parts ? 1 : 0, columnsStart = dims.size();
  llvm::append_range(dims, dimsOf(columnDigits, columns.blocks));
  SmallVector<Value> rowDims = dimsOf(rowDigits, rows.blocks);
  Value rowBlocks = ib.product(rowDims);
  bool hoists =
      !IndexBuilder::is(rowBlocks, 1) &&
      llvm::any_of(packs, [](const PackPlan &plan) { return plan.hoisted; });
  size_t rowsStart = dims.size();
  sumsSlots = ib.constant(1);
  if (hoists) {
    Value shares = ib.min(ib.constant(schedule.getRowTasks()), rowBlocks);
    dims.push_back(shares);
    // Blocks in the largest share.
    sumsSlots = ib.ceilDiv(rowBlocks, schedule.getRowTasks());
  } else {
    llvm::append_range(dims, rowDims);
  }

  auto pack = [&](Block &block, bool hoisted) {
    for (const PackPlan &plan : packs) {
      if ((hoists && plan.hoisted) != hoisted)
        continue;
      usePanels(plan, block);
      emitPack(plan, block);
    }
  };
  auto perTask = [&] {
    for (PackPlan &plan : packs)
      allocatePack(plan);
    allocateWaitingSums();
  };
  auto emitItem = [&](Value item) {
    SmallVector<Value> position = ib.delinearize(item, dims);
    Block block;
    block.indices.resize(extents.size());
    block.digits.resize(extents.size());
    if (parts)
      block.part = position.front();
    for (auto [loop, index] :
         llvm::zip(shape.batch, ArrayRef(position).drop_front(batchStart)))
      block.indices[loop] = index;
    placeBlock(block.indices, columnDigits,
               ArrayRef(position).slice(columnsStart, rowsStart - columnsStart),
               block.columnCut, block.columnBlock);
    if (!hoists) {
      placeBlock(block.indices, rowDigits,
                 ArrayRef(position).drop_front(rowsStart), block.rowCut,
                 block.rowBlock);
      Block computed(block);
      forEachTermBlock(computed, [&] {
        findOperands(computed);
        pack(computed, /*hoisted=*/false);
        emitTiles(computed);
      });
      if (sumsWait())
        finishBlock(block);
      return;
    }
    Value share = position.back(), shares = dims.back();
    Value begin = ib.div(ib.mul(share, rowBlocks), shares);
    Value end =
        ib.div(ib.mul(ib.add(share, ib.constant(1)), rowBlocks), shares);
    statistics.hoistedPacks++;
    auto place = [&](Block &inner, Value rowBlock) {
      placeBlock(inner.indices, rowDigits, ib.delinearize(rowBlock, rowDims),
                 inner.rowCut, inner.rowBlock);
      inner.slot = ib.sub(rowBlock, begin);
    };
    Block computed(block);
    forEachTermBlock(computed, [&] {
      findOperands(computed);
      pack(computed, /*hoisted=*/true);
      SmallVector<Access> packed(computed.inputs);
      ib.loop(begin, end, [&](Value rowBlock) {
        Block inner(computed);
        place(inner, rowBlock);
        findOperands(inner);
        for (const PackPlan &plan : packs)
          if (plan.hoisted)
            inner.inputs[plan.input] = packed[plan.input];
        pack(inner, /*hoisted=*/false);
        emitTiles(inner);
      });
    });
    if (sumsWait())
      ib.loop(begin, end, [&](Value rowBlock) {
        Block inner(block);
        place(inner, rowBlock);
        finishBlock(inner);
      });
  };
  Value isLarge = outgrowsCache();
  ib.tasks(ib.product(dims), mostTasks(), perTask, [&](Value item) {
    if (!isLarge)
      return emitItem(item);
    auto ifOp = scf::IfOp::create(b, ib.loc, isLarge, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    emitItem(item);
    b.setInsertionPointToStart(ifOp.elseBlock());
    emitUnpacked([&] { emitItem(item); });
  });
}

/// Nested loops over the outer digits and the blocks of the terms. All of them
/// accumulate into the same output, so they run in order.
template <typename Body>
void CpuLoopNest::forEachTermBlock(Block &block, Body body) {
  if (parts)
    return forEachTermBlockOfPart(block, body);
  SmallVector<Value> counts(terms.outerCounts);
  counts.push_back(terms.blocks);
  SmallVector<Value> indices;
  auto nest = [&](auto &self) -> void {
    if (indices.size() < counts.size()) {
      return ib.loop(ib.constant(0), counts[indices.size()], [&](Value index) {
        indices.push_back(index);
        self(self);
        indices.pop_back();
      });
    }
    Value first;
    for (auto [index, count] : llvm::zip(indices, counts)) {
      if (IndexBuilder::is(count, 1))
        continue;
      Value start = ib.equal(index, ib.constant(0));
      first =
          first ? b.createOrFold<arith::AndIOp>(ib.loc, first, start) : start;
    }
    block.first = first;
    setTermBlock(block, ArrayRef(indices).drop_back(), indices.back());
    body();
  };
  nest(nest);
}

/// The blocks of one part of the terms: a range of all of them, in order.
template <typename Body>
void CpuLoopNest::forEachTermBlockOfPart(Block &block, Body body) {
  SmallVector<Value> counts(terms.outerCounts);
  counts.push_back(terms.blocks);
  Value total = ib.product(counts);
  bool oneEach = IndexBuilder::known(total) &&
                 IndexBuilder::known(total) == IndexBuilder::known(parts);
  auto firstOf = [&](Value part) {
    return oneEach ? part : ib.div(ib.mul(part, total), parts);
  };
  Value begin = firstOf(block.part);
  auto emitBlock = [&](Value linear) {
    SmallVector<Value> indices = ib.delinearize(linear, counts);
    block.first = oneEach ? Value() : ib.equal(linear, begin);
    setTermBlock(block, ArrayRef(indices).drop_back(), indices.back());
    body();
  };
  if (oneEach)
    return emitBlock(begin);
  ib.loop(begin, firstOf(ib.add(block.part, ib.constant(1))), emitBlock);
}

void CpuLoopNest::setTermBlock(Block &block, ValueRange outer, Value index) {
  for (auto [loop, outerIndex] : llvm::zip(terms.outer, outer))
    block.indices[loop] = outerIndex;
  block.termStart = ib.mul(index, terms.blockSize);
  block.extents.clear();
  if (terms.isBlockedInside()) {
    Value size = terms.blockedExtent;
    if (!IndexBuilder::is(terms.blocks, 1)) {
      bool whole = IndexBuilder::multipleOf(size) % terms.blockSize == 0;
      size = ib.constant(terms.blockSize);
      if (!whole)
        size = ib.min(size, ib.sub(terms.blockedExtent, block.termStart));
    }
    block.extents.push_back(size);
  }
  llvm::append_range(block.extents, terms.innerExtents);
  block.groups = block.extents;
  if (!block.groups.empty())
    block.groups.back() = ib.ceilDiv(block.groups.back(), group);
  block.terms = ib.product(block.groups);
}

/// Where the block's operands lie, before anything is packed.
void CpuLoopNest::findOperands(Block &block) {
  block.inputs.clear();
  for (const FlatOperand &input : inputs)
    block.inputs.push_back(accessOf(input, block));
  block.unpacked = block.inputs;
  block.output = sumsWait() && !waitsInOutput ? waitingSums(block)
                                              : accessOf(output, block);
  if (parts)
    block.output.base = ib.advance(block.output.base, block.part, partStride);
}
