//===- DecodeCompare.cpp - Comparisons and selections ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Float.h"
#include <algorithm>

using namespace einsumc::ptx;

namespace {
/// How two values relate; a comparison is the set of those that satisfy it.
enum Relation : uint8_t { less = 1, equal = 2, greater = 4, unordered = 8 };
} // namespace

template <class T> static uint8_t relation(const Instruction &i, T a, T b) {
  if constexpr (kIsSmall<T>) {
    return relation(i, toFloat(i.flush ? flushed(a) : a),
                    toFloat(i.flush ? flushed(b) : b));
  } else {
    return a < b ? less : a == b ? equal : a > b ? greater : unordered;
  }
}

static bool combined(const Instruction &i, bool holds, bool with) {
  switch (i.combine) {
  case Instruction::Combine::none:
    return holds;
  case Instruction::Combine::conjunction:
    return holds && (with != i.negate);
  case Instruction::Combine::disjunction:
    return holds || (with != i.negate);
  case Instruction::Combine::exclusive:
    return holds != (with != i.negate);
  }
  return holds;
}

/// ".lt.and.ftz": the relation, how it combines, flushing; not the types.
static bool decodeComparison(Decoder &decoder, std::string &spelling) {
  struct Comparison {
    std::string_view name;
    uint8_t relations;
  };
  static constexpr Comparison kComparisons[] = {
      {".eq", equal},
      {".ne", less | greater},
      {".lt", less},
      {".le", less | equal},
      {".gt", greater},
      {".ge", greater | equal},
      {".lo", less},
      {".ls", less | equal},
      {".hi", greater},
      {".hs", greater | equal},
      {".equ", equal | unordered},
      {".neu", less | greater | unordered},
      {".ltu", less | unordered},
      {".leu", less | equal | unordered},
      {".gtu", greater | unordered},
      {".geu", greater | equal | unordered},
      {".num", less | equal | greater},
      {".nan", unordered}};
  Instruction &instruction = decoder.instruction();
  for (const Comparison &comparison : kComparisons)
    if (spelling.empty() && decoder.accept(comparison.name)) {
      spelling = comparison.name;
      instruction.table = comparison.relations;
    }
  if (spelling.empty())
    return decoder.expect(".eq");
  int combine = decoder.acceptOneOf({".and", ".or", ".xor"});
  instruction.combine = Instruction::Combine(combine + 1);
  instruction.flush = decoder.accept(".ftz");
  return true;
}

/// Which comparisons a type has.
static bool verifyComparison(Decoder &decoder, std::string_view spelling,
                             Type type) {
  Instruction &instruction = decoder.instruction();
  static constexpr std::string_view kUnsigned[] = {".lo", ".ls", ".hi", ".hs"};
  bool ofUnsigned = std::find(std::begin(kUnsigned), std::end(kUnsigned),
                              spelling) != std::end(kUnsigned);
  bool ofFloat = instruction.table & unordered || spelling == ".num";
  bool ofAll = spelling == ".eq" || spelling == ".ne";
  bool good = isFloat(type)      ? !ofUnsigned
              : isUntyped(type)  ? ofAll
              : isUnsigned(type) ? !ofFloat
                                 : !ofFloat && !ofUnsigned;
  if (!good)
    return decoder.fail("comparison '" + std::string(spelling) +
                        "' does not exist for ." + name(type));
  if (instruction.flush && type != Type::f32 && type != Type::f16)
    return decoder.fail("'.ftz' does not exist for ." +
                        std::string(name(type)));
  return type != Type::bf16 || decoder.requireTarget(90);
}

#define COMPARED                                                               \
  {                                                                            \
      Type::b16,  Type::b32, Type::b64, Type::u16, Type::u32,                  \
      Type::u64,  Type::s16, Type::s32, Type::s64, Type::f16,                  \
      Type::bf16, Type::f32, Type::f64}

/// The two compared, and the predicate that combines.
static bool decodeCompared(Decoder &decoder, Type type) {
  Instruction &instruction = decoder.instruction();
  if (!decoder.source(1, type) || !decoder.source(2, type))
    return false;
  if (instruction.combine != Instruction::Combine::none)
    return decoder.predicateSource(3);
  instruction.source[instruction.sources++] = decoder.constantRow(0);
  return true;
}

template <class T> static bool holds(const Instruction &i, T a, T b) {
  if constexpr (std::is_same_v<T, float>)
    if (i.flush)
      return (relation(i, flushed(a), flushed(b)) & i.table) != 0;
  return (relation(i, a, b) & i.table) != 0;
}

static bool decodeSetp(Decoder &decoder) {
  std::string spelling;
  Type type;
  Instruction &instruction = decoder.instruction();
  if (!decodeComparison(decoder, spelling) || !decoder.type(type, COMPARED) ||
      !verifyComparison(decoder, spelling, type))
    return false;
  size_t count = instruction.combine == Instruction::Combine::none ? 3 : 4;
  const std::optional<Operand> &second = decoder.statement().second;
  if (!decoder.operands(count, count) || !decoder.result(0, Type::pred) ||
      (second && !decoder.result(*second, Type::pred)) ||
      !decodeCompared(decoder, type))
    return false;
  WarpFunction function;
  if (second)
    function = forNumber(type, []<class T>() {
      return lanes<T, T, bool>([](const Instruction &i, T a, T b, bool c) {
        bool value = holds(i, a, b);
        return Both<bool, bool>{combined(i, value, c), combined(i, !value, c)};
      });
    });
  else if (count == 4)
    function = forNumber(type, []<class T>() {
      return lanes<T, T, bool>([](const Instruction &i, T a, T b, bool c) {
        return combined(i, holds(i, a, b), c);
      });
    });
  else
    function = forNumber(type, []<class T>() {
      return lanes<T, T>(
          [](const Instruction &i, T a, T b) { return holds(i, a, b); });
    });
  decoder.run(InstructionClass::compare, function);
  return true;
}

static bool decodeSet(Decoder &decoder) {
  std::string spelling;
  Type to, type;
  Instruction &instruction = decoder.instruction();
  if (!decodeComparison(decoder, spelling) ||
      !decoder.type(to, {Type::u32, Type::s32, Type::f32}) ||
      !decoder.type(type, COMPARED) ||
      !verifyComparison(decoder, spelling, type))
    return false;
  size_t count = instruction.combine == Instruction::Combine::none ? 3 : 4;
  if (!decoder.operands(count) || !decoder.result(0, to) ||
      !decodeCompared(decoder, type))
    return false;
  instruction.relu = to == Type::f32;
  decoder.run(InstructionClass::compare, forNumber(type, []<class T>() {
                return lanes<T, T, bool>(
                    [](const Instruction &i, T a, T b, bool c) -> uint32_t {
                      uint32_t yes = i.relu ? 0x3f800000 : 0xffffffff;
                      return combined(i, holds(i, a, b), c) ? yes : 0;
                    });
              }));
  return true;
}

#define SELECTED                                                               \
  {Type::b16, Type::b32, Type::b64, Type::u16, Type::u32, Type::u64,           \
   Type::s16, Type::s32, Type::s64, Type::f32, Type::f64}

static bool decodeSelp(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, SELECTED) || !decoder.operands(4) ||
      !decoder.result(0, type) || !decoder.sources(1, {type, type, Type::pred}))
    return false;
  using U = uint64_t;
  decoder.run(InstructionClass::compare,
              lanes<U, U, U>([](U a, U b, U c) { return c ? a : b; }));
  return true;
}

/// a where c >= 0, else b.
static bool decodeSlct(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.flush = decoder.accept(".ftz");
  Type type, by;
  if (!decoder.type(type, SELECTED) ||
      !decoder.type(by, {Type::s32, Type::f32}))
    return false;
  if (instruction.flush && by != Type::f32)
    return decoder.fail("'.ftz' does not exist for .s32");
  if (!decoder.operands(4) || !decoder.result(0, type) ||
      !decoder.sources(1, {type, type, by}))
    return false;
  using U = uint64_t;
  if (by == Type::s32)
    decoder.run(InstructionClass::compare,
                lanes<U, U, int32_t>(
                    [](U a, U b, int32_t c) { return c >= 0 ? a : b; }));
  else
    decoder.run(InstructionClass::compare,
                lanes<U, U, float>([](const Instruction &i, U a, U b, float c) {
                  return (i.flush ? flushed(c) : c) >= 0 ? a : b;
                }));
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::compareFamilies() {
  static constexpr FamilyEntry kEntries[] = {{"setp", decodeSetp},
                                             {"set", decodeSet},
                                             {"selp", decodeSelp},
                                             {"slct", decodeSlct}};
  return kEntries;
}
