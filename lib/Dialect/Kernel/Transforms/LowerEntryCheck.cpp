//===- LowerEntryCheck.cpp - What makes a call legal ------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerEntryInternal.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

void LegalityCheck::require(Value condition) {
  if (std::optional<int64_t> constant = getConstant(condition);
      constant && *constant != 0)
    return;
  holds = holds ? b.createOrFold<arith::AndIOp>(holds, condition) : condition;
}

static Value compare(ImplicitLocOpBuilder &b, arith::CmpIPredicate predicate,
                     Value x, Value y) {
  return b.createOrFold<arith::CmpIOp>(predicate, x, y);
}

Value LegalityCheck::checkedMul(Value x, Value y) {
  if (getConstant(x) == 1)
    return y;
  if (getConstant(y) == 1)
    return x;
  auto product = arith::MulUIExtendedOp::create(b, x, y);
  Value zero = constantI64(b, 0);
  require(compare(b, arith::CmpIPredicate::eq, product.getHigh(), zero));
  require(compare(b, arith::CmpIPredicate::sge, product.getLow(), zero));
  return product.getLow();
}

Value LegalityCheck::checkedAdd(Value x, Value y) {
  Value sum = add(b, x, y);
  require(compare(b, arith::CmpIPredicate::sge, sum, constantI64(b, 0)));
  return sum;
}

/// Extents or strides of an operand as i64.
static SmallVector<Value> asI64(ImplicitLocOpBuilder &b,
                                ArrayRef<int64_t> values,
                                function_ref<Value(unsigned axis)> dynamic) {
  SmallVector<Value> result;
  for (auto [axis, value] : llvm::enumerate(values))
    result.push_back(ShapedType::isDynamic(value) ? dynamic(axis)
                                                  : constantI64(b, value));
  return result;
}

/// No element of the output is written twice: each axis steps over all that
/// axes of smaller stride reach. This refuses some interleaved layouts that no
/// array library makes.
static void requireNoOverlap(ImplicitLocOpBuilder &b, LegalityCheck &check,
                             ArrayRef<Value> extents, ArrayRef<Value> strides) {
  Value zero = constantI64(b, 0), one = constantI64(b, 1);
  for (size_t axis = 0; axis < extents.size(); ++axis) {
    Value reach = zero;
    for (size_t other = 0; other < extents.size(); ++other) {
      if (other == axis)
        continue;
      // Of two equal strides the earlier axis counts as the outer one.
      Value isInner = compare(b,
                              other > axis ? arith::CmpIPredicate::sle
                                           : arith::CmpIPredicate::slt,
                              strides[other], strides[axis]);
      Value steps =
          b.createOrFold<arith::SubIOp>(maximum(b, extents[other], one), one);
      Value distance = mul(b, steps, strides[other]);
      reach = add(b, reach,
                  b.createOrFold<arith::SelectOp>(isInner, distance, zero));
    }
    Value isTrivial = compare(b, arith::CmpIPredicate::sle, extents[axis], one);
    Value isOutside =
        compare(b, arith::CmpIPredicate::sgt, strides[axis], reach);
    check.require(b.createOrFold<arith::OrIOp>(isTrivial, isOutside));
  }
}

static bool isStatic(const SignatureOperand &operand) {
  return !llvm::is_contained(operand.shape, ShapedType::kDynamic) &&
         !(operand.strides &&
           llvm::is_contained(*operand.strides, ShapedType::kDynamic));
}

static Value loadFrom(ImplicitLocOpBuilder &b, Value array, Type type,
                      int64_t index) {
  Value address = LLVM::GEPOp::create(b, array.getType(), type, array,
                                      ArrayRef<LLVM::GEPArg>{int32_t(index)});
  return LLVM::LoadOp::create(b, type, address);
}

void LegalityCheck::requireSize(ArrayRef<Value> extents, int64_t bytes) {
  // As numpy does, an extent of 0 counts as 1: an empty array may not have huge
  // axes.
  Value product = constantI64(b, bytes);
  for (Value extent : extents)
    product = checkedMul(product, maximum(b, extent, constantI64(b, 1)));
  require(compare(b, arith::CmpIPredicate::sle, product,
                  constantI64(b, kMaxTensorBytes)));
}

/// Extents of an operand's axes.
static SmallVector<Value> axisExtents(ImplicitLocOpBuilder &b,
                                      const SignatureOperand &operand,
                                      ArrayRef<Value> labelExtents) {
  return asI64(b, operand.shape, [&](unsigned axis) {
    return labelExtents[operand.labels[axis]];
  });
}

/// What the kernel's code assumes of an extent.
static void requireFacts(ImplicitLocOpBuilder &b, LegalityCheck &check,
                         Value extent, const ExtentFacts &facts) {
  if (facts.multiple != 1) {
    // Of an extent that is not negative, which is required, too.
    Value rest =
        b.createOrFold<arith::RemUIOp>(extent, constantI64(b, facts.multiple));
    check.require(
        compare(b, arith::CmpIPredicate::eq, rest, constantI64(b, 0)));
  }
  if (facts.min != 0)
    check.require(compare(b, arith::CmpIPredicate::sge, extent,
                          constantI64(b, facts.min)));
  if (facts.max != ExtentFacts::kNoMax)
    check.require(compare(b, arith::CmpIPredicate::sle, extent,
                          constantI64(b, facts.max)));
}

FailureOr<SmallVector<Value>> entry::requireLegalSizes(ImplicitLocOpBuilder &b,
                                                       LegalityCheck &check,
                                                       const Kernel &kernel,
                                                       Value sizes) {
  const Signature &signature = kernel.signature;
  Type i64 = b.getI64Type();
  SmallVector<Value> labelExtents;
  for (auto [number, label] : llvm::enumerate(signature.labels)) {
    if (!label.parameter) {
      labelExtents.push_back(constantI64(b, label.extent));
      continue;
    }
    Value extent = loadFrom(b, sizes, i64, number);
    labelExtents.push_back(extent);
    if (ShapedType::isDynamic(label.extent))
      check.require(
          compare(b, arith::CmpIPredicate::sge, extent, constantI64(b, 0)));
    else
      check.require(compare(b, arith::CmpIPredicate::eq, extent,
                            constantI64(b, label.extent)));
    requireFacts(b, check, extent, label.facts);
  }
  for (const SignatureOperand &operand : signature.operands)
    if (llvm::is_contained(operand.shape, ShapedType::kDynamic))
      check.requireSize(axisExtents(b, operand, labelExtents),
                        elementTypeSize(operand.element));

  // Intermediates may be larger than every operand.
  Memory memory;
  memory.sizes = sizes;
  SliceCloner cloner = kernelCloner(b, kernel, memory);
  for (const Buffer &buffer : kernel.buffers) {
    auto alloc = dyn_cast<memref::AllocOp>(buffer.op);
    if (!alloc || alloc.getDynamicSizes().empty())
      continue;
    SmallVector<Value> extents;
    for (Value size : alloc.getDynamicSizes()) {
      FailureOr<Value> extent = cloner.get(size);
      if (failed(extent))
        return failure();
      extents.push_back(arith::IndexCastOp::create(b, i64, *extent));
    }
    int64_t bytes = byteSize(alloc.getType().getElementType());
    for (int64_t extent : alloc.getType().getShape())
      if (!ShapedType::isDynamic(extent) && extent > 0)
        extents.push_back(constantI64(b, extent));
    check.requireSize(extents, bytes);
  }
  return labelExtents;
}

LogicalResult entry::buildCheck(Kernel &kernel, OpBuilder &moduleBuilder) {
  const Signature &signature = kernel.signature;
  Location loc = kernel.function.getLoc();
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Type i64 = b.getI64Type();
  func::FuncOp function =
      createFunction(moduleBuilder, loc, Twine(signature.name) + ".check",
                     {pointer, pointer, pointer}, b.getI32Type(), false);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Value operands = block.getArgument(0), sizes = block.getArgument(1),
        strides = block.getArgument(2);
  Value zero = constantI64(b, 0), one = constantI64(b, 1);

  LegalityCheck check(b);
  FailureOr<SmallVector<Value>> labelExtents =
      requireLegalSizes(b, check, kernel, sizes);
  if (failed(labelExtents))
    return failure();

  Value isNull;
  int64_t firstAxis = 0;
  for (auto [number, operand] : llvm::enumerate(signature.operands)) {
    SmallVector<Value> extents = axisExtents(b, operand, *labelExtents);
    if (!isStatic(operand) && operand.strides) {
      SmallVector<Value> steps = asI64(b, *operand.strides, [&](unsigned axis) {
        return loadFrom(b, strides, i64, firstAxis + axis);
      });
      Value span = one;
      for (auto [extent, stride] : llvm::zip(extents, steps)) {
        Value negated = b.createOrFold<arith::SubIOp>(zero, stride);
        Value distance = maximum(b, stride, negated);
        check.require(compare(b, arith::CmpIPredicate::sge, distance, zero));
        Value count =
            b.createOrFold<arith::SubIOp>(maximum(b, extent, one), one);
        span = check.checkedAdd(span, check.checkedMul(distance, count));
      }
      check.checkedMul(span, constantI64(b, elementTypeSize(operand.element)));
      if (operand.isOutput) {
        for (Value stride : steps)
          check.require(compare(b, arith::CmpIPredicate::sge, stride, zero));
        requireNoOverlap(b, check, extents, steps);
      }
    }
    firstAxis += operand.rank();

    bool isEmpty = llvm::is_contained(operand.shape, 0);
    if (isEmpty)
      continue;
    Value address = loadFrom(b, operands, pointer, number);
    Value missing = LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::eq, address,
                                         LLVM::ZeroOp::create(b, pointer));
    for (auto [axis, extent] : llvm::enumerate(operand.shape))
      if (ShapedType::isDynamic(extent))
        missing = arith::AndIOp::create(
            b, missing,
            compare(b, arith::CmpIPredicate::ne, extents[axis], zero));
    isNull = isNull ? Value(arith::OrIOp::create(b, isNull, missing)) : missing;
  }

  auto status = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
  };
  Value result = status(0);
  if (isNull)
    result = arith::SelectOp::create(b, isNull, status(3), result);
  if (Value holds = check.getHolds())
    result = arith::SelectOp::create(b, holds, result, status(1));
  func::ReturnOp::create(b, result);
  return success();
}
