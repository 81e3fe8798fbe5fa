//===- ClassifyLoops.cpp - Regions in normal form -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopNormalizer.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "llvm/Support/MathExtras.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_CLASSIFYLOOPS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

void LoopNormalizer::readOperands() {
  for (Value value : region->getOperands()) {
    Operand operand;
    operand.value = value;
    auto type = dyn_cast<MemRefType>(value.getType());
    if (type) {
      operand.shaped = true;
      auto [strides, offset] = type.getStridesAndOffset();
      memref::ExtractStridedMetadataOp metadata;
      if (!type.hasStaticShape() || ShapedType::isDynamicShape(strides) ||
          ShapedType::isDynamic(offset))
        metadata =
            memref::ExtractStridedMetadataOp::create(builder, loc, value);
      auto either = [&](int64_t known, Value read) -> OpFoldResult {
        if (ShapedType::isDynamic(known))
          return read;
        return builder.getIndexAttr(known);
      };
      operand.offset =
          either(offset, metadata ? metadata.getOffset() : Value());
      for (int64_t axis = 0; axis < type.getRank(); ++axis) {
        operand.sizes.push_back(
            either(type.getDimSize(axis),
                   metadata ? metadata.getSizes()[axis] : Value()));
        operand.strides.push_back(either(
            strides[axis], metadata ? metadata.getStrides()[axis] : Value()));
      }
    }
    operands.push_back(operand);
  }
  for (unsigned i = 0; i < output; ++i)
    if (operands[i].shaped)
      shapedInputs.push_back(i);
}

void LoopNormalizer::readLoops() {
  for (unsigned l = 0, e = region.getNumLoops(); l < e; ++l) {
    NestLoop loop;
    loop.reduction = region.isReduction(l);
    loop.position = l;
    loop.facts = region.getLoopFacts(l);
    if (loop.facts.isOne()) {
      loop.extent = builder.getIndexAttr(loop.facts.min);
      loop.facts = {};
    }
    for (unsigned i = 0; i < numOperands; ++i) {
      if (!operands[i].shaped) {
        loop.strides.push_back(nullptr);
        continue;
      }
      OpFoldResult stride = builder.getIndexAttr(0);
      AffineMap map = region.getOperandMap(i);
      for (unsigned axis = 0; axis < map.getNumResults(); ++axis) {
        auto dim = dyn_cast<AffineDimExpr>(map.getResult(axis));
        if (!dim || dim.getPosition() != l)
          continue;
        // A diagonal moves along all of its axes at once.
        OpFoldResult step = operands[i].strides[axis];
        auto a = getConstantIntValue(stride), b = getConstantIntValue(step);
        if (a && b)
          stride = builder.getIndexAttr(*a + *b);
        else if (a && *a == 0)
          stride = step;
        else
          stride = arith::AddIOp::create(
                       builder, loc,
                       getValueOrCreateConstantIndexOp(builder, loc, stride),
                       getValueOrCreateConstantIndexOp(builder, loc, step))
                       .getResult();
        OpFoldResult size = operands[i].sizes[axis];
        if (!loop.extent || (isa<Value>(loop.extent) && isa<Attribute>(size)))
          loop.extent = size;
      }
      loop.strides.push_back(stride);
    }
    // A loop of one step moves nothing.
    if (loop.extent && !isConstantIntValue(loop.extent, 1))
      loops.push_back(loop);
  }
}

/// Whether every operand walks through `outer` as if it went on with `inner`.
/// The inner extent must be known; the outer one only counts.
bool LoopNormalizer::areOneLoop(const NestLoop &outer,
                                const NestLoop &inner) const {
  int64_t extent = inner.staticExtent(), product;
  if (outer.reduction != inner.reduction || ShapedType::isDynamic(extent))
    return false;
  if (!ShapedType::isDynamic(outer.staticExtent()) &&
      llvm::MulOverflow(outer.staticExtent(), extent, product))
    return false;
  for (unsigned i = 0; i < numOperands; ++i) {
    if (!operands[i].shaped)
      continue;
    auto outerStride = getConstantIntValue(outer.strides[i]);
    auto innerStride = getConstantIntValue(inner.strides[i]);
    if (!outerStride || !innerStride ||
        llvm::MulOverflow(*innerStride, extent, product) ||
        *outerStride != product)
      return false;
  }
  return true;
}

void LoopNormalizer::collapse() {
  for (unsigned in = 0; in < loops.size(); ++in) {
    for (unsigned out = 0; out < loops.size(); ++out) {
      NestLoop &outer = loops[out], &inner = loops[in];
      if (in == out || !areOneLoop(outer, inner))
        continue;
      if (isa<Attribute>(outer.extent)) {
        inner.extent =
            builder.getIndexAttr(outer.staticExtent() * inner.staticExtent());
      } else {
        inner.facts = outer.facts.times(inner.staticExtent());
        inner.extent =
            arith::MulIOp::create(
                builder, loc, cast<Value>(outer.extent),
                getValueOrCreateConstantIndexOp(builder, loc, inner.extent))
                .getResult();
      }
      loops.erase(loops.begin() + out);
      ++numCollapsed;
      // The longer loop may go on into others, and they into it.
      in = -1;
      break;
    }
  }
}

void LoopNormalizer::order() {
  auto before = [&](const NestLoop &a, const NestLoop &b) {
    if (a.loopClass != b.loopClass)
      return a.loopClass < b.loopClass;
    if (a.loopClass != LoopClass::k) {
      if (a.distance(output) != b.distance(output))
        return a.distance(output) > b.distance(output);
      return a.position < b.position;
    }
    // Sums run along the second input's panels, then along the first's rows.
    for (unsigned input : llvm::reverse(shapedInputs))
      if (a.distance(input) != b.distance(input))
        return a.distance(input) > b.distance(input);
    return a.position < b.position;
  };
  llvm::sort(loops, before);
}

void LoopNormalizer::rebuild() {
  SmallVector<Value> values;
  for (unsigned i = 0; i < numOperands; ++i) {
    const Operand &operand = operands[i];
    if (!operand.shaped) {
      values.push_back(operand.value);
      continue;
    }
    SmallVector<OpFoldResult> sizes, strides;
    for (const NestLoop &loop : loops) {
      sizes.push_back(loop.extent);
      strides.push_back(loop.strides[i]);
    }
    SmallVector<int64_t> staticSizes, staticStrides;
    SmallVector<Value> dynamic;
    dispatchIndexOpFoldResults(sizes, dynamic, staticSizes);
    dispatchIndexOpFoldResults(strides, dynamic, staticStrides);
    auto type = MemRefType::get(
        staticSizes, cast<MemRefType>(operand.value.getType()).getElementType(),
        StridedLayoutAttr::get(
            builder.getContext(),
            getConstantIntValue(operand.offset).value_or(ShapedType::kDynamic),
            staticStrides));
    values.push_back(memref::ReinterpretCastOp::create(
        builder, loc, type, operand.value, operand.offset, sizes, strides));
  }
  SmallVector<LoopClass> classes;
  for (const NestLoop &loop : loops)
    classes.push_back(loop.loopClass);
  Value out = values.pop_back_val();
  auto normal = RegionOp::create(
      builder, loc, Type(), values, out, ArrayAttr(), region.getInit(),
      LoopsAttr::get(builder.getContext(), classes), nullptr);
  normal.getBody().takeBody(region.getBody());
  normal.getEpilogue().takeBody(region.getEpilogue());
  if (region->hasAttr(kExtentsAttrName)) {
    SmallVector<Attribute> extents;
    for (const NestLoop &loop : loops)
      extents.push_back(ExtentAttr::get(builder.getContext(), loop.facts));
    normal->setAttr(kExtentsAttrName, builder.getArrayAttr(extents));
  }
  region.erase();
}

namespace {
struct ClassifyLoops : einsumc::kernel::impl::ClassifyLoopsBase<ClassifyLoops> {
  using ClassifyLoopsBase::ClassifyLoopsBase;

  void runOnOperation() override {
    SmallVector<RegionOp> regions;
    getOperation().walk([&](RegionOp region) {
      if (!region.isNormalForm() &&
          isa<MemRefType>(region.getOutput().getType()))
        regions.push_back(region);
    });
    TargetAttr target = findTarget(getOperation());
    for (RegionOp region : regions) {
      OpBuilder builder(region);
      LoopNormalizer normalizer(region, target, builder);
      normalizer.run();
      numCollapsed += normalizer.numCollapsed;
      numSwapped += normalizer.swapped;
      numInterleaved += normalizer.isInterleaved;
      numStrided += normalizer.isStrided();
    }
  }
};
} // namespace
