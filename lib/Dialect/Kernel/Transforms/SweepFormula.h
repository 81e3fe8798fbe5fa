//===- SweepFormula.h - Schedules at the speed of memory --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What scheduleSweep decides from: which loops an operand walks through in
// order (ScheduleSweep.cpp), for maps (ScheduleMap.cpp) and for sums
// (ScheduleSum.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_SWEEPFORMULA_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_SWEEPFORMULA_H

#include "CpuFormula.h"

#include "llvm/ADT/SmallSet.h"
#include "llvm/Support/MathExtras.h"

namespace einsumc::kernel {

class SweepFormula {
public:
  explicit SweepFormula(const CpuFormula &f) : f(f), width(f.lanes()) {}

  /// Every element of the output once: nothing is summed.
  SweepScheduleAttr map();
  /// Sums and matrix-vector products: some input has an element for each term.
  SweepScheduleAttr sum();

private:
  unsigned output() const { return f.shape.strides.size() - 1; }
  int64_t distance(unsigned operand, unsigned loop) const;
  /// All loops, outermost first as the operand lies in memory.
  llvm::SmallVector<unsigned> inMemoryOrder(unsigned operand) const;
  /// Whether the operand has an element for every point.
  bool movesAlways(unsigned operand) const;
  /// The loop whose elements lie beside each other.
  std::optional<unsigned> unitLoop(unsigned operand) const;
  bool isSummed(unsigned loop) const;
  bool movesByLines(unsigned loop) const;
  bool rowsMoveByLines() const;
  bool isInOrder(unsigned loop, bool outputToo) const;
  /// Bytes of all operands; 0 where that is not known.
  double totalBytes() const;
  bool exceedsCaches() const;
  double points() const;

  void add(int64_t loop, int64_t step) {
    loops.push_back(loop);
    steps.push_back(step);
  }
  void splitTasks(llvm::ArrayRef<unsigned> loops,
                  llvm::function_ref<int64_t(unsigned)> tile);
  SweepScheduleAttr finish();

  /// Blocks of `step` of the loop `cut`, the loop `inside` within each.
  struct Block {
    unsigned cut, inside;
    int64_t step;
  };
  std::optional<Block> blockForPages(llvm::ArrayRef<unsigned> order) const;
  std::optional<Block> blockForReuse(llvm::ArrayRef<unsigned> order,
                                     int64_t panel) const;
  SweepScheduleAttr mapInOrder(unsigned along);
  SweepScheduleAttr transposition(unsigned along, unsigned across);
  SweepScheduleAttr stagedTransposition();
  int64_t squareLanes() const;
  bool collidesInPages(int64_t rows) const;
  SweepScheduleAttr sumAlongTerms(unsigned input, unsigned along);
  SweepScheduleAttr sumAlongColumns(unsigned input, unsigned along);
  bool streamsRows(unsigned along) const;

  const CpuFormula &f;
  llvm::SmallVector<int64_t> loops, steps;
  llvm::SmallSet<unsigned, 8> done; ///< loops that need no further entry
  int64_t parallel = 0, row = -1, column = -1, mr = 1, nv = 1, width;
  int64_t prefetchLoop = -1, prefetch = 0, stage = 0;
  Lanes lanes = Lanes::columns;
  bool stream = false;
};

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_SWEEPFORMULA_H
