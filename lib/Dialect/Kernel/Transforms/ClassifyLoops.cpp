//===- ClassifyLoops.cpp - regions in normal form -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatOperand.h"
#include "einsumc/Dialect/Kernel/IR/RegionShape.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_CLASSIFYLOOPS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

namespace {

/// One loop of the nest: its extent and what one step moves every operand.
struct Loop {
  OpFoldResult extent;
  ExtentFacts facts;                 ///< of a dynamic extent
  SmallVector<OpFoldResult> strides; ///< one an operand; null for scalars
  bool reduction = false;
  unsigned position = 0; ///< before ordering
  LoopClass loopClass = LoopClass::batch;

  int64_t staticExtent() const {
    return getConstantIntValue(extent).value_or(ShapedType::kDynamic);
  }
  /// Unknown strides count as long ones.
  int64_t distance(unsigned operand) const {
    if (!strides[operand])
      return 0;
    std::optional<int64_t> stride = getConstantIntValue(strides[operand]);
    return stride ? std::abs(*stride) : std::numeric_limits<int64_t>::max();
  }
  bool moves(unsigned operand) const {
    return strides[operand] && !isConstantIntValue(strides[operand], 0);
  }
};

/// Brings one region to normal form.
class Normalizer {
public:
  Normalizer(RegionOp region, TargetAttr target, OpBuilder &builder)
      : region(region), target(target), builder(builder), loc(region.getLoc()),
        numOperands(region->getNumOperands()), output(numOperands - 1) {}

  void run() {
    readOperands();
    readLoops();
    collapse();
    classify();
    order();
    chooseRows();
    interleaveTerms();
    rebuild();
  }

  unsigned numCollapsed = 0, numSplit = 0;
  bool swapped = false;
  /// Whether the output is denser along another loop than the vector loop.
  bool isStrided() const { return shortPosition.has_value(); }

private:
  /// A memref as base, offset, sizes and strides; no memref for a scalar.
  struct Operand {
    Value value;
    bool shaped = false;
    OpFoldResult offset;
    SmallVector<OpFoldResult> sizes, strides;
  };

  void readOperands();
  void readLoops();
  bool areOneLoop(const Loop &outer, const Loop &inner) const;
  void collapse();
  void classify();
  int64_t product(llvm::function_ref<bool(const Loop &)> isCounted) const;
  double filled(const Loop &loop) const;
  Loop *longerVectorLoop(const Loop &densest);
  void order();
  void chooseRows();
  void interleaveTerms();
  void rebuild();

  RegionOp region;
  TargetAttr target; ///< null where vectors are nobody's concern yet
  OpBuilder &builder;
  Location loc;
  unsigned numOperands, output;
  SmallVector<Operand> operands;
  SmallVector<Loop> loops;
  /// The shaped inputs, in order; a product has two.
  SmallVector<unsigned> shapedInputs;
  /// The loop along which the output is densest, where another one fills the
  /// vectors: its position.
  std::optional<unsigned> shortPosition;
};

} // namespace

void Normalizer::readOperands() {
  for (Value value : region->getOperands()) {
    Operand operand;
    operand.value = value;
    auto type = dyn_cast<MemRefType>(value.getType());
    if (type) {
      operand.shaped = true;
      auto [strides, offset] = type.getStridesAndOffset();
      memref::ExtractStridedMetadataOp metadata;
      if (!type.hasStaticShape() || ShapedType::isDynamicShape(strides) ||
          ShapedType::isDynamic(offset))
        metadata =
            memref::ExtractStridedMetadataOp::create(builder, loc, value);
      auto either = [&](int64_t known, Value read) -> OpFoldResult {
        if (ShapedType::isDynamic(known))
          return read;
        return builder.getIndexAttr(known);
      };
      operand.offset =
          either(offset, metadata ? metadata.getOffset() : Value());
      for (int64_t axis = 0; axis < type.getRank(); ++axis) {
        operand.sizes.push_back(
            either(type.getDimSize(axis),
                   metadata ? metadata.getSizes()[axis] : Value()));
        operand.strides.push_back(either(
            strides[axis], metadata ? metadata.getStrides()[axis] : Value()));
      }
    }
    operands.push_back(operand);
  }
  for (unsigned i = 0; i < output; ++i)
    if (operands[i].shaped)
      shapedInputs.push_back(i);
}

void Normalizer::readLoops() {
  for (unsigned l = 0, e = region.getNumLoops(); l < e; ++l) {
    Loop loop;
    loop.reduction = region.isReduction(l);
    loop.position = l;
    loop.facts = region.getLoopFacts(l);
    if (loop.facts.isOne()) {
      loop.extent = builder.getIndexAttr(loop.facts.min);
      loop.facts = {};
    }
    for (unsigned i = 0; i < numOperands; ++i) {
      if (!operands[i].shaped) {
        loop.strides.push_back(nullptr);
        continue;
      }
      OpFoldResult stride = builder.getIndexAttr(0);
      AffineMap map = region.getOperandMap(i);
      for (unsigned axis = 0; axis < map.getNumResults(); ++axis) {
        auto dim = dyn_cast<AffineDimExpr>(map.getResult(axis));
        if (!dim || dim.getPosition() != l)
          continue;
        // A diagonal moves along all of its axes at once.
        OpFoldResult step = operands[i].strides[axis];
        auto a = getConstantIntValue(stride), b = getConstantIntValue(step);
        if (a && b)
          stride = builder.getIndexAttr(*a + *b);
        else if (a && *a == 0)
          stride = step;
        else
          stride = arith::AddIOp::create(
                       builder, loc,
                       getValueOrCreateConstantIndexOp(builder, loc, stride),
                       getValueOrCreateConstantIndexOp(builder, loc, step))
                       .getResult();
        OpFoldResult size = operands[i].sizes[axis];
        if (!loop.extent || (isa<Value>(loop.extent) && isa<Attribute>(size)))
          loop.extent = size;
      }
      loop.strides.push_back(stride);
    }
    // A loop of one step moves nothing.
    if (loop.extent && !isConstantIntValue(loop.extent, 1))
      loops.push_back(loop);
  }
}

/// Whether every operand walks through `outer` as if it went on with `inner`.
/// The inner extent must be known; the outer one only counts.
bool Normalizer::areOneLoop(const Loop &outer, const Loop &inner) const {
  int64_t extent = inner.staticExtent(), product;
  if (outer.reduction != inner.reduction || ShapedType::isDynamic(extent))
    return false;
  if (!ShapedType::isDynamic(outer.staticExtent()) &&
      llvm::MulOverflow(outer.staticExtent(), extent, product))
    return false;
  for (unsigned i = 0; i < numOperands; ++i) {
    if (!operands[i].shaped)
      continue;
    auto outerStride = getConstantIntValue(outer.strides[i]);
    auto innerStride = getConstantIntValue(inner.strides[i]);
    if (!outerStride || !innerStride ||
        llvm::MulOverflow(*innerStride, extent, product) ||
        *outerStride != product)
      return false;
  }
  return true;
}

void Normalizer::collapse() {
  for (unsigned in = 0; in < loops.size(); ++in) {
    for (unsigned out = 0; out < loops.size(); ++out) {
      Loop &outer = loops[out], &inner = loops[in];
      if (in == out || !areOneLoop(outer, inner))
        continue;
      if (isa<Attribute>(outer.extent)) {
        inner.extent =
            builder.getIndexAttr(outer.staticExtent() * inner.staticExtent());
      } else {
        inner.facts = outer.facts.times(inner.staticExtent());
        inner.extent =
            arith::MulIOp::create(
                builder, loc, cast<Value>(outer.extent),
                getValueOrCreateConstantIndexOp(builder, loc, inner.extent))
                .getResult();
      }
      loops.erase(loops.begin() + out);
      ++numCollapsed;
      // The longer loop may go on into others, and they into it.
      in = -1;
      break;
    }
  }
}

/// What loops of a kind count to, at most 2^40; an unknown extent is long.
int64_t
Normalizer::product(llvm::function_ref<bool(const Loop &)> isCounted) const {
  constexpr uint64_t kMost = uint64_t(1) << 40;
  uint64_t count = 1;
  for (const Loop &loop : loops)
    if (isCounted(loop))
      count = std::min(llvm::SaturatingMultiply<uint64_t>(
                           count, uint64_t(loop.staticExtent())),
                       kMost);
  return count;
}

/// The share of lanes that vectors along the loop use.
double Normalizer::filled(const Loop &loop) const {
  if (!target || ShapedType::isDynamic(loop.staticExtent()))
    return 1;
  int64_t lanes = AccumulatorShape::get(region).lanes(target.getVectorBits());
  return double(loop.staticExtent()) /
         llvm::alignTo(loop.staticExtent(), lanes);
}

/// A vector loop for products in whose densest loop vectors are left partly
/// empty: of those that fill them, the densest in the output. The short loop
/// then gives rows; a tile's columns lie apart in the output. Null where there
/// is none, or where it does not pay.
Loop *Normalizer::longerVectorLoop(const Loop &densest) {
  // An empty fifth of the lanes is more than storing columns that lie apart
  // costs, if each element is the sum of so many terms.
  constexpr double kFilled = 0.8, kGain = 1.2;
  constexpr int64_t kEnoughTerms = 64;
  // Columns that lie apart in their input are packed, for so many rows.
  constexpr int64_t kEnoughRows = 32;
  double least = filled(densest);
  if (shapedInputs.size() != 2 || least > kFilled ||
      product([](const Loop &loop) { return loop.reduction; }) < kEnoughTerms)
    return nullptr;
  Loop *best = nullptr;
  for (Loop &loop : loops) {
    if (loop.reduction || filled(loop) < kGain * least)
      continue;
    bool first = loop.moves(shapedInputs[0]);
    unsigned moved = shapedInputs[first ? 0 : 1];
    unsigned other = shapedInputs[first ? 1 : 0];
    // The short loop becomes rows, or part of the batch.
    if (loop.moves(other) || !densest.moves(other))
      continue;
    int64_t rows = product([&](const Loop &row) {
      return !row.reduction && row.moves(other) && !row.moves(moved);
    });
    if (rows == 1 || (rows < kEnoughRows && loop.distance(moved) != 1))
      continue;
    if (!best || loop.distance(output) < best->distance(output))
      best = &loop;
  }
  return best;
}

void Normalizer::classify() {
  // The vector loop is the one along which the output is densest.
  Loop *vector = nullptr;
  for (Loop &loop : loops)
    if (!loop.reduction &&
        (!vector || loop.distance(output) <= vector->distance(output)))
      vector = &loop;
  if (Loop *longer = vector ? longerVectorLoop(*vector) : nullptr) {
    shortPosition = vector->position;
    vector = longer;
  }

  // The second input of a product moves with it. Where both do, the first one
  // is the one with loops of its own: they give rows that share its columns.
  auto movesAlone = [&](unsigned input) {
    return llvm::any_of(loops, [&](const Loop &loop) {
      return !loop.reduction && loop.moves(shapedInputs[input]) &&
             !loop.moves(shapedInputs[1 - input]);
    });
  };
  if (vector && shapedInputs.size() == 2 && vector->moves(shapedInputs[0]) &&
      (!vector->moves(shapedInputs[1]) || (movesAlone(1) && !movesAlone(0)))) {
    unsigned a = shapedInputs[0], b = shapedInputs[1];
    std::swap(operands[a], operands[b]);
    for (Loop &loop : loops)
      std::swap(loop.strides[a], loop.strides[b]);
    // The body sees its elements in the new order.
    Block &body = region.getBody().front();
    BlockArgument x = body.getArgument(a), y = body.getArgument(b);
    BlockArgument newX = body.insertArgument(a, y.getType(), y.getLoc());
    y.replaceAllUsesWith(newX);
    BlockArgument newY = body.insertArgument(b + 1, x.getType(), x.getLoc());
    x.replaceAllUsesWith(newY);
    body.eraseArguments(
        [&](BlockArgument argument) { return argument == x || argument == y; });
    swapped = true;
  }

  for (Loop &loop : loops) {
    if (loop.reduction) {
      loop.loopClass = LoopClass::k;
    } else if (&loop == vector) {
      loop.loopClass = LoopClass::n;
    } else if (shapedInputs.size() == 2) {
      bool first = loop.moves(shapedInputs[0]);
      bool second = loop.moves(shapedInputs[1]);
      loop.loopClass = first && !second   ? LoopClass::m
                       : second && !first ? LoopClass::n
                                          : LoopClass::batch;
    }
  }
}

void Normalizer::order() {
  auto before = [&](const Loop &a, const Loop &b) {
    if (a.loopClass != b.loopClass)
      return a.loopClass < b.loopClass;
    if (a.loopClass != LoopClass::k) {
      if (a.distance(output) != b.distance(output))
        return a.distance(output) > b.distance(output);
      return a.position < b.position;
    }
    // Sums run along the second input's panels, then along the first's rows.
    for (unsigned input : llvm::reverse(shapedInputs))
      if (a.distance(input) != b.distance(input))
        return a.distance(input) > b.distance(input);
    return a.position < b.position;
  };
  llvm::sort(loops, before);
}

void Normalizer::chooseRows() {
  constexpr int64_t kEnoughRows = 8;
  auto isLonger = [](const Loop &a, const Loop &b) {
    // Unknown extents are taken for long ones.
    uint64_t x = a.staticExtent(), y = b.staticExtent();
    return x > y;
  };
  auto begin = llvm::find_if(
      loops, [](const Loop &l) { return l.loopClass == LoopClass::m; });
  auto end = std::find_if(begin, loops.end(), [](const Loop &l) {
    return l.loopClass != LoopClass::m;
  });
  if (begin != end) {
    // The densest in the output that fills register tiles, else the longest.
    auto row = end - 1;
    auto isShort = [&](const Loop &loop) {
      return loop.staticExtent() >= 0 && loop.staticExtent() < kEnoughRows &&
             shortPosition != loop.position;
    };
    while (row != begin && isShort(*row))
      --row;
    if (isShort(*row))
      for (auto it = row = end - 1; it != begin;)
        if (isLonger(*--it, *row))
          row = it;
    std::rotate(row, row + 1, end);
    return;
  }
  // Without an m loop the longest batch loop gives the rows, one that leaves
  // some input where it is before others.
  auto batchEnd = llvm::find_if(
      loops, [](const Loop &l) { return l.loopClass != LoopClass::batch; });
  if (batchEnd == loops.begin())
    return;
  auto shares = [&](const Loop &loop) {
    return llvm::any_of(shapedInputs,
                        [&](unsigned i) { return !loop.moves(i); });
  };
  auto row = batchEnd - 1;
  for (auto it = batchEnd - 1; it != loops.begin();) {
    --it;
    if (shares(*it) != shares(*row) ? shares(*it) : isLonger(*it, *row))
      row = it;
  }
  row->loopClass = LoopClass::m;
  std::rotate(row, row + 1, batchEnd);
}

/// A divisor of `extent` that is about a cache line of elements.
static std::optional<int64_t> linePiece(int64_t extent) {
  constexpr int64_t kLeast = 10, kMost = 24, kLine = 16;
  std::optional<int64_t> best;
  for (int64_t piece = kLeast; piece <= kMost; ++piece)
    if (extent % piece == 0 &&
        (!best || std::abs(piece - kLine) < std::abs(*best - kLine)))
      best = piece;
  return best;
}

/// Sums run along the second input's lines. Where the first one's lie along
/// another digit, a block of terms would have but a few elements of each, and
/// fetch all of them again for the next few. A piece of that digit, as long as
/// a line, goes innermost: a block then has whole lines of both.
void Normalizer::interleaveTerms() {
  if (shapedInputs.size() != 2)
    return;
  unsigned first = shapedInputs[0];
  auto begin = llvm::find_if(loops, [](const Loop &l) { return l.reduction; });
  if (loops.end() - begin < 2)
    return;
  auto inner = loops.end() - 1;
  auto lines = std::min_element(begin, loops.end(), [&](auto &a, auto &b) {
    return a.distance(first) < b.distance(first);
  });
  int64_t terms = 1;
  for (auto it = begin; it != loops.end(); ++it)
    if (ShapedType::isDynamic(it->staticExtent()) ||
        llvm::MulOverflow(terms, it->staticExtent(), terms))
      return;
  // Fewer terms are a single block.
  constexpr int64_t kManyTerms = 512, kShort = 24;
  bool isKnown = llvm::all_of(shapedInputs, [&](unsigned input) {
    return getConstantIntValue(lines->strides[input]).has_value();
  });
  if (lines == inner || terms < kManyTerms || !isKnown || !lines->moves(first))
    return;
  // What the second-level cache holds is as soon fetched again.
  constexpr int64_t kSmallBytes = int64_t(1) << 20;
  double bytes = elementBytes(operands[first].value);
  for (const Loop &loop : loops)
    if (loop.moves(first) && loop.staticExtent() > 0)
      bytes *= double(loop.staticExtent());
  if (bytes <= kSmallBytes)
    return;
  Loop piece = *lines;
  if (lines->staticExtent() <= kShort) {
    loops.erase(lines);
    loops.push_back(piece);
    return;
  }
  std::optional<int64_t> size = linePiece(lines->staticExtent());
  if (!size)
    return;
  piece.extent = builder.getIndexAttr(*size);
  Loop outer = *lines;
  outer.extent = builder.getIndexAttr(lines->staticExtent() / *size);
  for (OpFoldResult &stride : outer.strides)
    if (stride)
      stride = builder.getIndexAttr(*getConstantIntValue(stride) * *size);
  // The pieces' loop goes outside of the second input's innermost digit.
  loops.erase(lines);
  loops.insert(loops.end() - 1, outer);
  loops.push_back(piece);
  ++numSplit;
}

void Normalizer::rebuild() {
  SmallVector<Value> values;
  for (unsigned i = 0; i < numOperands; ++i) {
    const Operand &operand = operands[i];
    if (!operand.shaped) {
      values.push_back(operand.value);
      continue;
    }
    SmallVector<OpFoldResult> sizes, strides;
    for (const Loop &loop : loops) {
      sizes.push_back(loop.extent);
      strides.push_back(loop.strides[i]);
    }
    SmallVector<int64_t> staticSizes, staticStrides;
    SmallVector<Value> dynamic;
    dispatchIndexOpFoldResults(sizes, dynamic, staticSizes);
    dispatchIndexOpFoldResults(strides, dynamic, staticStrides);
    auto type = MemRefType::get(
        staticSizes, cast<MemRefType>(operand.value.getType()).getElementType(),
        StridedLayoutAttr::get(
            builder.getContext(),
            getConstantIntValue(operand.offset).value_or(ShapedType::kDynamic),
            staticStrides));
    values.push_back(memref::ReinterpretCastOp::create(
        builder, loc, type, operand.value, operand.offset, sizes, strides));
  }
  SmallVector<LoopClass> classes;
  for (const Loop &loop : loops)
    classes.push_back(loop.loopClass);
  Value out = values.pop_back_val();
  auto normal = RegionOp::create(
      builder, loc, Type(), values, out, ArrayAttr(), region.getInit(),
      LoopsAttr::get(builder.getContext(), classes), nullptr);
  normal.getBody().takeBody(region.getBody());
  normal.getEpilogue().takeBody(region.getEpilogue());
  if (region->hasAttr(kExtentsAttrName)) {
    SmallVector<Attribute> extents;
    for (const Loop &loop : loops)
      extents.push_back(ExtentAttr::get(builder.getContext(), loop.facts));
    normal->setAttr(kExtentsAttrName, builder.getArrayAttr(extents));
  }
  region.erase();
}

namespace {
struct ClassifyLoops : einsumc::kernel::impl::ClassifyLoopsBase<ClassifyLoops> {
  using ClassifyLoopsBase::ClassifyLoopsBase;

  void runOnOperation() override {
    SmallVector<RegionOp> regions;
    getOperation().walk([&](RegionOp region) {
      if (!region.isNormalForm() &&
          isa<MemRefType>(region.getOutput().getType()))
        regions.push_back(region);
    });
    TargetAttr target = findTarget(getOperation());
    for (RegionOp region : regions) {
      OpBuilder builder(region);
      Normalizer normalizer(region, target, builder);
      normalizer.run();
      numCollapsed += normalizer.numCollapsed;
      numSwapped += normalizer.swapped;
      numInterleaved += normalizer.numSplit;
      numStrided += normalizer.isStrided();
    }
  }
};
} // namespace
