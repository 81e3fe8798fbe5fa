//===- InterleaveTerms.cpp - Blocks of terms with lines of both inputs ----===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatOperand.h"
#include "LoopNormalizer.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

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
void LoopNormalizer::interleaveTerms() {
  if (shapedInputs.size() != 2)
    return;
  unsigned first = shapedInputs[0];
  auto begin =
      llvm::find_if(loops, [](const NestLoop &l) { return l.reduction; });
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
  for (const NestLoop &loop : loops)
    if (loop.moves(first) && loop.staticExtent() > 0)
      bytes *= double(loop.staticExtent());
  if (bytes <= kSmallBytes)
    return;
  NestLoop piece = *lines;
  if (lines->staticExtent() <= kShort) {
    loops.erase(lines);
    loops.push_back(piece);
    return;
  }
  std::optional<int64_t> size = linePiece(lines->staticExtent());
  if (!size)
    return;
  piece.extent = builder.getIndexAttr(*size);
  NestLoop outer = *lines;
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
