//===- Partition.cpp - Blocks and panels of a region ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"

#include <numeric>

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

/// How many blocks of `size` an extent has. One, known as such, where it is at
/// most that, and never 0.
static Value countBlocks(IndexBuilder &ib, Value extent, int64_t size,
                         const ExtentFacts &facts) {
  if (facts.min > 0 && facts.max <= size)
    return ib.constant(1);
  return ib.ceilDiv(extent, size);
}

RowPartition RowPartition::get(IndexBuilder &ib, Value extent,
                               const ExtentFacts &facts, int64_t mr,
                               int64_t mc) {
  RowPartition rows;
  rows.extent = extent;
  rows.panelsPerBlock = mc / mr;
  Value zero = ib.constant(0);
  if (std::optional<int64_t> known = IndexBuilder::known(extent)) {
    // As many panels as rows need, as even as they can be: no panel is much
    // lower than the others, which would run at a fraction of their speed.
    int64_t panels = llvm::divideCeil(*known, mr);
    int64_t size = llvm::divideCeil(*known, panels);
    int64_t lower = panels * size - *known;
    rows.panels = ib.constant(panels);
    Value boundary = ib.constant(panels - lower);
    rows.groups.push_back({zero, boundary, zero, size});
    if (lower)
      rows.groups.push_back({boundary, rows.panels,
                             ib.constant((panels - lower) * size), size - 1});
    rows.blocks = ib.ceilDiv(rows.panels, rows.panelsPerBlock);
    return rows;
  }
  rows.panels = ib.div(extent, mr);
  rows.groups.push_back({zero, rows.panels, zero, mr});
  rows.blocks = countBlocks(ib, extent, mc, facts);
  int64_t multiple = IndexBuilder::multipleOf(extent);
  if (multiple % mr == 0)
    return rows;
  rows.edgeStart = ib.mul(rows.panels, mr);
  rows.edge = ib.sub(extent, rows.edgeStart);
  // What is left is a multiple of what extent and panels are multiples of.
  int64_t step = std::gcd(multiple, mr);
  for (int64_t size = llvm::PowerOf2Ceil(mr) / 2; size > 0; size /= 2)
    if (size >= (step & -step))
      rows.edgeSizes.push_back(size);
  return rows;
}

ColumnPartition ColumnPartition::get(IndexBuilder &ib, Value extent,
                                     const ExtentFacts &facts, int64_t nv,
                                     int64_t width, int64_t nc) {
  ColumnPartition columns;
  columns.extent = extent;
  columns.size = nv * width;
  columns.width = width;
  columns.panelsPerBlock = nc / columns.size;
  columns.panels = ib.ceilDiv(extent, columns.size);
  columns.fullPanels = ib.div(extent, columns.size);
  bool isOneBlock =
      facts.min > 0 && facts.max <= columns.panelsPerBlock * columns.size;
  columns.blocks = isOneBlock
                       ? ib.constant(1)
                       : ib.ceilDiv(columns.panels, columns.panelsPerBlock);
  std::optional<int64_t> known = IndexBuilder::known(extent);
  int64_t multiple = IndexBuilder::multipleOf(extent);
  columns.knownEdge = known                          ? *known % columns.size
                      : multiple % columns.size == 0 ? 0
                                                     : -1;
  columns.wholeVectors = multiple % width == 0;
  return columns;
}

DigitPartition DigitPartition::get(IndexBuilder &ib, const RegionShape &shape,
                                   ValueRange extents, ArrayRef<unsigned> loops,
                                   int64_t most) {
  DigitPartition digits;
  digits.pieces = ib.constant(1);
  size_t split = loops.size();
  int64_t within = 1;
  while (split > 0) {
    int64_t extent = shape.extents[loops[split - 1]];
    if (ShapedType::isDynamic(extent) || extent > most / within)
      break;
    within *= std::max<int64_t>(extent, 1);
    --split;
  }
  digits.inside.assign(loops.begin() + split, loops.end());
  if (split > 0 && most / within > 1) {
    digits.cut = loops[--split];
    digits.size = most / within;
    if (int64_t extent = shape.extents[*digits.cut];
        !ShapedType::isDynamic(extent))
      digits.size =
          llvm::divideCeil(extent, llvm::divideCeil(extent, digits.size));
    digits.pieces = ib.ceilDiv(extents[*digits.cut], digits.size);
  }
  digits.outside.assign(loops.begin(), loops.begin() + split);
  return digits;
}

TermPartition TermPartition::get(IndexBuilder &ib, const RegionShape &shape,
                                 ValueRange extents, int64_t kc,
                                 int64_t group) {
  TermPartition terms;
  terms.blocks = terms.maxTerms = ib.constant(1);
  if (shape.terms.empty())
    return terms;

  // The digits that run in full inside the micro-kernel: as many as stay
  // below kc terms, a dynamic extent counting as too many.
  size_t split = shape.terms.size() - 1;
  int64_t innerTerms = 1;
  while (split > 0) {
    int64_t extent = shape.extents[shape.terms[split]];
    if (ShapedType::isDynamic(extent) || extent > kc / innerTerms)
      break;
    innerTerms *= std::max<int64_t>(extent, 1);
    --split;
  }
  terms.outer.assign(shape.terms.begin(), shape.terms.begin() + split);
  terms.blocked = shape.terms[split];
  terms.inner.assign(shape.terms.begin() + split + 1, shape.terms.end());
  terms.blockSize = std::max<int64_t>(kc / innerTerms, 1);
  // Even blocks, where neighbouring terms of this digit are no group.
  int64_t known = shape.extents[*terms.blocked];
  if (!terms.inner.empty() && known > terms.blockSize)
    terms.blockSize =
        llvm::divideCeil(known, llvm::divideCeil(known, terms.blockSize));

  // A sum over nothing: one iteration of everything, over no terms.
  Value empty;
  bool several = shape.terms.size() > 1;
  bool staticallyEmpty = llvm::any_of(
      shape.terms, [&](unsigned loop) { return shape.extents[loop] == 0; });
  if (several && !staticallyEmpty)
    for (unsigned loop : shape.terms) {
      if (!ShapedType::isDynamic(shape.extents[loop]))
        continue;
      Value none = ib.equal(extents[loop], ib.constant(0));
      empty =
          empty ? ib.b.createOrFold<arith::OrIOp>(ib.loc, empty, none) : none;
    }
  auto guarded = [&](unsigned loop, int64_t otherwise) -> Value {
    if (staticallyEmpty)
      return ib.constant(otherwise);
    if (empty)
      return ib.select(empty, ib.constant(otherwise), extents[loop]);
    return extents[loop];
  };
  for (unsigned loop : terms.outer)
    terms.outerCounts.push_back(guarded(loop, 1));
  terms.blockedExtent = guarded(*terms.blocked, 0);
  for (unsigned loop : terms.inner)
    terms.innerExtents.push_back(guarded(loop, 0));

  // At least one in any case.
  terms.blocks = shape.facts[*terms.blocked].max <= terms.blockSize
                     ? ib.constant(1)
                     : ib.max(ib.ceilDiv(terms.blockedExtent, terms.blockSize),
                              ib.constant(1));
  SmallVector<Value> most{
      ib.min(terms.blockedExtent, ib.constant(terms.blockSize))};
  llvm::append_range(most, terms.innerExtents);
  most.back() = ib.ceilDiv(most.back(), group);
  terms.maxTerms = ib.product(most);
  return terms;
}

bool TermPartition::isSingleBlock() const {
  return IndexBuilder::is(blocks, 1) &&
         llvm::all_of(outerCounts,
                      [](Value count) { return IndexBuilder::is(count, 1); });
}

bool TermPartition::isBlockedInside() const {
  if (!blocked)
    return false;
  std::optional<int64_t> known = IndexBuilder::known(blockedExtent);
  return blockSize > 1 || !known || *known == 0;
}
