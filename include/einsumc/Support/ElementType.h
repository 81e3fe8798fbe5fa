//===- ElementType.h - Element types of the language -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_SUPPORT_ELEMENTTYPE_H
#define EINSUMC_SUPPORT_ELEMENTTYPE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace einsumc {

/// Element types a user can name. In memory: f16 and bf16 as their 16 bits,
/// bool as one byte 0 or 1, complex as re, im in turn.
enum class ElementType : uint8_t {
  f16,
  bf16,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  boolean,
  c64,
  c128
};
inline constexpr unsigned kNumElementTypes = 15;

/// The name a user writes: "f32", "u8", "bool", "c64".
llvm::StringRef elementTypeName(ElementType type);
std::optional<ElementType> parseElementType(llvm::StringRef name);
/// Size in bytes of one element in memory.
unsigned elementTypeSize(ElementType type);
bool isFloat(ElementType type);    ///< f16, bf16, f32, f64
bool isComplex(ElementType type);  ///< c64, c128
bool isUnsigned(ElementType type); ///< u8 … u64
bool isInteger(ElementType type);  ///< i8 … u64, not bool
/// numpy >= 2's promotion; bf16 promotes as f16 does, f16 with bf16 to f32.
ElementType promote(ElementType a, ElementType b);
/// The same for all operands at once, in any order: pairs are not associative,
/// as i16 with u16 is i32, hence f64 with f32, but each of them with f32 is
/// f32.
ElementType promote(llvm::ArrayRef<ElementType> types);
/// What a product of such elements accumulates in: f32 for f16 and bf16, i32
/// for integers narrower than 32 bits, otherwise the type itself.
ElementType accumulatorType(ElementType type);
/// Unit roundoff of a floating (or complex) type, 0 for integers and bool.
double unitRoundoff(ElementType type);

} // namespace einsumc

#endif // EINSUMC_SUPPORT_ELEMENTTYPE_H
