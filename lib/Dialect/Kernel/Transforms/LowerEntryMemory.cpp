//===- LowerEntryMemory.cpp - Pointers, memrefs and slices ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerEntryInternal.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

Value entry::constantIndex(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value entry::constantI64(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
}

std::optional<int64_t> entry::getConstant(Value value) {
  return getConstantIntValue(OpFoldResult(value));
}

Value entry::add(ImplicitLocOpBuilder &b, Value x, Value y) {
  return b.createOrFold<arith::AddIOp>(x, y);
}

Value entry::mul(ImplicitLocOpBuilder &b, Value x, Value y) {
  return b.createOrFold<arith::MulIOp>(x, y);
}

Value entry::maximum(ImplicitLocOpBuilder &b, Value x, Value y) {
  return b.createOrFold<arith::MaxSIOp>(x, y);
}

Value entry::alignUp(ImplicitLocOpBuilder &b, Value bytes) {
  Value padded = add(b, bytes, constantIndex(b, kAlignment - 1));
  return b.createOrFold<arith::AndIOp>(padded, constantIndex(b, -kAlignment));
}

int64_t entry::byteSize(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    return 2 * byteSize(complex.getElementType());
  if (type.isIndex())
    return 8;
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

FailureOr<Value> SliceCloner::get(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  // An explicit stack: a chain of views may be as long as the function.
  SmallVector<Operation *> stack;
  auto push = [&](Value needed) -> LogicalResult {
    Operation *op = needed.getDefiningOp();
    bool isRoot = !op || isa<memref::AllocOp, ScratchOp>(op);
    if (isRoot && resolver) {
      FailureOr<Value> resolved = resolver(needed);
      if (failed(resolved))
        return failure();
      mapping.map(needed, *resolved);
      return success();
    }
    if (isRoot || op->getNumRegions() != 0 || !isPure(op))
      return emitError(needed.getLoc(),
                       "expected extents, tasks and scratch to be pure "
                       "functions of the kernel's sizes");
    stack.push_back(op);
    return success();
  };
  if (failed(push(value)))
    return failure();
  while (!stack.empty()) {
    Operation *op = stack.back();
    if (mapping.contains(op->getResult(0))) {
      stack.pop_back();
      continue;
    }
    size_t before = stack.size();
    for (Value operand : op->getOperands())
      if (!mapping.contains(operand) && failed(push(operand)))
        return failure();
    if (stack.size() != before)
      continue;
    stack.pop_back();
    Operation *clone = builder.clone(*op, mapping);
    SmallVector<Value> folded;
    if (succeeded(builder.tryFold(clone, folded)) && !folded.empty()) {
      for (auto [from, to] : llvm::zip(op->getResults(), folded))
        mapping.map(from, to);
      clone->erase();
    }
  }
  return mapping.lookup(value);
}

//===----------------------------------------------------------------------===//
// Pointers and memrefs
//===----------------------------------------------------------------------===//

Value entry::loadIndex(ImplicitLocOpBuilder &b, Value array, int64_t index) {
  Value address = array;
  if (index != 0)
    address = LLVM::GEPOp::create(b, array.getType(), b.getI64Type(), array,
                                  ArrayRef<LLVM::GEPArg>{int32_t(index)});
  Value value = LLVM::LoadOp::create(b, b.getI64Type(), address);
  return arith::IndexCastOp::create(b, b.getIndexType(), value);
}

Value entry::offsetPointer(ImplicitLocOpBuilder &b, Value pointer,
                           Value bytes) {
  if (getConstant(bytes) == 0)
    return pointer;
  Value offset = b.createOrFold<arith::IndexCastOp>(b.getI64Type(), bytes);
  return LLVM::GEPOp::create(b, pointer.getType(), b.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{offset});
}

static LLVM::LLVMStructType getDescriptorType(MLIRContext *context) {
  auto pointer = LLVM::LLVMPointerType::get(context);
  return LLVM::LLVMStructType::getLiteral(
      context, {pointer, pointer, IntegerType::get(context, 64)});
}

Value entry::buildMemRef(ImplicitLocOpBuilder &b, Value pointer,
                         MemRefType type, ValueRange dynamic) {
  // The descriptor of a rank-0 memref; everything else is left to
  // memref.reinterpret_cast, which later passes see through.
  Value descriptor =
      LLVM::PoisonOp::create(b, getDescriptorType(b.getContext()));
  descriptor =
      LLVM::InsertValueOp::create(b, descriptor, pointer, ArrayRef<int64_t>{0});
  descriptor =
      LLVM::InsertValueOp::create(b, descriptor, pointer, ArrayRef<int64_t>{1});
  descriptor = LLVM::InsertValueOp::create(b, descriptor, constantI64(b, 0),
                                           ArrayRef<int64_t>{2});
  auto scalar = MemRefType::get({}, type.getElementType());
  Value base =
      UnrealizedConversionCastOp::create(b, scalar, descriptor).getResult(0);
  if (type == scalar)
    return base;

  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  auto next = [&](int64_t value) -> OpFoldResult {
    if (!ShapedType::isDynamic(value))
      return b.getIndexAttr(value);
    Value front = dynamic.front();
    dynamic = dynamic.drop_front();
    return front;
  };
  OpFoldResult mixedOffset = next(offset);
  auto mixedSizes = llvm::map_to_vector(type.getShape(), next);
  auto mixedStrides = llvm::map_to_vector(strides, next);
  return memref::ReinterpretCastOp::create(b, type, base, mixedOffset,
                                           mixedSizes, mixedStrides);
}

SmallVector<Value> entry::rowMajorDynamics(ImplicitLocOpBuilder &b,
                                           MemRefType type,
                                           ValueRange dynamicSizes) {
  SmallVector<Value> values(dynamicSizes);
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  SmallVector<Value> sizes;
  for (int64_t extent : type.getShape()) {
    if (!ShapedType::isDynamic(extent)) {
      sizes.push_back(constantIndex(b, extent));
      continue;
    }
    sizes.push_back(dynamicSizes.front());
    dynamicSizes = dynamicSizes.drop_front();
  }
  SmallVector<Value> dynamicStrides;
  Value stride = constantIndex(b, 1);
  for (int64_t axis = type.getRank() - 1; axis >= 0; --axis) {
    if (ShapedType::isDynamic(strides[axis]))
      dynamicStrides.push_back(stride);
    if (axis != 0)
      stride = mul(b, stride, sizes[axis]);
  }
  llvm::append_range(values, llvm::reverse(dynamicStrides));
  return values;
}

SmallVector<Value> entry::explodeMemRef(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  Value base = memref;
  SmallVector<Value> dynamic;
  if (type.getRank() != 0 || offset != 0) {
    auto metadata = memref::ExtractStridedMetadataOp::create(b, memref);
    base = metadata.getBaseBuffer();
    if (ShapedType::isDynamic(offset))
      dynamic.push_back(metadata.getOffset());
    for (auto [size, value] : llvm::zip(type.getShape(), metadata.getSizes()))
      if (ShapedType::isDynamic(size))
        dynamic.push_back(value);
    for (auto [stride, value] : llvm::zip(strides, metadata.getStrides()))
      if (ShapedType::isDynamic(stride))
        dynamic.push_back(value);
  }
  Value descriptor = UnrealizedConversionCastOp::create(
                         b, getDescriptorType(b.getContext()), base)
                         .getResult(0);
  SmallVector<Value> values = {
      LLVM::ExtractValueOp::create(b, descriptor, ArrayRef<int64_t>{1})};
  values.append(dynamic);
  return values;
}

SmallVector<Type> entry::explodedTypes(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  (void)type.getStridesAndOffset(strides, offset);
  int64_t numDynamic = ShapedType::isDynamic(offset) +
                       type.getNumDynamicDims() +
                       llvm::count_if(strides, ShapedType::isDynamic);
  SmallVector<Type> types = {LLVM::LLVMPointerType::get(type.getContext())};
  types.append(numDynamic, IndexType::get(type.getContext()));
  return types;
}

/// How far, in elements, the lowest address lies before the first element.
static Value negativeOffset(ImplicitLocOpBuilder &b, ValueRange sizes,
                            ValueRange strides) {
  Value zero = constantIndex(b, 0), one = constantIndex(b, 1), sum = zero;
  for (auto [size, stride] : llvm::zip(sizes, strides)) {
    Value steps = maximum(b, b.createOrFold<arith::SubIOp>(size, one), zero);
    Value back = maximum(b, b.createOrFold<arith::SubIOp>(zero, stride), zero);
    sum = add(b, sum, mul(b, steps, back));
  }
  return sum;
}

/// Strides of the operand's axes, loaded where its type says `?`.
static SmallVector<Value> loadStrides(ImplicitLocOpBuilder &b,
                                      ArrayRef<int64_t> typeStrides,
                                      Value strides, int64_t firstAxis) {
  SmallVector<Value> values;
  for (auto [axis, stride] : llvm::enumerate(typeStrides)) {
    if (!ShapedType::isDynamic(stride))
      values.push_back(constantIndex(b, stride));
    else if (strides)
      values.push_back(loadIndex(b, strides, firstAxis + axis));
    else // nothing but sizes is asked for
      values.push_back(constantIndex(b, 0));
  }
  return values;
}

static Value buildOperand(ImplicitLocOpBuilder &b, const Memory &memory,
                          const SignatureOperand &operand, MemRefType type,
                          Value pointer, int64_t firstAxis) {
  SmallVector<Value> sizes, dynamicSizes;
  for (auto [axis, extent] : llvm::enumerate(operand.shape)) {
    bool isDynamic = ShapedType::isDynamic(extent);
    sizes.push_back(isDynamic ? loadIndex(b, memory.sizes, operand.labels[axis])
                              : constantIndex(b, extent));
    if (isDynamic)
      dynamicSizes.push_back(sizes.back());
  }
  if (type.getLayout().isIdentity())
    return buildMemRef(b, pointer, type,
                       rowMajorDynamics(b, type, dynamicSizes));

  SmallVector<int64_t> typeStrides;
  int64_t typeOffset;
  (void)type.getStridesAndOffset(typeStrides, typeOffset);
  SmallVector<Value> strides =
      loadStrides(b, typeStrides, memory.strides, firstAxis);
  SmallVector<Value> dynamic;
  Value offset = constantIndex(b, typeOffset);
  if (ShapedType::isDynamic(typeOffset)) {
    offset = negativeOffset(b, sizes, strides);
    dynamic.push_back(offset);
  }
  // The caller's pointer is at the first element, ours at the lowest address:
  // flat indices are never negative (docs/architecture.md).
  pointer = offsetPointer(
      b, pointer,
      mul(b, offset, constantIndex(b, -byteSize(type.getElementType()))));
  dynamic.append(dynamicSizes);
  for (auto [typeStride, stride] : llvm::zip(typeStrides, strides))
    if (ShapedType::isDynamic(typeStride))
      dynamic.push_back(stride);
  return buildMemRef(b, pointer, type, dynamic);
}

FailureOr<Value> entry::materialize(ImplicitLocOpBuilder &b,
                                    const Kernel &kernel, const Memory &memory,
                                    Value value) {
  auto pointerType = LLVM::LLVMPointerType::get(b.getContext());
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument) {
    auto alloc = value.getDefiningOp<memref::AllocOp>();
    if (!alloc)
      return emitError(value.getLoc(), "expected kernel.scratch in a step "
                                       "function");
    SliceCloner cloner = kernelCloner(b, kernel, memory);
    SmallVector<Value> sizes;
    for (Value size : alloc.getDynamicSizes()) {
      FailureOr<Value> clone = cloner.get(size);
      if (failed(clone))
        return failure();
      sizes.push_back(*clone);
    }
    Value pointer;
    if (memory.scratch) {
      const Buffer *buffer = kernel.bufferOfAlloc.lookup(alloc);
      pointer =
          offsetPointer(b, memory.scratch,
                        buffer->slot < 0 ? constantIndex(b, buffer->offset)
                                         : memory.slotOffsets[buffer->slot]);
    } else {
      pointer = LLVM::ZeroOp::create(b, pointerType);
    }
    return buildMemRef(b, pointer, alloc.getType(),
                       rowMajorDynamics(b, alloc.getType(), sizes));
  }

  auto [number, firstAxis] =
      kernel.argumentNumbers.lookup(argument.getArgNumber());
  Value pointer;
  if (memory.operands) {
    Value address = memory.operands;
    if (number != 0)
      address =
          LLVM::GEPOp::create(b, pointerType, pointerType, memory.operands,
                              ArrayRef<LLVM::GEPArg>{int32_t(number)});
    pointer = LLVM::LoadOp::create(b, pointerType, address);
  } else {
    pointer = LLVM::ZeroOp::create(b, pointerType);
  }
  const Signature &signature = kernel.signature;
  if (auto type = dyn_cast<MemRefType>(argument.getType()))
    return buildOperand(b, memory, signature.operands[number], type, pointer,
                        firstAxis);
  if (!memory.operands)
    return emitError(value.getLoc(),
                     "expected sizes that depend on no scalar parameter");
  auto type = MemRefType::get({}, argument.getType());
  Value memref = buildMemRef(b, pointer, type, {});
  return Value(memref::LoadOp::create(b, memref, ValueRange()));
}

SliceCloner entry::kernelCloner(ImplicitLocOpBuilder &b, const Kernel &kernel,
                                const Memory &memory) {
  return SliceCloner(
      b, [&](Value value) { return materialize(b, kernel, memory, value); });
}

SliceCloner entry::calleeCloner(ImplicitLocOpBuilder &b, func::CallOp call,
                                SliceCloner &caller) {
  return SliceCloner(b, [&, call](Value value) mutable -> FailureOr<Value> {
    if (auto argument = dyn_cast<BlockArgument>(value))
      if (isa<func::FuncOp>(argument.getOwner()->getParentOp()))
        return caller.get(call.getOperand(argument.getArgNumber()));
    return emitError(value.getLoc(), "expected extents, tasks and scratch to "
                                     "depend on no task and no scratch");
  });
}
