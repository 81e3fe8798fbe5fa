//===- EinsumDialect.cpp - The einsum dialect and its types -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::einsum;

#include "einsumc/Dialect/Einsum/IR/EinsumDialect.cpp.inc"

void EinsumDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "einsumc/Dialect/Einsum/IR/EinsumOps.cpp.inc"
      >();
}

std::optional<ElementType> einsum::getElementType(Type type) {
  if (type.isF16())
    return ElementType::f16;
  if (type.isBF16())
    return ElementType::bf16;
  if (type.isF32())
    return ElementType::f32;
  if (type.isF64())
    return ElementType::f64;
  if (auto complex = dyn_cast<ComplexType>(type)) {
    if (complex.getElementType().isF32())
      return ElementType::c64;
    if (complex.getElementType().isF64())
      return ElementType::c128;
    return std::nullopt;
  }
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.isSigned())
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return isUnsigned ? std::nullopt : std::optional(ElementType::boolean);
  case 8:
    return isUnsigned ? ElementType::u8 : ElementType::i8;
  case 16:
    return isUnsigned ? ElementType::u16 : ElementType::i16;
  case 32:
    return isUnsigned ? ElementType::u32 : ElementType::i32;
  case 64:
    return isUnsigned ? ElementType::u64 : ElementType::i64;
  default:
    return std::nullopt;
  }
}

Type einsum::getMLIRType(MLIRContext *context, ElementType type) {
  auto integer = [&](unsigned width, bool isUnsigned) -> Type {
    return IntegerType::get(context, width,
                            isUnsigned ? IntegerType::Unsigned
                                       : IntegerType::Signless);
  };
  switch (type) {
  case ElementType::f16:
    return Float16Type::get(context);
  case ElementType::bf16:
    return BFloat16Type::get(context);
  case ElementType::f32:
    return Float32Type::get(context);
  case ElementType::f64:
    return Float64Type::get(context);
  case ElementType::i8:
  case ElementType::u8:
    return integer(8, type == ElementType::u8);
  case ElementType::i16:
  case ElementType::u16:
    return integer(16, type == ElementType::u16);
  case ElementType::i32:
  case ElementType::u32:
    return integer(32, type == ElementType::u32);
  case ElementType::i64:
  case ElementType::u64:
    return integer(64, type == ElementType::u64);
  case ElementType::boolean:
    return integer(1, false);
  case ElementType::c64:
    return ComplexType::get(Float32Type::get(context));
  case ElementType::c128:
    return ComplexType::get(Float64Type::get(context));
  }
  llvm_unreachable("all element types are listed");
}

bool einsum::isAccumulatorType(Type type) {
  std::optional<ElementType> element = getElementType(type);
  if (!element)
    return false;
  switch (*element) {
  case ElementType::f16:
  case ElementType::bf16:
  case ElementType::i8:
  case ElementType::i16:
  case ElementType::u8:
  case ElementType::u16:
    return false;
  default:
    return true;
  }
}

int64_t einsum::joinExtents(int64_t a, int64_t b) {
  if (a == 1)
    return b;
  if (b == 1 || !ShapedType::isDynamic(a))
    return a;
  return b;
}
