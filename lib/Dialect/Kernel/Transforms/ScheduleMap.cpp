//===- ScheduleMap.cpp - Element-wise maps and transpositions -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SweepFormula.h"

#include <numeric>

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

/// An input that lies in another order than the output does, by pieces shorter
/// than a page: a few of these pieces are taken from each page in turn.
std::optional<SweepFormula::Block>
SweepFormula::blockForPages(ArrayRef<unsigned> order) const {
  constexpr int64_t kPageBytes = 4096, kRunBytes = 2048;
  if (order.size() < 3)
    return std::nullopt;
  unsigned along = order.back(), cut = order[order.size() - 2];
  for (unsigned input = 0; input < output(); ++input) {
    if (!movesAlways(input))
      continue;
    SmallVector<unsigned> other = inMemoryOrder(input);
    unsigned inside = other[other.size() - 2];
    int64_t run = f.known(along) * f.bytes(input);
    if (other.back() != along || inside == cut || run > kRunBytes / 2 ||
        distance(input, inside) > kPageBytes / f.bytes(input))
      continue;
    return Block{cut, inside, kRunBytes / run};
  }
  return std::nullopt;
}

/// An input that is read again and is more than the caches keep until then: the
/// output is swept in blocks that read little of it.
std::optional<SweepFormula::Block>
SweepFormula::blockForReuse(ArrayRef<unsigned> order, int64_t panel) const {
  constexpr int64_t kLineBytes = 64;
  double most = double(f.target.getL2()) / 2;
  int64_t room = f.target.getL2() / 8;
  int64_t unit = std::lcm(panel, kLineBytes);
  for (unsigned input = 0; input < output(); ++input) {
    if (f.shape.isScalar(input))
      continue;
    // Bytes that loops from here on read, and from which loop on they are few.
    double bytes = f.bytes(input);
    std::optional<Block> block;
    for (unsigned loop : llvm::reverse(order)) {
      bool moves = f.shape.strides[input][loop] != 0;
      if (!moves && f.known(loop) > 1 && bytes > most && block) {
        // Blocks of columns are moved to where lines begin, all alike.
        if (stream && block->cut == order.back() && !movesByLines(loop))
          break;
        block->inside = loop;
        return block;
      }
      if (!moves)
        continue;
      if (!block && bytes * f.known(loop) > room) {
        int64_t step = std::max<int64_t>(1, int64_t(room / bytes));
        if (loop == order.back())
          step = std::max<int64_t>(step / unit, 1) * unit;
        block = Block{loop, loop, step};
      }
      bytes *= f.known(loop);
    }
  }
  return std::nullopt;
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
  auto tileOf = [&](unsigned loop) { return loop == along ? panel : 1; };
  std::optional<Block> block = blockForReuse(order, panel);
  if (!block)
    block = blockForPages(order);
  if (!block) {
    splitTasks(order, tileOf);
    for (unsigned loop : order)
      if (!done.contains(loop))
        add(loop, tileOf(loop));
    return finish();
  }
  auto [cut, inside, step] = *block;
  f.because("blocks of {0} of loop {1}, loop {2} inside: an input lies in "
            "another order or is read again",
            step, cut, inside);
  llvm::erase(order, inside);
  ArrayRef<unsigned> outside(order.begin(), llvm::find(order, cut) + 1);
  splitTasks(outside, [&](unsigned loop) { return loop == cut ? step : 1; });
  for (unsigned loop : outside)
    if (!done.contains(loop) && (loop != cut || loops.empty() ||
                                 loops.back() != cut || steps.back() != step))
      add(loop, loop == cut ? step : 1);
  add(inside, 1);
  add(cut, tileOf(cut));
  for (unsigned loop : ArrayRef(order).drop_front(outside.size()))
    add(loop, tileOf(loop));
  return finish();
}

/// Lanes of a square of elements that is transposed in registers; 0 where none
/// fits that instructions can shuffle.
int64_t SweepFormula::squareLanes() const {
  constexpr int64_t kMostLanes = 16, kShuffleBits = 128;
  int64_t square = std::min(f.lanes(), kMostLanes);
  int64_t least = std::max<int64_t>(
      2, kShuffleBits / (f.accumulator.laneBits * f.accumulator.parts));
  // Squares of bytes spill: that is still far less than single bytes are.
  while (square > least && f.registersOf(square, 1, square) > f.registers)
    square /= 2;
  return square < least ? 0 : square;
}

/// Whether rows of the output lie so many whole pages apart that the addresses
/// of `rows` of them would evict each other from the buffer that translates
/// them: it looks in a set that the lowest bits of a page's number tell.
bool SweepFormula::collidesInPages(int64_t rows) const {
  constexpr int64_t kPageBytes = 4096, kPageSets = 128, kPageWays = 16;
  int64_t stride = f.shape.strides[output()][row];
  if (ShapedType::isDynamic(stride))
    return false;
  int64_t bytes = std::abs(stride) * f.bytes(output());
  if (bytes == 0 || bytes % kPageBytes != 0)
    return false;
  int64_t sets = kPageSets / std::gcd(bytes / kPageBytes, kPageSets);
  return std::min(rows, f.known(row)) > sets * kPageWays;
}

/// Blocks of the output whose rows, and the input's, are some lines long.
SweepScheduleAttr SweepFormula::stagedTransposition() {
  // Narrow elements need many rows for a line; others would fill the
  // second-level cache with them.
  constexpr int64_t kBlockBytes = 512, kLongBytes = 1024, kLeastColumns = 256,
                    kWideBytes = 4, kLineBytes = 64;
  f.because("by way of scratch: rows of squares would be written in parts of "
            "lines");
  int64_t bytes = f.bytes(output());
  bool isWide = bytes >= kWideBytes;
  int64_t rowBlock =
      llvm::alignTo((isWide ? kLongBytes : kBlockBytes) / bytes, mr);
  // Whole lines, so that the part of one that a block ends with can wait for
  // the next block.
  int64_t columnBlock =
      llvm::alignTo(isWide ? kBlockBytes / bytes
                           : std::max(kBlockBytes / bytes, kLeastColumns),
                    std::max(width, kLineBytes / bytes));
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
  // Rows of the input that are two squares away: those of a whole block would
  // evict each other where they lie a power of two apart.
  prefetchLoop = column;
  prefetch = 2 * width;
  return finish();
}

/// Elements change places: an input's elements lie beside each other along
/// `across`, the output's along `along`.
SweepScheduleAttr SweepFormula::transposition(unsigned along, unsigned across) {
  constexpr int64_t kRowBytes = 2048, kColumnBytes = 256, kFewRows = 4,
                    kStagedBytes = 256, kWideBytes = 4, kLineBytes = 64;
  int64_t square = squareLanes();
  if (square == 0 || f.known(along) < kFewRows || f.known(across) < kFewRows)
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
  // Lines that are written whole, or in two halves one after the other, are
  // written past the caches. Smaller pieces, those of rows that begin anywhere
  // in a line, and those of rows that are too many pages apart are put together
  // in the second-level cache first.
  bool wholeLines = width * bytes >= kLineBytes;
  int64_t rowBlock = llvm::alignTo(
      (bytes < kWideBytes ? kRowBytes / 2 : kRowBytes) / bytes, mr);
  bool past = exceedsCaches() && f.region.getInit() == InitKind::zero;
  stream = past && rowsMoveByLines() && bytes >= kWideBytes &&
           2 * width * bytes >= kLineBytes && !collidesInPages(rowBlock);
  if (past && !stream && f.known(along) * bytes >= kStagedBytes)
    return stagedTransposition();
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
