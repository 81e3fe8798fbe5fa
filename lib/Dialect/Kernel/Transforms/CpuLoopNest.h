//===- CpuLoopNest.h - A region as blocked loops ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel-apply-cpu-schedule writes for one region, in three parts:
//
//   Partition   how rows, columns and summed terms are cut into blocks and
//               panels                                      (Partition.cpp)
//   PackPlan    which inputs are copied into panels, when and where
//                                                        (PackInputs.cpp)
//   CpuLoopNest tasks, loops over blocks                  (CpuLoopNest.cpp);
//               loops within a block                     (BlockLoops.cpp);
//               register tiles                        (RegisterTiles.cpp);
//               the terms in parts, and their partial sums  (SplitTerms.cpp);
//               sums that wait for their epilogue        (WaitingSums.cpp)
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_CPULOOPNEST_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_CPULOOPNEST_H

#include "FlatOperand.h"
#include "einsumc/Dialect/Kernel/IR/NarrowProduct.h"

namespace einsumc::kernel {

/// A run of equal panels: panel p of [begin, end) starts at
/// `start + (p - begin) · size`.
struct PanelGroup {
  mlir::Value begin, end, start;
  int64_t size;
};

/// The rows of the output, cut into panels of the register tile's height, and
/// the panels into blocks.
struct RowPartition {
  mlir::Value extent;
  /// Static extent: balanced panels of at most two heights. Dynamic: panels of
  /// the tile's height.
  llvm::SmallVector<PanelGroup, 2> groups;
  /// Rows behind the last panel, in pieces of 8, 4, 2, 1 (dynamic extent only,
  /// otherwise null, or where there are none); they start at `edgeStart`.
  mlir::Value edge, edgeStart;
  llvm::SmallVector<int64_t> edgeSizes;
  mlir::Value panels, blocks;
  int64_t panelsPerBlock;

  static RowPartition get(IndexBuilder &ib, mlir::Value extent,
                          const ExtentFacts &facts, int64_t mr, int64_t mc);
};

/// The columns of the output, cut into panels of `size` = nv · width.
struct ColumnPartition {
  mlir::Value extent;
  int64_t size, width;
  /// All panels, those without edge, and blocks of panels.
  mlir::Value panels, fullPanels, blocks;
  int64_t panelsPerBlock;
  /// Columns behind the last full panel where known, or -1.
  int64_t knownEdge;
  /// Whether what is left is whole vectors in any case.
  bool wholeVectors;

  static ColumnPartition get(IndexBuilder &ib, mlir::Value extent,
                             const ExtentFacts &facts, int64_t nv,
                             int64_t width, int64_t nc);
};

/// The outer digits of the rows, or of the columns: all their loops but the
/// last. As many run inside of a block as it has room for.
struct DigitPartition {
  /// Loops, outermost first.
  llvm::SmallVector<unsigned> outside, inside;
  /// The digit between them, of which a block takes `size` at a time.
  std::optional<unsigned> cut;
  int64_t size = 1;
  mlir::Value pieces; ///< blocks along the cut digit

  /// A block has room for `most` indices of the digits inside.
  static DigitPartition get(IndexBuilder &ib, const RegionShape &shape,
                            mlir::ValueRange extents,
                            llvm::ArrayRef<unsigned> loops, int64_t most);
};

/// The summed terms: outer digits, one blocked digit, digits that run in full.
struct TermPartition {
  /// Loops, outermost first. `blocked` is absent where nothing is summed.
  llvm::SmallVector<unsigned> outer, inner;
  std::optional<unsigned> blocked;
  int64_t blockSize = 1;
  /// Iterations of the outer digits, and blocks of the blocked one: at least
  /// one each, so that a sum over nothing is stored too.
  llvm::SmallVector<mlir::Value> outerCounts;
  mlir::Value blocks;
  /// Extents of the blocked digit and of the inner ones, all 0 where any digit
  /// has none.
  mlir::Value blockedExtent;
  llvm::SmallVector<mlir::Value> innerExtents;
  /// Terms in the largest block, counted in groups.
  mlir::Value maxTerms;

  /// `group`: neighbouring terms of the last digit that are one element of a
  /// panel; `kc` is a multiple of it.
  static TermPartition get(IndexBuilder &ib, const RegionShape &shape,
                           mlir::ValueRange extents, int64_t kc, int64_t group);
  bool isSingleBlock() const;
  /// Whether the blocked digit runs inside the micro-kernel: not if its blocks
  /// are single terms.
  bool isBlockedInside() const;
};

/// A packed input and where its panels are.
struct PackPlan {
  /// Index into the nest's inputs.
  unsigned input;
  bool rows;
  /// Whether the panels of one block of columns serve all blocks of rows.
  bool hoisted;
  /// Whether tiles can as well read the input where it is, if that is small.
  bool mayStay;
  /// Digits inside of a block that the input moves with; the first of them may
  /// be the cut one.
  llvm::SmallVector<unsigned> digits;
  /// Rows or columns, with padding, of one index of those digits.
  mlir::Value lines;
  mlir::Value buffer;
  mlir::MemRefType type;
  mlir::Value size; ///< of the buffer, in elements
};

struct NestStatistics {
  int64_t microKernels = 0, mainTiles = 0, rowEdges = 0, columnEdges = 0;
  int64_t termBlocked = 0, dotTiles = 0, convertedPacks = 0;
  int64_t packedRows = 0, packedColumns = 0, hoistedPacks = 0;
  int64_t splitTerms = 0, epilogues = 0, lateEpilogues = 0, prefetched = 0;
  int64_t outputOrdered = 0;
};

class CpuLoopNest {
public:
  CpuLoopNest(RegionOp region, CpuScheduleAttr schedule, mlir::OpBuilder &b);

  /// Writes the nest before the region, which can then be erased.
  NestStatistics emit();

private:
  /// Where the micro-kernel finds an input within the current block.
  struct Access {
    const FlatOperand *operand = nullptr;
    mlir::Value memory, base;
    /// Strides of the unpacked operand; unused along the packed loop.
    mlir::Value rowStride, columnStride;
    llvm::SmallVector<mlir::Value> termStrides;
    enum { Direct, RowPanels, ColumnPanels } kind = Direct;
    /// Row or column that lies at the base of packed panels.
    mlir::Value origin;
    /// The same of a block's own buffer; null: row and column 0.
    mlir::Value firstRow, firstColumn;
  };
  /// One block of the output and of the terms.
  struct Block {
    /// Index of every loop outside of the block (unset ones stay null).
    llvm::SmallVector<mlir::Value> indices;
    /// Index of every digit inside, from the block's first on.
    llvm::SmallVector<mlir::Value> digits;
    mlir::Value rowBlock, columnBlock;
    /// Where the block starts in the cut digits.
    mlir::Value rowCut, columnCut;
    mlir::Value part;      ///< of the terms, where they are split
    mlir::Value slot;      ///< of the item's waiting sums; null: the only one
    mlir::Value termStart; ///< in the blocked digit
    /// Of the digits inside: in terms, and counted in groups.
    llvm::SmallVector<mlir::Value> extents, groups;
    mlir::Value terms; ///< in groups
    mlir::Value first; ///< whether no term has been summed yet; null: always
    llvm::SmallVector<Access> inputs, unpacked;
    Access output;
  };
  /// One of the loops within a block.
  struct BlockLoop {
    enum { digit, columnPanels, rowPanels } kind;
    int64_t distance; ///< from step to step in the output, 0 where not known
    /// Of a digit.
    unsigned loop = 0;
    mlir::Value count = {};
  };
  /// Where a register tile lies, and its shape.
  struct Tile {
    mlir::Value row, column;
    int64_t rows = 0, nv = 0;
    mlir::Value panelColumn; ///< its first column within the panel
    mlir::Value tail;        ///< columns of its last vector; null: all
    bool isEdge = false;     ///< rows behind the last panel
  };

  mlir::Value strideOf(const FlatOperand &operand,
                       std::optional<unsigned> loop);
  mlir::Value baseOf(const FlatOperand &operand, const Block &block);
  Access accessOf(const FlatOperand &operand, const Block &block);
  llvm::SmallVector<mlir::Value> extentsOf(llvm::ArrayRef<unsigned> loops);

  // PackInputs.cpp
  void planPacks();
  void allocatePack(PackPlan &plan);
  void emitPack(const PackPlan &plan, const Block &block);
  void usePanels(const PackPlan &plan, Block &block);
  mlir::Value packedDigits(const PackPlan &plan, const Block &block);
  mlir::Type panelElement(unsigned input);
  /// Whether rows behind the last panel are packed, too: elsewhere their
  /// elements are not those that tiles take.
  bool packsEdges() const { return schedule.getKind() != TileKind::fma; }
  /// Elements of a panel that a row or column has: its terms, and where signs
  /// were flipped a column's correction.
  mlir::Value panelTerms(mlir::Value terms, bool isRows) {
    return flips && !isRows ? ib.add(terms, ib.constant(1)) : terms;
  }

  // SplitTerms.cpp
  void planSplit();
  void emitReduction();

  // WaitingSums.cpp
  void planWaitingSums();
  void allocateWaitingSums();
  Access waitingSums(const Block &block);
  void finishBlock(Block &block);
  bool sumsWait() const { return waits; }

  // CpuLoopNest.cpp
  void emitItems();
  mlir::Value mostTasks();
  mlir::Value outgrowsCache();
  void emitUnpacked(llvm::function_ref<void()> body);
  template <typename Body> void forEachTermBlockOfPart(Block &block, Body body);
  void placeBlock(llvm::MutableArrayRef<mlir::Value> indices,
                  const DigitPartition &digits, mlir::ValueRange position,
                  mlir::Value &cut, mlir::Value &last);
  mlir::Value cutCount(const DigitPartition &digits, mlir::Value start);
  mlir::Value firstRow(const Block &block);
  mlir::Value firstColumn(const Block &block);
  template <typename Body> void forEachTermBlock(Block &block, Body body);
  void setTermBlock(Block &block, mlir::ValueRange outer, mlir::Value index);
  void findOperands(Block &block);

  // BlockLoops.cpp
  void emitTiles(Block &block);
  void appendDigits(const DigitPartition &digits, mlir::Value start,
                    llvm::SmallVectorImpl<BlockLoop> &loops);
  static void sortByDistance(llvm::SmallVectorImpl<BlockLoop> &loops);
  void emitLoops(llvm::ArrayRef<BlockLoop> loops, Block &block, Tile &tile);
  std::pair<mlir::Value, mlir::Value>
  panelRange(mlir::Value block, int64_t panelsPerBlock, mlir::Value panels);
  std::pair<mlir::Value, mlir::Value>
  intersect(const PanelGroup &group, mlir::Value begin, mlir::Value end);
  void forEachColumnPanel(const Block &block, Tile &tile,
                          llvm::function_ref<void()> body);
  void forEachRowPanel(const Block &block, Tile &tile,
                       llvm::function_ref<void()> body);
  void forEachRowEdge(const Block &block,
                      llvm::function_ref<void(mlir::Value, int64_t)> body);

  // RegisterTiles.cpp
  void emitTile(const Block &block, const Tile &tile);
  bool isSmall(const FlatOperand &operand);
  mlir::Value distanceAhead(const Access &access, int64_t rows);
  void emitMicroKernel(const Block &block, const Tile &tile,
                       llvm::ArrayRef<Access> inputs, mlir::ValueRange bases,
                       mlir::Value outputBase, mlir::Value correction,
                       InitKind init);
  void writeProduct(MicroKernelOp op);

  RegionOp region;
  CpuScheduleAttr schedule;
  mlir::OpBuilder &b;
  IndexBuilder ib;
  RegionShape shape;
  llvm::SmallVector<mlir::Value> extents;
  llvm::SmallVector<FlatOperand> inputs;
  FlatOperand output;
  RowPartition rows;
  ColumnPartition columns;
  TermPartition terms;
  DigitPartition rowDigits, columnDigits;
  llvm::SmallVector<PackPlan> packs;
  /// What the region's elements start from, or partial sums.
  InitKind init;
  /// Where the terms are split: how many parts, where the result goes, and the
  /// buffer of partial sums, which `output` is then. `partStride` elements lie
  /// from one part's to the next.
  mlir::Value parts, partialSums, partStride;
  FlatOperand result;
  /// Where sums wait for the epilogue until the last block of terms: a buffer
  /// of `slots` blocks of the output, or the output itself (no memory type).
  /// While `finishing`, tiles are those of the epilogue.
  bool waits = false, waitsInOutput = false, finishing = false;
  FlatOperand sums;
  mlir::Value sumsSlot, sumsSlots;
  NestStatistics statistics;
  /// Terms that are one element of a panel, and whether one factor's sign bits
  /// are flipped.
  int64_t group;
  bool flips = false;
};

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_CPULOOPNEST_H
