//===- TransposedTile.cpp - Outputs whose columns lie apart ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile whose rows lie beside each other in the output and whose columns do
// not: squares of it are transposed in registers, and each column is loaded and
// stored as one short vector along the rows.
//
//===----------------------------------------------------------------------===//

#include "RegisterTranspose.h"
#include "TileEmitter.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

bool TileEmitter::canTransposeOutput() {
  // As for inputs (canTranspose), but rows may be several squares. How many
  // columns there are must be known: each is an instruction.
  constexpr int64_t kMostLanes = 16;
  bool startsEarlier = !hasMasks && nv > 1;
  return output.columns == ColumnAccess::strided && mr > 1 &&
         isConstantIntValue(output.mStride, 1) && width > 1 &&
         width <= kMostLanes &&
         width * output.element.getIntOrFloatBitWidth() *
                 (output.isComplex ? 2 : 1) >=
             kShuffleBits &&
         (!op.getTail() || startsEarlier || getConstantIntValue(op.getTail()));
}

/// Columns of vector `v` that are there.
int64_t TileEmitter::validColumns(int64_t v) {
  return isMasked(v) ? *getConstantIntValue(tail) : width;
}

/// The first `count` elements of a vector of `lanes`; the others are zero.
Value TileEmitter::loadPiece(Value index, int64_t count, int64_t lanes) {
  auto type = VectorType::get({lanes}, output.element);
  if (count == lanes)
    return vector::LoadOp::create(builder, loc, type, output.memref, index);
  Value result = zeroVector(builder, loc, type);
  if (hasMasks) {
    Value mask = vector::CreateMaskOp::create(
        builder, loc, VectorType::get({lanes}, builder.getI1Type()),
        ValueRange(constant(count)));
    return vector::MaskedLoadOp::create(builder, loc, type, output.memref,
                                        index, mask, result);
  }
  // In pieces of powers of two.
  for (int64_t at = 0; at < count;) {
    int64_t size = llvm::bit_floor(uint64_t(count - at));
    Value piece = vector::LoadOp::create(
        builder, loc, VectorType::get({size}, output.element), output.memref,
        add(index, constant(at)));
    result = vector::InsertStridedSliceOp::create(builder, loc, piece, result,
                                                  ArrayRef<int64_t>{at},
                                                  ArrayRef<int64_t>{1});
    at += size;
  }
  return result;
}

/// The first `count` elements of a vector.
void TileEmitter::storePiece(Value index, Value value, int64_t count) {
  int64_t lanes = cast<VectorType>(value.getType()).getNumElements();
  if (count == lanes) {
    vector::StoreOp::create(builder, loc, value, output.memref, index);
    return;
  }
  if (hasMasks) {
    Value mask = vector::CreateMaskOp::create(
        builder, loc, VectorType::get({lanes}, builder.getI1Type()),
        ValueRange(constant(count)));
    vector::MaskedStoreOp::create(builder, loc, output.memref, index, mask,
                                  value);
    return;
  }
  storePowersOfTwo(output, index, value, count);
}

/// What the accumulators start from in memory.
SmallVector<Value> TileEmitter::loadTransposedTile() {
  int64_t parts = output.isComplex ? 2 : 1;
  auto type = VectorType::get({width * parts}, output.element);
  SmallVector<Value> values(mr * nv * parts);
  for (int64_t v = 0; v < nv; ++v)
    for (int64_t first = 0; first < mr; first += width) {
      int64_t count = std::min(width, mr - first);
      Value corner = indexOf(output, output.base, first, v);
      SmallVector<Value> columns(width, zeroVector(builder, loc, type));
      for (int64_t column = 0; column < validColumns(v); ++column) {
        Value index = add(corner, multiply(output.nStride, column));
        columns[column] =
            loadPiece(multiply(index, parts), count * parts, width * parts);
      }
      SmallVector<Value> rows = transposeSquare(builder, loc, columns, parts);
      for (int64_t row = 0; row < count; ++row) {
        Number number = split(output, rows[row]);
        int64_t at = ((first + row) * nv + v) * parts;
        values[at] = number.real;
        if (output.isComplex)
          values[at + 1] = number.imag;
      }
    }
  return values;
}

void TileEmitter::storeTransposedTile(ArrayRef<Value> values) {
  int64_t parts = output.isComplex ? 2 : 1;
  auto type = VectorType::get({width * parts}, output.element);
  for (int64_t v = 0; v < nv; ++v)
    for (int64_t first = 0; first < mr; first += width) {
      int64_t count = std::min(width, mr - first);
      Value corner = indexOf(output, output.base, first, v);
      SmallVector<Value> rows(width, zeroVector(builder, loc, type));
      for (int64_t row = 0; row < count; ++row) {
        int64_t at = ((first + row) * nv + v) * parts;
        Number number{values[at], output.isComplex ? values[at + 1] : Value()};
        rows[row] = join(output, number);
      }
      SmallVector<Value> columns = transposeSquare(builder, loc, rows, parts);
      for (int64_t column = 0; column < validColumns(v); ++column) {
        Value index = add(corner, multiply(output.nStride, column));
        storePiece(multiply(index, parts), columns[column], count * parts);
      }
    }
}

void TileEmitter::fetchTransposedOutput() {
  constexpr int64_t kLineBytes = 64;
  int64_t parts = output.isComplex ? 2 : 1;
  int64_t bytes =
      parts * llvm::divideCeil(output.element.getIntOrFloatBitWidth(), 8);
  int64_t perLine = std::max<int64_t>(kLineBytes / bytes, 1);
  for (int64_t v = 0; v < nv; ++v)
    for (int64_t column = 0; column < validColumns(v); ++column)
      for (int64_t row = 0; row < mr; row += perLine) {
        Value index = add(indexOf(output, output.base, row, v),
                          multiply(output.nStride, column));
        memref::PrefetchOp::create(
            builder, loc, output.memref, ValueRange(multiply(index, parts)),
            /*isWrite=*/true, /*localityHint=*/3, /*isDataCache=*/true);
      }
}
