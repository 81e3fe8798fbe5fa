//===- SweepNest.h - A region as loops in the order of memory ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel-apply-cpu-schedule writes for a region with a
// #kernel.sweep_schedule.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_SWEEPNEST_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_SWEEPNEST_H

#include "FlatOperand.h"

namespace einsumc::kernel {

struct SweepStatistics {
  int64_t microKernels = 0, rowEdges = 0, columnEdges = 0;
  int64_t streamed = 0, staged = 0, termBlocked = 0, prefetched = 0;
};

class SweepNest {
public:
  SweepNest(RegionOp region, SweepScheduleAttr schedule, mlir::OpBuilder &b);

  /// Writes the nest before the region, which can then be erased.
  SweepStatistics emit();

private:
  /// The part of a loop that one iteration of the loops outside runs over.
  struct Range {
    mlir::Value begin, end;
    /// Its length where known.
    std::optional<int64_t> size;
  };
  /// Where the nest stands.
  struct Point {
    llvm::SmallVector<Range> ranges;      ///< a loop
    llvm::SmallVector<mlir::Value> bases; ///< an operand, the output last
    /// Terms of each summed loop that the micro-kernel sums; null: all.
    llvm::SmallVector<mlir::Value> counts;
    mlir::Value first; ///< whether nothing has been summed yet; null: always
    int64_t rows = 1, vectors = 1;
    mlir::Value tail;
    bool stream = false;
  };

  bool isLast(size_t depth) const;
  bool isFirst(size_t depth) const;
  int64_t tileExtent(int64_t loop) const;
  Range block(const Range &whole, int64_t step, mlir::Value begin) const;
  void moveTo(Point &point, int64_t loop, mlir::Value index);
  int64_t alignment() const;
  mlir::Value misalignment(const Point &point, mlir::Value column);
  template <typename Body>
  void forEach(mlir::Value begin, mlir::Value end, int64_t step, Body body);

  void emitItems(const Point &point);
  void emitLevel(size_t depth, const Point &point);
  void emitTerms(size_t depth, const Point &point);
  void emitRows(size_t depth, const Point &point);
  void emitColumns(size_t depth, const Point &point);
  void emitTile(const Point &point);
  void emitMicroKernel(const Point &point, InitKind init);

  // SweepStage.cpp
  int64_t stagedExtent(int64_t loop) const;
  int64_t stagedPitch() const;
  int64_t lineElements() const;
  bool carriesLines() const;
  void allocateStage();
  void emitStaged(const Point &point);
  void emitStagedRow(mlir::Value source, mlir::Value target,
                     mlir::Value length);
  void emitCarriedRow(mlir::Value source, mlir::Value target,
                      const Range &columns);
  mlir::Value elementsBefore(mlir::Value index);
  mlir::Value emitLines(mlir::Value source, mlir::Value target,
                        mlir::Value begin, mlir::Value length);
  void emitPieces(mlir::Value source, mlir::Value target, mlir::Value begin,
                  mlir::Value count);
  void emitRun(mlir::Value source, mlir::Value target, mlir::Value begin,
               mlir::Value end, int64_t vectors, int64_t width, bool stream);
  void emitCopy(mlir::Value source, mlir::Value memory, mlir::Value target,
                int64_t vectors, int64_t width, bool stream);

  RegionOp region;
  SweepScheduleAttr schedule;
  mlir::OpBuilder &b;
  IndexBuilder ib;
  RegionShape shape;
  int64_t row, column;
  llvm::SmallVector<mlir::Value> extents;
  /// Shaped operands, the output last.
  llvm::SmallVector<FlatOperand> operands;
  /// Where blocks of the output are put together; and whether the nest stands
  /// inside of one.
  mlir::Value stage;
  bool isStaging = false;
  SweepStatistics statistics;
};

/// A loop with steps; none where there is statically at most one iteration.
template <typename Body>
void SweepNest::forEach(mlir::Value begin, mlir::Value end, int64_t step,
                        Body body) {
  std::optional<int64_t> first = IndexBuilder::known(begin),
                         last = IndexBuilder::known(end);
  if (first && last && *first >= *last)
    return;
  if (first && last && *first + step >= *last)
    return body(begin);
  auto loop =
      mlir::scf::ForOp::create(b, ib.loc, begin, end, ib.constant(step));
  mlir::OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_SWEEPNEST_H
