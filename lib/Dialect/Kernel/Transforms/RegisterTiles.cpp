//===- RegisterTiles.cpp - The tiles of a nest, as micro-kernels ----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

using namespace mlir;
using namespace einsumc::kernel;

void CpuLoopNest::emitTile(const Block &block, const Tile &tile) {
  auto direct = [&](const Access &access) {
    Value base = access.base;
    for (auto [loop, index] : llvm::enumerate(block.digits))
      if (index)
        base = ib.advance(base, index, access.operand->strides[loop]);
    auto from = [&](Value index, Value first) {
      return first ? ib.sub(index, first) : index;
    };
    base = ib.advance(base, from(tile.row, access.firstRow), access.rowStride);
    return ib.advance(base, from(tile.column, access.firstColumn),
                      access.columnStride);
  };
  SmallVector<Value> bases;
  Value correction;
  SmallVector<Access> accesses(block.inputs);
  // Rows behind the last panel are read where they are, if elements are the
  // same there.
  if (tile.isEdge && !packsEdges())
    for (auto [access, unpacked] : llvm::zip(accesses, block.unpacked))
      if (access.kind == Access::RowPanels)
        access = unpacked;
  Value zero = ib.constant(0), one = ib.constant(1);
  for (auto [number, access] : llvm::enumerate(accesses)) {
    if (access.kind == Access::Direct) {
      bases.push_back(direct(access));
      if (group != 1 && !access.termStrides.empty())
        access.termStrides.back() = ib.mul(access.termStrides.back(), group);
      continue;
    }
    const PackPlan *plan = llvm::find_if(
        packs, [&](const PackPlan &plan) { return plan.input == number; });
    bool isRows = access.kind == Access::RowPanels;
    Value line =
        ib.add(packedDigits(*plan, block),
               isRows ? tile.row : ib.sub(tile.column, tile.panelColumn));
    Value base = ib.advance(access.base, ib.sub(line, access.origin),
                            panelTerms(block.terms, isRows));
    bases.push_back(isRows ? base : ib.add(base, tile.panelColumn));
    if (flips && !isRows)
      correction = ib.add(bases.back(), ib.mul(block.terms, columns.size));
    access.rowStride = isRows ? one : zero;
    access.columnStride = isRows ? zero : one;
    Value stride = ib.constant(isRows ? tile.rows : columns.size);
    for (size_t i = block.groups.size(); i-- > 0;) {
      access.termStrides[i] = stride;
      if (i)
        stride = ib.mul(stride, block.groups[i]);
    }
  }

  Value outputBase = direct(block.output);
  auto emit = [&](InitKind init) {
    emitMicroKernel(block, tile, accesses, bases, outputBase, correction, init);
  };
  if (finishing)
    return emit(InitKind::zero);
  if (!block.first || init == InitKind::load)
    return emit(init);
  auto ifOp =
      scf::IfOp::create(b, ib.loc, block.first, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  emit(InitKind::zero);
  b.setInsertionPointToStart(ifOp.elseBlock());
  emit(InitKind::load);
}

/// Whether an operand stays in the first-level cache.
bool CpuLoopNest::isSmall(const FlatOperand &operand) {
  constexpr int64_t kSmallBytes = 8192;
  int64_t bytes = elementBytes(operand.memory);
  for (auto [loop, extent] : llvm::enumerate(shape.extents)) {
    if (!shape.varies(operand.number, loop))
      continue;
    if (ShapedType::isDynamic(extent) || extent > kSmallBytes / bytes)
      return false;
    bytes *= std::max<int64_t>(extent, 1);
  }
  return true;
}

/// How far behind what a tile reads of an operand lies what is worth fetching:
/// the next tile's rows, or columns a few terms later. What is packed lies in
/// order, which the hardware sees.
Value CpuLoopNest::distanceAhead(const Access &access, int64_t size) {
  constexpr int64_t kTermsAhead = 8;
  Value distance;
  if (access.kind != Access::Direct || isSmall(*access.operand))
    return ib.constant(0);
  if (!IndexBuilder::is(access.rowStride, 0))
    distance = ib.mul(access.rowStride, size);
  else if (!access.termStrides.empty())
    distance = ib.mul(access.termStrides.back(), kTermsAhead);
  // A distance known at run time alone takes a register that tiles lack.
  return distance && IndexBuilder::known(distance) ? distance : ib.constant(0);
}

void CpuLoopNest::emitMicroKernel(const Block &block, const Tile &tile,
                                  ArrayRef<Access> accesses, ValueRange bases,
                                  Value outputBase, Value correction,
                                  InitKind init) {
  bool dot = isDot(schedule.getKind()) && !finishing;
  statistics.microKernels++;
  statistics.dotTiles += dot;
  if (tile.rows == schedule.getMr() && tile.nv == schedule.getNv() &&
      !tile.tail && !finishing)
    statistics.mainTiles++;
  SmallVector<Value> memories, rowStrides, columnStrides, termStrides;
  SmallVector<bool> padded;
  for (const Access &access : accesses) {
    memories.push_back(access.memory);
    padded.push_back(access.kind == Access::ColumnPanels);
    rowStrides.push_back(access.rowStride);
    columnStrides.push_back(access.columnStride);
    llvm::append_range(termStrides, access.termStrides);
  }
  SmallVector<Value> ahead;
  if (schedule.getPrefetch()) {
    statistics.prefetched++;
    for (const Access &access : accesses)
      ahead.push_back(distanceAhead(access, tile.rows));
  }
  rowStrides.push_back(block.output.rowStride);
  columnStrides.push_back(block.output.columnStride);
  auto op = MicroKernelOp::create(
      b, ib.loc, memories, bases, block.output.memory, outputBase, block.groups,
      rowStrides, columnStrides, termStrides, tile.tail, correction, ahead,
      tile.rows, tile.nv, schedule.getWidth(), init,
      /*padded=*/nullptr,
      /*termLanes=*/schedule.getLanes() == Lanes::terms, /*stream=*/false,
      /*fetchOutput=*/schedule.getPrefetch(),
      dot ? schedule.getKind() : TileKind::fma);
  if (tile.tail && llvm::is_contained(padded, true))
    op.setPadded(padded);
  if (finishing) {
    cloneEpilogue(region, op.getBody(), b);
    op.getBody().addArgument(
        cast<MemRefType>(op.getOutput().getType()).getElementType(), ib.loc);
    return;
  }
  if (dot)
    writeProduct(op);
  else
    cloneBody(region, shape, op, b);
  if (region.hasEpilogue() && !parts && !sumsWait()) {
    statistics.epilogues = 1;
    cloneEpilogue(region, op.getEpilogue(), b);
  }
}

/// The body of a tile of groups, in terms of what its panels hold.
void CpuLoopNest::writeProduct(MicroKernelOp op) {
  OpBuilder::InsertionGuard guard(b);
  NarrowProduct product = *NarrowProduct::get(region.getBody().front());
  if (flips)
    product.factors[0].isUnsigned = !product.factors[0].isUnsigned;
  Type type = product.accumulator;
  bool isFloat = isa<FloatType>(type);
  mlir::Block *body = b.createBlock(&op.getBody());
  auto widened = [&](const NarrowProduct::Factor &factor) -> Value {
    Value value = body->addArgument(factor.type, ib.loc);
    if (isFloat)
      return arith::ExtFOp::create(b, ib.loc, type, value);
    if (factor.isUnsigned)
      return arith::ExtUIOp::create(b, ib.loc, type, value);
    return arith::ExtSIOp::create(b, ib.loc, type, value);
  };
  Value x = widened(product.factors[0]), y = widened(product.factors[1]);
  Value sum = body->addArgument(type, ib.loc);
  if (isFloat)
    sum = arith::AddFOp::create(b, ib.loc, sum,
                                arith::MulFOp::create(b, ib.loc, x, y));
  else
    sum = arith::AddIOp::create(b, ib.loc, sum,
                                arith::MulIOp::create(b, ib.loc, x, y));
  YieldOp::create(b, ib.loc, sum);
}
