//===- LowerMicroKernel.cpp - register tiles as loops over vectors -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileEmitter.h"
#include "einsumc/Support/Counters.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_LOWERMICROKERNEL
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

// Statistics, too, for tests in one process.
static einsumc::Counter
    nativeDotCounter("kernel-lower-micro-kernel.native-dots"),
    emulatedDotCounter("kernel-lower-micro-kernel.emulated-dots");

/// Elements of a tile that are scattered one by one; more go through a buffer.
static constexpr int64_t kFewLanes = 16;

/// One summed term: every accumulator once.
FailureOr<SmallVector<Value>>
TileEmitter::emitTerm(ArrayRef<Value> bases, ArrayRef<Value> accumulators) {
  SmallVector<Value> results(accumulators);
  int64_t parts = isa<ComplexType>(sum) ? 2 : 1;
  // Loads by input, row and vector, made when first needed.
  llvm::DenseMap<std::tuple<unsigned, int64_t, int64_t>, Number> loaded;
  auto get = [&](unsigned input, int64_t m, int64_t v) {
    const TileOperand &operand = inputs[input];
    int64_t row = operand.rows ? m : 0;
    int64_t column = operand.columns == ColumnAccess::none ? 0 : v;
    if (auto known = loaded.find({input, row, column}); known != loaded.end())
      return known->second;
    if (operand.transposed) {
      SmallVector<Number> rows = loadTransposed(operand, bases[input], column);
      for (int64_t each = 0; each < mr; ++each)
        loaded[{input, each, column}] = rows[each];
    } else {
      loaded[{input, row, column}] = load(operand, bases[input], row, column);
    }
    return loaded[{input, row, column}];
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
      if (op.getKind() != TileKind::fma) {
        results[at] = addProducts(arguments);
        continue;
      }
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
  if (op.getTermLanes() && depth + 1 >= op.getExtents().size())
    return emitLanes(bases, accumulators);
  if (depth == op.getExtents().size())
    return emitTerm(bases, accumulators);
  // A few terms of a small tile pass sooner than a loop begins.
  constexpr int64_t kFewTerms = 8, kSmallTile = 16;
  std::optional<int64_t> known = getConstantIntValue(op.getExtents()[depth]);
  if (depth + 1 == op.getExtents().size() && known && *known > 0 &&
      *known <= kFewTerms && *known * mr * nv <= kSmallTile) {
    SmallVector<Value> carried(accumulators);
    for (int64_t term = 0; term < *known; ++term) {
      SmallVector<Value> moved;
      for (auto [base, input] : llvm::zip(bases, inputs))
        moved.push_back(add(base, multiply(input.kStrides[depth], term)));
      FailureOr<SmallVector<Value>> results = emitTerm(moved, carried);
      if (failed(results))
        return failure();
      carried = *results;
    }
    return carried;
  }
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

/// What the accumulators start from in memory.
SmallVector<Value> TileEmitter::loadTile(const TileOperand &operand) {
  SmallVector<Value> values;
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t v = 0; v < nv; ++v) {
      Number number = VectorBody::toVector(
          builder, loc, load(operand, operand.base, m, v), width);
      values.push_back(number.real);
      if (operand.isComplex)
        values.push_back(number.imag);
    }
  return values;
}

void TileEmitter::storeTile(const TileOperand &operand,
                            ArrayRef<Value> values) {
  size_t at = 0;
  for (int64_t m = 0; m < mr; ++m)
    for (int64_t v = 0; v < nv; ++v) {
      Number number;
      number.real = values[at++];
      if (operand.isComplex)
        number.imag = values[at++];
      store(operand, number, m, v);
    }
}

/// Code for both, of which `condition` chooses one; without it the second.
SmallVector<Value>
TileEmitter::eitherWay(Value condition, TypeRange types,
                       llvm::function_ref<SmallVector<Value>()> first,
                       llvm::function_ref<SmallVector<Value>()> second) {
  if (!condition)
    return second();
  auto branch = scf::IfOp::create(builder, loc, types, condition,
                                  /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, first());
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, second());
  return SmallVector<Value>(branch.getResults());
}

LogicalResult TileEmitter::run() {
  if (op.getTermLanes())
    return runTermLanes();
  size_t numInputs = op.getInputs().size(), digits = op.getExtents().size();
  for (size_t i = 0; i < numInputs; ++i)
    inputs.push_back(makeOperand(op.getInputs()[i], op.getBases()[i],
                                 op.getMStrides()[i], op.getNStrides()[i],
                                 op.getKStrides().slice(i * digits, digits)));
  setAhead();
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
  Value buffer, isUnit;
  TileOperand direct = output;
  if (output.columns == ColumnAccess::strided &&
      (canTransposeOutput() || mr * nv * width > kFewLanes)) {
    Type element = cast<MemRefType>(op.getOutput().getType()).getElementType();
    output.transposed = canTransposeOutput();
    if (!output.transposed)
      buffer = buffers.get(op, element, mr * nv * width);
    // Whether columns lie apart at all may be known at run time alone.
    if (!getConstantIntValue(output.nStride)) {
      isUnit = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                     output.nStride, constant(1));
      direct.nStride = constant(1);
      direct.columns = ColumnAccess::contiguous;
    }
    if (buffer)
      output = makeOperand(buffer, constant(0), constant(nv * width),
                           constant(1), {});
  }
  // A masked store takes as long as a dozen others on AVX2. The last of several
  // vectors can start earlier instead: what it has in common with the one
  // before it is computed, and stored, twice.
  if (!hasMasks && nv > 1 && op.getTail()) {
    isShifted = true;
    if (std::optional<int64_t> known = getConstantIntValue(op.getTail()))
      shift = width - *known;
    else
      dynamicShift = builder.createOrFold<arith::SubIOp>(loc, constant(width),
                                                         op.getTail());
  } else {
    setTail(op.getTail());
  }
  for (TileOperand &input : inputs) {
    input.transposed = canTranspose(input);
    input.groups =
        op.getKind() != TileKind::fma && !input.element.isInteger(32);
  }

  if (op.getFetchOutput() && !buffer)
    fetchOutput();
  auto complexSum = dyn_cast<ComplexType>(sum);
  SmallVector<Value> accumulators, bases;
  auto type =
      VectorType::get({width}, complexSum ? complexSum.getElementType() : sum);
  int64_t count = mr * nv * (complexSum ? 2 : 1);
  if (op.getInit() == InitKind::zero) {
    accumulators.assign(count, zeroVector(builder, loc, type));
  } else {
    accumulators = eitherWay(
        isUnit, SmallVector<Type>(count, type),
        [&] { return loadTile(direct); },
        [&] {
          if (output.transposed)
            return loadTransposedTile();
          if (buffer)
            copyTile(buffer, /*toBuffer=*/true);
          return loadTile(output);
        });
  }
  if (op.getCorrection())
    addCorrection(accumulators);
  for (const TileOperand &input : inputs)
    bases.push_back(input.base);
  FailureOr<SmallVector<Value>> results = emitLoops(0, bases, accumulators);
  if (failed(results))
    return failure();
  SmallVector<Value> elements;
  if (op.getEpilogue().empty()) {
    elements = *results;
  } else {
    VectorBody epilogue(op.getEpilogue().front(), width);
    for (size_t at = 0; at < results->size(); at += complexSum ? 2 : 1) {
      FailureOr<Number> finished = epilogue.compute(
          builder,
          Number{(*results)[at], complexSum ? (*results)[at + 1] : Value()});
      if (failed(finished))
        return failure();
      elements.push_back(finished->real);
      if (output.isComplex)
        elements.push_back(finished->imag);
    }
  }
  eitherWay(
      isUnit, TypeRange(),
      [&] {
        storeTile(direct, elements);
        return SmallVector<Value>();
      },
      [&] {
        if (output.transposed) {
          storeTransposedTile(elements);
          return SmallVector<Value>();
        }
        storeTile(output, elements);
        if (buffer)
          copyTile(buffer, /*toBuffer=*/false);
        return SmallVector<Value>();
      });
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
      TileEmitter emitter(op, builder, hasMasks, buffers);
      if (failed(emitter.run()))
        return signalPassFailure();
      if (op.getKind() != TileKind::fma) {
        bool native = emitter.hasNativeDots();
        ++(native ? numNativeDots : numEmulatedDots);
        (native ? nativeDotCounter : emulatedDotCounter) += 1;
      }
      op.erase();
      ++numLowered;
    }
  }
};
} // namespace
