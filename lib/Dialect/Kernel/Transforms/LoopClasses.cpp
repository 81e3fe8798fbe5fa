//===- LoopClasses.cpp - The vector loop, and what the others are to it ---===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopNormalizer.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

/// What loops of a kind count to, at most 2^40; an unknown extent is long.
int64_t LoopNormalizer::product(
    llvm::function_ref<bool(const NestLoop &)> isCounted) const {
  constexpr uint64_t kMost = uint64_t(1) << 40;
  uint64_t count = 1;
  for (const NestLoop &loop : loops)
    if (isCounted(loop))
      count = std::min(llvm::SaturatingMultiply<uint64_t>(
                           count, uint64_t(loop.staticExtent())),
                       kMost);
  return count;
}

/// The share of lanes that vectors along the loop use.
double LoopNormalizer::filled(const NestLoop &loop) const {
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
NestLoop *LoopNormalizer::longerVectorLoop(const NestLoop &densest) {
  // An empty fifth of the lanes is more than storing columns that lie apart
  // costs, if each element is the sum of so many terms.
  constexpr double kFilled = 0.8, kGain = 1.2;
  constexpr int64_t kEnoughTerms = 64;
  // Columns that lie apart in their input are packed, for so many rows.
  constexpr int64_t kEnoughRows = 32;
  double least = filled(densest);
  if (shapedInputs.size() != 2 || least > kFilled ||
      product([](const NestLoop &loop) { return loop.reduction; }) <
          kEnoughTerms)
    return nullptr;
  NestLoop *best = nullptr;
  for (NestLoop &loop : loops) {
    if (loop.reduction || filled(loop) < kGain * least)
      continue;
    bool first = loop.moves(shapedInputs[0]);
    unsigned moved = shapedInputs[first ? 0 : 1];
    unsigned other = shapedInputs[first ? 1 : 0];
    // The short loop becomes rows, or part of the batch.
    if (loop.moves(other) || !densest.moves(other))
      continue;
    int64_t rows = product([&](const NestLoop &row) {
      return !row.reduction && row.moves(other) && !row.moves(moved);
    });
    if (rows == 1 || (rows < kEnoughRows && loop.distance(moved) != 1))
      continue;
    if (!best || loop.distance(output) < best->distance(output))
      best = &loop;
  }
  return best;
}

void LoopNormalizer::classify() {
  // The vector loop is the one along which the output is densest.
  NestLoop *vector = nullptr;
  for (NestLoop &loop : loops)
    if (!loop.reduction &&
        (!vector || loop.distance(output) <= vector->distance(output)))
      vector = &loop;
  if (NestLoop *longer = vector ? longerVectorLoop(*vector) : nullptr) {
    shortPosition = vector->position;
    vector = longer;
  }

  // The second input of a product moves with it. Where both do, the first one
  // is the one with loops of its own: they give rows that share its columns.
  auto movesAlone = [&](unsigned input) {
    return llvm::any_of(loops, [&](const NestLoop &loop) {
      return !loop.reduction && loop.moves(shapedInputs[input]) &&
             !loop.moves(shapedInputs[1 - input]);
    });
  };
  if (vector && shapedInputs.size() == 2 && vector->moves(shapedInputs[0]) &&
      (!vector->moves(shapedInputs[1]) || (movesAlone(1) && !movesAlone(0)))) {
    unsigned a = shapedInputs[0], b = shapedInputs[1];
    std::swap(operands[a], operands[b]);
    for (NestLoop &loop : loops)
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

  for (NestLoop &loop : loops) {
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

void LoopNormalizer::chooseRows() {
  constexpr int64_t kEnoughRows = 8;
  auto isLonger = [](const NestLoop &a, const NestLoop &b) {
    // Unknown extents are taken for long ones.
    uint64_t x = a.staticExtent(), y = b.staticExtent();
    return x > y;
  };
  auto begin = llvm::find_if(
      loops, [](const NestLoop &l) { return l.loopClass == LoopClass::m; });
  auto end = std::find_if(begin, loops.end(), [](const NestLoop &l) {
    return l.loopClass != LoopClass::m;
  });
  if (begin != end) {
    // The densest in the output that fills register tiles, else the longest.
    auto row = end - 1;
    auto isShort = [&](const NestLoop &loop) {
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
      loops, [](const NestLoop &l) { return l.loopClass != LoopClass::batch; });
  if (batchEnd == loops.begin())
    return;
  auto shares = [&](const NestLoop &loop) {
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
