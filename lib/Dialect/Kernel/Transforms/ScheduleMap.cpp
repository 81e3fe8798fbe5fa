//===- ScheduleMap.cpp - Element-wise maps and transpositions -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SweepFormula.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Vectors of a tile of one row: a few lines of each operand in turn.
static constexpr int64_t kVectors = 4;

/// Whether rows are long enough that what is written of the lines at their ends
/// does not matter, or begin lines.
bool SweepFormula::streamsRows(unsigned along) const {
  constexpr int64_t kLongBytes = 2048;
  int64_t bytes = f.bytes(output());
  if (f.shape.extents[along] * bytes >= kLongBytes)
    return true;
  return llvm::all_of(f.shape.strides[output()],
                      [&](int64_t stride) {
                        return stride == 1 || (!ShapedType::isDynamic(stride) &&
                                               stride * bytes % 64 == 0);
                      }) &&
         f.shape.extents[along] * bytes % 64 == 0;
}

SweepScheduleAttr SweepFormula::mapInOrder(unsigned along) {
  f.because("map in the order of the output: every input is in order along "
            "loop {0}, or does not move",
            along);
  column = along;
  int64_t extent = f.known(along);
  nv = std::max<int64_t>(
      1, std::min<int64_t>(kVectors, llvm::divideCeil(extent, width)));
  while (nv > 1 && f.registersOf(1, nv, width) > f.registers)
    --nv;
  SmallVector<unsigned> order = inMemoryOrder(output());
  stream = f.region.getInit() == InitKind::zero && exceedsCaches() &&
           streamsRows(along);
  int64_t panel = nv * width;
  splitTasks(order, [&](unsigned loop) { return loop == along ? panel : 1; });
  for (unsigned loop : order)
    if (!done.contains(loop))
      add(loop, loop == along ? panel : 1);
  return finish();
}

/// Lanes of a square of elements that is transposed in registers; 0 where none
/// fits that instructions can shuffle.
int64_t SweepFormula::squareLanes() const {
  constexpr int64_t kMostLanes = 16, kShuffleBits = 128;
  int64_t square = std::min(f.lanes(), kMostLanes);
  while (square > 1 && f.registersOf(square, 1, square) > f.registers)
    square /= 2;
  return square * f.accumulator.laneBits < kShuffleBits ? 0 : square;
}

/// Blocks of the output whose rows, and the input's, are some lines long.
SweepScheduleAttr SweepFormula::stagedTransposition() {
  constexpr int64_t kBlockBytes = 512, kLeastColumns = 256;
  f.because("by way of scratch: rows of squares would be written in parts of "
            "lines");
  int64_t bytes = f.bytes(output());
  int64_t rowBlock = llvm::alignTo(kBlockBytes / bytes, mr);
  int64_t columnBlock = llvm::alignTo(
      std::max<int64_t>(kBlockBytes / bytes, kLeastColumns), width);
  SmallVector<unsigned> kept;
  for (unsigned loop : inMemoryOrder(output()))
    if (loop != column && loop != row)
      kept.push_back(loop);
  kept.push_back(row);
  splitTasks(kept, [&](unsigned loop) { return loop == row ? rowBlock : 1; });
  for (unsigned loop : ArrayRef(kept).drop_back())
    if (!done.contains(loop))
      add(loop, 1);
  if (loops.empty() || loops.back() != row || steps.back() != rowBlock)
    add(row, rowBlock);
  add(column, columnBlock);
  stage = loops.size();
  add(column, width);
  add(row, mr);
  stream = true;
  prefetchLoop = column;
  prefetch = columnBlock;
  return finish();
}

/// Elements change places: an input's elements lie beside each other along
/// `across`, the output's along `along`.
SweepScheduleAttr SweepFormula::transposition(unsigned along, unsigned across) {
  constexpr int64_t kRowBytes = 2048, kColumnBytes = 256, kFewRows = 4,
                    kStagedBytes = 512, kWideBytes = 4, kLineBytes = 64;
  int64_t square = squareLanes();
  if (square == 0 || f.accumulator.parts != 1 || f.known(along) < kFewRows ||
      f.known(across) < kFewRows)
    return {};
  f.because(
      "transposition: an input's rows, not columns, are beside each other "
      "and nothing is summed");
  f.because("squares of {0} x {0} in registers", square);
  row = across;
  column = along;
  mr = width = square;
  nv = 1;
  int64_t bytes = f.bytes(output());
  bool isFar = totalBytes() == 0 || totalBytes() > f.target.getL2();
  bool aligned = llvm::all_of(f.shape.strides[output()], [&](int64_t stride) {
    return stride == 1 ||
           (!ShapedType::isDynamic(stride) && stride % width == 0);
  });
  // Lines that are written whole, or in two halves one after the other, are
  // written past the caches. Smaller pieces are put together in the
  // second-level cache first, unless rows begin anywhere in a line: then lines
  // at both ends of each piece would be written in parts.
  bool past =
      aligned && exceedsCaches() && f.region.getInit() == InitKind::zero;
  stream = past && bytes >= kWideBytes && 2 * width * bytes >= kLineBytes;
  if (past && bytes < kWideBytes && f.known(along) * bytes >= kStagedBytes)
    return stagedTransposition();
  bool wholeLines = width * bytes >= kLineBytes;
  int64_t rowBlock = llvm::alignTo(
      (bytes < kWideBytes ? kRowBytes / 2 : kRowBytes) / bytes, mr);
  int64_t columnBlock = llvm::alignTo(
      (stream && wholeLines ? kColumnBytes : kLineBytes) / bytes, width);
  SmallVector<unsigned> order = inMemoryOrder(output()), outer;
  for (unsigned loop : order)
    if (loop != along && loop != across)
      outer.push_back(loop);
  SmallVector<unsigned> kept(outer);
  kept.push_back(across);
  splitTasks(kept,
             [&](unsigned loop) { return loop == across ? rowBlock : 1; });
  for (unsigned loop : outer)
    if (!done.contains(loop))
      add(loop, 1);
  if (loops.empty() || loops.back() != across || steps.back() != rowBlock)
    add(across, rowBlock);
  if (columnBlock > width) {
    add(along, columnBlock);
    add(across, mr);
    add(along, width);
  } else {
    add(along, width);
    add(across, mr);
  }
  if (!isFar)
    return finish();
  // Short columns are over before what is fetched is needed.
  if (outer.empty() || f.known(along) > 2 * columnBlock) {
    prefetchLoop = along;
    prefetch = columnBlock;
  } else {
    prefetchLoop = outer.back();
    prefetch = 1;
  }
  return finish();
}

SweepScheduleAttr SweepFormula::map() {
  std::optional<unsigned> along = unitLoop(output());
  if (!along)
    return {};
  if (isInOrder(*along, /*outputToo=*/true))
    return mapInOrder(*along);
  // Inputs that are not in order must lie in order along one other loop.
  std::optional<unsigned> across;
  for (unsigned input = 0; input < output(); ++input) {
    if (f.shape.isScalar(input) || distance(input, *along) <= 1)
      continue;
    std::optional<unsigned> unit = unitLoop(input);
    if (!unit || (across && *across != *unit))
      return {};
    across = unit;
  }
  return across ? transposition(*along, *across) : SweepScheduleAttr();
}
