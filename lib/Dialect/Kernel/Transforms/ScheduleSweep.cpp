//===- ScheduleSweep.cpp - Loops in the order of memory -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SweepFormula.h"

using namespace mlir;
using namespace einsumc::kernel;

/// How far one step of a loop moves an operand; an unknown distance counts as a
/// long one.
int64_t SweepFormula::distance(unsigned operand, unsigned loop) const {
  int64_t stride = f.shape.strides[operand][loop];
  return ShapedType::isDynamic(stride) ? std::numeric_limits<int64_t>::max()
                                       : std::abs(stride);
}

SmallVector<unsigned> SweepFormula::inMemoryOrder(unsigned operand) const {
  SmallVector<unsigned> loops;
  for (unsigned loop = 0; loop < f.shape.extents.size(); ++loop)
    loops.push_back(loop);
  llvm::sort(loops, [&](unsigned a, unsigned b) {
    int64_t x = distance(operand, a), y = distance(operand, b);
    return x != y ? x > y : a < b;
  });
  return loops;
}

bool SweepFormula::movesAlways(unsigned operand) const {
  return !f.shape.isScalar(operand) &&
         llvm::all_of(llvm::seq<unsigned>(0, f.shape.extents.size()),
                      [&](unsigned loop) {
                        return f.shape.strides[operand][loop] != 0;
                      });
}

std::optional<unsigned> SweepFormula::unitLoop(unsigned operand) const {
  for (unsigned loop = 0; loop < f.shape.extents.size(); ++loop)
    if (f.shape.strides[operand][loop] == 1)
      return loop;
  return std::nullopt;
}

bool SweepFormula::isSummed(unsigned loop) const {
  return llvm::is_contained(f.shape.terms, loop);
}

/// Whether every operand either lies in order along the loop or does not move.
bool SweepFormula::isInOrder(unsigned loop, bool outputToo) const {
  for (unsigned operand = 0; operand < output() + outputToo; ++operand)
    if (!f.shape.isScalar(operand) && distance(operand, loop) > 1)
      return false;
  return llvm::all_of(
      llvm::seq<unsigned>(0, output() + outputToo), [&](unsigned operand) {
        return f.shape.isScalar(operand) || f.shape.strides[operand][loop] >= 0;
      });
}

double SweepFormula::totalBytes() const {
  double total = 0;
  for (unsigned operand = 0; operand <= output(); ++operand) {
    if (f.shape.isScalar(operand))
      continue;
    double elements = f.bytes(operand);
    for (unsigned loop = 0; loop < f.shape.extents.size(); ++loop) {
      if (f.shape.strides[operand][loop] == 0)
        continue;
      // Sizes that are not known are not taken for large ones here.
      if (ShapedType::isDynamic(f.shape.extents[loop]))
        return 0;
      elements *= f.shape.extents[loop];
    }
    total += elements;
  }
  return total;
}

/// Whether so much is touched that what is written would be gone from the last
/// cache, which others share, before it is read again.
bool SweepFormula::exceedsCaches() const {
  return totalBytes() > std::max(f.target.getL3() / 2, 4 * f.target.getL2());
}

double SweepFormula::points() const {
  double total = 1;
  for (unsigned loop = 0; loop < f.shape.extents.size(); ++loop)
    total *= f.known(loop);
  return total;
}

/// Whether steps of the loop move the output by whole lines and vectors.
bool SweepFormula::movesByLines(unsigned loop) const {
  constexpr int64_t kLineBytes = 64;
  int64_t stride = f.shape.strides[output()][loop];
  return !ShapedType::isDynamic(stride) &&
         stride % std::max(width, kLineBytes / f.bytes(output())) == 0;
}

bool SweepFormula::rowsMoveByLines() const {
  return llvm::all_of(llvm::seq<unsigned>(0, f.shape.extents.size()),
                      [&](unsigned loop) {
                        return int64_t(loop) == column || movesByLines(loop);
                      });
}

/// Entries for the outermost loops that tasks take apart, in blocks where they
/// are long. Loops that are run through go from `loops`.
void SweepFormula::splitTasks(ArrayRef<unsigned> loops,
                              llvm::function_ref<int64_t(unsigned)> tile) {
  if (2 * points() < kSerialFlops)
    return;
  // Several for each task: sizes seldom divide.
  int64_t wanted = 4 * kMaxTasks;
  for (unsigned loop : loops) {
    if (wanted <= 1)
      break;
    // Blocks of columns are moved to where lines begin, all alike.
    if (stream && int64_t(loop) == column && !rowsMoveByLines())
      break;
    int64_t extent = f.known(loop), step = tile(loop);
    int64_t count = llvm::divideCeil(extent, step);
    bool isTile = int64_t(loop) == row || int64_t(loop) == column;
    if (count <= wanted && step == 1 && !isTile) {
      add(loop, 1);
      done.insert(loop);
      wanted = llvm::divideCeil(wanted, count);
    } else {
      add(loop, step * std::max<int64_t>(count / wanted, 1));
      wanted = 1;
    }
    ++parallel;
  }
}

SweepScheduleAttr SweepFormula::finish() {
  if (stream)
    f.because("written past the caches: {0:f0} KiB are touched and the last "
              "cache has {1}",
              totalBytes() / 1024, f.target.getL3() / 1024);
  if (prefetch)
    f.because("what is {0} steps of loop {1} ahead is fetched: the hardware "
              "does not foresee it",
              prefetch, prefetchLoop);
  return SweepScheduleAttr::get(
      f.region.getContext(), loops, steps, parallel, row, column, mr, nv, width,
      parallel ? kMaxTasks : 1, prefetchLoop, prefetch, stage, lanes, stream);
}

SweepScheduleAttr einsumc::kernel::scheduleSweep(const CpuFormula &formula) {
  if (llvm::is_contained(formula.shape.extents, 0) ||
      formula.region.hasEpilogue())
    return {};
  if (formula.shape.terms.empty())
    return SweepFormula(formula).map();
  return SweepFormula(formula).sum();
}
