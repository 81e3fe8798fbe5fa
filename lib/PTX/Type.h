//===- Type.h - The types of PTX --------------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_TYPE_H
#define EINSUMC_LIB_PTX_TYPE_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace einsumc::ptx {

enum class Type : uint8_t {
  pred,
  b8,
  b16,
  b32,
  b64,
  u8,
  u16,
  u32,
  u64,
  s8,
  s16,
  s32,
  s64,
  f16,
  bf16,
  f32,
  f64,
  f16x2,
  bf16x2,
};

/// The type of ".f32", if it is one.
std::optional<Type> parseType(std::string_view suffix);
const char *name(Type type);
/// A predicate has one.
unsigned bitWidth(Type type);

inline unsigned byteWidth(Type type) { return (bitWidth(type) + 7) / 8; }
inline bool isUntyped(Type type) {
  return type >= Type::b8 && type <= Type::b64;
}
inline bool isSigned(Type type) {
  return type >= Type::s8 && type <= Type::s64;
}
inline bool isUnsigned(Type type) {
  return type >= Type::u8 && type <= Type::u64;
}
inline bool isInteger(Type type) { return isSigned(type) || isUnsigned(type); }
inline bool isFloat(Type type) { return type >= Type::f16; }
inline bool isPair(Type type) {
  return type == Type::f16x2 || type == Type::bf16x2;
}
/// The bits that a register of this type holds.
inline uint64_t mask(Type type) {
  return ~uint64_t(0) >> (64 - bitWidth(type));
}

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_TYPE_H
