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

void SweepNest::allocateStage() {
  if (!schedule.getStage())
    return;
  Type element =
      cast<MemRefType>(operands.back().memory.getType()).getElementType();
  // Rows a line longer than they need be: they would evict each other where
  // their length is a power of two.
  int64_t bytes = elementBytes(operands.back().memory);
  int64_t pitch = stagedExtent(column) + kLineBytes / bytes;
  stage = ScratchOp::create(b, ib.loc,
                            MemRefType::get({ShapedType::kDynamic}, element),
                            ib.constant(stagedExtent(row) * pitch));
}

void SweepNest::emitStaged(const Point &point) {
  statistics.staged++;
  const Range &rows = point.ranges[row], &columns = point.ranges[column];
  FlatOperand output = operands.back();
  int64_t bytes = elementBytes(output.memory);
  Value pitch = ib.constant(stagedExtent(column) + kLineBytes / bytes);

  FlatOperand block = output;
  block.memory = stage;
  block.strides.assign(block.strides.size(), ib.constant(0));
  block.strides[row] = pitch;
  block.strides[column] = ib.constant(1);
  Point inner = point;
  inner.bases.back() =
      ib.sub(ib.constant(0), ib.add(ib.mul(rows.begin, pitch), columns.begin));
  operands.back() = block;
  isStaging = true;
  emitLevel(schedule.getStage(), inner);
  isStaging = false;
  operands.back() = output;

  Value length = ib.sub(columns.end, columns.begin);
  forEach(rows.begin, rows.end, 1, [&](Value index) {
    Value source = ib.mul(ib.sub(index, rows.begin), pitch);
    Value target =
        ib.add(ib.advance(point.bases.back(), index, output.strides[row]),
               columns.begin);
    emitStagedRow(source, target, length);
  });
}

/// Copies one row of the block: single elements up to where a line begins, in
/// pieces of powers of two; lines; and pieces again.
void SweepNest::emitStagedRow(Value source, Value target, Value length) {
  constexpr int64_t kVectors = 4;
  Value memory = operands.back().memory;
  int64_t bytes = elementBytes(memory), lanes = kLineBytes / bytes;
  bool stream = schedule.getStream();
  auto copy = [&](Value begin, Value end, int64_t vectors, int64_t width,
                  bool streamed) {
    forEach(begin, end, vectors * width, [&](Value index) {
      emitCopy(ib.add(source, index), ib.add(target, index), vectors, width,
               streamed);
    });
  };
  auto pieces = [&](Value begin, Value count) {
    for (int64_t size = lanes / 2; size > 0; size /= 2) {
      Value start = ib.add(begin, ib.mul(ib.div(count, 2 * size), 2 * size));
      Value here = ib.rem(ib.div(count, size), ib.constant(2));
      copy(start, ib.add(start, ib.mul(here, size)), 1, size, false);
    }
  };
  auto wholes = [&](Value begin, int64_t size) {
    return ib.add(begin, ib.mul(ib.div(ib.sub(length, begin), size), size));
  };
  Value head = ib.constant(0);
  if (stream) {
    Value first =
        memref::ExtractAlignedPointerAsIndexOp::create(b, ib.loc, memory);
    Value lane =
        ib.rem(ib.add(ib.div(first, bytes), target), ib.constant(lanes));
    head = ib.min(ib.rem(ib.sub(ib.constant(lanes), lane), ib.constant(lanes)),
                  length);
    pieces(ib.constant(0), head);
  }
  Value tiles = wholes(head, kVectors * lanes), lines = wholes(tiles, lanes);
  copy(head, tiles, kVectors, lanes, stream);
  copy(tiles, lines, 1, lanes, stream);
  pieces(lines, ib.sub(length, lines));
}

void SweepNest::emitCopy(Value source, Value target, int64_t vectors,
                         int64_t width, bool stream) {
  statistics.streamed += stream;
  Value none = ib.constant(0), one = ib.constant(1);
  Value memory = operands.back().memory;
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
