//===- ElementType.cpp - Element types of the language ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Support/ElementType.h"

#include <algorithm>
#include <utility>

using namespace einsumc;

namespace {
struct Facts {
  llvm::StringLiteral name;
  unsigned size;
};
// In the order of the enumeration.
constexpr Facts facts[kNumElementTypes] = {
    {"f16", 2}, {"bf16", 2}, {"f32", 4},  {"f64", 8}, {"i8", 1},
    {"i16", 2}, {"i32", 4},  {"i64", 8},  {"u8", 1},  {"u16", 2},
    {"u32", 4}, {"u64", 8},  {"bool", 1}, {"c64", 8}, {"c128", 16}};

bool isSigned(ElementType type) {
  return type >= ElementType::i8 && type <= ElementType::i64;
}
} // namespace

llvm::StringRef einsumc::elementTypeName(ElementType type) {
  return facts[unsigned(type)].name;
}

std::optional<ElementType> einsumc::parseElementType(llvm::StringRef name) {
  for (unsigned i = 0; i < kNumElementTypes; ++i)
    if (facts[i].name == name)
      return ElementType(i);
  return std::nullopt;
}

unsigned einsumc::elementTypeSize(ElementType type) {
  return facts[unsigned(type)].size;
}

bool einsumc::isFloat(ElementType type) { return type <= ElementType::f64; }
bool einsumc::isComplex(ElementType type) { return type >= ElementType::c64; }
bool einsumc::isUnsigned(ElementType type) {
  return type >= ElementType::u8 && type <= ElementType::u64;
}
bool einsumc::isInteger(ElementType type) {
  return isSigned(type) || isUnsigned(type);
}

ElementType einsumc::promote(ElementType a, ElementType b) {
  if (a == b || b == ElementType::boolean)
    return a;
  if (a == ElementType::boolean)
    return b;
  auto isHalf = [](ElementType type) {
    return type == ElementType::f16 || type == ElementType::bf16;
  };
  if (isInteger(a) && isInteger(b)) {
    if (isSigned(a) == isSigned(b))
      return elementTypeSize(a) >= elementTypeSize(b) ? a : b;
    if (isUnsigned(a))
      std::swap(a, b);
    // Signed with unsigned: the signed type that holds both; none holds u64.
    if (elementTypeSize(a) > elementTypeSize(b))
      return a;
    switch (b) {
    case ElementType::u8:
      return ElementType::i16;
    case ElementType::u16:
      return ElementType::i32;
    case ElementType::u32:
      return ElementType::i64;
    default:
      return ElementType::f64;
    }
  }
  // The smallest float that holds the integers that the other one may be.
  auto floatFor = [](ElementType type) {
    if (isFloat(type))
      return type;
    switch (elementTypeSize(type)) {
    case 1:
      return ElementType::f16;
    case 2:
      return ElementType::f32;
    default:
      return ElementType::f64;
    }
  };
  auto promoteFloats = [&](ElementType x, ElementType y) {
    if (isHalf(x) && isHalf(y))
      return x == y ? x : ElementType::f32;
    return std::max(x, y); // halves, f32, f64 stand in this order
  };
  if (isComplex(a) || isComplex(b)) {
    auto isWide = [&](ElementType type) {
      return type == ElementType::c128 ||
             (!isComplex(type) && floatFor(type) == ElementType::f64);
    };
    return isWide(a) || isWide(b) ? ElementType::c128 : ElementType::c64;
  }
  // An 8-bit integer fits bf16's road as it does f16's.
  if (isHalf(a) && floatFor(b) == ElementType::f16 && !isFloat(b))
    return a;
  if (isHalf(b) && floatFor(a) == ElementType::f16 && !isFloat(a))
    return b;
  return promoteFloats(floatFor(a), floatFor(b));
}

ElementType einsumc::promote(llvm::ArrayRef<ElementType> types) {
  // numpy lets the floating and complex types go first; integers then meet a
  // type that holds them one by one.
  std::optional<ElementType> result;
  for (bool wantIntegers : {false, true})
    for (ElementType type : types) {
      bool isIntegral = isInteger(type) || type == ElementType::boolean;
      if (isIntegral == wantIntegers)
        result = result ? promote(*result, type) : type;
    }
  return result.value_or(ElementType::f64);
}

ElementType einsumc::accumulatorType(ElementType type) {
  switch (type) {
  case ElementType::f16:
  case ElementType::bf16:
    return ElementType::f32;
  case ElementType::i8:
  case ElementType::i16:
  case ElementType::u8:
  case ElementType::u16:
    return ElementType::i32;
  default:
    return type;
  }
}

double einsumc::unitRoundoff(ElementType type) {
  switch (type) {
  case ElementType::f16:
    return 0x1p-11;
  case ElementType::bf16:
    return 0x1p-8;
  case ElementType::f32:
  case ElementType::c64:
    return 0x1p-24;
  case ElementType::f64:
  case ElementType::c128:
    return 0x1p-53;
  default:
    return 0;
  }
}
