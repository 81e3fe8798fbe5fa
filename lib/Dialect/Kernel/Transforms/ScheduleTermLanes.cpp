//===- ScheduleTermLanes.cpp - Vectors along the terms --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuFormula.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Whether vectors are better laid along the terms: no input has columns beside
/// each other, but one has terms that are.
static bool wantsTermLanes(const CpuFormula &f) {
  if (f.shape.terms.empty() || (f.shape.row && f.shape.column) ||
      !getCombiner(f.region.getBody().front()) || f.region.hasEpilogue())
    return false;
  unsigned innermost = f.shape.terms.back();
  if (f.known(innermost) < f.lanes())
    return false;
  std::optional<unsigned> line = f.shape.column ? f.shape.column : f.shape.row;
  bool hasTerms = false;
  for (unsigned input = 0; input + 1 < f.shape.strides.size(); ++input) {
    if (f.shape.isScalar(input))
      continue;
    if (line && f.shape.strides[input][*line] == 1)
      return false;
    hasTerms |= f.shape.strides[input][innermost] == 1;
  }
  return hasTerms;
}

/// Rows share what does not move with them; a few vectors of partial sums each
/// hide the latency of an addition.
CpuScheduleAttr einsumc::kernel::scheduleTermLanes(const CpuFormula &f) {
  if (!wantsTermLanes(f))
    return {};
  constexpr std::pair<int64_t, int64_t> kTiles[] = {
      {4, 2}, {2, 4}, {2, 2}, {1, 8}, {1, 4}, {1, 2}, {1, 1}};
  int64_t lanes = f.lanes();
  int64_t lines = f.shape.column ? f.columns : f.rows;
  int64_t length = f.known(f.shape.terms.back());
  auto fits = [&](std::pair<int64_t, int64_t> tile) {
    return tile.first <= lines && tile.second * lanes <= length &&
           f.registersOf(tile.first, tile.second, lanes) <= f.registers;
  };
  const auto *tile = llvm::find_if(kTiles, fits);
  auto [rowsOfTile, vectors] =
      tile == std::end(kTiles) ? kTiles[std::size(kTiles) - 1] : *tile;
  f.because("vectors along the terms: no input has elements beside each other "
            "along rows or columns, but one has along the {0} terms",
            length);
  f.because("tile of {0} lines x {1} vectors: the first that {2} lines of {3} "
            "and {4} registers have room for",
            rowsOfTile, vectors, lines, length, f.registers);
  // Vectors that all rows read stay in the first-level cache.
  int64_t most = lines == 1 ? std::numeric_limits<int32_t>::max()
                            : f.target.getL2() / 4 / f.accumulatorBytes();
  double flops = 2.0 * f.outer * lines * f.terms;
  int64_t panels = llvm::divideCeil(std::max<int64_t>(lines, 1), rowsOfTile);
  int64_t panelsPerBlock = llvm::divideCeil(panels, kMaxTasks);
  return CpuScheduleAttr::get(f.region.getContext(), rowsOfTile, vectors, lanes,
                              rowsOfTile * panelsPerBlock, vectors * lanes,
                              std::max<int64_t>(most, 1), f.packNothing(),
                              flops < kSerialFlops ? 1 : kMaxTasks,
                              Lanes::terms, TileKind::fma);
}
