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

namespace {

/// Elements of about a cache line, whose bytes are visited once.
struct PieceLength {
  int64_t least, line, most;

  explicit PieceLength(int64_t elementBytes) {
    constexpr int64_t kLineBytes = 64, kLeastElements = 16;
    line = std::max(kLineBytes / elementBytes, kLeastElements);
    least = line * 5 / 8;
    most = line * 3 / 2;
  }

  /// The divisor of `extent` that is nearest to a line.
  std::optional<int64_t> divide(int64_t extent) const {
    std::optional<int64_t> best;
    for (int64_t piece = least; piece <= most; ++piece)
      if (extent % piece == 0 &&
          (!best || std::abs(piece - line) < std::abs(*best - line)))
        best = piece;
    return best;
  }
};

} // namespace

/// The summed digit along which the first input's lines lie, where that is not
/// the innermost one, along which the second one's do: a block of terms would
/// have but a few elements of each of its lines, and fetch all of them again
/// for the next few.
std::optional<size_t> LoopNormalizer::linesOfFirst() const {
  if (shapedInputs.size() != 2)
    return std::nullopt;
  unsigned first = shapedInputs[0];
  std::optional<size_t> lines;
  int64_t terms = 1;
  for (auto [at, loop] : llvm::enumerate(loops)) {
    if (!loop.reduction)
      continue;
    if (ShapedType::isDynamic(loop.staticExtent()) ||
        llvm::MulOverflow(terms, loop.staticExtent(), terms))
      return std::nullopt;
    if (loop.moves(first) &&
        (!lines || loop.distance(first) <= loops[*lines].distance(first)))
      lines = at;
  }
  // Fewer terms are a single block; and what the second-level cache holds is as
  // soon fetched again.
  constexpr int64_t kManyTerms = 512, kSmallBytes = int64_t(1) << 20;
  if (!lines || *lines + 1 == loops.size() || terms < kManyTerms)
    return std::nullopt;
  double bytes = elementBytes(operands[first].value);
  for (const NestLoop &loop : loops)
    if (loop.moves(first) && loop.staticExtent() > 0)
      bytes *= double(loop.staticExtent());
  bool isKnown = llvm::all_of(shapedInputs, [&](unsigned input) {
    return getConstantIntValue(loops[*lines].strides[input]).has_value();
  });
  return isKnown && bytes > kSmallBytes ? lines : std::nullopt;
}

/// Puts a piece of that digit, about as long as a line, innermost: a block then
/// has whole lines of both inputs.
void LoopNormalizer::interleaveTerms() {
  std::optional<size_t> lines = linesOfFirst();
  if (!lines)
    return;
  PieceLength length(elementBytes(operands[shapedInputs[0]].value));
  NestLoop piece = loops[*lines];
  std::optional<NestLoop> pieces;
  if (int64_t extent = piece.staticExtent(); extent > length.most) {
    std::optional<int64_t> size = length.divide(extent);
    if (!size)
      return;
    pieces = piece;
    pieces->extent = builder.getIndexAttr(extent / *size);
    for (OpFoldResult &stride : pieces->strides)
      if (stride)
        stride = builder.getIndexAttr(*getConstantIntValue(stride) * *size);
    piece.extent = builder.getIndexAttr(*size);
  }
  loops.erase(loops.begin() + *lines);
  // The pieces' loop goes outside of the second input's innermost digit.
  if (pieces)
    loops.insert(loops.end() - 1, *pieces);
  loops.push_back(piece);
  isInterleaved = true;
}
