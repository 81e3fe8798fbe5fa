//===- Type.cpp - The types of PTX ----------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Type.h"
#include <cstddef>
#include <iterator>

using namespace einsumc::ptx;

static constexpr struct {
  const char *name;
  unsigned bits;
} kTypes[] = {{"pred", 1}, {"b8", 8},     {"b16", 16},   {"b32", 32},
              {"b64", 64}, {"u8", 8},     {"u16", 16},   {"u32", 32},
              {"u64", 64}, {"s8", 8},     {"s16", 16},   {"s32", 32},
              {"s64", 64}, {"f16", 16},   {"bf16", 16},  {"f32", 32},
              {"f64", 64}, {"f16x2", 32}, {"bf16x2", 32}};
static_assert(std::size(kTypes) == size_t(Type::bf16x2) + 1);

std::optional<Type> einsumc::ptx::parseType(std::string_view suffix) {
  if (!suffix.starts_with('.'))
    return std::nullopt;
  for (size_t i = 0; i < std::size(kTypes); ++i)
    if (suffix.substr(1) == kTypes[i].name)
      return Type(i);
  return std::nullopt;
}

const char *einsumc::ptx::name(Type type) { return kTypes[size_t(type)].name; }
unsigned einsumc::ptx::bitWidth(Type type) { return kTypes[size_t(type)].bits; }
