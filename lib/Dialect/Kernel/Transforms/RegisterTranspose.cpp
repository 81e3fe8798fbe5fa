//===- RegisterTranspose.cpp - Rows become columns in registers -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every shuffle is one that x86 has an instruction for: first interleavings
// inside of pieces of 128 bits (unpck*), then exchanges of whole pieces
// (vperm2f128, vshuff32x4). The general network, exchanging halves of ever
// smaller blocks, takes twice as many.
//
//===----------------------------------------------------------------------===//

#include "RegisterTranspose.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

namespace {
class Transposer {
public:
  Transposer(OpBuilder &builder, Location loc, VectorType type, int64_t parts)
      : builder(builder), loc(loc), parts(parts),
        size(type.getNumElements() / parts),
        piece(kShuffleBits / (type.getElementTypeBitWidth() * parts)) {}

  SmallVector<Value> run(ArrayRef<Value> rows);

private:
  Value shuffle(Value a, Value b, llvm::function_ref<int64_t(int64_t)> source) {
    SmallVector<int64_t> mask;
    for (int64_t i = 0; i < size; ++i)
      for (int64_t part = 0; part < parts; ++part)
        mask.push_back(source(i) * parts + part);
    return vector::ShuffleOp::create(builder, loc, a, b, mask);
  }
  Value interleave(Value a, Value b, int64_t run, bool high);
  Value everySecondPiece(Value a, Value b, bool odd);
  void exchangePieces(ArrayRef<Value> group, int64_t bit, int64_t which,
                      llvm::function_ref<void(int64_t, Value)> give);

  OpBuilder &builder;
  Location loc;
  int64_t parts; ///< numbers of an element
  int64_t size;  ///< rows, and elements of one
  int64_t piece; ///< elements of 128 bits
};
} // namespace

/// Runs of elements of the lower (upper) halves of both vectors' pieces in
/// turn.
Value Transposer::interleave(Value a, Value b, int64_t run, bool high) {
  return shuffle(a, b, [&](int64_t i) {
    int64_t start = i / piece * piece, inside = i % piece;
    int64_t pair = inside / (2 * run);
    int64_t at = start + (high ? piece / 2 : 0) + pair * run + inside % run;
    return inside / run % 2 ? size + at : at;
  });
}

/// The even (odd) pieces of `a`, then those of `b`.
Value Transposer::everySecondPiece(Value a, Value b, bool odd) {
  int64_t half = size / 2;
  return shuffle(a, b, [&](int64_t i) {
    int64_t number = i % half / piece * 2 + odd;
    return (i < half ? 0 : size) + number * piece + i % piece;
  });
}

/// Gives each piece's number and the vector that has this piece of every vector
/// of the group.
void Transposer::exchangePieces(ArrayRef<Value> group, int64_t bit,
                                int64_t which,
                                llvm::function_ref<void(int64_t, Value)> give) {
  if (group.size() == 1)
    return give(which, group.front());
  for (bool odd : {false, true}) {
    SmallVector<Value> half;
    for (size_t i = 0; i < group.size(); i += 2)
      half.push_back(everySecondPiece(group[i], group[i + 1], odd));
    exchangePieces(half, bit * 2, which + odd * bit, give);
  }
}

SmallVector<Value> Transposer::run(ArrayRef<Value> rows) {
  SmallVector<Value> vectors(rows);
  // A position's bits in a piece are those of the column, a vector's those of
  // the row. Each step moves the column's highest bit left into the vector's
  // number and the row's lowest bit left into the position.
  int64_t steps = llvm::Log2_64(piece);
  for (int64_t step = 0; step < steps; ++step) {
    int64_t run = int64_t(1) << step;
    for (int64_t i = 0; i < size; ++i) {
      if (i & run)
        continue;
      Value a = vectors[i], b = vectors[i + run];
      vectors[i] = interleave(a, b, run, /*high=*/false);
      vectors[i + run] = interleave(a, b, run, /*high=*/true);
    }
  }
  // So a vector's number, in its piece's rows, is a column's with reversed
  // bits.
  SmallVector<Value> columns(size);
  for (int64_t i = 0; i < piece; ++i) {
    int64_t column = 0;
    for (int64_t bit = 0; bit < steps; ++bit)
      column |= (i >> bit & 1) << (steps - 1 - bit);
    SmallVector<Value> group;
    for (int64_t first = 0; first < size; first += piece)
      group.push_back(vectors[first + i]);
    exchangePieces(group, 1, 0, [&](int64_t which, Value vector) {
      columns[which * piece + column] = vector;
    });
  }
  return columns;
}

SmallVector<Value> einsumc::kernel::transposeSquare(OpBuilder &builder,
                                                    Location loc,
                                                    ArrayRef<Value> rows,
                                                    int64_t parts) {
  auto type = cast<VectorType>(rows.front().getType());
  return Transposer(builder, loc, type, parts).run(rows);
}
