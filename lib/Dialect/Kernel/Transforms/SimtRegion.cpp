//===- SimtRegion.cpp - A region, one thread an element -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Elements are numbered along the loops that are not reductions. A thread takes
// every (threads of the grid)th number apart into the loops' indices, runs the
// reductions in the accumulator's type, and stores the element.
//
//===----------------------------------------------------------------------===//

#include "SimtKernel.h"

#include "LowerEntryInternal.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::simt;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

namespace {

/// Where a region's operand lies: from the address of its root, how far the
/// first element is and how far each loop moves, in elements.
struct Layout {
  OpFoldResult offset;
  SmallVector<OpFoldResult> sizes, strides;
};

} // namespace

static bool isOffsetOf(OpFoldResult offset, Value root) {
  auto value = dyn_cast<Value>(offset);
  auto metadata =
      value ? value.getDefiningOp<memref::ExtractStridedMetadataOp>() : nullptr;
  return metadata && value == metadata.getOffset() &&
         metadata.getSource() == root;
}

/// The offset of `memref` from the first element of `root`.
static OpFoldResult relativeOffset(OpBuilder &host, Location loc,
                                   OpFoldResult offset, Value root) {
  auto type = cast<MemRefType>(root.getType());
  auto [strides, start] = type.getStridesAndOffset();
  if (getConstantIntValue(offset) == start || isOffsetOf(offset, root))
    return host.getIndexAttr(0);
  OpFoldResult rootOffset = host.getIndexAttr(start);
  if (ShapedType::isDynamic(start))
    rootOffset =
        memref::ExtractStridedMetadataOp::create(host, loc, root).getOffset();
  auto constant = getConstantIntValue(offset),
       rootConstant = getConstantIntValue(rootOffset);
  if (constant && rootConstant)
    return host.getIndexAttr(*constant - *rootConstant);
  Value difference = arith::SubIOp::create(
      host, loc, getValueOrCreateConstantIndexOp(host, loc, offset),
      getValueOrCreateConstantIndexOp(host, loc, rootOffset));
  return difference;
}

static Layout getLayout(RegionOp region, Value memref) {
  OpBuilder host(region);
  Location loc = region.getLoc();
  Layout layout;
  Value root = getRoot(memref);
  if (auto view = memref.getDefiningOp<memref::ReinterpretCastOp>()) {
    layout.sizes = view.getMixedSizes();
    layout.strides = view.getMixedStrides();
    layout.offset =
        relativeOffset(host, loc, view.getMixedOffsets().front(), root);
    return layout;
  }
  auto metadata = memref::ExtractStridedMetadataOp::create(host, loc, memref);
  layout.sizes = metadata.getConstifiedMixedSizes();
  layout.strides = metadata.getConstifiedMixedStrides();
  layout.offset =
      relativeOffset(host, loc, metadata.getConstifiedMixedOffset(), root);
  return layout;
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

namespace {

/// Emits one region's element into a kernel.
class RegionEmitter {
public:
  RegionEmitter(KernelFunction &kernel, RegionOp region)
      : kernel(kernel), b(kernel.builder()), region(region),
        indices(region.getNumLoops()) {
    for (Value operand : region->getOperands())
      layouts.push_back(isMemory(operand) ? getLayout(region, operand)
                                          : Layout());
    forgetUnusedStrides();
  }

  static bool isMemory(Value operand) {
    return isa<MemRefType>(operand.getType());
  }

  OpFoldResult extent(unsigned loop) const {
    return layouts.back().sizes[loop];
  }
  OpFoldResult stride(unsigned operand, unsigned loop) const {
    return layouts[operand].strides[loop];
  }

  /// Sets the indices of the loops in `order` from the number of an element.
  void setIndices(Value number, ArrayRef<int64_t> order);
  /// The same where the number is an offset into a dense operand.
  void setIndicesFromOffset(Value number, unsigned operand);

  /// The element's value; input `given` is `value` instead of what is in
  /// memory.
  Value emit(std::optional<unsigned> given = {}, Value value = {});
  void store(Value value);

private:
  void forgetUnusedStrides();
  Value add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(x, y); }
  Value mul(Value x, Value y) { return b.createOrFold<arith::MulIOp>(x, y); }
  std::optional<unsigned> outermostLoop(unsigned operand);
  Value pointer(unsigned operand);
  Value load(unsigned operand);
  Value initialValue();
  Value emitTerms(ArrayRef<unsigned> loops, Value accumulator);
  Value emitBody(Value accumulator);
  Value emitEpilogue(Value sum);

  KernelFunction &kernel;
  ImplicitLocOpBuilder &b;
  RegionOp region;
  SmallVector<Layout> layouts;
  /// The current index of each loop; null outside of a reduction.
  SmallVector<Value> indices;
  std::optional<unsigned> given;
  Value givenValue;
};

} // namespace

/// Where an extent is 0, inputs are not read, and an output without elements is
/// not written: launches need not know how far their elements would be apart.
void RegionEmitter::forgetUnusedStrides() {
  bool readsNothing = false, writesNothing = false;
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop) {
    bool isEmpty = getConstantIntValue(extent(loop)) == 0;
    readsNothing |= isEmpty;
    writesNothing |= isEmpty && !region.isReduction(loop);
  }
  for (Layout &layout : layouts)
    if (&layout == &layouts.back() ? writesNothing : readsNothing)
      llvm::fill(layout.strides, OpFoldResult(b.getIndexAttr(0)));
}

void RegionEmitter::setIndices(Value number, ArrayRef<int64_t> order) {
  for (int64_t loop : llvm::reverse(order.drop_front())) {
    Value extentHere = kernel.number(extent(loop));
    indices[loop] = b.createOrFold<arith::RemUIOp>(number, extentHere);
    number = b.createOrFold<arith::DivUIOp>(number, extentHere);
  }
  indices[order.front()] = number;
}

/// The loop that moves farthest in a dense operand, where that is known: what
/// is left of an offset there needs no remainder.
std::optional<unsigned> RegionEmitter::outermostLoop(unsigned operand) {
  SmallVector<std::pair<int64_t, unsigned>> known; // stride, loop
  SmallVector<unsigned> unknown;
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop) {
    if (region.isReduction(loop))
      continue;
    if (std::optional<int64_t> constant =
            getConstantIntValue(stride(operand, loop)))
      known.push_back({*constant, loop});
    else
      unknown.push_back(loop);
  }
  if (unknown.empty() && !known.empty())
    return llvm::max_element(known)->second;
  // Next to the innermost one.
  bool isNext = known.empty() || (known.size() == 1 && known[0].first == 1);
  if (unknown.size() == 1 && isNext)
    return unknown.front();
  return std::nullopt;
}

void RegionEmitter::setIndicesFromOffset(Value number, unsigned operand) {
  std::optional<unsigned> outermost = outermostLoop(operand);
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop) {
    if (region.isReduction(loop))
      continue;
    indices[loop] = b.createOrFold<arith::DivUIOp>(
        number, kernel.number(stride(operand, loop)));
    if (loop != outermost)
      indices[loop] = b.createOrFold<arith::RemUIOp>(
          indices[loop], kernel.number(extent(loop)));
  }
}

Value RegionEmitter::pointer(unsigned operand) {
  const Layout &layout = layouts[operand];
  Value base = kernel.address(region->getOperand(operand));
  Value offset = kernel.number(layout.offset);
  for (auto [loop, index] : llvm::enumerate(indices))
    if (index)
      offset = add(offset, mul(index, kernel.number(layout.strides[loop])));
  Type element =
      cast<MemRefType>(region->getOperand(operand).getType()).getElementType();
  if (auto complex = dyn_cast<ComplexType>(element))
    element = LLVM::LLVMStructType::getLiteral(
        b.getContext(), {complex.getElementType(), complex.getElementType()});
  // Offsets may be negative: nothing is promised about wrapping.
  return LLVM::GEPOp::create(b, base.getType(), element, base,
                             ArrayRef<LLVM::GEPArg>{offset});
}

Value RegionEmitter::load(unsigned operand) {
  Value memref = region->getOperand(operand);
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  unsigned alignment = entry::byteSize(element);
  auto complex = dyn_cast<ComplexType>(element);
  Type inMemory =
      complex ? VectorType::get({2}, complex.getElementType()) : element;
  Value loaded = LLVM::LoadOp::create(
      b, inMemory, pointer(operand), alignment, /*isVolatile=*/false,
      /*isNonTemporal=*/false, /*isInvariant=*/!kernel.isWritten(memref));
  if (!complex)
    return loaded;
  Value re = vector::ExtractOp::create(b, loaded, ArrayRef<int64_t>{0});
  Value im = vector::ExtractOp::create(b, loaded, ArrayRef<int64_t>{1});
  return complex::CreateOp::create(b, complex, re, im);
}

void RegionEmitter::store(Value value) {
  unsigned output = region->getNumOperands() - 1;
  unsigned alignment = entry::byteSize(value.getType());
  if (auto complex = dyn_cast<ComplexType>(value.getType())) {
    Value re = complex::ReOp::create(b, value);
    Value im = complex::ImOp::create(b, value);
    value = vector::FromElementsOp::create(
        b, VectorType::get({2}, complex.getElementType()), ValueRange{re, im});
  }
  LLVM::StoreOp::create(b, value, pointer(output), alignment);
}

Value RegionEmitter::initialValue() {
  unsigned output = region->getNumOperands() - 1;
  if (region.getInit() == InitKind::load)
    return load(output);
  Type type = region.getBody().front().getArguments().back().getType();
  if (auto complex = dyn_cast<ComplexType>(type)) {
    Attribute zero = b.getZeroAttr(complex.getElementType());
    return complex::ConstantOp::create(b, complex,
                                       b.getArrayAttr({zero, zero}));
  }
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

/// Fused multiply-adds are allowed; conversions stay as they are.
static void allowContraction(Operation *op) {
  op->walk([&](Operation *inner) {
    if (auto math = dyn_cast<arith::ArithFastMathInterface>(inner);
        math && !isa<arith::ExtFOp, arith::TruncFOp>(inner))
      inner->setAttr(math.getFastMathAttrName(),
                     arith::FastMathFlagsAttr::get(
                         op->getContext(), arith::FastMathFlags::contract));
  });
}

Value RegionEmitter::emitBody(Value accumulator) {
  Block &body = region.getBody().front();
  IRMapping mapping;
  for (auto [input, value] : llvm::enumerate(region.getInputs())) {
    BlockArgument argument = body.getArgument(input);
    if (given == input)
      mapping.map(argument, givenValue);
    else if (argument.use_empty())
      continue;
    else
      mapping.map(argument,
                  isMemory(value) ? load(input) : kernel.scalar(value));
  }
  mapping.map(body.getArguments().back(), accumulator);
  for (Operation &op : body.without_terminator()) {
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!region.getBody().isAncestor(operand.getParentRegion()))
          mapping.map(operand, kernel.scalar(operand));
    });
    allowContraction(b.clone(op, mapping));
  }
  Value result = region.getYield().getValue();
  if (!region.getBody().isAncestor(result.getParentRegion()))
    return kernel.scalar(result);
  return mapping.lookup(result);
}

Value RegionEmitter::emitEpilogue(Value sum) {
  if (!region.hasEpilogue())
    return sum;
  Block &block = region.getEpilogue().front();
  IRMapping mapping;
  mapping.map(block.getArgument(0), sum);
  for (Operation &op : block.without_terminator())
    allowContraction(b.clone(op, mapping));
  return mapping.lookup(block.getTerminator()->getOperand(0));
}

Value RegionEmitter::emitTerms(ArrayRef<unsigned> loops, Value accumulator) {
  if (loops.empty())
    return emitBody(accumulator);
  unsigned loop = loops.front();
  Value zero = kernel.number(b.getIndexAttr(0));
  Value one = kernel.number(b.getIndexAttr(1));
  auto nest = scf::ForOp::create(b, zero, kernel.number(extent(loop)), one,
                                 ValueRange(accumulator));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(nest.getBody());
  indices[loop] = nest.getInductionVar();
  Value next = emitTerms(loops.drop_front(), nest.getRegionIterArg(0));
  scf::YieldOp::create(b, next);
  indices[loop] = Value();
  return nest.getResult(0);
}

Value RegionEmitter::emit(std::optional<unsigned> input, Value value) {
  given = input;
  givenValue = value;
  SmallVector<unsigned> terms;
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop)
    if (region.isReduction(loop))
      terms.push_back(loop);
  return emitEpilogue(emitTerms(terms, initialValue()));
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// The input of `region` that is `producer`'s output.
static unsigned producedInput(RegionOp region, RegionOp producer) {
  Value intermediate = getRoot(producer.getOutput());
  for (auto [number, input] : llvm::enumerate(region.getInputs()))
    if (RegionEmitter::isMemory(input) && getRoot(input) == intermediate)
      return number;
  llvm_unreachable("the producer's output is read");
}

void simt::buildRegionKernel(KernelFunction &kernel, RegionOp region,
                             RegionOp producer) {
  auto schedule = cast<SimtScheduleAttr>(region.getScheduleAttr());
  ImplicitLocOpBuilder &b = kernel.builder();
  kernel.markWritten(region.getOutput());
  Type number = kernel.indexType();
  auto read = [&](Value value) {
    return arith::IndexCastOp::create(b, number, value).getResult();
  };
  Value block = kernel.number(b.getIndexAttr(schedule.getBlock()));
  Value blockId = read(gpu::BlockIdOp::create(b, gpu::Dimension::x));
  Value threadId = read(gpu::ThreadIdOp::create(b, gpu::Dimension::x));
  Value blocks = read(gpu::GridDimOp::create(b, gpu::Dimension::x));
  Value first = arith::AddIOp::create(
      b, b.createOrFold<arith::MulIOp>(blockId, block), threadId);
  Value threads = b.createOrFold<arith::MulIOp>(blocks, block);

  RegionEmitter emitter(kernel, region);
  Value elements = kernel.number(b.getIndexAttr(1));
  for (int64_t loop : schedule.getOrder())
    elements = b.createOrFold<arith::MulIOp>(
        elements, kernel.number(emitter.extent(loop)));
  auto loop = scf::ForOp::create(b, first, elements, threads);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value element = loop.getInductionVar();
    if (producer) {
      unsigned input = producedInput(region, producer);
      RegionEmitter inner(kernel, producer);
      inner.setIndicesFromOffset(element, producer->getNumOperands() - 1);
      emitter.setIndicesFromOffset(element, input);
      emitter.store(emitter.emit(input, inner.emit()));
    } else {
      if (!schedule.getOrder().empty())
        emitter.setIndices(element, schedule.getOrder());
      emitter.store(emitter.emit());
    }
  }
}

//===----------------------------------------------------------------------===//
// Producers
//===----------------------------------------------------------------------===//

/// Whether the loops go through the dense memory of `operand` element by
/// element, each once. Where a stride is not known it must at least be no sum,
/// which is what a diagonal's is.
static bool coversOnce(RegionOp region, unsigned operand) {
  Layout layout = getLayout(region, region->getOperand(operand));
  if (getConstantIntValue(layout.offset) != 0)
    return false;
  SmallVector<std::pair<int64_t, int64_t>> known; // stride, extent
  bool hasUnknown = false;
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop) {
    if (region.isReduction(loop))
      continue;
    std::optional<int64_t> stride = getConstantIntValue(layout.strides[loop]);
    if (!stride) {
      if (cast<Value>(layout.strides[loop]).getDefiningOp<arith::AddIOp>())
        return false;
      hasUnknown = true;
      continue;
    }
    std::optional<int64_t> extent = getConstantIntValue(layout.sizes[loop]);
    known.push_back({*stride, extent.value_or(ShapedType::kDynamic)});
  }
  llvm::sort(known);
  int64_t expected = 1;
  for (auto [stride, extent] : known) {
    if (stride != expected)
      return false;
    expected =
        ShapedType::isDynamic(extent) ? ShapedType::kDynamic : stride * extent;
  }
  if (hasUnknown || ShapedType::isDynamic(expected))
    return !known.empty();
  auto root = cast<MemRefType>(getRoot(region->getOperand(operand)).getType());
  return root.hasStaticShape() && root.getNumElements() == expected;
}

/// The last operation before `op` that does more than compute a value.
static Operation *previousEffect(Operation *op) {
  do
    op = op->getPrevNode();
  while (op && isMemoryEffectFree(op));
  return op;
}

RegionOp simt::findProducer(RegionOp region) {
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop)
    if (region.isReduction(loop))
      return {};
  // Allocations may stand between.
  Operation *before = previousEffect(region);
  while (before && isa<memref::AllocOp>(before))
    before = previousEffect(before);
  auto producer = dyn_cast_or_null<RegionOp>(before);
  if (!producer || producer.getInit() != InitKind::zero)
    return {};
  Value intermediate = getRoot(producer.getOutput());
  if (!intermediate.getDefiningOp<memref::AllocOp>())
    return {};
  // Only these two use it, through views.
  SmallVector<Value> views{intermediate};
  for (size_t i = 0; i < views.size(); ++i)
    for (Operation *user : views[i].getUsers()) {
      if (user == region || user == producer)
        continue;
      if (!isMemoryEffectFree(user))
        return {};
      for (Value result : user->getResults())
        if (isa<BaseMemRefType>(result.getType()))
          views.push_back(result);
    }
  std::optional<unsigned> reading;
  Value output = getRoot(region.getOutput());
  for (auto [number, input] : llvm::enumerate(region.getInputs()))
    if (RegionEmitter::isMemory(input) && getRoot(input) == intermediate) {
      if (reading)
        return {};
      reading = number;
    }
  if (!reading || output == intermediate)
    return {};
  // Other threads still read what this one overwrites.
  for (Value input : producer.getInputs())
    if (RegionEmitter::isMemory(input) &&
        (getRoot(input) == output || getRoot(input) == intermediate))
      return {};
  if (!coversOnce(region, *reading) ||
      !coversOnce(producer, producer->getNumOperands() - 1))
    return {};
  return producer;
}
