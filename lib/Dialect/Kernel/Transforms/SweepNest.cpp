//===- SweepNest.cpp - A region as loops in the order of memory -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SweepNest.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <numeric>

using namespace mlir;
using namespace einsumc::kernel;

SweepNest::SweepNest(RegionOp region, SweepScheduleAttr schedule, OpBuilder &b)
    : region(region), schedule(schedule), b(b),
      ib(b, region.getLoc(),
         &region->getParentOfType<func::FuncOp>().getBody().front()),
      shape(RegionShape::get(region)), row(schedule.getRow()),
      column(schedule.getColumn()) {}

bool SweepNest::isLast(size_t depth) const {
  ArrayRef<int64_t> loops = schedule.getLoops();
  return !llvm::is_contained(loops.drop_front(depth + 1), loops[depth]);
}

bool SweepNest::isFirst(size_t depth) const {
  ArrayRef<int64_t> loops = schedule.getLoops();
  return !llvm::is_contained(loops.take_front(depth), loops[depth]);
}

/// The block of at most `step` that starts at `begin`.
SweepNest::Range SweepNest::block(const Range &whole, int64_t step,
                                  Value begin) const {
  IndexBuilder &builder = const_cast<IndexBuilder &>(ib);
  Range range;
  range.begin = begin;
  range.end = builder.add(begin, builder.constant(step));
  if (whole.size && *whole.size % step == 0)
    range.size = step;
  else
    range.end = builder.min(range.end, whole.end);
  return range;
}

void SweepNest::moveTo(Point &point, int64_t loop, Value index) {
  for (auto [base, operand] : llvm::zip_equal(point.bases, operands))
    base = ib.advance(base, index, operand.strides[loop]);
}

SweepStatistics SweepNest::emit() {
  for (unsigned loop = 0; loop < shape.extents.size(); ++loop)
    if (shape.extents[loop] == 0 && !llvm::is_contained(shape.terms, loop))
      return statistics; // The output has no elements.

  for (unsigned i = 0; i < region->getNumOperands(); ++i)
    if (!shape.isScalar(i))
      operands.push_back(flattenOperand(ib, region, i, extents));
  for (auto [loop, extent] : llvm::enumerate(shape.extents))
    extents[loop] =
        ShapedType::isDynamic(extent)
            ? ib.asMultiple(extents[loop], shape.facts[loop].multiple)
            : ib.constant(extent);

  Point point;
  for (auto [loop, extent] : llvm::enumerate(extents))
    point.ranges.push_back(
        {ib.constant(0), extent, IndexBuilder::known(extent)});
  for (const FlatOperand &operand : operands)
    point.bases.push_back(operand.base);
  point.counts.resize(extents.size());
  emitItems(point);
  return statistics;
}

/// The parallel entries: blocks that tasks take in turn.
void SweepNest::emitItems(const Point &whole) {
  size_t parallel = schedule.getParallel();
  ArrayRef<int64_t> loops = schedule.getLoops(), steps = schedule.getSteps();
  SmallVector<Value> dims;
  for (size_t entry = 0; entry < parallel; ++entry)
    dims.push_back(ib.ceilDiv(extents[loops[entry]], steps[entry]));
  ib.tasks(
      ib.product(dims), ib.constant(schedule.getMaxTasks()),
      [&] { allocateStage(); },
      [&](Value item) {
        SmallVector<Value> numbers = ib.delinearize(item, dims);
        Point point = whole;
        // Where the output's first aligned column lies. The number of blocks
        // does not depend on it: it is known before there is memory.
        Value shift;
        if (schedule.getStream() &&
            llvm::is_contained(loops.take_front(parallel), column))
          shift = misalignment(point, ib.constant(0));
        for (size_t entry = 0; entry < parallel; ++entry) {
          int64_t loop = loops[entry], step = steps[entry];
          Value number = numbers[entry], begin = ib.mul(number, step);
          if (isLast(entry)) {
            moveTo(point, loop, begin);
            continue;
          }
          Range range = block(whole.ranges[loop], step, begin);
          if (loop == column && shift) {
            Value isFirst = ib.equal(number, ib.constant(0));
            Value isLast =
                ib.equal(ib.add(number, ib.constant(1)), dims[entry]);
            Value moved = ib.add(begin, shift), end = whole.ranges[loop].end;
            range.begin = ib.min(ib.select(isFirst, begin, moved), end);
            range.end = ib.select(
                isLast, end, ib.min(ib.add(moved, ib.constant(step)), end));
            range.size.reset();
          }
          point.ranges[loop] = range;
        }
        emitLevel(parallel, point);
      });
}

void SweepNest::emitLevel(size_t depth, const Point &point) {
  if (schedule.getStage() == int64_t(depth) && stage && !isStaging)
    return emitStaged(point);
  if (depth == schedule.getLoops().size())
    return emitTile(point);
  int64_t loop = schedule.getLoops()[depth], step = schedule.getSteps()[depth];
  const Range &range = point.ranges[loop];
  if (llvm::is_contained(shape.terms, loop))
    return emitTerms(depth, point);
  if (isLast(depth)) {
    if (loop == row)
      return emitRows(depth, point);
    if (loop == column)
      return emitColumns(depth, point);
    return forEach(range.begin, range.end, 1, [&](Value index) {
      Point inner = point;
      moveTo(inner, loop, index);
      emitLevel(depth + 1, inner);
    });
  }
  auto emitBlock = [&](Value begin) {
    Point inner = point;
    inner.ranges[loop] = block(range, step, begin);
    emitLevel(depth + 1, inner);
  };
  if (loop != column || !schedule.getStream() || stage || !isFirst(depth))
    return forEach(range.begin, range.end, step, emitBlock);
  // What lies before the first aligned column is a block of its own.
  Value aligned =
      ib.min(ib.add(range.begin, misalignment(point, range.begin)), range.end);
  auto head =
      scf::ForOp::create(b, ib.loc, range.begin, aligned, ib.constant(step));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(head.getBody());
    Point inner = point;
    inner.ranges[loop] = {range.begin, aligned, std::nullopt};
    emitLevel(depth + 1, inner);
  }
  forEach(aligned, range.end, step, [&](Value begin) {
    Point inner = point;
    inner.ranges[loop] = block({aligned, range.end, std::nullopt}, step, begin);
    emitLevel(depth + 1, inner);
  });
}

/// Blocks of terms, in order: they add to the same elements. There is at least
/// one, so that a sum over nothing is stored too.
void SweepNest::emitTerms(size_t depth, const Point &point) {
  int64_t loop = schedule.getLoops()[depth], step = schedule.getSteps()[depth];
  Range range = point.ranges[loop];
  if (!range.size)
    range.end = ib.max(range.end, ib.add(range.begin, ib.constant(1)));
  bool several = !range.size || *range.size > step;
  statistics.termBlocked |= several;
  forEach(range.begin, range.end, step, [&](Value index) {
    Point inner = point;
    if (isFirst(depth) && several) {
      Value start = ib.equal(index, ib.constant(0));
      inner.first =
          inner.first
              ? b.createOrFold<arith::AndIOp>(ib.loc, inner.first, start)
              : start;
    } else if (several) {
      Value start = ib.equal(index, range.begin);
      inner.first =
          inner.first
              ? b.createOrFold<arith::AndIOp>(ib.loc, inner.first, start)
              : start;
    }
    Range terms = block(range, step, index);
    // The extent itself may be none.
    if (!terms.size)
      terms.end = ib.min(terms.end, extents[loop]);
    if (!isLast(depth)) {
      inner.ranges[loop] = terms;
      return emitLevel(depth + 1, inner);
    }
    moveTo(inner, loop, index);
    inner.counts[loop] =
        terms.size ? ib.constant(*terms.size) : ib.sub(terms.end, index);
    emitLevel(depth + 1, inner);
  });
}

void SweepNest::emitRows(size_t depth, const Point &point) {
  const Range &range = point.ranges[row];
  int64_t mr = schedule.getMr(), total = shape.extents[row];
  auto tile = [&](Value index, int64_t rows) {
    Point inner = point;
    inner.rows = rows;
    moveTo(inner, row, index);
    if (rows < mr)
      statistics.rowEdges++;
    emitLevel(depth + 1, inner);
  };
  bool isKnown = !ShapedType::isDynamic(total);
  if (mr == 1 || (range.size && *range.size % mr == 0) ||
      (isKnown && total % mr == 0))
    return forEach(range.begin, range.end, mr,
                   [&](Value index) { tile(index, mr); });
  Value end = ib.add(range.begin,
                     ib.mul(ib.div(ib.sub(range.end, range.begin), mr), mr));
  forEach(range.begin, end, mr, [&](Value index) { tile(index, mr); });
  if (isKnown)
    return forEach(end, range.end, mr,
                   [&](Value index) { tile(index, total % mr); });
  // By the binary digits of their number.
  Value left = ib.sub(range.end, end);
  for (int64_t size = llvm::PowerOf2Ceil(mr) / 2; size > 0; size /= 2) {
    Value before = ib.mul(ib.div(left, 2 * size), 2 * size);
    Value start = ib.add(end, before);
    Value pieces = ib.rem(ib.div(left, size), ib.constant(2));
    forEach(start, ib.add(start, ib.mul(pieces, size)), size,
            [&](Value index) { tile(index, size); });
  }
}

/// Elements that stores past the caches are aligned to: a vector, or a line of
/// several, which is to be written whole.
int64_t SweepNest::alignment() const {
  return std::max(schedule.getWidth(), lineElements());
}

/// Elements from a column to the next one that is aligned.
Value SweepNest::misalignment(const Point &point, Value index) {
  const FlatOperand &output = operands.back();
  int64_t bytes = elementBytes(output.memory);
  Value first =
      memref::ExtractAlignedPointerAsIndexOp::create(b, ib.loc, output.memory);
  Value element =
      ib.add(ib.div(first, bytes), ib.add(point.bases.back(), index));
  Value unit = ib.constant(alignment());
  return ib.rem(ib.sub(unit, ib.rem(element, unit)), unit);
}

void SweepNest::emitColumns(size_t depth, const Point &point) {
  const Range &range = point.ranges[column];
  int64_t width = schedule.getWidth(), nv = schedule.getNv();
  int64_t panel = nv * width, total = shape.extents[column];
  bool stream = schedule.getStream() && !stage;
  auto tile = [&](Value index, int64_t vectors, Value tail, bool streamed) {
    Point inner = point;
    inner.vectors = vectors;
    inner.tail = tail;
    inner.stream = streamed;
    moveTo(inner, column, index);
    emitLevel(depth + 1, inner);
  };
  auto whole = [&](Value begin, Value end) {
    forEach(begin, end, panel,
            [&](Value index) { tile(index, nv, {}, stream); });
  };
  // Vector by vector, each masked: the same code for whatever is left.
  auto masked = [&](Value begin, Value end) {
    statistics.columnEdges++;
    forEach(begin, end, width, [&](Value index) {
      Value tail = ib.min(ib.constant(width), ib.sub(end, index));
      tile(index, 1, tail, false);
    });
  };
  auto wholeEnd = [&](Value begin, int64_t piece) {
    return ib.add(begin,
                  ib.mul(ib.div(ib.sub(range.end, begin), piece), piece));
  };
  if (stream) {
    Value begin = ib.min(ib.add(range.begin, misalignment(point, range.begin)),
                         range.end);
    masked(range.begin, begin);
    // Tiles of whole lines, single lines, and what is left.
    int64_t unit = alignment();
    Value last = wholeEnd(begin, std::lcm(panel, unit));
    whole(begin, last);
    if (panel > unit) {
      Value end = wholeEnd(last, unit);
      forEach(last, end, unit,
              [&](Value index) { tile(index, unit / width, {}, true); });
      last = end;
    }
    return masked(last, range.end);
  }
  if (ShapedType::isDynamic(total)) {
    Value end = wholeEnd(range.begin, panel);
    whole(range.begin, end);
    return masked(end, range.end);
  }
  int64_t edge = (range.size ? *range.size : total) % panel;
  if (edge == 0)
    return whole(range.begin, range.end);
  Value end = range.size ? ib.add(range.begin, ib.constant(*range.size - edge))
                         : wholeEnd(range.begin, panel);
  whole(range.begin, end);
  statistics.columnEdges++;
  int64_t vectors = llvm::divideCeil(edge, width);
  int64_t tail = edge - (vectors - 1) * width;
  forEach(end, range.end, panel, [&](Value index) {
    tile(index, vectors, tail == width ? Value() : ib.constant(tail), false);
  });
}

void SweepNest::emitTile(const Point &point) {
  if (!point.first || region.getInit() == InitKind::load)
    return emitMicroKernel(point, region.getInit());
  auto ifOp =
      scf::IfOp::create(b, ib.loc, point.first, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  emitMicroKernel(point, InitKind::zero);
  b.setInsertionPointToStart(ifOp.elseBlock());
  emitMicroKernel(point, InitKind::load);
}

void SweepNest::emitMicroKernel(const Point &point, InitKind init) {
  statistics.microKernels++;
  statistics.streamed += point.stream;
  bool termLanes = schedule.getLanes() == Lanes::terms;
  // Summed loops, the one that lanes lie along innermost.
  SmallVector<unsigned> digits;
  for (unsigned loop : shape.terms)
    if (!termLanes || loop != unsigned(column))
      digits.push_back(loop);
  if (termLanes)
    digits.push_back(column);
  SmallVector<Value> counts, memories, bases(point.bases);
  SmallVector<Value> rowStrides, columnStrides, termStrides;
  llvm::erase_if(digits, [&](unsigned loop) {
    return point.counts[loop] && IndexBuilder::is(point.counts[loop], 1);
  });
  for (unsigned loop : digits)
    counts.push_back(point.counts[loop] ? point.counts[loop] : extents[loop]);
  Value none = ib.constant(0);
  for (const FlatOperand &operand : operands) {
    rowStrides.push_back(row < 0 ? none : operand.strides[row]);
    columnStrides.push_back(column < 0 || termLanes ? none
                                                    : operand.strides[column]);
    if (&operand == &operands.back())
      continue;
    memories.push_back(operand.memory);
    for (unsigned loop : digits)
      termStrides.push_back(operand.strides[loop]);
  }
  Value outputBase = bases.pop_back_val();
  SmallVector<Value> ahead;
  if (schedule.getPrefetch()) {
    statistics.prefetched++;
    for (const FlatOperand &operand : ArrayRef(operands).drop_back())
      ahead.push_back(ib.mul(operand.strides[schedule.getPrefetchLoop()],
                             schedule.getPrefetch()));
  }
  auto op = MicroKernelOp::create(
      b, ib.loc, memories, bases, operands.back().memory, outputBase, counts,
      rowStrides, columnStrides, termStrides, point.tail,
      /*correction=*/Value(), ahead, point.rows,
      termLanes ? schedule.getNv() : point.vectors, schedule.getWidth(), init,
      /*padded=*/nullptr, termLanes, point.stream,
      /*fetchOutput=*/false);
  cloneBody(region, shape, op, b);
}
