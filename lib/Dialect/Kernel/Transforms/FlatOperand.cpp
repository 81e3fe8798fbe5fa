//===- FlatOperand.cpp - Operands of a loop nest as flat memory -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatOperand.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace einsumc::kernel;

FlatOperand einsumc::kernel::flattenOperand(IndexBuilder &ib, RegionOp region,
                                            unsigned number,
                                            SmallVectorImpl<Value> &extents) {
  OpBuilder &b = ib.b;
  Value operand = region->getOperand(number);
  auto type = cast<MemRefType>(operand.getType());
  FlatOperand flat;
  flat.number = number;

  SmallVector<OpFoldResult> sizes, strides;
  OpFoldResult offset;
  Value source;
  if (auto cast = operand.getDefiningOp<memref::ReinterpretCastOp>()) {
    source = cast.getSource();
    sizes = cast.getConstifiedMixedSizes();
    strides = cast.getConstifiedMixedStrides();
    offset = cast.getConstifiedMixedOffset();
  } else {
    auto metadata =
        memref::ExtractStridedMetadataOp::create(b, ib.loc, operand);
    source = metadata.getBaseBuffer();
    sizes = metadata.getConstifiedMixedSizes();
    strides = metadata.getConstifiedMixedStrides();
    offset = metadata.getConstifiedMixedOffset();
  }

  flat.base = ib.get(offset);
  // The flat memref reaches to the operand's last element.
  Value last = flat.base;
  bool record = extents.empty();
  for (auto [size, stride] : llvm::zip_equal(sizes, strides)) {
    Value extent = ib.get(size);
    if (record)
      extents.push_back(extent);
    flat.strides.push_back(ib.get(stride));
    Value reach = ib.mul(ib.sub(extent, ib.constant(1)), flat.strides.back());
    last = ib.add(last, ib.max(reach, ib.constant(0)));
  }
  auto flatType =
      MemRefType::get({ShapedType::kDynamic}, type.getElementType(),
                      MemRefLayoutAttrInterface(), type.getMemorySpace());
  OpFoldResult length = getAsOpFoldResult(ib.add(last, ib.constant(1)));
  // A static length would not fit the type.
  if (isa<Attribute>(length))
    flatType =
        MemRefType::get({*getConstantIntValue(length)}, type.getElementType(),
                        MemRefLayoutAttrInterface(), type.getMemorySpace());
  flat.memory = memref::ReinterpretCastOp::create(
      b, ib.loc, flatType, source, OpFoldResult(b.getIndexAttr(0)),
      ArrayRef<OpFoldResult>{length},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
  return flat;
}

void einsumc::kernel::cloneEpilogue(RegionOp region, Region &target,
                                    OpBuilder &b) {
  OpBuilder::InsertionGuard guard(b);
  Block &source = region.getEpilogue().front();
  Block *block = b.createBlock(&target);
  IRMapping mapping;
  mapping.map(
      source.getArgument(0),
      block->addArgument(source.getArgument(0).getType(), region.getLoc()));
  for (Operation &inner : source)
    b.clone(inner, mapping);
}

void einsumc::kernel::cloneBody(RegionOp region, const RegionShape &shape,
                                MicroKernelOp op, OpBuilder &b) {
  OpBuilder::InsertionGuard guard(b);
  Block &source = region.getBody().front();
  Block *body = b.createBlock(&op.getBody());
  IRMapping mapping;
  size_t position = 0;
  for (auto [number, argument] : llvm::enumerate(source.getArguments())) {
    if (shape.isScalar(number)) {
      mapping.map(argument, region->getOperand(number));
      continue;
    }
    bool isInput = position < op.getInputs().size();
    Value memory = isInput ? op.getInputs()[position++] : Value();
    Type type = isInput ? cast<MemRefType>(memory.getType()).getElementType()
                        : argument.getType();
    Value value = body->addArgument(type, op.getLoc());
    mapping.map(argument, value);
    if (type != argument.getType())
      for (Operation *user : argument.getUsers())
        mapping.map(user->getResult(0), value);
  }
  for (Operation &inner : source)
    if (inner.getNumResults() != 1 || !mapping.contains(inner.getResult(0)))
      b.clone(inner, mapping);
}

int64_t einsumc::kernel::elementBytes(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * elementBytes(complex.getElementType());
  // An index has as many bits as the machine's words.
  return element.isIntOrFloat()
             ? llvm::divideCeil(element.getIntOrFloatBitWidth(), 8)
             : sizeof(int64_t);
}

int64_t einsumc::kernel::elementBytes(Value memref) {
  return elementBytes(cast<MemRefType>(memref.getType()).getElementType());
}
