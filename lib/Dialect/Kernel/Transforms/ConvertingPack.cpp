//===- ConvertingPack.cpp - Packing that converts -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvertingPack.h"
#include "DotProduct.h"
#include "RegisterTranspose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Bits of the vectors that are written at once; narrower machines split them.
static constexpr int64_t kStoreBits = 512;

ConvertingPack::ConvertingPack(PackOp op, OpBuilder &builder, TargetAttr target)
    : op(op), builder(builder), loc(op.getLoc()), target(target),
      width(op.getWidth()),
      vectorBits(target ? target.getVectorBits() : kShuffleBits),
      group(op.getGroup().value_or(1)),
      from(op.getSource().getType().getElementType()),
      to(op.getDest().getType().getElementType()) {
  bool hasTerms = !op.getExtents().empty();
  extent = hasTerms ? Value(op.getExtents().back()) : constant(1);
  stride = hasTerms ? Value(op.getKStrides().back()) : constant(1);
  Value size = constant(group);
  whole = builder.createOrFold<arith::DivUIOp>(loc, extent, size);
  rest = builder.createOrFold<arith::RemUIOp>(loc, extent, size);
  groups = builder.createOrFold<arith::DivUIOp>(
      loc, add(extent, constant(group - 1)), size);
  depth = groups;
  if (hasTerms)
    for (Value outer : op.getExtents().drop_back())
      depth = multiply(depth, outer);
}

//===----------------------------------------------------------------------===//
// Short hands
//===----------------------------------------------------------------------===//

Value ConvertingPack::constant(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}
Value ConvertingPack::add(Value a, Value b) {
  return builder.createOrFold<arith::AddIOp>(loc, a, b);
}
Value ConvertingPack::subtract(Value a, Value b) {
  return builder.createOrFold<arith::SubIOp>(loc, a, b);
}
Value ConvertingPack::multiply(Value a, Value b) {
  return builder.createOrFold<arith::MulIOp>(loc, a, b);
}

/// A number or vector of integers, all with these bits.
Value ConvertingPack::splat(Type like, int64_t bits) {
  auto number = builder.getIntegerAttr(getElementTypeOrSelf(like), bits);
  if (auto vector = dyn_cast<VectorType>(like))
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(vector, number));
  return arith::ConstantOp::create(builder, loc, number);
}

void ConvertingPack::loop(Value from, Value to, int64_t step, Body body) {
  std::optional<int64_t> first = getConstantIntValue(from),
                         last = getConstantIntValue(to);
  if (first && last && *first >= *last)
    return;
  auto op = scf::ForOp::create(builder, loc, from, to, constant(step));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(op.getBody());
  body(op.getInductionVar());
}

/// Writes the body where a number is not 0.
void ConvertingPack::unless(Value isZero, llvm::function_ref<void()> body) {
  if (std::optional<int64_t> known = getConstantIntValue(isZero)) {
    if (*known)
      body();
    return;
  }
  Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                    isZero, constant(0));
  auto branch = scf::IfOp::create(builder, loc, any, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  body();
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

static Type withElement(Type like, Type element) {
  if (auto vector = dyn_cast<VectorType>(like))
    return vector.clone(element);
  return element;
}

/// One term of each lane: widened, or as the lowest bits of a group.
Value ConvertingPack::convertTerm(Value term) {
  Type type = withElement(term.getType(), to);
  if (group == 1)
    return arith::ExtFOp::create(builder, loc, type, term);
  int64_t bits = 32 / group;
  Type narrow = withElement(type, builder.getIntegerType(bits));
  if (isa<FloatType>(from))
    term = arith::BitcastOp::create(builder, loc, narrow, term);
  else if (from.getIntOrFloatBitWidth() < bits && op.getIsUnsigned())
    term = arith::ExtUIOp::create(builder, loc, narrow, term);
  else if (from.getIntOrFloatBitWidth() < bits)
    term = arith::ExtSIOp::create(builder, loc, narrow, term);
  if (op.getFlipSign())
    term = arith::XOrIOp::create(builder, loc, term,
                                 splat(narrow, int64_t(1) << (bits - 1)));
  return arith::ExtUIOp::create(builder, loc, type, term);
}

/// Groups of the terms that each lane has, the first one lowest.
Value ConvertingPack::join(ArrayRef<Value> terms) {
  Value result;
  for (auto [position, term] : llvm::enumerate(terms)) {
    Value bits = convertTerm(term);
    if (position)
      bits = arith::ShLIOp::create(
          builder, loc, bits, splat(bits.getType(), position * (32 / group)));
    result =
        result ? Value(arith::OrIOp::create(builder, loc, result, bits)) : bits;
  }
  return result;
}

/// Terms that lie side by side in a vector, as a vector of groups.
Value ConvertingPack::convert(Value terms) {
  auto type = cast<VectorType>(terms.getType());
  if (group == 1)
    return convertTerm(terms);
  int64_t bits = 32 / group;
  auto narrow = type.clone(builder.getIntegerType(bits));
  if (isa<IntegerType>(from) && from.getIntOrFloatBitWidth() < bits) {
    if (op.getIsUnsigned())
      terms = arith::ExtUIOp::create(builder, loc, narrow, terms);
    else
      terms = arith::ExtSIOp::create(builder, loc, narrow, terms);
  }
  if (op.getFlipSign())
    terms = arith::XOrIOp::create(builder, loc, terms,
                                  splat(narrow, int64_t(1) << (bits - 1)));
  return vector::BitCastOp::create(
      builder, loc, VectorType::get({type.getNumElements() / group}, to),
      terms);
}

//===----------------------------------------------------------------------===//
// Rows side by side
//===----------------------------------------------------------------------===//

/// `lanes` elements, zeros where not so many are left.
Value ConvertingPack::loadLanes(Value address, int64_t lanes, Value left) {
  auto type = VectorType::get({lanes}, from);
  std::optional<int64_t> known = getConstantIntValue(left);
  if (known && *known >= lanes)
    return vector::LoadOp::create(builder, loc, type, op.getSource(), address);
  Value zeros =
      arith::ConstantOp::create(builder, loc, type, builder.getZeroAttr(type));
  if (!known) {
    auto maskType = VectorType::get({lanes}, builder.getI1Type());
    Value mask = vector::CreateMaskOp::create(builder, loc, maskType, left);
    return vector::MaskedLoadOp::create(builder, loc, type, op.getSource(),
                                        address, mask, zeros);
  }
  if (*known <= 0)
    return zeros;
  // Narrow elements have no masked loads before AVX-512.
  Value some = vector::LoadOp::create(
      builder, loc, VectorType::get({*known}, from), op.getSource(), address);
  return vector::InsertStridedSliceOp::create(
      builder, loc, some, zeros, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
}

/// One group of all rows, of which the first `terms` are there.
void ConvertingPack::copyVectors(Value source, Value dest, Value valid,
                                 int64_t terms) {
  int64_t lanes = kStoreBits / to.getIntOrFloatBitWidth();
  for (int64_t at = 0; at < width; at += lanes) {
    int64_t count = std::min(lanes, width - at);
    SmallVector<Value> loaded;
    for (int64_t term = 0; term < terms; ++term)
      loaded.push_back(loadLanes(
          add(add(source, multiply(stride, constant(term))), constant(at)),
          count, subtract(valid, constant(at))));
    Value value = group == 1 ? convertTerm(loaded.front()) : join(loaded);
    vector::StoreOp::create(builder, loc, value, op.getDest(),
                            add(dest, constant(at)));
  }
}

//===----------------------------------------------------------------------===//
// Terms side by side
//===----------------------------------------------------------------------===//

/// All whole groups of the last digit, by squares that are transposed in
/// registers. One that would reach beyond the last group overlaps the one
/// before it.
void ConvertingPack::copySquares(Value source, Value dest, int64_t valid) {
  int64_t bits = to.getIntOrFloatBitWidth();
  std::optional<int64_t> known = getConstantIntValue(whole);
  int64_t size = std::max<int64_t>(vectorBits / bits, 2);
  int64_t least = kShuffleBits / bits;
  while (size > least && (size / 2 >= width || (known && *known < size)))
    size /= 2;
  auto squares = [&] {
    Value last = subtract(whole, constant(size));
    loop(constant(0), whole, size, [&](Value k) {
      if (!known || *known % size != 0)
        k = arith::MinSIOp::create(builder, loc, k, last);
      Value first = add(source, multiply(k, constant(group)));
      Value target = add(dest, multiply(k, constant(width)));
      for (int64_t row = 0; row < width;) {
        // What is left of the rows may need but a smaller square.
        int64_t side = size;
        while (side > least && side / 2 >= width - row)
          side /= 2;
        for (int64_t term = 0; term < size; term += side)
          transposeAt(add(first, constant(term * group)),
                      add(target, constant(term * width)), row, valid, side);
        row += side;
      }
    });
  };
  auto elements = [&] {
    loop(constant(0), whole, 1, [&](Value k) {
      copyElements(add(source, multiply(k, constant(group))),
                   add(dest, multiply(k, constant(width))), constant(valid),
                   constant(group));
    });
  };
  if (known)
    return *known >= size ? squares() : elements();
  Value fits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                     whole, constant(size));
  auto branch = scf::IfOp::create(builder, loc, fits, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  squares();
  builder.setInsertionPointToStart(branch.elseBlock());
  elements();
}

/// A square of `size` groups of the rows from `row` on. Rows from `valid` on
/// are zeros.
void ConvertingPack::transposeAt(Value source, Value dest, int64_t row,
                                 int64_t valid, int64_t size) {
  auto loaded = VectorType::get({size * group}, from);
  auto type = VectorType::get({size}, to);
  SmallVector<Value> rows;
  for (int64_t r = row; r < row + size; ++r) {
    if (r >= valid) {
      rows.push_back(arith::ConstantOp::create(builder, loc, type,
                                               builder.getZeroAttr(type)));
      continue;
    }
    Value address = add(source, multiply(op.getStride(), constant(r)));
    rows.push_back(convert(
        vector::LoadOp::create(builder, loc, loaded, op.getSource(), address)));
  }
  int64_t count = std::min(size, width - row);
  for (auto [term, column] :
       llvm::enumerate(transposeSquare(builder, loc, rows))) {
    Value value = column;
    if (count < size)
      value = vector::ExtractStridedSliceOp::create(
          builder, loc, column, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{count},
          ArrayRef<int64_t>{1});
    vector::StoreOp::create(builder, loc, value, op.getDest(),
                            add(dest, constant(term * width + row)));
  }
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

/// One group of `valid` rows, of which the first `terms` are there; zeros
/// behind.
void ConvertingPack::copyElements(Value source, Value dest, Value valid,
                                  Value terms) {
  std::optional<int64_t> known = getConstantIntValue(terms);
  auto load = [&](Value row, int64_t term) -> Value {
    Value address = add(add(source, multiply(row, op.getStride())),
                        multiply(stride, constant(term)));
    return memref::LoadOp::create(builder, loc, op.getSource(), address);
  };
  auto loadIfThere = [&](Value row, int64_t term) -> Value {
    if (known || term == 0)
      return load(row, term);
    Value isThere = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ult, constant(term), terms);
    auto branch =
        scf::IfOp::create(builder, loc, TypeRange{from}, isThere, true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(builder, loc, load(row, term));
    builder.setInsertionPointToStart(branch.elseBlock());
    Value zero =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(from));
    scf::YieldOp::create(builder, loc, zero);
    return branch.getResult(0);
  };
  loop(constant(0), valid, 1, [&](Value row) {
    SmallVector<Value> loaded;
    for (int64_t term = 0; term < known.value_or(group); ++term)
      loaded.push_back(loadIfThere(row, term));
    Value value = group == 1 ? convertTerm(loaded.front()) : join(loaded);
    memref::StoreOp::create(builder, loc, value, op.getDest(), add(dest, row));
  });
  if (getConstantIntValue(valid) == width)
    return;
  loop(valid, constant(width), 1, [&](Value row) {
    Value zero =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(to));
    memref::StoreOp::create(builder, loc, zero, op.getDest(), add(dest, row));
  });
}

//===----------------------------------------------------------------------===//
// Panels
//===----------------------------------------------------------------------===//

/// The groups of one run of the last digit.
void ConvertingPack::copyGroups(Kind kind, Value source, Value dest,
                                Value valid) {
  std::optional<int64_t> known = getConstantIntValue(valid),
                         knownRest = getConstantIntValue(rest);
  bool byVectors = kind == Kind::vectors && (known || vectorBits >= 512);
  auto at = [&](Value k, bool isSource) {
    return isSource
               ? add(source, multiply(multiply(k, constant(group)), stride))
               : add(dest, multiply(k, constant(width)));
  };
  if (kind == Kind::transposed && known)
    copySquares(source, dest, *known);
  else
    loop(constant(0), whole, 1, [&](Value k) {
      if (byVectors)
        return copyVectors(at(k, true), at(k, false), valid, group);
      copyElements(at(k, true), at(k, false), valid, constant(group));
    });
  // What the last group lacks are zeros.
  unless(rest, [&] {
    if (byVectors && knownRest)
      return copyVectors(at(whole, true), at(whole, false), valid, *knownRest);
    copyElements(at(whole, true), at(whole, false), valid, rest);
  });
}

/// Copies one panel, of which `valid` rows are there.
void ConvertingPack::copyPanel(Kind kind, Value source, Value dest,
                               Value valid) {
  OpBuilder::InsertionGuard guard(builder);
  Value offset = source, flat = constant(0);
  for (size_t d = 0; d + 1 < op.getExtents().size(); ++d) {
    auto digit = scf::ForOp::create(builder, loc, constant(0),
                                    op.getExtents()[d], constant(1));
    builder.setInsertionPointToStart(digit.getBody());
    Value k = digit.getInductionVar();
    offset = add(offset, multiply(k, op.getKStrides()[d]));
    flat = add(multiply(flat, op.getExtents()[d]), k);
  }
  copyGroups(kind, offset,
             add(dest, multiply(multiply(flat, groups), constant(width))),
             valid);
}

/// What factors whose signs were flipped add too much, behind the panel: the
/// sums of its terms, by way of their products with 1.
void ConvertingPack::writeCorrection(Value panel) {
  int64_t lanes = std::min(width, vectorBits / 32);
  SmallVector<int64_t> starts;
  for (int64_t start = 0; start < width; start += lanes)
    starts.push_back(start);
  auto typeAt = [&](int64_t start) {
    return VectorType::get({std::min(lanes, width - start)}, to);
  };
  DotProduct sums(TileKind::dot_i8, op.getIsUnsigned(), !op.getIsUnsigned(),
                  target);
  SmallVector<Value> zeros;
  for (int64_t start : starts)
    zeros.push_back(splat(typeAt(start), 0));
  auto loop =
      scf::ForOp::create(builder, loc, constant(0), depth, constant(1), zeros);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> results;
    Value row = add(panel, multiply(loop.getInductionVar(), constant(width)));
    for (auto [start, sum] : llvm::zip(starts, loop.getRegionIterArgs())) {
      Value terms = vector::LoadOp::create(
          builder, loc, typeAt(start), op.getDest(), add(row, constant(start)));
      results.push_back(
          sums.add(builder, loc, sum, terms, splat(typeAt(start), 0x01010101)));
    }
    scf::YieldOp::create(builder, loc, results);
  }
  Value behind = add(panel, multiply(depth, constant(width)));
  for (auto [start, sum] : llvm::zip(starts, loop.getResults())) {
    Value scaled = arith::MulIOp::create(
        builder, loc, sum,
        splat(typeAt(start), op.getIsUnsigned() ? 128 : -128));
    vector::StoreOp::create(builder, loc, scaled, op.getDest(),
                            add(behind, constant(start)));
  }
}

ConvertingPack::Kind ConvertingPack::run() {
  Kind kind = Kind::scalars;
  if (isConstantIntValue(op.getStride(), 1))
    kind = Kind::vectors;
  else if (to.getIntOrFloatBitWidth() < kShuffleBits && width > 1 &&
           isConstantIntValue(stride, 1))
    kind = Kind::transposed;
  Value perRow = op.getFlipCorrection() ? add(depth, constant(1)) : depth;
  OpBuilder::InsertionGuard guard(builder);
  Value source = op.getSourceBase(), target = op.getDestBase();
  for (auto [extent, stride, destStride] :
       llvm::zip_equal(op.getOuterExtents(), op.getOuterStrides(),
                       op.getOuterDestStrides())) {
    auto digit =
        scf::ForOp::create(builder, loc, constant(0), extent, constant(1));
    builder.setInsertionPointToStart(digit.getBody());
    source = add(source, multiply(digit.getInductionVar(), stride));
    target = add(target, multiply(digit.getInductionVar(), destStride));
  }
  auto panel = [&](Value p, Value valid) {
    Value first = multiply(p, constant(width));
    Value dest = add(target, multiply(first, perRow));
    copyPanel(kind, add(source, multiply(first, op.getStride())), dest, valid);
    if (op.getFlipCorrection())
      writeCorrection(dest);
  };
  Value full =
      builder.createOrFold<arith::DivUIOp>(loc, op.getCount(), constant(width));
  loop(constant(0), full, 1, [&](Value p) { panel(p, constant(width)); });
  // The last panel, when it is not full.
  Value left = subtract(op.getCount(), multiply(full, constant(width)));
  unless(left, [&] { panel(full, left); });
  return kind;
}
