//===- ScheduleSum.cpp - Sums and matrix-vector products ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SweepFormula.h"

using namespace mlir;
using namespace einsumc::kernel;

/// The input's elements are summed as they lie beside each other.
SweepScheduleAttr SweepFormula::sumAlongTerms(unsigned input, unsigned along) {
  int64_t length = f.known(along);
  if (length < width / 2 || !getCombiner(f.region.getBody().front()) ||
      !isInOrder(along, /*outputToo=*/false))
    return {};
  lanes = Lanes::terms;
  column = along;
  SmallVector<unsigned> order = inMemoryOrder(input);
  // The rows that lie nearest.
  for (unsigned loop : order)
    if (!isSummed(loop))
      row = loop;
  // Short rows are added up many at a time: what is left of each is one lane.
  // Beyond the caches one row at a time is what the hardware foresees best, or
  // many where rows are so long that they are fetched before it is their turn.
  constexpr int64_t kShort = 8, kForeseenBytes = 16384;
  using Tile = std::pair<int64_t, int64_t>;
  constexpr Tile kShortTiles[] = {{16, 1}, {8, 1}, {4, 1}, {2, 1}};
  constexpr Tile kCachedTiles[] = {{4, 2}, {2, 4}, {2, 2}};
  constexpr Tile kApartTiles[] = {{8, 1}};
  constexpr Tile kSingleTiles[] = {{1, 8}, {1, 4}, {1, 2}, {1, 1}};
  int64_t height = row < 0 ? 1 : f.known(row);
  bool isShort = length <= kShort * width;
  bool isCached = totalBytes() != 0 && totalBytes() <= f.target.getL2();
  bool isApart = row >= 0 && length * f.bytes(input) >= kForeseenBytes &&
                 f.bytes(input) * 8 == f.accumulator.laneBits;
  auto fits = [&](Tile tile) {
    auto [rows, vectors] = tile;
    return rows <= height && (vectors == 1 || vectors * width <= length) &&
           f.registersOf(rows, vectors, width) <= f.registers;
  };
  SmallVector<Tile> tiles;
  if (isShort)
    llvm::append_range(tiles, kShortTiles);
  else if (isCached)
    llvm::append_range(tiles, kCachedTiles);
  else if (isApart)
    llvm::append_range(tiles, kApartTiles);
  llvm::append_range(tiles, kSingleTiles);
  const auto *tile = llvm::find_if(tiles, fits);
  if (tile == tiles.end())
    return {};
  std::tie(mr, nv) = *tile;
  f.because("sum along what lies beside each other: {0} terms of loop {1}, {2} "
            "rows at a time",
            length, along, mr);
  if (mr == 1)
    row = -1;
  if (isApart && !isShort && !isCached && mr > 1) {
    prefetchLoop = row;
    prefetch = mr;
  }
  SmallVector<unsigned> kept;
  for (unsigned loop : order)
    if (!isSummed(loop))
      kept.push_back(loop);
  auto tileOf = [&](unsigned loop) -> int64_t {
    return int64_t(loop) == row ? mr : 1;
  };
  splitTasks(kept, tileOf);
  // Terms inside of all rows are the micro-kernel's.
  size_t inner = order.size();
  while (inner > 0 && isSummed(order[inner - 1]))
    --inner;
  for (unsigned loop : ArrayRef(order).take_front(inner))
    if (!done.contains(loop) && loop != along)
      add(loop, tileOf(loop));
  return finish();
}

/// The input's elements that lie beside each other go to different sums, kept
/// in the nearest cache while the terms go by.
SweepScheduleAttr SweepFormula::sumAlongColumns(unsigned input,
                                                unsigned along) {
  constexpr int64_t kTileBytes = 256, kPageBytes = 4096, kLineBits = 512;
  if (!isInOrder(along, /*outputToo=*/false))
    return {};
  f.because("sums of {0} columns beside each other, kept in the nearest cache "
            "while the terms go by",
            f.known(along));
  column = along;
  int64_t extent = f.known(along);
  int64_t bytes = f.bytes(input);
  SmallVector<unsigned> order = inMemoryOrder(input);
  // Loops that run again for each of the outermost terms.
  size_t firstTerm = 0;
  while (!isSummed(order[firstTerm]))
    ++firstTerm;
  ArrayRef<unsigned> outside = ArrayRef(order).take_front(firstTerm);
  ArrayRef<unsigned> inside = ArrayRef(order).drop_front(firstTerm);
  SmallVector<unsigned> again;
  for (unsigned loop : inside)
    if (!isSummed(loop))
      again.push_back(loop);

  // The innermost terms one at a time where that is how memory is laid out, and
  // several where rows are long enough to be foreseen one by one: eight, some
  // lines of each in turn, or, with vectors of whole lines, four, the next four
  // of which are fetched.
  int64_t together = bytes;
  for (unsigned loop : again)
    together = std::min<int64_t>(together * f.known(loop), kPageBytes + 1);
  bool isLong = together > kPageBytes;
  bool wide = f.target.getVectorBits() >= kLineBits;
  int64_t most = !isLong ? 1 : wide ? 4 : 8;
  int64_t tileBytes = isLong && !wide ? kTileBytes / 2 : kTileBytes;
  nv = std::max<int64_t>(
      1, std::min<int64_t>(llvm::divideCeil(tileBytes, width * bytes),
                           llvm::divideCeil(extent, width)));
  while (nv > 1 && f.registersOf(1, nv, width) > f.registers)
    --nv;
  int64_t panel = nv * width;
  bool inRegisters = again.size() == 1 && extent <= panel;
  bool strided = f.shape.strides[output()][along] != 1;
  // Blocks of these, so that their sums fit half of the first-level cache.
  int64_t room = f.target.getL1() / 2 / f.accumulatorBytes();
  SmallVector<std::pair<unsigned, int64_t>> blocks;
  for (unsigned loop : llvm::reverse(again)) {
    int64_t tile = loop == along ? panel : 1;
    int64_t most = std::max<int64_t>(room / tile, 1) * tile;
    if (!inRegisters && !strided && f.known(loop) > most)
      blocks.insert(blocks.begin(), {loop, most});
    room = std::max<int64_t>(room / f.known(loop), 1);
  }
  SmallVector<unsigned> kept(outside.begin(), outside.end());
  for (auto [loop, most] : blocks)
    kept.push_back(loop);
  splitTasks(kept, [&](unsigned loop) -> int64_t {
    for (auto [other, most] : blocks)
      if (other == loop)
        return most;
    return 1;
  });
  for (unsigned loop : outside)
    if (!done.contains(loop))
      add(loop, 1);
  for (auto [loop, most] : blocks)
    if (loops.empty() || loops.back() != loop || steps.back() != most)
      add(loop, most);
  std::optional<unsigned> innermost;
  for (unsigned loop : order)
    if (isSummed(loop))
      innermost = loop;
  for (unsigned loop : inside) {
    if (!isSummed(loop)) {
      if (!done.contains(loop))
        add(loop, loop == along ? panel : 1);
    } else if (!inRegisters && !strided) {
      add(loop, loop == *innermost ? most : 1);
    }
  }
  if (wide && !inRegisters && !strided && most > 1 &&
      (totalBytes() == 0 || totalBytes() > f.target.getL2())) {
    prefetchLoop = *innermost;
    prefetch = most;
  }
  return finish();
}

SweepScheduleAttr SweepFormula::sum() {
  for (unsigned input = 0; input < output(); ++input) {
    if (!movesAlways(input))
      continue;
    std::optional<unsigned> along = unitLoop(input);
    if (!along)
      continue;
    SweepScheduleAttr schedule = isSummed(*along)
                                     ? sumAlongTerms(input, *along)
                                     : sumAlongColumns(input, *along);
    if (schedule)
      return schedule;
  }
  return {};
}
