//===- ScheduleTransposition.cpp - Squares transposed in registers --------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuFormula.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Lanes of a square of elements that is transposed in registers; 0 where none
/// fits that instructions can shuffle.
static int64_t squareLanes(const CpuFormula &f) {
  constexpr int64_t kMostLanes = 16, kShuffleBits = 128;
  int64_t lanes = std::min(f.lanes(), kMostLanes);
  while (lanes > 1 && f.registersOf(lanes, 1, lanes) > f.registers)
    lanes /= 2;
  return lanes * f.accumulator.laneBits < kShuffleBits ? 0 : lanes;
}

/// Whether elements change places: an input's rows lie beside each other, its
/// columns, along which vectors are stored, do not.
static bool wantsTransposition(const CpuFormula &f) {
  if (!f.shape.terms.empty() || !f.shape.row || !f.shape.column ||
      f.columns < 4 || f.rows < 4 || f.accumulator.parts != 1 ||
      squareLanes(f) == 0)
    return false;
  for (unsigned input = 0; input + 1 < f.shape.strides.size(); ++input)
    if (!f.shape.isScalar(input) && f.shape.strides[input][*f.shape.row] == 1 &&
        f.shape.varies(input, f.shape.column) &&
        f.shape.strides[input][*f.shape.column] != 1)
      return true;
  return false;
}

/// Squares of as many rows as a vector has lanes. A few hundred rows of the
/// output are filled at a time, so that its pages stay known while the columns
/// go by.
CpuScheduleAttr einsumc::kernel::scheduleTransposition(const CpuFormula &f) {
  if (!wantsTransposition(f))
    return {};
  constexpr int64_t kRows = 256, kLineBits = 512;
  int64_t lanes = squareLanes(f);
  // Half a cache line on its own is written twice.
  int64_t vectors = std::max<int64_t>(
      std::min(kLineBits / (lanes * f.accumulator.laneBits), f.columns / lanes),
      1);
  while (vectors > 1 && f.registersOf(lanes, vectors, lanes) > f.registers)
    --vectors;
  f.because(
      "transposition: an input's rows, not columns, are beside each other "
      "and nothing is summed");
  f.because("squares of {0} x {0}, {1} of them a tile: whole cache lines are "
            "written",
            lanes, vectors);
  double elements = double(f.outer) * f.rows * f.columns;
  return CpuScheduleAttr::get(
      f.region.getContext(), lanes, vectors, lanes,
      std::max(kRows / lanes, int64_t(1)) * lanes,
      int64_t(llvm::alignTo(std::min<int64_t>(f.columns, 1 << 20),
                            vectors * lanes)),
      /*kc=*/1, f.packNothing(), elements < kSerialFlops ? 1 : kMaxTasks,
      Lanes::columns);
}
