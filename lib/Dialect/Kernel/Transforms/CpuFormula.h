//===- CpuFormula.h - What schedules are computed from ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The facts that formulas read, and one formula for each kind of region
// (Schedule*.cpp). kernel-select-schedule asks them in turn.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_CPUFORMULA_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_CPUFORMULA_H

#include "ScheduleFormula.h"
#include "llvm/Support/FormatVariadic.h"

namespace einsumc::kernel {

/// What a dynamic extent counts as.
constexpr int64_t kLarge = 4096;
/// A step below this many operations stays one task: handing it to another
/// thread costs more than it saves.
constexpr double kSerialFlops = 2e6;
constexpr int64_t kMaxTasks = 16;

/// A region in normal form beside the numbers of the CPU that will run it.
struct CpuFormula {
  mutable RegionOp region; ///< a handle, which does not know const
  TargetAttr target;
  RegionShape shape;
  AccumulatorShape accumulator;
  /// Extents of the register tile's loops, and of the sum and of the outer
  /// loops together.
  int64_t rows, columns, terms, outer;
  int64_t registers;
  /// Where decisions leave the numbers they were taken by; null: nowhere.
  Reasons *reasons = nullptr;

  CpuFormula(RegionOp region, TargetAttr target);

  /// The extent, or what a dynamic one counts as: large, as far as what is
  /// assumed of it allows.
  int64_t known(std::optional<unsigned> loop) const;
  /// Saturates: only how large it is matters.
  int64_t product(llvm::ArrayRef<unsigned> loops) const;
  double flops() const { return 2.0 * outer * rows * columns * terms; }
  /// Bytes of one element of an operand, and of the accumulator.
  int64_t bytes(unsigned operand) const;
  int64_t accumulatorBytes() const {
    return accumulator.laneBits / 8 * accumulator.parts;
  }
  /// Bytes that one pass of the outer loops touches.
  double footprint() const;
  /// Elements of the accumulator's type that a vector register holds.
  int64_t lanes() const { return accumulator.lanes(target.getVectorBits()); }
  /// Registers of a tile of vectors of `width` elements.
  int64_t registersOf(int64_t mr, int64_t nv, int64_t width) const {
    return tileRegisters(
        mr, nv, accumulator.registersPerVector(width, target.getVectorBits()));
  }
  /// Registers that hold what is on its way into a product's tile, beside those
  /// of `registersOf`.
  int64_t passingRegisters(int64_t mr, int64_t nv) const;
  /// Bytes of partial sums that wait in scratch for the epilogue, where blocks
  /// of `kc` terms of all rows and `nc` columns are an item of work.
  double waitingSums(int64_t kc, int64_t nc) const;
  /// How many shares of the rows keep them small.
  int64_t rowTasksFor(int64_t kc, int64_t nc) const;
  /// Says why: one decision, and the numbers that made it.
  template <typename... Values>
  void because(const char *format, Values &&...values) const {
    if (reasons)
      reasons->why.push_back(
          llvm::formatv(format, std::forward<Values>(values)...).str());
  }
  llvm::SmallVector<bool> packNothing() const {
    return llvm::SmallVector<bool>(region->getNumOperands() - 1, false);
  }
};

/// A region that does little with what it reads: loops in the order of memory.
/// Null where something is read many times, or nothing lies in order.
SweepScheduleAttr scheduleSweep(const CpuFormula &formula);

/// Vectors along the terms: no input has columns beside each other, but one has
/// terms that are. Null where there is none.
CpuScheduleAttr scheduleTermLanes(const CpuFormula &formula);

/// Matrix products of elements that are narrower than what they are summed in.
/// Null where packing them does not pay, or where nothing is narrower.
CpuScheduleAttr scheduleNarrowProduct(const CpuFormula &formula);

/// Everything else: a register tile of rows and columns, cache blocks, and what
/// to pack.
CpuScheduleAttr scheduleProduct(const CpuFormula &formula);

/// One of these schedules, cut for several threads: equal shares of work, and
/// no tasks that are too small for a thread.
CpuScheduleAttr shareOut(const CpuFormula &formula, CpuScheduleAttr schedule,
                         Threading threading);
/// The same for a sweep, whose blocks are many as they are; null where there
/// are too few and the work is worth threads, as in a sum of few results.
SweepScheduleAttr shareOut(const CpuFormula &formula,
                           SweepScheduleAttr schedule, Threading threading);

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_CPUFORMULA_H
