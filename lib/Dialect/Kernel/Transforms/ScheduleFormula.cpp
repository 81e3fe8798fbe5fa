//===- ScheduleFormula.cpp - A schedule from a CPU's numbers --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleFormula.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

namespace {

/// What a dynamic extent counts as.
constexpr int64_t kLarge = 4096;
/// A step below this many operations stays one task: handing it to another
/// thread costs more than it saves.
constexpr double kSerialFlops = 2e6;
constexpr int64_t kMaxTasks = 16;
/// Elements that a tile gathers one by one for a term: more make code long
/// without making it faster.
constexpr int64_t kMostGathered = 128;

struct Formula {
  RegionOp region;
  TargetAttr target;
  RegionShape shape;
  AccumulatorShape accumulator;
  /// Extents of the register tile's loops and of the sum, outer loops' product.
  int64_t rows, columns, terms, outer;
  int64_t width, registers;

  int64_t mr, nv, mc, nc, kc;
  SmallVector<bool> pack;

  Formula(RegionOp region, TargetAttr target);

  int64_t known(std::optional<unsigned> loop) const {
    int64_t extent = shape.extent(loop);
    return ShapedType::isDynamic(extent) ? kLarge : extent;
  }
  /// Saturates: only how large it is matters.
  int64_t product(ArrayRef<unsigned> loops) const {
    uint64_t result = 1;
    for (unsigned loop : loops)
      result = std::min<uint64_t>(
          llvm::SaturatingMultiply<uint64_t>(result, known(loop)), uint64_t(1)
                                                                       << 40);
    return result;
  }
  int64_t bytes(unsigned operand) const;
  double footprint() const;
  double cost(int64_t tileRows, int64_t vectors) const;
  int64_t productRegisters();
  int64_t gathered(int64_t tileRows, int64_t vectors) const;

  void chooseTile();
  void chooseBlocks();
  bool packColumns(unsigned input) const;
  bool packRows(unsigned input) const;
  void choosePacks();
  int64_t squareLanes() const;
  bool wantsTransposition() const;
  CpuScheduleAttr transposition();
  bool wantsTermLanes();
  CpuScheduleAttr termLanes();
};

} // namespace

Formula::Formula(RegionOp region, TargetAttr target)
    : region(region), target(target), shape(RegionShape::get(region)),
      accumulator(AccumulatorShape::get(region)) {
  rows = known(shape.row);
  columns = known(shape.column);
  terms = product(shape.terms);
  outer = 1;
  for (ArrayRef<unsigned> loops :
       {ArrayRef<unsigned>(shape.batch), ArrayRef<unsigned>(shape.outerRows),
        ArrayRef<unsigned>(shape.outerColumns)})
    outer = std::min<int64_t>(
        outer * std::min<int64_t>(product(loops), 1 << 20), int64_t(1) << 40);
  // A single column has nothing to fill a vector with.
  width = columns == 1 ? 1 : accumulator.lanes(target.getVectorBits());
  registers = target.getRegisters();
}

/// Bytes of one element of an operand.
int64_t Formula::bytes(unsigned operand) const {
  Type type = getElementTypeOrSelf(region->getOperand(operand).getType());
  int64_t parts = 1;
  if (auto complex = dyn_cast<ComplexType>(type)) {
    type = complex.getElementType();
    parts = 2;
  }
  int64_t bits = type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64;
  return parts * llvm::divideCeil(bits, 8);
}

/// Bytes that one pass of the outer loops touches.
double Formula::footprint() const {
  double total = 0;
  for (unsigned operand = 0; operand < region->getNumOperands(); ++operand) {
    if (shape.isScalar(operand))
      continue;
    double elements = bytes(operand);
    if (shape.varies(operand, shape.row))
      elements *= rows;
    if (shape.varies(operand, shape.column))
      elements *= columns;
    for (unsigned loop : shape.terms)
      if (shape.varies(operand, loop))
        elements *= known(loop);
    total += elements;
  }
  return total;
}

/// Cycles, up to a factor, that a tile takes for one term: its multiply-adds,
/// or its loads, or the latency that too few accumulators expose; and the
/// loop's own work.
double Formula::cost(int64_t tileRows, int64_t vectors) const {
  constexpr double kLatency = 8, kLoop = 1.5;
  return std::max({double(tileRows * vectors), double(tileRows + vectors),
                   kLatency}) +
         kLoop;
}

/// Registers that a product takes before it is added. Floats are multiplied and
/// added at once; integers are not, and 64 bits are multiplied in pieces. Where
/// there are 32 registers, tiles leave some free anyhow.
int64_t Formula::productRegisters() {
  if (registers >= 32 ||
      !isa<IntegerType>(region.getYield().getValue().getType()))
    return 0;
  return accumulator.laneBits == 64 ? 4 : 2;
}

/// Elements of inputs whose columns lie apart and that no packing brings
/// together.
int64_t Formula::gathered(int64_t tileRows, int64_t vectors) const {
  int64_t elements = 0;
  for (unsigned input = 0; input + 1 < shape.strides.size(); ++input)
    if (shape.varies(input, shape.column) && !shape.canPack(input) &&
        shape.strides[input][*shape.column] != 1)
      elements +=
          (shape.varies(input, shape.row) ? tileRows : 1) * vectors * width;
  return elements;
}

/// The register tile that wastes least: as many accumulators as fit, balanced
/// panels of rows, whole vectors of columns.
void Formula::chooseTile() {
  int64_t perVector =
      accumulator.registersPerVector(width, target.getVectorBits());
  int64_t vectors = llvm::divideCeil(std::max<int64_t>(columns, 1), width);
  int64_t height = std::max<int64_t>(rows, 1);
  double best = 0;
  mr = nv = 1;
  // Two vectors first: where several are as good, it leaves the most rows.
  for (int64_t candidate : {2, 3, 4, 1, 6, 8}) {
    if (candidate > vectors ||
        (candidate > 1 && gathered(1, candidate) > kMostGathered))
      continue;
    int64_t most = 0;
    while (tileRegisters(most + 1, candidate, perVector) +
                   productRegisters() * perVector <=
               registers &&
           (most == 0 || gathered(most + 1, candidate) <= kMostGathered))
      ++most;
    if (most == 0)
      continue;
    int64_t panels = llvm::divideCeil(height, most);
    int64_t tile = llvm::divideCeil(height, panels);
    int64_t wholeTiles = vectors / candidate;
    double total = double(wholeTiles) * cost(tile, candidate);
    if (int64_t edge = vectors % candidate)
      total += cost(tile, edge);
    total *= double(height) / tile;
    if (best == 0 || total < best * 0.99) {
      best = total;
      mr = tile;
      nv = candidate;
    }
  }
}

/// `count` cut into equal blocks of at most `most`.
static int64_t balanced(int64_t count, int64_t most) {
  count = std::max<int64_t>(count, 1);
  most = std::max<int64_t>(most, 1);
  return llvm::divideCeil(count, llvm::divideCeil(count, most));
}

void Formula::chooseBlocks() {
  // A panel of the second input is about 64 KiB (32 KiB with 16 registers).
  int64_t element = accumulator.laneBits / 8 * accumulator.parts;
  int64_t most = (registers >= 32 ? 2048 : 1024) / element;
  most = std::max<int64_t>(most, 64);
  // A second pass over the output costs more than half as many terms again.
  int64_t total = std::max<int64_t>(terms, 1);
  if (shape.terms.size() == 1 && total <= most + most / 2)
    kc = total;
  else if (shape.terms.size() == 1)
    kc = llvm::alignTo(balanced(total, most), 8);
  else
    kc = most;
  int64_t depth = std::min(kc, total);

  int64_t rowPanels = llvm::divideCeil(std::max<int64_t>(rows, 1), mr);
  int64_t columnPanels =
      llvm::divideCeil(std::max<int64_t>(columns, 1), nv * width);
  int64_t rowBlock = target.getL2() / 3 / (depth * element) / mr;
  int64_t columnBlock = (int64_t(4) << 20) / (depth * element) / (nv * width);
  rowBlock = balanced(rowPanels, rowBlock);
  columnBlock = balanced(columnPanels, columnBlock);

  // Enough blocks that several threads find work.
  if (2.0 * outer * rows * columns * terms >= kSerialFlops)
    while (columnBlock > 4 &&
           outer * llvm::divideCeil(rowPanels, rowBlock) *
                   llvm::divideCeil(columnPanels, columnBlock) <
               kMaxTasks)
      columnBlock = llvm::divideCeil(columnBlock, 2);
  mc = rowBlock * mr;
  nc = columnBlock * nv * width;
}

/// The input that moves with the columns: vectors are loaded from it.
bool Formula::packColumns(unsigned input) const {
  if (shape.strides[input][*shape.column] != 1)
    return true;
  return footprint() > target.getL2() && llvm::divideCeil(rows, mr) > 2;
}

/// The input that moves with the rows: single elements are loaded from it.
bool Formula::packRows(unsigned input) const {
  if (llvm::divideCeil(columns, nv * width) <= 4 ||
      footprint() <= target.getL1())
    return false;
  int64_t size = bytes(input);
  int64_t rowStride = shape.strides[input][*shape.row];
  int64_t termStride = 0;
  for (unsigned loop : shape.terms)
    if (shape.varies(input, loop))
      termStride = shape.strides[input][loop];
  if (ShapedType::isDynamic(rowStride) || ShapedType::isDynamic(termStride))
    return true;
  rowStride = std::abs(rowStride * size);
  termStride = std::abs(termStride * size);
  // Rows that share a set of the first-level cache evict each other.
  if (mr > 4 && rowStride % 4096 == 0)
    return true;
  // Every term on a page of its own, or every element on a line of its own.
  if (footprint() > target.getL2() &&
      (termStride >= 4096 || (rowStride > 64 && termStride > 64)))
    return true;
  return double(rows) * terms * size >= 2.0 * target.getL2();
}

void Formula::choosePacks() {
  for (unsigned input = 0; input < region.getInputs().size(); ++input) {
    if (!shape.canPack(input))
      pack.push_back(false);
    else if (shape.varies(input, shape.column))
      pack.push_back(packColumns(input));
    else
      pack.push_back(packRows(input));
  }
}

/// Whether vectors are better laid along the terms: no input has columns beside
/// each other, but one has terms that are.
bool Formula::wantsTermLanes() {
  if (shape.terms.empty() || (shape.row && shape.column) ||
      !getCombiner(region.getBody().front()))
    return false;
  unsigned innermost = shape.terms.back();
  if (known(innermost) < accumulator.lanes(target.getVectorBits()))
    return false;
  std::optional<unsigned> line = shape.column ? shape.column : shape.row;
  bool hasTerms = false;
  for (unsigned input = 0; input + 1 < shape.strides.size(); ++input) {
    if (shape.isScalar(input))
      continue;
    if (line && shape.strides[input][*line] == 1)
      return false;
    hasTerms |= shape.strides[input][innermost] == 1;
  }
  return hasTerms;
}

/// Rows share what does not move with them; a few vectors of partial sums each
/// hide the latency of an addition.
CpuScheduleAttr Formula::termLanes() {
  constexpr std::pair<int64_t, int64_t> kTiles[] = {
      {4, 2}, {2, 4}, {2, 2}, {1, 8}, {1, 4}, {1, 2}, {1, 1}};
  int64_t lanes = accumulator.lanes(target.getVectorBits());
  int64_t perVector =
      accumulator.registersPerVector(lanes, target.getVectorBits());
  int64_t lines = shape.column ? columns : rows;
  int64_t length = known(shape.terms.back());
  auto fits = [&](std::pair<int64_t, int64_t> tile) {
    return tile.first <= lines && tile.second * lanes <= length &&
           tileRegisters(tile.first, tile.second, perVector) <= registers;
  };
  const auto *tile = llvm::find_if(kTiles, fits);
  auto [rowsOfTile, vectors] =
      tile == std::end(kTiles) ? kTiles[std::size(kTiles) - 1] : *tile;
  // Vectors that all rows read stay in the first-level cache.
  int64_t element = accumulator.laneBits / 8 * accumulator.parts;
  int64_t most = lines == 1 ? std::numeric_limits<int32_t>::max()
                            : target.getL2() / 4 / element;
  double flops = 2.0 * outer * lines * terms;
  int64_t panels = llvm::divideCeil(std::max<int64_t>(lines, 1), rowsOfTile);
  int64_t panelsPerBlock = llvm::divideCeil(panels, kMaxTasks);
  return CpuScheduleAttr::get(
      region.getContext(), rowsOfTile, vectors, lanes,
      rowsOfTile * panelsPerBlock, vectors * lanes, std::max<int64_t>(most, 1),
      SmallVector<bool>(region.getInputs().size(), false),
      flops < kSerialFlops ? 1 : kMaxTasks, Lanes::terms);
}

/// Lanes of a square of elements that is transposed in registers; 0 where none
/// fits that instructions can shuffle.
int64_t Formula::squareLanes() const {
  constexpr int64_t kMostLanes = 16, kShuffleBits = 128;
  int64_t lanes =
      std::min(accumulator.lanes(target.getVectorBits()), kMostLanes);
  while (lanes > 1 &&
         tileRegisters(lanes, 1,
                       accumulator.registersPerVector(
                           lanes, target.getVectorBits())) > registers)
    lanes /= 2;
  return lanes * accumulator.laneBits < kShuffleBits ? 0 : lanes;
}

/// Whether elements change places: an input's rows lie beside each other, its
/// columns, along which vectors are stored, do not.
bool Formula::wantsTransposition() const {
  if (!shape.terms.empty() || !shape.row || !shape.column || columns < 4 ||
      rows < 4 || accumulator.parts != 1 || squareLanes() == 0)
    return false;
  for (unsigned input = 0; input + 1 < shape.strides.size(); ++input)
    if (!shape.isScalar(input) && shape.strides[input][*shape.row] == 1 &&
        shape.varies(input, shape.column) &&
        shape.strides[input][*shape.column] != 1)
      return true;
  return false;
}

/// Squares of as many rows as a vector has lanes. A few hundred rows of the
/// output are filled at a time, so that its pages stay known while the columns
/// go by.
CpuScheduleAttr Formula::transposition() {
  constexpr int64_t kRows = 256, kLineBits = 512;
  int64_t lanes = squareLanes();
  // Half a cache line on its own is written twice.
  int64_t vectors = std::max<int64_t>(
      std::min(kLineBits / (lanes * accumulator.laneBits), columns / lanes), 1);
  while (vectors > 1 &&
         tileRegisters(lanes, vectors,
                       accumulator.registersPerVector(
                           lanes, target.getVectorBits())) > registers)
    --vectors;
  double elements = double(outer) * rows * columns;
  return CpuScheduleAttr::get(
      region.getContext(), lanes, vectors, lanes,
      std::max(kRows / lanes, int64_t(1)) * lanes,
      int64_t(
          llvm::alignTo(std::min<int64_t>(columns, 1 << 20), vectors * lanes)),
      /*kc=*/1, SmallVector<bool>(region.getInputs().size(), false),
      elements < kSerialFlops ? 1 : kMaxTasks, Lanes::columns);
}

CpuScheduleAttr einsumc::kernel::computeSchedule(RegionOp region,
                                                 TargetAttr target) {
  Formula formula(region, target);
  if (formula.wantsTransposition())
    return formula.transposition();
  if (formula.wantsTermLanes())
    return formula.termLanes();
  formula.chooseTile();
  formula.chooseBlocks();
  formula.choosePacks();
  double flops =
      2.0 * formula.outer * formula.rows * formula.columns * formula.terms;
  return CpuScheduleAttr::get(
      region.getContext(), formula.mr, formula.nv, formula.width, formula.mc,
      formula.nc, formula.kc, formula.pack,
      flops < kSerialFlops ? 1 : kMaxTasks, Lanes::columns);
}
