//===- LowerMicroKernel.cpp - register tiles as loops over vectors -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRefView.h"
#include "VectorBody.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_LOWERMICROKERNEL
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// Elements of a tile that are scattered one by one; more go through a buffer.
static constexpr int64_t kFewLanes = 16;

namespace {

/// How an operand moves along the columns of a tile.
enum class ColumnAccess { none, contiguous, strided };

/// An operand of the tile: flat memory, where it starts, how it moves.
struct TileOperand {
  Value memref; ///< of the element, or of a complex number's parts
  Type element; ///< the part's type for complex numbers
  bool isComplex = false;
  Value base, mStride, nStride;
  SmallVector<Value> kStrides;
  ColumnAccess columns = ColumnAccess::none;
  bool rows = false;   ///< whether it moves along the rows
  bool padded = false; ///< whether there are whole vectors everywhere
};

/// Buffers that tiles go through on their way to columns that lie apart: one an
/// element type in each task, as large as the largest tile.
class TileBuffers {
public:
  Value get(MicroKernelOp op, Type element, int64_t size);

private:
  llvm::DenseMap<std::pair<Block *, Type>, std::pair<ScratchOp, int64_t>>
      buffers;
};

class TileEmitter {
public:
  /// `hasMasks`: whether masked stores are as fast as others.
  TileEmitter(MicroKernelOp op, OpBuilder &builder, bool hasMasks,
              TileBuffers &buffers)
      : op(op), builder(builder), loc(op.getLoc()), mr(op.getMr()),
        nv(op.getNv()), width(op.getWidth()), hasMasks(hasMasks),
        buffers(buffers), body(op.getBody().front(), op.getWidth()) {}

  LogicalResult run();

private:
  TileOperand makeOperand(Value memref, Value base, Value mStride,
                          Value nStride, ValueRange kStrides);
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value add(Value a, Value b) {
    return builder.createOrFold<arith::AddIOp>(loc, a, b);
  }
  Value multiply(Value a, int64_t b) {
    return builder.createOrFold<arith::MulIOp>(loc, a, constant(b));
  }
  Value multiply(Value a, Value b) {
    return builder.createOrFold<arith::MulIOp>(loc, a, b);
  }
  bool isMasked(int64_t v) { return op.getTail() && !shift && v == nv - 1; }
  Value mask(int64_t lanesPerElement);
  void storeContiguous(const TileOperand &operand, Value value, Value index,
                       int64_t v);

  /// Index of row `m`, vector `v` relative to `base`.
  Value indexOf(const TileOperand &operand, Value base, int64_t m, int64_t v);
  Number load(const TileOperand &operand, Value base, int64_t m, int64_t v);
  Value loadPart(const TileOperand &operand, Value index, int64_t v,
                 int64_t part);
  void store(const TileOperand &operand, Number number, int64_t m, int64_t v);
  void scatterPart(const TileOperand &operand, Value part, Value index,
                   int64_t v, int64_t which);
  Value laneOffsets(const TileOperand &operand);
  /// Copies the output's tile to the buffer or back.
  void copyTile(Value buffer, bool toBuffer);

  FailureOr<SmallVector<Value>> emitTerm(ArrayRef<Value> bases,
                                         ArrayRef<Value> accumulators);
  FailureOr<SmallVector<Value>> emitLoops(unsigned depth, ArrayRef<Value> bases,
                                          ArrayRef<Value> accumulators);

  MicroKernelOp op;
  OpBuilder &builder;
  Location loc;
  int64_t mr, nv, width;
  bool hasMasks;
  TileBuffers &buffers;
  /// How many columns earlier the last vector starts than it would.
  int64_t shift = 0;
  VectorBody body;
  SmallVector<TileOperand> inputs;
  TileOperand output;
  llvm::DenseMap<int64_t, Value> masks; ///< by lanes an element
};

} // namespace

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

Value TileEmitter::indexOf(const TileOperand &operand, Value base, int64_t m,
                           int64_t v) {
  Value index = base;
  if (operand.rows && m)
    index = add(index, multiply(operand.mStride, m));
  int64_t column = v * width - (v == nv - 1 ? shift : 0);
  if (operand.columns != ColumnAccess::none && column)
    index = add(index, multiply(operand.nStride, column));
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

static Value zeroVector(OpBuilder &builder, Location loc, VectorType type) {
  return arith::ConstantOp::create(builder, loc, type,
                                   builder.getZeroAttr(type));
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

Number TileEmitter::load(const TileOperand &operand, Value base, int64_t m,
                         int64_t v) {
  Value index = indexOf(operand, base, m, v);
  int64_t parts = operand.isComplex ? 2 : 1;
  if (operand.columns == ColumnAccess::none) {
    if (!operand.isComplex)
      return {memref::LoadOp::create(builder, loc, operand.memref, index), {}};
    Value twice = multiply(index, 2);
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
  Value loaded;
  if (isMasked(v) && !operand.padded)
    loaded = vector::MaskedLoadOp::create(builder, loc, type, operand.memref,
                                          index, mask(parts),
                                          zeroVector(builder, loc, type));
  else
    loaded = vector::LoadOp::create(builder, loc, type, operand.memref, index);
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
      isMasked(v) ? isConstantIntValue(op.getTail(), 1)
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
  Value value = number.real;
  if (operand.isComplex) {
    index = multiply(index, 2);
    SmallVector<int64_t> inTurn;
    for (int64_t i = 0; i < width; ++i) {
      inTurn.push_back(i);
      inTurn.push_back(width + i);
    }
    value = vector::ShuffleOp::create(builder, loc, number.real, number.imag,
                                      inTurn);
  }
  storeContiguous(operand, value, index, v);
}

void TileEmitter::storeContiguous(const TileOperand &operand, Value value,
                                  Value index, int64_t v) {
  if (!isMasked(v)) {
    vector::StoreOp::create(builder, loc, value, operand.memref, index);
    return;
  }
  int64_t parts = operand.isComplex ? 2 : 1;
  std::optional<int64_t> tail = getConstantIntValue(op.getTail());
  if (hasMasks || !tail) {
    vector::MaskedStoreOp::create(builder, loc, operand.memref, index,
                                  mask(parts), value);
    return;
  }
  // In pieces of powers of two.
  for (int64_t at = 0, left = *tail * parts; left > 0;) {
    int64_t size = llvm::bit_floor(uint64_t(left));
    Value piece = vector::ExtractStridedSliceOp::create(
        builder, loc, value, ArrayRef<int64_t>{at}, ArrayRef<int64_t>{size},
        ArrayRef<int64_t>{1});
    vector::StoreOp::create(builder, loc, piece, operand.memref,
                            add(index, constant(at)));
    at += size;
    left -= size;
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

/// One summed term: every accumulator once.
FailureOr<SmallVector<Value>>
TileEmitter::emitTerm(ArrayRef<Value> bases, ArrayRef<Value> accumulators) {
  SmallVector<Value> results(accumulators);
  int64_t parts = output.isComplex ? 2 : 1;
  // Loads by input, row and vector, made when first needed.
  llvm::DenseMap<std::tuple<unsigned, int64_t, int64_t>, Number> loaded;
  auto get = [&](unsigned input, int64_t m, int64_t v) {
    const TileOperand &operand = inputs[input];
    int64_t row = operand.rows ? m : 0;
    int64_t column = operand.columns == ColumnAccess::none ? 0 : v;
    auto [it, isNew] = loaded.try_emplace({input, row, column});
    if (isNew)
      it->second = load(operand, bases[input], row, column);
    return it->second;
  };
  // The shorter side of the tile is held, the longer one streams by.
  bool rowsOutside = mr >= nv;
  for (int64_t outer = 0; outer < (rowsOutside ? mr : nv); ++outer)
    for (int64_t inner = 0; inner < (rowsOutside ? nv : mr); ++inner) {
      int64_t m = rowsOutside ? outer : inner, v = rowsOutside ? inner : outer;
      SmallVector<Number> arguments;
      for (unsigned i = 0; i < inputs.size(); ++i)
        arguments.push_back(get(i, m, v));
      size_t at = (m * nv + v) * parts;
      arguments.push_back(
          {accumulators[at], parts == 2 ? accumulators[at + 1] : Value()});
      FailureOr<Number> result = body.compute(builder, arguments);
      if (failed(result))
        return failure();
      results[at] = result->real;
      if (parts == 2)
        results[at + 1] = result->imag;
    }
  return results;
}

FailureOr<SmallVector<Value>>
TileEmitter::emitLoops(unsigned depth, ArrayRef<Value> bases,
                       ArrayRef<Value> accumulators) {
  if (depth == op.getExtents().size())
    return emitTerm(bases, accumulators);
  auto loop =
      scf::ForOp::create(builder, loc, constant(0), op.getExtents()[depth],
                         constant(1), accumulators);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  SmallVector<Value> moved;
  for (auto [base, input] : llvm::zip(bases, inputs))
    moved.push_back(
        add(base, multiply(loop.getInductionVar(), input.kStrides[depth])));
  SmallVector<Value> carried(loop.getRegionIterArgs());
  FailureOr<SmallVector<Value>> results = emitLoops(depth + 1, moved, carried);
  if (failed(results))
    return failure();
  scf::YieldOp::create(builder, loc, *results);
  return SmallVector<Value>(loop.getResults());
}

LogicalResult TileEmitter::run() {
  size_t numInputs = op.getInputs().size(), digits = op.getExtents().size();
  for (size_t i = 0; i < numInputs; ++i)
    inputs.push_back(makeOperand(op.getInputs()[i], op.getBases()[i],
                                 op.getMStrides()[i], op.getNStrides()[i],
                                 op.getKStrides().slice(i * digits, digits)));
  if (std::optional<ArrayRef<bool>> padded = op.getPadded())
    for (auto [input, flag] : llvm::zip(inputs, *padded))
      input.padded = flag;
  output =
      makeOperand(op.getOutput(), op.getOutputBase(),
                  op.getMStrides()[numInputs], op.getNStrides()[numInputs], {});
  // A stride that no second element needs is as good as 1.
  if (output.columns == ColumnAccess::none && nv * width == 1)
    output.columns = ColumnAccess::contiguous;
  // Code for each lane of each vector would be tens of thousands of
  // instructions for the largest tiles.
  Value buffer;
  if (output.columns == ColumnAccess::strided && mr * nv * width > kFewLanes) {
    Type element = cast<MemRefType>(op.getOutput().getType()).getElementType();
    buffer = buffers.get(op, element, mr * nv * width);
    output =
        makeOperand(buffer, constant(0), constant(nv * width), constant(1), {});
    if (op.getInit() == InitKind::load)
      copyTile(buffer, /*toBuffer=*/true);
  }
  // A masked store takes as long as a dozen others on AVX2. The last of several
  // vectors can start earlier instead: what it has in common with the one
  // before it is computed, and stored, twice.
  if (!hasMasks && nv > 1 && op.getTail())
    if (std::optional<int64_t> tail = getConstantIntValue(op.getTail()))
      shift = width - *tail;
  if (Value tail = op.getTail(); tail && !shift)
    for (int64_t lanes : {1, 2}) {
      auto type = VectorType::get({width * lanes}, builder.getI1Type());
      masks[lanes] = vector::CreateMaskOp::create(builder, loc, type,
                                                  multiply(tail, lanes));
    }

  SmallVector<Value> accumulators, bases;
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t v = 0; v < nv; ++v) {
      Number start;
      if (op.getInit() == InitKind::load) {
        start = VectorBody::toVector(builder, loc,
                                     load(output, output.base, m, v), width);
      } else {
        start.real =
            zeroVector(builder, loc, VectorType::get({width}, output.element));
        if (output.isComplex)
          start.imag = start.real;
      }
      accumulators.push_back(start.real);
      if (output.isComplex)
        accumulators.push_back(start.imag);
    }
  for (const TileOperand &input : inputs)
    bases.push_back(input.base);
  FailureOr<SmallVector<Value>> results = emitLoops(0, bases, accumulators);
  if (failed(results))
    return failure();
  size_t at = 0;
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t v = 0; v < nv; ++v) {
      Number number;
      number.real = (*results)[at++];
      if (output.isComplex)
        number.imag = (*results)[at++];
      store(output, number, m, v);
    }
  if (buffer)
    copyTile(buffer, /*toBuffer=*/false);
  return success();
}

namespace {
struct LowerMicroKernel
    : einsumc::kernel::impl::LowerMicroKernelBase<LowerMicroKernel> {
  using LowerMicroKernelBase::LowerMicroKernelBase;

  void runOnOperation() override {
    SmallVector<MicroKernelOp> ops;
    getOperation().walk([&](MicroKernelOp op) { ops.push_back(op); });
    // AVX-512 has masks, and twice the registers.
    TargetAttr target = findTarget(getOperation());
    bool hasMasks = !target || target.getRegisters() >= 32;
    TileBuffers buffers;
    for (MicroKernelOp op : ops) {
      OpBuilder builder(op);
      if (failed(TileEmitter(op, builder, hasMasks, buffers).run()))
        return signalPassFailure();
      op.erase();
      ++numLowered;
    }
  }
};
} // namespace
