//===- TileAccess.cpp - Loads and stores of a register tile ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRefView.h"
#include "RegisterTranspose.h"
#include "TileEmitter.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace einsumc::kernel;

Value TileBuffers::get(MicroKernelOp op, Type element, int64_t size) {
  Block *block = &op->getParentOfType<func::FuncOp>().getBody().front();
  if (auto task = op->getParentOfType<scf::ForallOp>())
    block = task.getBody();
  auto &[scratch, known] = buffers[{block, element}];
  if (scratch && known >= size)
    return scratch.getBuffer();
  OpBuilder builder = OpBuilder::atBlockBegin(block);
  Value count = arith::ConstantIndexOp::create(builder, op.getLoc(), size);
  known = size;
  if (scratch)
    scratch.getSizeMutable().assign(count);
  else
    scratch = ScratchOp::create(
        builder, op.getLoc(), MemRefType::get({ShapedType::kDynamic}, element),
        count);
  return scratch.getBuffer();
}

TileOperand TileEmitter::makeOperand(Value memref, Value base, Value mStride,
                                     Value nStride, ValueRange kStrides) {
  TileOperand operand;
  operand.element = cast<MemRefType>(memref.getType()).getElementType();
  operand.memref = memref;
  if (auto complex = dyn_cast<ComplexType>(operand.element)) {
    operand.isComplex = true;
    operand.element = complex.getElementType();
    operand.memref =
        viewAs(builder, loc, memref,
               MemRefType::get({ShapedType::kDynamic}, operand.element));
  }
  operand.base = base;
  operand.mStride = mStride;
  operand.nStride = nStride;
  operand.kStrides.assign(kStrides.begin(), kStrides.end());
  operand.rows = !isConstantIntValue(mStride, 0);
  operand.columns = isConstantIntValue(nStride, 0)   ? ColumnAccess::none
                    : isConstantIntValue(nStride, 1) ? ColumnAccess::contiguous
                                                     : ColumnAccess::strided;
  return operand;
}

Value TileEmitter::mask(int64_t lanesPerElement) {
  return masks.lookup(lanesPerElement);
}

void TileEmitter::setTail(Value lanes) {
  tail = lanes;
  masks.clear();
  if (!tail)
    return;
  for (int64_t perElement : {1, 2}) {
    auto type = VectorType::get({width * perElement}, builder.getI1Type());
    masks[perElement] = vector::CreateMaskOp::create(
        builder, loc, type, multiply(tail, perElement));
  }
}

Value TileEmitter::indexOf(const TileOperand &operand, Value base, int64_t m,
                           int64_t v) {
  Value index = base;
  if (operand.rows && m)
    index = add(index, multiply(operand.mStride, m));
  if (operand.columns != ColumnAccess::none && v)
    index = add(index, multiply(columnOf(v), operand.nStride));
  return index;
}

/// Offsets of a vector's lanes along the columns.
Value TileEmitter::laneOffsets(const TileOperand &operand) {
  auto type = VectorType::get({width}, builder.getIndexType());
  Value lanes = vector::StepOp::create(builder, loc, type);
  Value stride = vector::BroadcastOp::create(
      builder, loc, type, multiply(operand.nStride, operand.isComplex ? 2 : 1));
  return arith::MulIOp::create(builder, loc, lanes, stride);
}

/// Lanes of one part (0, or 1 for an imaginary part) by their own addresses.
Value TileEmitter::loadPart(const TileOperand &operand, Value index, int64_t v,
                            int64_t part) {
  auto type = VectorType::get({width}, operand.element);
  auto maskType = VectorType::get({width}, builder.getI1Type());
  Value lanes = isMasked(v) ? mask(1)
                            : Value(arith::ConstantOp::create(
                                  builder, loc, maskType,
                                  DenseElementsAttr::get(maskType, true)));
  if (operand.isComplex)
    index = add(multiply(index, 2), constant(part));
  return vector::GatherOp::create(builder, loc, type, operand.memref, index,
                                  laneOffsets(operand), lanes,
                                  zeroVector(builder, loc, type));
}

void TileEmitter::setAhead() {
  for (auto [input, ahead] : llvm::zip(inputs, op.getAhead()))
    if (!isConstantIntValue(ahead, 0))
      input.ahead = multiply(ahead, input.isComplex ? 2 : 1);
}

/// Bytes that a cache line holds.
static constexpr int64_t kLineBytes = 64;

void TileEmitter::fetchOutput() {
  if (output.transposed)
    return fetchTransposedOutput();
  if (output.columns != ColumnAccess::contiguous)
    return;
  int64_t parts = output.isComplex ? 2 : 1;
  int64_t bytes =
      parts * llvm::divideCeil(output.element.getIntOrFloatBitWidth(), 8);
  int64_t perLine = std::max<int64_t>(kLineBytes / bytes, 1);
  SmallVector<int64_t> columns;
  for (int64_t column = 0; column < nv * width; column += perLine)
    columns.push_back(column);
  // Rows that do not all begin a line reach into one more.
  std::optional<int64_t> stride = getConstantIntValue(output.mStride);
  if (mr > 1 && (!stride || *stride % perLine != 0))
    columns.push_back(nv * width - 1);
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t column : columns) {
      Value index = add(indexOf(output, output.base, m, 0), constant(column));
      memref::PrefetchOp::create(
          builder, loc, output.memref, ValueRange(multiply(index, parts)),
          /*isWrite=*/true, /*localityHint=*/3, /*isDataCache=*/true);
    }
}

void TileEmitter::prefetch(const TileOperand &operand, Value index,
                           int64_t lanes, int64_t v) {
  if (!operand.ahead)
    return;
  int64_t bytes =
      lanes * llvm::divideCeil(operand.element.getIntOrFloatBitWidth(), 8);
  if (v * bytes % kLineBytes != 0)
    return;
  // Into the second-level cache: the first one is too small for all that is on
  // its way.
  for (int64_t line = 0; line < std::max(bytes / kLineBytes, int64_t(1));
       ++line) {
    Value at = add(add(index, operand.ahead),
                   constant(line * (kLineBytes * lanes / bytes)));
    memref::PrefetchOp::create(builder, loc, operand.memref, ValueRange(at),
                               /*isWrite=*/false, /*localityHint=*/2,
                               /*isDataCache=*/true);
  }
}

Number TileEmitter::load(const TileOperand &operand, Value base, int64_t m,
                         int64_t v) {
  Value index = indexOf(operand, base, m, v);
  int64_t parts = operand.isComplex ? 2 : 1;
  if (operand.columns == ColumnAccess::none) {
    if (operand.groups)
      return {loadGroup(operand, index), {}};
    if (!operand.isComplex) {
      prefetch(operand, index, 1, 0);
      return {memref::LoadOp::create(builder, loc, operand.memref, index), {}};
    }
    Value twice = multiply(index, 2);
    prefetch(operand, twice, 1, 0);
    return {memref::LoadOp::create(builder, loc, operand.memref, twice),
            memref::LoadOp::create(builder, loc, operand.memref,
                                   add(twice, constant(1)))};
  }
  if (operand.columns == ColumnAccess::strided)
    return {loadPart(operand, index, v, 0),
            operand.isComplex ? loadPart(operand, index, v, 1) : Value()};

  auto type = VectorType::get({width * parts}, operand.element);
  if (operand.isComplex)
    index = multiply(index, 2);
  prefetch(operand, index, width * parts, v);
  Value loaded;
  if (isMasked(v) && !operand.padded)
    loaded = vector::MaskedLoadOp::create(builder, loc, type, operand.memref,
                                          index, mask(parts),
                                          zeroVector(builder, loc, type));
  else
    loaded = vector::LoadOp::create(builder, loc, type, operand.memref, index);
  return split(operand, loaded);
}

Number TileEmitter::split(const TileOperand &operand, Value loaded) {
  if (!operand.isComplex)
    return {loaded, {}};
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < width; ++i) {
    even.push_back(2 * i);
    odd.push_back(2 * i + 1);
  }
  return {vector::ShuffleOp::create(builder, loc, loaded, loaded, even),
          vector::ShuffleOp::create(builder, loc, loaded, loaded, odd)};
}

Value TileEmitter::join(const TileOperand &operand, Number number) {
  if (!operand.isComplex)
    return number.real;
  SmallVector<int64_t> inTurn;
  for (int64_t i = 0; i < width; ++i) {
    inTurn.push_back(i);
    inTurn.push_back(width + i);
  }
  return vector::ShuffleOp::create(builder, loc, number.real, number.imag,
                                   inTurn);
}

bool TileEmitter::canTranspose(const TileOperand &operand) const {
  // The square must fit the registers, and its rows be pieces that instructions
  // shuffle within.
  constexpr int64_t kMostLanes = 16;
  if (operand.columns != ColumnAccess::strided ||
      !isConstantIntValue(operand.mStride, 1) || width > kMostLanes ||
      mr > width || mr == 1)
    return false;
  int64_t bits =
      operand.element.getIntOrFloatBitWidth() * (operand.isComplex ? 2 : 1);
  // Narrow elements have no masked loads before AVX-512.
  return width * bits >= kShuffleBits &&
         (hasMasks || bits >= 32 || mr == width);
}

SmallVector<Number> TileEmitter::loadTransposed(const TileOperand &operand,
                                                Value base, int64_t v) {
  int64_t parts = operand.isComplex ? 2 : 1;
  auto type = VectorType::get({width * parts}, operand.element);
  auto maskType = VectorType::get({width * parts}, builder.getI1Type());
  SmallVector<Value> columns;
  for (int64_t j = 0; j < width; ++j) {
    // Columns that are not there are not read: the last one is, again.
    Value column = constant(j);
    if (isMasked(v)) {
      Value last = builder.createOrFold<arith::SubIOp>(loc, tail, constant(1));
      column = builder.createOrFold<arith::MinSIOp>(loc, column, last);
    }
    column = add(column, columnOf(v));
    Value index = multiply(add(base, multiply(operand.nStride, column)), parts);
    prefetch(operand, index, width * parts, 0);
    if (mr == width) {
      columns.push_back(
          vector::LoadOp::create(builder, loc, type, operand.memref, index));
      continue;
    }
    Value rows = vector::CreateMaskOp::create(builder, loc, maskType,
                                              ValueRange(constant(mr * parts)));
    columns.push_back(
        vector::MaskedLoadOp::create(builder, loc, type, operand.memref, index,
                                     rows, zeroVector(builder, loc, type)));
  }
  SmallVector<Number> rows;
  for (Value row : transposeSquare(builder, loc, columns, parts))
    rows.push_back(split(operand, row));
  return rows;
}

void TileEmitter::scatterPart(const TileOperand &operand, Value part,
                              Value index, int64_t v, int64_t which) {
  if (operand.isComplex)
    index = add(multiply(index, 2), constant(which));
  auto maskType = VectorType::get({width}, builder.getI1Type());
  Value lanes = isMasked(v) ? mask(1)
                            : Value(arith::ConstantOp::create(
                                  builder, loc, maskType,
                                  DenseElementsAttr::get(maskType, true)));
  vector::ScatterOp::create(builder, loc, Type(), operand.memref, index,
                            laneOffsets(operand), lanes, part);
}

void TileEmitter::store(const TileOperand &operand, Number number, int64_t m,
                        int64_t v) {
  Value index = indexOf(operand, operand.base, m, v);
  // A mask of one lane is not given to LLVM either: version 22 makes of a
  // truncation and such a masked store a store of the element before the
  // truncation, which reaches into the next element.
  bool isOneLane =
      isMasked(v) ? isConstantIntValue(tail, 1)
                  : operand.columns != ColumnAccess::contiguous && width == 1;
  if (isOneLane && !operand.isComplex) {
    // Whatever the stride, the element itself.
    Value element =
        vector::ExtractOp::create(builder, loc, number.real, int64_t(0));
    memref::StoreOp::create(builder, loc, element, operand.memref, index);
    return;
  }
  if (operand.columns != ColumnAccess::contiguous) {
    scatterPart(operand, number.real, index, v, 0);
    if (operand.isComplex)
      scatterPart(operand, number.imag, index, v, 1);
    return;
  }
  if (operand.isComplex)
    index = multiply(index, 2);
  storeContiguous(operand, join(operand, number), index, v);
}

void TileEmitter::storeContiguous(const TileOperand &operand, Value value,
                                  Value index, int64_t v) {
  if (!isMasked(v)) {
    constexpr int64_t kLineBytes = 64, kLeastBytes = 16;
    int64_t bytes =
        llvm::divideCeil(width * (operand.isComplex ? 2 : 1) *
                             operand.element.getIntOrFloatBitWidth(),
                         8);
    // Where an element lies on a multiple of its own size alone, LLVM would
    // store it past the caches on its own.
    bool stream = op.getStream() && !isShifted && bytes >= kLeastBytes;
    vector::StoreOp::create(builder, loc, value, operand.memref, index, stream,
                            stream
                                ? llvm::MaybeAlign(std::min(bytes, kLineBytes))
                                : llvm::MaybeAlign());
    return;
  }
  int64_t parts = operand.isComplex ? 2 : 1;
  std::optional<int64_t> known = getConstantIntValue(tail);
  if (hasMasks || !known) {
    vector::MaskedStoreOp::create(builder, loc, operand.memref, index,
                                  mask(parts), value);
    return;
  }
  storePowersOfTwo(operand, index, value, *known * parts);
}

/// The first `count` elements of a vector, in pieces of powers of two.
void TileEmitter::storePowersOfTwo(const TileOperand &operand, Value index,
                                   Value value, int64_t count) {
  for (int64_t at = 0; at < count;) {
    int64_t size = llvm::bit_floor(uint64_t(count - at));
    Value piece = vector::ExtractStridedSliceOp::create(
        builder, loc, value, ArrayRef<int64_t>{at}, ArrayRef<int64_t>{size},
        ArrayRef<int64_t>{1});
    vector::StoreOp::create(builder, loc, piece, operand.memref,
                            add(index, constant(at)));
    at += size;
  }
}

void TileEmitter::copyTile(Value buffer, bool toBuffer) {
  OpBuilder::InsertionGuard guard(builder);
  Value columns = constant((nv - (op.getTail() ? 1 : 0)) * width);
  if (op.getTail())
    columns = add(columns, op.getTail());
  auto row =
      scf::ForOp::create(builder, loc, constant(0), constant(mr), constant(1));
  builder.setInsertionPointToStart(row.getBody());
  Value m = row.getInductionVar();
  Value outside = add(op.getOutputBase(), multiply(m, op.getMStrides().back()));
  Value inside = multiply(m, nv * width);
  auto column =
      scf::ForOp::create(builder, loc, constant(0), columns, constant(1));
  builder.setInsertionPointToStart(column.getBody());
  Value n = column.getInductionVar();
  outside = add(outside, multiply(n, op.getNStrides().back()));
  inside = add(inside, n);
  Value from = toBuffer ? op.getOutput() : buffer;
  Value element =
      memref::LoadOp::create(builder, loc, from, toBuffer ? outside : inside);
  memref::StoreOp::create(builder, loc, element,
                          toBuffer ? buffer : op.getOutput(),
                          toBuffer ? inside : outside);
}
