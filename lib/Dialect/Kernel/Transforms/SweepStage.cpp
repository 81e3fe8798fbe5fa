//===- SweepStage.cpp - Blocks of the output by way of scratch ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Squares of narrow elements, or of rows that begin anywhere in a line, write
// parts of lines all over the output. A block of them is put together where the
// caches keep it; its rows are then written in whole lines.
//
//===----------------------------------------------------------------------===//

#include "SweepNest.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace einsumc::kernel;

static constexpr int64_t kLineBytes = 64;

/// Extent of the block along the row or the column loop.
int64_t SweepNest::stagedExtent(int64_t loop) const {
  int64_t extent = 0;
  for (auto [entry, step] :
       llvm::zip(schedule.getLoops().take_front(schedule.getStage()),
                 schedule.getSteps()))
    if (entry == loop)
      extent = step;
  return extent;
}

int64_t SweepNest::lineElements() const {
  return kLineBytes / elementBytes(operands.back().memory);
}

/// Whether blocks of a row follow one another from its first column to its
/// last: the part of a line that a block ends with waits for the next block.
bool SweepNest::carriesLines() const {
  int64_t stage = schedule.getStage();
  ArrayRef<int64_t> outside = schedule.getLoops().take_front(stage);
  return schedule.getStream() && stage > schedule.getParallel() &&
         outside.back() == column && llvm::count(outside, column) == 1 &&
         stagedExtent(column) % lineElements() == 0;
}

/// Elements from one row of the block to the next: what waits, the row, and
/// another line, since rows would evict each other where their length is a
/// power of two.
int64_t SweepNest::stagedPitch() const {
  return stagedExtent(column) + (carriesLines() ? 2 : 1) * lineElements();
}

void SweepNest::allocateStage() {
  if (!schedule.getStage())
    return;
  Type element =
      cast<MemRefType>(operands.back().memory.getType()).getElementType();
  stage = ScratchOp::create(b, ib.loc,
                            MemRefType::get({ShapedType::kDynamic}, element),
                            ib.constant(stagedExtent(row) * stagedPitch()));
}

void SweepNest::emitStaged(const Point &point) {
  statistics.staged++;
  const Range &rows = point.ranges[row], &columns = point.ranges[column];
  FlatOperand output = operands.back();
  Value pitch = ib.constant(stagedPitch());
  int64_t front = carriesLines() ? lineElements() : 0;

  FlatOperand block = output;
  block.memory = stage;
  block.strides.assign(block.strides.size(), ib.constant(0));
  block.strides[row] = pitch;
  block.strides[column] = ib.constant(1);
  Point inner = point;
  inner.bases.back() = ib.sub(ib.constant(front),
                              ib.add(ib.mul(rows.begin, pitch), columns.begin));
  operands.back() = block;
  isStaging = true;
  emitLevel(schedule.getStage(), inner);
  isStaging = false;
  operands.back() = output;

  forEach(rows.begin, rows.end, 1, [&](Value index) {
    Value source =
        ib.add(ib.mul(ib.sub(index, rows.begin), pitch), ib.constant(front));
    Value target =
        ib.add(ib.advance(point.bases.back(), index, output.strides[row]),
               columns.begin);
    if (front)
      emitCarriedRow(source, target, columns);
    else
      emitStagedRow(source, target, ib.sub(columns.end, columns.begin));
  });
}

/// Elements of the output between the beginning of a line and this one.
Value SweepNest::elementsBefore(Value index) {
  Value memory = operands.back().memory;
  Value first =
      memref::ExtractAlignedPointerAsIndexOp::create(b, ib.loc, memory);
  return ib.rem(ib.add(ib.div(first, elementBytes(memory)), index),
                ib.constant(lineElements()));
}

/// `vectors` vectors a turn.
void SweepNest::emitRun(Value source, Value target, Value begin, Value end,
                        int64_t vectors, int64_t width, bool stream) {
  forEach(begin, end, vectors * width, [&](Value index) {
    emitCopy(ib.add(source, index), operands.back().memory,
             ib.add(target, index), vectors, width, stream);
  });
}

/// Less than a line, in pieces of powers of two.
void SweepNest::emitPieces(Value source, Value target, Value begin,
                           Value count) {
  for (int64_t size = lineElements() / 2; size > 0; size /= 2) {
    Value start = ib.add(begin, ib.mul(ib.div(count, 2 * size), 2 * size));
    Value here = ib.rem(ib.div(count, size), ib.constant(2));
    emitRun(source, target, start, ib.add(start, ib.mul(here, size)), 1, size,
            /*stream=*/false);
  }
}

/// Whole lines; gives where they end.
Value SweepNest::emitLines(Value source, Value target, Value begin,
                           Value length) {
  constexpr int64_t kVectors = 4;
  int64_t lanes = lineElements();
  bool stream = schedule.getStream();
  auto wholes = [&](Value begin, int64_t size) {
    return ib.add(begin, ib.mul(ib.div(ib.sub(length, begin), size), size));
  };
  Value tiles = wholes(begin, kVectors * lanes), lines = wholes(tiles, lanes);
  emitRun(source, target, begin, tiles, kVectors, lanes, stream);
  emitRun(source, target, tiles, lines, 1, lanes, stream);
  return lines;
}

/// Copies one row of the block: pieces up to where a line begins, lines, and
/// pieces again.
void SweepNest::emitStagedRow(Value source, Value target, Value length) {
  int64_t lanes = lineElements();
  Value head = ib.constant(0);
  if (schedule.getStream()) {
    Value before = elementsBefore(target);
    head = ib.min(
        ib.rem(ib.sub(ib.constant(lanes), before), ib.constant(lanes)), length);
    emitPieces(source, target, ib.constant(0), head);
  }
  Value end = emitLines(source, target, head, length);
  emitPieces(source, target, end, ib.sub(length, end));
}

/// The same where the block begins with what waited in front of it, and the
/// part of a line that it ends with waits for the next one.
void SweepNest::emitCarriedRow(Value source, Value target,
                               const Range &columns) {
  int64_t lanes = lineElements();
  Value none = ib.constant(0), length = ib.sub(columns.end, columns.begin);
  Value before = elementsBefore(target);
  Value isFirst = ib.equal(columns.begin, none);
  Value isLast = ib.equal(columns.end, extents[column]);
  auto when = [&](Value condition, auto body) {
    if (std::optional<int64_t> known = getConstantIntValue(condition)) {
      if (*known)
        body();
      return;
    }
    auto ifOp = scf::IfOp::create(b, ib.loc, condition);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(ifOp.thenBlock());
    body();
  };
  Value head = ib.min(
      ib.rem(ib.sub(ib.constant(lanes), before), ib.constant(lanes)), length);
  when(isFirst, [&] { emitPieces(source, target, none, head); });
  Value begin = ib.select(isFirst, head, ib.sub(none, before));
  Value end = emitLines(source, target, begin, length);
  when(isLast, [&] { emitPieces(source, target, end, ib.sub(length, end)); });
  Value isNotLast = b.createOrFold<arith::CmpIOp>(
      ib.loc, arith::CmpIPredicate::ne, columns.end, extents[column]);
  when(isNotLast, [&] {
    emitCopy(ib.add(source, ib.sub(length, ib.constant(lanes))), stage,
             ib.sub(source, ib.constant(lanes)), 1, lanes, /*stream=*/false);
  });
}

/// Copies vectors of the block to the output, or within the block.
void SweepNest::emitCopy(Value source, Value memory, Value target,
                         int64_t vectors, int64_t width, bool stream) {
  statistics.streamed += stream;
  Value none = ib.constant(0), one = ib.constant(1);
  auto op = MicroKernelOp::create(
      b, ib.loc, ValueRange(stage), ValueRange(source), memory, target,
      ValueRange(), ValueRange{none, none}, ValueRange{one, one}, ValueRange(),
      /*tail=*/Value(), /*correction=*/Value(), /*ahead=*/ValueRange(),
      /*mr=*/1, vectors, width, InitKind::zero, /*padded=*/nullptr,
      /*termLanes=*/false, stream);
  OpBuilder::InsertionGuard guard(b);
  Type element = cast<MemRefType>(memory.getType()).getElementType();
  Block *body = b.createBlock(&op.getBody());
  Value given = body->addArgument(element, ib.loc);
  body->addArgument(element, ib.loc);
  YieldOp::create(b, ib.loc, given);
}
