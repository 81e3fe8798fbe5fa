//===- KernelOps.cpp - Operations of the kernel dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/IR/NarrowProduct.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace einsumc::kernel;

//===----------------------------------------------------------------------===//
// RegionOp
//===----------------------------------------------------------------------===//

unsigned RegionOp::getNumLoops() {
  if (std::optional<ArrayAttr> maps = getIndexingMaps(); maps && !maps->empty())
    return cast<AffineMapAttr>((*maps)[0]).getValue().getNumDims();
  return cast<ShapedType>(getOutput().getType()).getRank();
}

AffineMap RegionOp::getOperandMap(unsigned operand) {
  if (std::optional<ArrayAttr> maps = getIndexingMaps())
    return cast<AffineMapAttr>((*maps)[operand]).getValue();
  if (!isa<ShapedType>(getOperand(operand).getType()))
    return AffineMap::get(getNumLoops(), 0, getContext());
  return AffineMap::getMultiDimIdentityMap(getNumLoops(), getContext());
}

int64_t RegionOp::getLoopExtent(unsigned loop) {
  int64_t extent = ShapedType::kDynamic;
  for (unsigned i = 0, e = getNumOperands(); i < e; ++i) {
    auto type = dyn_cast<ShapedType>(getOperand(i).getType());
    if (!type)
      continue;
    AffineMap map = getOperandMap(i);
    for (unsigned axis = 0; axis < map.getNumResults(); ++axis) {
      auto dim = dyn_cast<AffineDimExpr>(map.getResult(axis));
      if (dim && dim.getPosition() == loop && !type.isDynamicDim(axis))
        extent = type.getDimSize(axis);
    }
  }
  return extent;
}

einsumc::ExtentFacts RegionOp::getLoopFacts(unsigned loop) {
  auto extents = (*this)->getAttrOfType<ArrayAttr>(kExtentsAttrName);
  if (!extents || !ShapedType::isDynamic(getLoopExtent(loop)))
    return {};
  return cast<ExtentAttr>(extents[loop]).getFacts();
}

bool RegionOp::isReduction(unsigned loop) {
  if (isNormalForm() && getLoops())
    return getLoops()->getClasses()[loop] == LoopClass::k;
  return !getOperandMap(getInputs().size()).isFunctionOfDim(loop);
}

YieldOp RegionOp::getYield() {
  return cast<YieldOp>(getBody().front().getTerminator());
}

void RegionOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &input : getInputsMutable())
    if (isa<MemRefType>(input.get().getType()))
      effects.emplace_back(MemoryEffects::Read::get(), &input);
  OpOperand &output = getOutputMutable();
  if (!isa<MemRefType>(output.get().getType()))
    return;
  if (getInit() == InitKind::load)
    effects.emplace_back(MemoryEffects::Read::get(), &output);
  effects.emplace_back(MemoryEffects::Write::get(), &output);
}

static Type elementOf(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? shaped.getElementType() : type;
}

/// What becomes of an accumulator of type `sum` on its way to the output.
static LogicalResult verifyEpilogue(Operation *op, Region &epilogue, Type sum,
                                    Type output, InitKind init) {
  if (epilogue.empty())
    return success();
  Block &block = epilogue.front();
  if (block.getNumArguments() != 1 || block.getArgument(0).getType() != sum)
    return op->emitOpError("expects the epilogue to take one ") << sum;
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValue().getType() != output)
    return op->emitOpError("expects the epilogue to yield ") << output;
  if (init == InitKind::load && sum != output)
    return op->emitOpError("starts from its output, which is of ")
           << output << ", but sums " << sum;
  return success();
}

/// Every loop gets its extent from some operand, the same one from all.
static LogicalResult verifyExtents(RegionOp op) {
  for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop) {
    bool found = false;
    int64_t extent = op.getLoopExtent(loop);
    for (unsigned i = 0, n = op->getNumOperands(); i < n; ++i) {
      auto type = dyn_cast<ShapedType>(op->getOperand(i).getType());
      AffineMap map = op.getOperandMap(i);
      for (unsigned axis = 0; type && axis < map.getNumResults(); ++axis) {
        auto dim = dyn_cast<AffineDimExpr>(map.getResult(axis));
        if (!dim || dim.getPosition() != loop)
          continue;
        found = true;
        if (!type.isDynamicDim(axis) && type.getDimSize(axis) != extent)
          return op.emitOpError("loop ")
                 << loop << " has extent " << type.getDimSize(axis)
                 << " in operand " << i << " but " << extent << " in another";
      }
    }
    if (!found)
      return op.emitOpError("loop ") << loop << " has no extent";
  }
  return success();
}

/// The output stays where it is while a k loop runs.
static LogicalResult verifyClasses(RegionOp op) {
  auto type = cast<MemRefType>(op.getOutput().getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)))
    return op.emitOpError("output must be strided");
  for (auto [loop, kind] : llvm::enumerate(op.getLoops()->getClasses()))
    if (kind == LoopClass::k && strides[loop] != 0 && type.getDimSize(loop) > 1)
      return op.emitOpError("loop ")
             << loop << " is of class k but the output moves with it";
  return success();
}

/// What is assumed of extents: as many facts as there are loops.
static LogicalResult verifyAssumptions(RegionOp op) {
  Attribute given = op->getAttr(kExtentsAttrName);
  if (!given)
    return success();
  auto extents = dyn_cast<ArrayAttr>(given);
  if (extents && extents.size() == op.getNumLoops() &&
      llvm::all_of(extents, llvm::IsaPred<ExtentAttr>))
    return success();
  return op.emitOpError("expected '")
         << kExtentsAttrName << "' to be a #kernel.extent for each of "
         << op.getNumLoops() << " loops";
}

LogicalResult RegionOp::verify() {
  unsigned numInputs = getInputs().size();
  if (bool(getResult()) != isa<RankedTensorType>(getOutput().getType()))
    return emitOpError("has a result exactly when its output is a tensor");
  if (getResult() && getResult().getType() != getOutput().getType())
    return emitOpError("result type must be the output's type");

  if (std::optional<ArrayAttr> maps = getIndexingMaps()) {
    if (maps->size() != numInputs + 1)
      return emitOpError("expected ")
             << numInputs + 1 << " indexing maps, got " << maps->size();
    unsigned loops = getNumLoops();
    for (unsigned i = 0; i <= numInputs; ++i) {
      AffineMap map = getOperandMap(i);
      auto type = dyn_cast<ShapedType>(getOperand(i).getType());
      unsigned rank = type ? type.getRank() : 0;
      if (map.getNumDims() != loops || map.getNumSymbols() != 0)
        return emitOpError("map ")
               << i << " must have " << loops << " dimensions and no symbols";
      if (map.getNumResults() != rank)
        return emitOpError("map ")
               << i << " has " << map.getNumResults() << " results but operand "
               << i << " has rank " << rank;
      for (AffineExpr e : map.getResults()) {
        auto constant = dyn_cast<AffineConstantExpr>(e);
        if (!isa<AffineDimExpr>(e) && !(constant && constant.getValue() == 0))
          return emitOpError("map ")
                 << i << " may hold loop dimensions and the constant 0 only";
      }
    }
  } else {
    unsigned loops = getNumLoops();
    for (Value operand : getOperands())
      if (auto type = dyn_cast<ShapedType>(operand.getType())) {
        if (!isa<MemRefType>(type))
          return emitOpError("without indexing maps expects memrefs");
        if (type.getRank() != loops)
          return emitOpError("in normal form expects operands of rank ")
                 << loops << ", got rank " << type.getRank();
      }
    if (!getLoops())
      return emitOpError("in normal form must carry the class of its loops");
  }
  if (std::optional<LoopsAttr> loops = getLoops())
    if (loops->getClasses().size() != getNumLoops())
      return emitOpError("has ") << getNumLoops() << " loops but "
                                 << loops->getClasses().size() << " classes";
  if (failed(verifyExtents(*this)) || failed(verifyAssumptions(*this)))
    return failure();
  if (isNormalForm() && failed(verifyClasses(*this)))
    return failure();

  Block &block = getBody().front();
  if (block.getNumArguments() != numInputs + 1)
    return emitOpError("body must take one element of each operand");
  Type output = elementOf(getOutput().getType());
  Type sum = hasEpilogue() ? getAccumulatorType() : output;
  for (unsigned i = 0; i <= numInputs; ++i)
    if (block.getArgument(i).getType() !=
        (i == numInputs ? sum : elementOf(getOperand(i).getType())))
      return emitOpError("body argument ")
             << i << " must be of the operand's element type";
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValue().getType() != sum)
    return emitOpError("body must yield the output's element type");
  if (failed(verifyEpilogue(*this, getEpilogue(), sum, output, getInit())))
    return failure();

  if (std::optional<ScheduleAttrInterface> schedule = getSchedule()) {
    if (!isNormalForm())
      return emitOpError("carries a schedule before its loops are classified");
    auto module = (*this)->getParentOfType<ModuleOp>();
    Attribute target = module ? module->getAttr(kTargetAttrName) : Attribute();
    return schedule->verifySchedule(*this, target,
                                    [&] { return emitOpError(); });
  }
  return success();
}

//===----------------------------------------------------------------------===//
// PackOp
//===----------------------------------------------------------------------===//

void PackOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getSourceMutable());
  effects.emplace_back(MemoryEffects::Write::get(), &getDestMutable());
}

LogicalResult PackOp::verify() {
  if (getExtents().size() != getKStrides().size())
    return emitOpError("expects one k stride for each extent");
  if (getOuterExtents().size() != getOuterStrides().size() ||
      getOuterExtents().size() != getOuterDestStrides().size())
    return emitOpError("expects one stride of the source and one of the "
                       "destination for each outer extent");
  Type from = elementOf(getSource().getType()),
       to = elementOf(getDest().getType());
  if (std::optional<uint64_t> group = getGroup()) {
    if (*group != 2 && *group != 4)
      return emitOpError("groups 2 or 4 terms, got ") << *group;
    if (!to.isInteger(32))
      return emitOpError("with groups expects a destination of i32, got ")
             << to;
    bool isWide = from.isInteger(8) && *group == 2;
    if (!from.isIntOrFloat() ||
        (from.getIntOrFloatBitWidth() * *group != 32 && !isWide))
      return emitOpError("cannot put ") << *group << " " << from << " in i32";
    if ((getFlipSign() || getFlipCorrection()) &&
        (!from.isInteger(8) || *group != 4))
      return emitOpError("flips signs in groups of 4 i8 only");
    return success();
  }
  if (getFlipSign() || getFlipCorrection())
    return emitOpError("flips signs in groups of 4 i8 only");
  if (from == to)
    return success();
  bool floats = isa<FloatType>(from) && isa<FloatType>(to);
  if (!floats || from.getIntOrFloatBitWidth() >= to.getIntOrFloatBitWidth())
    return emitOpError("cannot widen ") << from << " to " << to;
  return success();
}

//===----------------------------------------------------------------------===//
// MicroKernelOp
//===----------------------------------------------------------------------===//

void MicroKernelOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  for (OpOperand &input : getInputsMutable())
    effects.emplace_back(MemoryEffects::Read::get(), &input);
  if (getInit() == InitKind::load)
    effects.emplace_back(MemoryEffects::Read::get(), &getOutputMutable());
  effects.emplace_back(MemoryEffects::Write::get(), &getOutputMutable());
}

/// Groups of terms, where the kind reads them.
static LogicalResult verifyKind(MicroKernelOp op) {
  TileKind kind = op.getKind();
  if (op.getCorrection() && kind != TileKind::dot_i8)
    return op.emitOpError("has a correction but does not compute by dot_i8");
  if (kind == TileKind::fma)
    return success();
  if (!isDot(kind))
    return op.emitOpError("computes by ")
           << stringifyTileKind(kind) << ", which is a matter of packing";
  if (op.getTermLanes())
    return op.emitOpError("lays lanes along the terms and computes by ")
           << stringifyTileKind(kind);
  std::optional<NarrowProduct> product =
      NarrowProduct::get(op.getBody().front());
  if (op.getInputs().size() != 2 || !product || !product->fits(kind))
    return op.emitOpError("computes by ")
           << stringifyTileKind(kind) << " but its body is no such product";
  if (product->needsFlip(kind))
    return op.emitOpError("computes by dot_i8 but both factors are ")
           << (product->factors[0].isUnsigned ? "unsigned" : "signed");
  for (auto [input, nStride] : llvm::zip(op.getInputs(), op.getNStrides())) {
    Type element = elementOf(input.getType());
    if (!element.isInteger(32) && !isConstantIntValue(nStride, 0))
      return op.emitOpError("expects groups of columns in memory of i32");
    if (!element.isInteger(32) &&
        element.getIntOrFloatBitWidth() * groupSize(kind) != 32)
      return op.emitOpError("expects groups of ")
             << groupSize(kind) << " terms in 32 bits";
  }
  return success();
}

LogicalResult MicroKernelOp::verify() {
  size_t inputs = getInputs().size();
  if (getBases().size() != inputs)
    return emitOpError("expects one base for each input");
  if (getMStrides().size() != inputs + 1 || getNStrides().size() != inputs + 1)
    return emitOpError("expects one row and one column stride for each input "
                       "and the output");
  if (getKStrides().size() != inputs * getExtents().size())
    return emitOpError("expects one k stride for each input and extent");
  if (!getAhead().empty() && getAhead().size() != inputs)
    return emitOpError("expects 'ahead' to have one index for each input");
  if (getPadded() && getPadded()->size() != inputs)
    return emitOpError("expects 'padded' to have one element for each input");
  Block &block = getBody().front();
  if (block.getNumArguments() != inputs + 1)
    return emitOpError("body must take one element of each input and the "
                       "accumulator");
  for (size_t i = 0; i < inputs; ++i) {
    Type element = elementOf(getInputs()[i].getType());
    if (isDot(getKind()) && element.isInteger(32))
      continue;
    if (block.getArgument(i).getType() != element)
      return emitOpError("body argument ")
             << i << " must be of the input's element type";
  }
  Type element = elementOf(getOutput().getType());
  bool hasEpilogue = !getEpilogue().empty();
  Type acc = hasEpilogue ? block.getArgument(inputs).getType() : element;
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (block.getArgument(inputs).getType() != acc || !yield ||
      yield.getValue().getType() != acc)
    return emitOpError("body must take and yield the output's element type");
  if (failed(verifyEpilogue(*this, getEpilogue(), acc, element, getInit())))
    return failure();
  if (getTermLanes() && hasEpilogue)
    return emitOpError("lays lanes along the terms and has an epilogue");
  if (getTermLanes() && getTail())
    return emitOpError("expects no tail where lanes lie along the terms");
  if (getTermLanes() && !getCombiner(block))
    return emitOpError("lays lanes along the terms but its body does more than "
                       "add them up");
  return verifyKind(*this);
}

#define GET_OP_CLASSES
#include "einsumc/Dialect/Kernel/IR/KernelOps.cpp.inc"
