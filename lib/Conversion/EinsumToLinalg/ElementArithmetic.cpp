//===- ElementArithmetic.cpp - Arithmetic of the language
//------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementArithmetic.h"

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::conversion;

Type conversion::getSignlessType(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return type;
  if (integer.isSignless() && integer.getWidth() == 1)
    return IntegerType::get(type.getContext(), 8);
  if (integer.isUnsigned())
    return IntegerType::get(type.getContext(), integer.getWidth());
  return type;
}

ElementType conversion::getElementTypeOf(Type type) {
  std::optional<ElementType> element =
      einsum::getElementType(getElementTypeOrSelf(type));
  if (!element)
    llvm_unreachable("the einsum dialect's verifiers refuse other types");
  return *element;
}

Type conversion::getStorageType(MLIRContext *context, ElementType type) {
  return getSignlessType(einsum::getMLIRType(context, type));
}

Value conversion::createConstant(OpBuilder &builder, Location loc,
                                 TypedAttr constant) {
  if (auto number = dyn_cast<complex::NumberAttr>(constant)) {
    auto type = cast<ComplexType>(number.getType());
    auto part = [&](const APFloat &value) {
      return FloatAttr::get(type.getElementType(), value);
    };
    return complex::ConstantOp::create(
        builder, loc, type,
        builder.getArrayAttr({part(number.getReal()), part(number.getImag())}));
  }
  if (auto integer = dyn_cast<IntegerAttr>(constant)) {
    Type type = getSignlessType(integer.getType());
    constant = IntegerAttr::get(
        type, integer.getValue().zext(type.getIntOrFloatBitWidth()));
  }
  return arith::ConstantOp::create(builder, loc, constant);
}

Value conversion::createZero(OpBuilder &builder, Location loc,
                             ElementType type) {
  Type storage = getStorageType(builder.getContext(), type);
  if (auto complexType = dyn_cast<ComplexType>(storage)) {
    Attribute zero = builder.getZeroAttr(complexType.getElementType());
    return complex::ConstantOp::create(builder, loc, storage,
                                       builder.getArrayAttr({zero, zero}));
  }
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(storage));
}

/// The type of a complex number's two parts.
static ElementType partOf(ElementType type) {
  return type == ElementType::c64 ? ElementType::f32 : ElementType::f64;
}

static Value resizeFloat(OpBuilder &builder, Location loc, Value value,
                         Type type) {
  unsigned from = value.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (value.getType() == type)
    return value;
  if (from < to)
    return builder.createOrFold<arith::ExtFOp>(loc, type, value);
  if (from > to)
    return builder.createOrFold<arith::TruncFOp>(loc, type, value);
  // f16 and bf16 meet in f32, which holds both.
  Value wide =
      builder.createOrFold<arith::ExtFOp>(loc, builder.getF32Type(), value);
  return builder.createOrFold<arith::TruncFOp>(loc, type, wide);
}

static Value resizeInteger(OpBuilder &builder, Location loc, Value value,
                           Type type, bool isUnsigned) {
  unsigned from = value.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from == to)
    return value;
  if (from > to)
    return builder.createOrFold<arith::TruncIOp>(loc, type, value);
  if (isUnsigned)
    return builder.createOrFold<arith::ExtUIOp>(loc, type, value);
  return builder.createOrFold<arith::ExtSIOp>(loc, type, value);
}

/// `value` compared with 0, as an i1.
static Value compareWithZero(OpBuilder &builder, Location loc, Value value,
                             ElementType type, bool equal) {
  // Processors compare f16 and bf16 as f32 anyway.
  if (isFloat(type)) {
    value = convertElement(builder, loc, value, type, accumulatorType(type));
    type = accumulatorType(type);
  }
  Value zero = createZero(builder, loc, type);
  if (isFloat(type))
    return builder.createOrFold<arith::CmpFOp>(
        loc, equal ? arith::CmpFPredicate::OEQ : arith::CmpFPredicate::UNE,
        value, zero);
  return builder.createOrFold<arith::CmpIOp>(
      loc, equal ? arith::CmpIPredicate::eq : arith::CmpIPredicate::ne, value,
      zero);
}

Value conversion::convertElement(OpBuilder &builder, Location loc, Value value,
                                 ElementType from, ElementType to) {
  if (from == to)
    return value;
  Type type = getStorageType(builder.getContext(), to);
  if (isComplex(to)) {
    ElementType part = partOf(to);
    Value real, imag;
    if (isComplex(from)) {
      real = convertElement(builder, loc,
                            complex::ReOp::create(builder, loc, value),
                            partOf(from), part);
      imag = convertElement(builder, loc,
                            complex::ImOp::create(builder, loc, value),
                            partOf(from), part);
    } else {
      real = convertElement(builder, loc, value, from, part);
      imag = createZero(builder, loc, part);
    }
    return complex::CreateOp::create(builder, loc, type, real, imag);
  }
  assert(!isComplex(from) && "the einsum dialect's verifiers refuse it");

  // A bool counts as the unsigned number 0 or 1.
  bool fromUnsigned = isUnsigned(from) || from == ElementType::boolean;
  if (to == ElementType::boolean)
    return builder.createOrFold<arith::ExtUIOp>(
        loc, type, isNonzero(builder, loc, value, from));
  if (isFloat(to)) {
    if (isFloat(from))
      return resizeFloat(builder, loc, value, type);
    if (fromUnsigned)
      return builder.createOrFold<arith::UIToFPOp>(loc, type, value);
    return builder.createOrFold<arith::SIToFPOp>(loc, type, value);
  }
  if (!isFloat(from))
    return resizeInteger(builder, loc, value, type, fromUnsigned);
  if (isUnsigned(to))
    return builder.createOrFold<arith::FPToUIOp>(loc, type, value);
  return builder.createOrFold<arith::FPToSIOp>(loc, type, value);
}

Value conversion::multiply(OpBuilder &builder, Location loc, Value lhs,
                           Value rhs, ElementType type) {
  if (isComplex(type))
    return complex::MulOp::create(builder, loc, lhs, rhs);
  if (isFloat(type))
    return arith::MulFOp::create(builder, loc, lhs, rhs);
  if (type == ElementType::boolean)
    return arith::AndIOp::create(builder, loc, lhs, rhs);
  return arith::MulIOp::create(builder, loc, lhs, rhs);
}

Value conversion::add(OpBuilder &builder, Location loc, Value lhs, Value rhs,
                      ElementType type) {
  if (isComplex(type))
    return complex::AddOp::create(builder, loc, lhs, rhs);
  if (isFloat(type))
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  if (type == ElementType::boolean)
    return arith::OrIOp::create(builder, loc, lhs, rhs);
  return arith::AddIOp::create(builder, loc, lhs, rhs);
}

Value conversion::isZero(OpBuilder &builder, Location loc, Value value,
                         ElementType type) {
  if (!isComplex(type))
    return compareWithZero(builder, loc, value, type, /*equal=*/true);
  Value real =
      compareWithZero(builder, loc, complex::ReOp::create(builder, loc, value),
                      partOf(type), /*equal=*/true);
  Value imag =
      compareWithZero(builder, loc, complex::ImOp::create(builder, loc, value),
                      partOf(type), /*equal=*/true);
  return arith::AndIOp::create(builder, loc, real, imag);
}

Value conversion::isNonzero(OpBuilder &builder, Location loc, Value value,
                            ElementType type) {
  return compareWithZero(builder, loc, value, type, /*equal=*/false);
}
