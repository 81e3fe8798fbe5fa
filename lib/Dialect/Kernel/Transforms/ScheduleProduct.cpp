//===- ScheduleProduct.cpp - Tiles, blocks and packing --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuFormula.h"

#include "llvm/Support/MathExtras.h"

#include <array>

using namespace mlir;
using namespace einsumc::kernel;

/// Elements that a tile gathers one by one for a term: more make code long
/// without making it faster.
static constexpr int64_t kMostGathered = 128;

/// Bytes from term to term at which there is hardly a second term on a page.
static constexpr int64_t kFarTerms = 2048;
static constexpr int64_t kPageBytes = 4096, kLineBytes = 64;
/// Bytes side by side in the output after which a page is hardly begun.
static constexpr int64_t kShortRun = 512;
/// Lines a page apart that the first-level cache surely holds.
static constexpr int64_t kWays = 8;

namespace {

struct ProductFormula : CpuFormula {
  int64_t width;
  /// Rows and columns over all their digits.
  int64_t allRows, allColumns;
  int64_t mr, nv, mc, nc, kc;
  SmallVector<bool> pack;
  bool prefetch = false;
  /// Few rows: columns are read once, a line of a few terms at a time.
  bool isStream;

  explicit ProductFormula(const CpuFormula &facts);

  double cost(int64_t tileRows, int64_t vectors) const;
  int64_t withoutEdges(int64_t tileRows, int64_t vectors) const;
  double edgeCost(int64_t vectors) const;
  int64_t productRegisters();
  int64_t gathered(int64_t tileRows, int64_t vectors) const;

  double matrixBytes(unsigned operand) const;
  double matrixBytes() const;

  void chooseTile();
  void chooseBlocks();
  /// Whether to pack an input, and why.
  template <typename... Values>
  bool decide(unsigned input, bool isPacked, const char *format,
              Values &&...values) const {
    because("input {0} is {1}packed: {2}", input, isPacked ? "" : "not ",
            llvm::formatv(format, std::forward<Values>(values)...));
    return isPacked;
  }
  bool linesAreOuter(ArrayRef<unsigned> loops) const;
  int64_t columnsForLines(int64_t line, int64_t most) const;
  int64_t termsForLines() const;
  double outputBytes() const;
  bool isOutputBound() const;
  int64_t termDistance(unsigned input) const;
  bool columnsLieApart() const;
  bool wantsStream() const;
  bool packColumns(unsigned input) const;
  bool packRows(unsigned input) const;
  void choosePacks();
  bool packsRows() const;
  bool packsFarColumns() const;
  void choosePrefetch();
  TileOrder order() const;
  int64_t tasks() const;
};

} // namespace

ProductFormula::ProductFormula(const CpuFormula &facts) : CpuFormula(facts) {
  // A single column has nothing to fill a vector with.
  width = columns == 1 ? 1 : lanes();
  allRows = rows * product(shape.outerRows);
  allColumns = columns * product(shape.outerColumns);
  isStream = wantsStream();
}

/// Bytes of an operand that one matrix product of the batch touches.
double ProductFormula::matrixBytes(unsigned operand) const {
  double total = bytes(operand);
  for (unsigned loop = 0; loop < shape.extents.size(); ++loop)
    if (shape.varies(operand, loop) && !llvm::is_contained(shape.batch, loop))
      total *= known(loop);
  return total;
}

/// The same of all operands.
double ProductFormula::matrixBytes() const {
  double total = 0;
  for (unsigned operand = 0; operand < region->getNumOperands(); ++operand)
    if (!shape.isScalar(operand))
      total += matrixBytes(operand);
  return total;
}

/// Cycles, up to a factor, that a tile takes for one term: its multiply-adds,
/// or its loads, or the latency that too few accumulators expose; and the
/// loop's own work.
double ProductFormula::cost(int64_t tileRows, int64_t vectors) const {
  constexpr double kLatency = 8, kLoop = 1.5;
  return std::max({double(tileRows * vectors), double(tileRows + vectors),
                   kLatency}) +
         kLoop;
}

/// What may be lost for tiles that leave no edges, where it is assumed that
/// there are none.
static constexpr double kEdgeCost = 1.02;

/// A height that divides what the rows are assumed to be a multiple of, if it
/// is as good as the tallest one.
int64_t ProductFormula::withoutEdges(int64_t tileRows, int64_t vectors) const {
  int64_t multiple = shape.factsOf(shape.row).multiple, lower = tileRows;
  if (multiple == 1)
    return tileRows;
  while (multiple % lower != 0)
    --lower;
  return cost(lower, vectors) * tileRows <=
                 kEdgeCost * cost(tileRows, vectors) * lower
             ? lower
             : tileRows;
}

/// A factor for tiles that leave columns, where others may leave none.
double ProductFormula::edgeCost(int64_t vectors) const {
  int64_t multiple = shape.factsOf(shape.column).multiple;
  return multiple == 1 || multiple % (vectors * width) == 0 ? 1 : kEdgeCost;
}

/// Registers that a product takes before it is added. Floats are multiplied and
/// added at once; integers are not, and 64 bits are multiplied in pieces. Where
/// there are 32 registers, tiles leave some free anyhow.
int64_t ProductFormula::productRegisters() {
  if (registers >= 32 ||
      !isa<IntegerType>(region.getYield().getValue().getType()))
    return 0;
  return accumulator.laneBits == 64 ? 4 : 2;
}

/// Elements of inputs whose columns lie apart and that no packing brings
/// together.
int64_t ProductFormula::gathered(int64_t tileRows, int64_t vectors) const {
  int64_t elements = 0;
  for (unsigned input = 0; input + 1 < shape.strides.size(); ++input)
    if (shape.varies(input, shape.column) && !shape.canPack(input) &&
        shape.strides[input][*shape.column] != 1)
      elements +=
          (shape.varies(input, shape.row) ? tileRows : 1) * vectors * width;
  return elements;
}

/// Whether the output's rows lie beside each other, and its columns do not.
bool ProductFormula::columnsLieApart() const {
  ArrayRef<int64_t> strides = shape.strides.back();
  return shape.row && shape.column && strides[*shape.row] == 1 &&
         strides[*shape.column] != 1;
}

/// The register tile that wastes least: as many accumulators as fit, balanced
/// panels of rows, whole vectors of columns.
void ProductFormula::chooseTile() {
  int64_t perVector =
      accumulator.registersPerVector(width, target.getVectorBits());
  int64_t vectors = llvm::divideCeil(std::max<int64_t>(columns, 1), width);
  int64_t height = std::max<int64_t>(rows, 1);
  // Whole lines, each read once.
  int64_t lineVectors = std::clamp<int64_t>(
      kLineBytes / (width * accumulatorBytes()), 1, vectors);
  double best = 0;
  mr = nv = 1;
  // Where several are as good, the squarest tile: it loads least.
  // Vectors of complex numbers are taken apart: rather two of them. Columns
  // that lie apart in the output are stored one by one: rather few long ones.
  constexpr std::array<int64_t, 6> kSquare = {4, 3, 2, 1, 6, 8},
                                   kTall = {2, 3, 4, 1, 6, 8};
  bool isTall = accumulator.parts == 2 || columnsLieApart();
  for (int64_t candidate : isTall ? kTall : kSquare) {
    if (isStream && candidate != lineVectors)
      continue;
    if (candidate > vectors ||
        (candidate > 1 && gathered(1, candidate) > kMostGathered))
      continue;
    int64_t most = 0;
    while (tileRegisters(most + 1, candidate, perVector) +
                   productRegisters() * perVector +
                   passingRegisters(most + 1, candidate) <=
               registers &&
           (most == 0 || gathered(most + 1, candidate) <= kMostGathered))
      ++most;
    if (most == 0)
      continue;
    int64_t panels = llvm::divideCeil(height, most);
    int64_t tile = withoutEdges(llvm::divideCeil(height, panels), candidate);
    int64_t wholeTiles = vectors / candidate;
    double total = double(wholeTiles) * cost(tile, candidate);
    if (int64_t edge = vectors % candidate)
      total += cost(tile, edge);
    total *= double(height) / tile * edgeCost(candidate);
    bool isBetter = best == 0 || total < best * 0.99;
    because("tile of {0} x {1} vectors: {2:f1} issues a term and column block "
            "of {3} rows{4}",
            tile, candidate, total, height,
            isBetter ? "" : ", not 1% less than the best before");
    if (isBetter) {
      best = total;
      mr = tile;
      nv = candidate;
    }
  }
  if (best == 0)
    return;
  double efficiency = double(height) * columns / width / best;
  if (reasons)
    reasons->efficiency = std::min(efficiency, 1.0);
  because("tile {0} x {1}: {2} of {3} registers; {4:f0}% of the multiply-add "
          "units are busy, edges included",
          mr, nv * width, tileRegisters(mr, nv, perVector), registers,
          100 * efficiency);
}

/// `count` cut into equal blocks of at most `most`.
static int64_t balanced(int64_t count, int64_t most) {
  count = std::max<int64_t>(count, 1);
  most = std::max<int64_t>(most, 1);
  return llvm::divideCeil(count, llvm::divideCeil(count, most));
}

/// Elements of a block that holds at most `most` of `digits` times `extent`:
/// whole extents, or an equal piece of one, in panels.
static int64_t blockOf(int64_t extent, int64_t digits, int64_t panel,
                       int64_t most) {
  int64_t padded = llvm::alignTo(std::max<int64_t>(extent, 1), panel);
  if (padded <= most)
    return padded * balanced(digits, most / padded);
  return balanced(padded / panel, most / panel) * panel;
}

void ProductFormula::chooseBlocks() {
  // A panel of the second input is about 64 KiB (32 KiB with 16 registers).
  int64_t element = accumulatorBytes();
  int64_t most = (registers >= 32 ? 2048 : 1024) / element;
  most = std::max<int64_t>(most, 64);
  // Coming back to short runs of a large output takes longer than panels from
  // the second-level cache do. Rows whose lines lie along another digit want
  // the room for more of it.
  if (outputBytes() > target.getL3() / 2 && columns * element < kShortRun &&
      !linesAreOuter(shape.outerRows))
    most *= 2;
  // A second pass over the output costs more than half as many terms again.
  int64_t total = std::max<int64_t>(terms, 1);
  if (shape.terms.size() == 1 && total <= most + most / 2)
    kc = total;
  else if (shape.terms.size() == 1)
    kc = llvm::alignTo(balanced(total, most), 8);
  else
    kc = std::max(most, termsForLines());
  if (isStream)
    kc = kWays;
  int64_t depth = std::min(kc, total);

  // The columns' block is read once for each panel of rows: from the second
  // level where the rows of all panels leave room there, too, else from the
  // third. The rows' block stays in the second level. Rows that are packed are
  // packed once more for each block of columns.
  int64_t line = depth * element;
  bool rowsStay = allRows * line <= target.getL2() / 2 && !packsRows();
  int64_t mostColumns =
      (rowsStay ? target.getL2() / 4 : int64_t(4) << 20) / line;
  // Few rows are packing above all, which wants long runs.
  if (isStream)
    mostColumns = target.getL2() / 2 / (allRows * element);
  // Few terms lie on as many pages as many do: long runs of each.
  else if (isOutputBound())
    mostColumns = target.getL2() * 2 / line;
  else if (packsFarColumns())
    mostColumns = std::max(mostColumns, kPageBytes / element);
  nc = blockOf(columns, product(shape.outerColumns), nv * width, mostColumns);
  mc = blockOf(rows, product(shape.outerRows), mr,
               target.getL2() / (rowsStay ? 2 : 3) / line);
  if (linesAreOuter(shape.outerColumns))
    nc = columnsForLines(line, mostColumns);
  // What is written is more than what is read again: in the order of memory.
  if (isOutputBound())
    mc = blockOf(rows, 1, mr, mc);
  because("kc {0}: {1} terms in pieces of about {2}, a panel of {3} KiB", kc,
          total, most, depth * nv * width * element / 1024);
  because(
      "mc {0}: {1} KiB of the first input, of {2} KiB of second-level cache",
      mc, mc * line / 1024, target.getL2() / 1024);
  because("nc {0}: {1} KiB of the second input, at most {2} KiB{3}", nc,
          nc * line / 1024, mostColumns * line / 1024,
          rowsStay ? ", as all rows stay in the second-level cache" : "");
}

/// Whether a packed input's elements lie side by side along one of `loops`.
bool ProductFormula::linesAreOuter(ArrayRef<unsigned> loops) const {
  for (auto [input, isPacked] : llvm::enumerate(pack))
    for (unsigned loop : loops)
      if (isPacked && shape.varies(input, loop) &&
          shape.strides[input][loop] == 1)
        return true;
  return false;
}

/// Columns of a block whose elements lie side by side along an outer digit:
/// whole lines of it, in squares of eight, as long as the block stays in the
/// nearer part of the third-level cache.
int64_t ProductFormula::columnsForLines(int64_t line, int64_t most) const {
  constexpr int64_t kSquare = 8, kMostBytes = int64_t(2) << 20;
  int64_t padded = llvm::alignTo(std::max<int64_t>(columns, 1), nv * width);
  int64_t indices = llvm::alignDown(most / padded, kSquare);
  indices = std::max(indices, kLineBytes / accumulatorBytes());
  indices = std::min(indices, product(shape.outerColumns));
  return indices * padded * line > kMostBytes ? nc : indices * padded;
}

/// Terms of a block, so that it holds a few of a digit along which a packed
/// input's elements lie side by side, where that is not the innermost one.
int64_t ProductFormula::termsForLines() const {
  constexpr int64_t kFew = 4, kMostTerms = 1024;
  int64_t inner = 1, needed = 0;
  for (unsigned loop : llvm::reverse(shape.terms)) {
    if (inner > 1 && linesAreOuter(loop))
      needed = inner * std::min(kFew, known(loop));
    inner *= std::max<int64_t>(known(loop), 1);
    if (inner > kMostTerms)
      break;
  }
  return needed <= kMostTerms ? needed : 0;
}

double ProductFormula::outputBytes() const {
  return matrixBytes(region->getNumOperands() - 1) * product(shape.batch);
}

/// Few terms, and more results than half of the last cache, beside which the
/// operands have to find room, too.
bool ProductFormula::isOutputBound() const {
  constexpr int64_t kFewTerms = 64;
  return terms <= kFewTerms && outputBytes() > target.getL3() / 2;
}

/// Bytes from one term of an input to the next, 0 where not known.
int64_t ProductFormula::termDistance(unsigned input) const {
  int64_t stride = 0;
  for (unsigned loop : shape.terms)
    if (shape.varies(input, loop))
      stride = shape.strides[input][loop];
  return ShapedType::isDynamic(stride) ? 0 : std::abs(stride) * bytes(input);
}

/// Too few rows to pay for packing, and columns whose terms lie so far apart
/// that a panel of many of them finds no place in the first-level cache.
bool ProductFormula::wantsStream() const {
  if (allRows > kWays || matrixBytes() <= target.getL2())
    return false;
  for (unsigned input = 0; input + 1 < shape.strides.size(); ++input)
    if (shape.canPack(input) && shape.varies(input, shape.column) &&
        shape.strides[input][*shape.column] == 1 &&
        llvm::all_of(shape.terms, [&](unsigned loop) {
          int64_t stride = shape.strides[input][loop];
          return !ShapedType::isDynamic(stride) &&
                 std::abs(stride) * bytes(input) >= kFarTerms;
        }))
      return true;
  return false;
}

/// The input that moves with the columns: vectors are loaded from it.
bool ProductFormula::packColumns(unsigned input) const {
  if (int64_t stride = shape.strides[input][*shape.column]; stride != 1)
    return decide(input, true, "its columns are {0} elements apart",
                  ShapedType::isDynamic(stride) ? "?" : std::to_string(stride));
  int64_t readers = llvm::divideCeil(allRows, mr);
  int64_t apart = termDistance(input);
  if (isStream)
    return decide(input, false, "{0} rows read it", allRows);
  if (apart >= kFarTerms && readers > 2)
    return decide(input, true,
                  "its terms are {0} bytes apart, which neither the hardware "
                  "foresees nor sets of the first-level cache hold, and {1} "
                  "panels of rows read it",
                  apart, readers);
  return decide(input, matrixBytes() > target.getL2() && readers > 2,
                "{0:f0} KiB are touched, the second-level cache has {1} KiB, "
                "and {2} panels of rows read it",
                matrixBytes() / 1024, target.getL2() / 1024, readers);
}

/// The input that moves with the rows: single elements are loaded from it.
bool ProductFormula::packRows(unsigned input) const {
  int64_t readers = llvm::divideCeil(allColumns, nv * width);
  if (readers <= 4 || matrixBytes() <= target.getL1())
    return decide(input, false,
                  "{0} panels of columns read it, and {1:f0} KiB are touched",
                  readers, matrixBytes() / 1024);
  int64_t size = bytes(input);
  int64_t rowStride = shape.strides[input][*shape.row];
  int64_t termStride = 0;
  for (unsigned loop : shape.terms)
    if (shape.varies(input, loop))
      termStride = shape.strides[input][loop];
  if (ShapedType::isDynamic(rowStride) || ShapedType::isDynamic(termStride))
    return decide(input, true, "its strides are not known");
  rowStride = std::abs(rowStride * size);
  termStride = std::abs(termStride * size);
  // Rows that share a set of the first-level cache evict each other.
  if (mr > 4 && rowStride % 4096 == 0)
    return decide(input, true,
                  "its rows, {0} bytes apart, share a set of the first-level "
                  "cache",
                  rowStride);
  // Every term on a line of its own: a panel of a few rows reads as many lines
  // as there are terms, from as many pages where they lie far apart. The next
  // panel, which reads the same lines, finds them neither in the first-level
  // cache nor foreseen by the hardware. Rows that the second-level cache keeps
  // beside all else are near enough, unless all of them share a few sets.
  double elements = double(allRows) * terms * size;
  bool areNear = elements <= target.getL2() / 4 && rowStride <= kLineBytes &&
                 termStride < kPageBytes;
  if (matrixBytes() > target.getL2() && !areNear && termStride > kLineBytes)
    return decide(input, true,
                  "it has {0:f0} KiB, its terms are {1} bytes apart, on lines "
                  "of their own, and {2} panels of columns read it",
                  elements / 1024, termStride, readers);
  return decide(input, elements >= 2.0 * target.getL2(),
                "it has {0:f0} KiB, twice the second-level cache is {1} KiB",
                elements / 1024, target.getL2() / 512);
}

void ProductFormula::choosePacks() {
  for (unsigned input = 0; input < region.getInputs().size(); ++input) {
    if (!shape.canPack(input))
      pack.push_back(decide(input, false,
                            "it moves with both or none of rows and columns, "
                            "or there are no terms"));
    else if (shape.varies(input, shape.column))
      pack.push_back(packColumns(input));
    else
      pack.push_back(packRows(input));
  }
}

bool ProductFormula::packsRows() const {
  for (auto [input, isPacked] : llvm::enumerate(pack))
    if (isPacked && !shape.varies(input, shape.column))
      return true;
  return false;
}

bool ProductFormula::packsFarColumns() const {
  for (auto [input, isPacked] : llvm::enumerate(pack))
    if (isPacked && shape.varies(input, shape.column) &&
        termDistance(input) >= kFarTerms)
      return true;
  return false;
}

/// Fetching pays where operands come from beyond the second-level cache, and
/// where there are terms to hide it behind.
void ProductFormula::choosePrefetch() {
  constexpr int64_t kLeastTerms = 16;
  double touched = matrixBytes() * product(shape.batch);
  prefetch = touched > target.getL2() && terms >= kLeastTerms && !isStream;
  if (prefetch)
    because("tiles fetch what they will need: {0:f0} KiB are more than the "
            "second-level cache's {1} KiB",
            touched / 1024, target.getL2() / 1024);
}

/// Few terms leave no time in which the hardware could find out where results
/// go: it sees runs that go on from tile to tile.
TileOrder ProductFormula::order() const {
  if (!isOutputBound())
    return TileOrder::panels;
  because("tiles follow each other in the output, of which more is written "
          "than caches hold, after {0} terms each",
          terms);
  return TileOrder::output;
}

/// Each task packs into memory of its own: no more of them than fit in a few
/// megabytes.
int64_t ProductFormula::tasks() const {
  constexpr int64_t kMostScratch = int64_t(8) << 20;
  int64_t scratch = 0;
  for (auto [input, isPacked] : llvm::enumerate(pack))
    if (isPacked)
      scratch += (shape.varies(input, shape.column) ? nc : mc) *
                 std::min(kc, terms) * bytes(input);
  scratch += int64_t(waitingSums(kc, nc) / rowTasksFor(kc, nc));
  int64_t tasks = flops() < kSerialFlops ? 1 : kMaxTasks;
  if (scratch)
    tasks = std::clamp<int64_t>(kMostScratch / scratch, 1, tasks);
  because("{0} tasks at most: {1:e2} operations, one task below {2:e2}; each "
          "packs {3} KiB",
          tasks, flops(), kSerialFlops, scratch / 1024);
  return tasks;
}

CpuScheduleAttr einsumc::kernel::scheduleProduct(const CpuFormula &facts) {
  ProductFormula formula(facts);
  formula.chooseTile();
  formula.choosePacks();
  formula.chooseBlocks();
  formula.choosePrefetch();
  return CpuScheduleAttr::get(
      formula.region.getContext(), formula.mr, formula.nv, formula.width,
      formula.mc, formula.nc, formula.kc, formula.pack, formula.tasks(),
      Lanes::columns, formula.rowTasksFor(formula.kc, formula.nc),
      /*split_k=*/1, /*grain=*/1, TileKind::fma, formula.prefetch,
      formula.order());
}
