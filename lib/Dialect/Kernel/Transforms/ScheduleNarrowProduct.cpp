//===- ScheduleNarrowProduct.cpp - Products of narrow elements ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix products of elements that are narrower than their sum: by a dot
// instruction where there is one, otherwise widened while they are packed.
//
//===----------------------------------------------------------------------===//

#include "CpuFormula.h"
#include "einsumc/Dialect/Kernel/IR/NarrowProduct.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Rows and columns below which packing does not pay: each packed element is
/// used once for each of the other side's.
static constexpr int64_t kLeastRows = 4, kLeastColumns = 8;

/// Rows and columns of a task, at least, where there are so many.
static constexpr int64_t kLeastSpan = 512;

static bool isUsed(DotSupport support) { return support != DotSupport::none; }

/// Terms that groups hold, zeros included, for each one that is there.
static double paddedShare(const CpuFormula &facts, int64_t group) {
  int64_t last = std::max<int64_t>(facts.known(facts.shape.terms.back()), 1);
  return double(llvm::alignTo(last, group)) / last;
}

static TileKind chooseKind(const CpuFormula &facts) {
  RegionOp region = facts.region;
  Block &body = region.getBody().front();
  std::optional<NarrowProduct> product = NarrowProduct::get(body);
  if (!product)
    return TileKind::fma;
  TargetAttr target = facts.target;
  const std::pair<TileKind, DotSupport> dots[] = {
      {TileKind::dot_bf16, target.getBf16Dot()},
      {TileKind::dot_i8, target.getI8Dot()},
      {TileKind::dot_i16, target.getI16Dot()}};
  for (auto [kind, support] : dots)
    if (isUsed(support) && product->fits(kind) &&
        2 * paddedShare(facts, groupSize(kind)) <= groupSize(kind) + 0.5)
      return kind;
  return widenedType(body.getArgument(0)) || widenedType(body.getArgument(1))
             ? TileKind::widen
             : TileKind::fma;
}

namespace {
struct NarrowFormula : CpuFormula {
  TileKind kind;
  int64_t group, width;
  int64_t mr = 1, nv = 1, mc = 1, nc = 1, kc = 1, rowTasks = 1;

  NarrowFormula(const CpuFormula &facts, TileKind kind)
      : CpuFormula(facts), kind(kind), group(groupSize(kind)), width(lanes()) {}

  void chooseTile();
  void chooseBlocks();
  int64_t tasks() const;
};
} // namespace

/// As many accumulators as fit, in balanced panels of rows and whole vectors of
/// columns.
void NarrowFormula::chooseTile() {
  // vpmaddwd's products are added apart.
  bool addsApart = kind == TileKind::dot_i16 && !isUsed(target.getI8Dot());
  int64_t vectors = llvm::divideCeil(columns, width);
  double best = 0;
  for (int64_t candidate : {2, 3, 4, 1, 6}) {
    if (candidate > vectors)
      continue;
    int64_t most = 0;
    while (registersOf(most + 1, candidate, width) + addsApart +
               passingRegisters(most + 1, candidate) <=
           registers)
      ++most;
    if (most == 0)
      continue;
    int64_t panels = llvm::divideCeil(rows, most);
    int64_t height = llvm::divideCeil(rows, panels);
    // Cycles, up to a factor: products, or loads, or an addition's latency.
    auto cost = [&](int64_t nv) {
      constexpr double kLatency = 8, kLoop = 1.5;
      return std::max({double(height * nv), double(height + nv), kLatency}) +
             kLoop;
    };
    double total = double(vectors / candidate) * cost(candidate);
    if (int64_t edge = vectors % candidate)
      total += cost(edge);
    total *= double(panels);
    if (best == 0 || total < best * 0.99) {
      best = total;
      mr = height;
      nv = candidate;
    }
  }
}

/// `count` cut into equal blocks of at most `most`.
static int64_t balanced(int64_t count, int64_t most) {
  count = std::max<int64_t>(count, 1);
  return llvm::divideCeil(count,
                          llvm::divideCeil(count, std::max<int64_t>(most, 1)));
}

void NarrowFormula::chooseBlocks() {
  // A panel of the second input is about 64 KiB (32 KiB with 16 registers). A
  // pass over the output costs more the faster the terms go by.
  int64_t element = accumulatorBytes();
  int64_t most = (registers >= 32 ? 2048 : 1024) / element;
  int64_t inGroups = llvm::divideCeil(std::max<int64_t>(terms, 1), group);
  if (shape.terms.size() > 1)
    kc = most;
  else if (inGroups <= most + most / 2)
    kc = inGroups;
  else
    kc = llvm::alignTo(balanced(inGroups, most), 8);
  int64_t depth = std::min(kc, inGroups);
  kc *= group;

  int64_t rowPanels = llvm::divideCeil(rows, mr);
  int64_t columnPanels = llvm::divideCeil(columns, nv * width);
  int64_t rowBlock =
      balanced(rowPanels, target.getL2() / 3 / (depth * element) / mr);
  int64_t columnBlock = balanced(
      columnPanels, (int64_t(2) << 20) / (depth * element) / (nv * width));
  // Enough blocks that several threads find work, but each packed element is
  // used for some hundred others.
  if (flops() >= kSerialFlops) {
    int64_t least = llvm::divideCeil(kLeastSpan, nv * width);
    while (columnBlock > least &&
           outer * llvm::divideCeil(columnPanels, columnBlock) < kMaxTasks)
      columnBlock = std::max<int64_t>(llvm::divideCeil(columnBlock, 2), least);
    int64_t blocks = outer * llvm::divideCeil(columnPanels, columnBlock);
    rowTasks = std::clamp<int64_t>(kMaxTasks / blocks, 1,
                                   std::max<int64_t>(rows / kLeastSpan, 1));
    rowTasks = std::max(rowTasks, rowTasksFor(kc, columnBlock * nv * width));
    rowBlock =
        std::min<int64_t>(rowBlock, llvm::divideCeil(rowPanels, rowTasks));
  }
  mc = rowBlock * mr;
  nc = columnBlock * nv * width;
  because("tile {0} x {1}: {2} of {3} registers", mr, nv * width,
          registersOf(mr, nv, width), registers);
  because("mc {0}, nc {1}, kc {2}: packed elements are used for {3} rows or "
          "columns at least, where there are as many",
          mc, nc, kc, kLeastSpan);
}

/// Each task packs into memory of its own: no more of them than fit in a few
/// megabytes.
int64_t NarrowFormula::tasks() const {
  constexpr int64_t kMostScratch = int64_t(8) << 20;
  int64_t depth = llvm::divideCeil(std::min(kc, terms), group);
  int64_t scratch = (mc + nc) * depth * accumulatorBytes() +
                    int64_t(waitingSums(kc, nc) / rowTasks);
  int64_t most = flops() < kSerialFlops ? 1 : kMaxTasks;
  int64_t tasks = std::clamp<int64_t>(kMostScratch / scratch, 1, most);
  because("{0} tasks at most: {1:e2} operations, one task below {2:e2}; each "
          "packs {3} KiB",
          tasks, flops(), kSerialFlops, scratch / 1024);
  return tasks;
}

CpuScheduleAttr
einsumc::kernel::scheduleNarrowProduct(const CpuFormula &facts) {
  const RegionShape &shape = facts.shape;
  if (!shape.row || !shape.column || shape.strides.size() != 3 ||
      !shape.canPack(0) || !shape.canPack(1) || !shape.varies(0, shape.row) ||
      facts.rows < kLeastRows || facts.columns < kLeastColumns ||
      facts.terms < 4)
    return {};
  TileKind kind = chooseKind(facts);
  if (kind == TileKind::fma)
    return {};
  NarrowFormula formula(facts, kind);
  facts.because("elements are narrower than their sum: both inputs are packed, "
                "{0} terms in 32 bits ({1})",
                formula.group, stringifyTileKind(kind));
  formula.chooseTile();
  formula.chooseBlocks();
  return CpuScheduleAttr::get(
      facts.region.getContext(), formula.mr, formula.nv, formula.width,
      formula.mc, formula.nc, formula.kc, ArrayRef<bool>{true, true},
      formula.tasks(), Lanes::columns, formula.rowTasks, /*split_k=*/1,
      /*grain=*/1, kind, /*prefetch=*/false, TileOrder::panels);
}
