//===- DecodeMove.cpp - Moves between registers and conversions -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Decoder.h"

using namespace einsumc::ptx;

#define MOVED                                                                  \
  {Type::pred, Type::b16, Type::b32, Type::b64, Type::u16, Type::u32,          \
   Type::u64,  Type::s16, Type::s32, Type::s64, Type::f32, Type::f64}

static Type bitsOf(unsigned width) {
  return width == 8    ? Type::b8
         : width == 16 ? Type::b16
         : width == 32 ? Type::b32
                       : Type::b64;
}

/// mov.b64 %rd, {%r1, %r2} and back. The table is the width of an element.
static bool decodePacking(Decoder &decoder, Type type, bool unpack) {
  const std::vector<Operand> &elements =
      decoder.statement().operands[unpack ? 0 : 1].elements;
  unsigned width = bitWidth(type) / unsigned(elements.size());
  bool good = isUntyped(type) &&
              (elements.size() == 2 || elements.size() == 4) && width >= 8;
  if (!good)
    return decoder.fail("a vector of " + std::to_string(elements.size()) +
                        " elements is not moved as ." + name(type));
  Instruction &instruction = decoder.instruction();
  instruction.table = uint8_t(width);
  for (const Operand &element : elements)
    if (unpack ? !decoder.result(element, bitsOf(width))
               : !decoder.source(element, bitsOf(width)))
      return false;
  if (unpack ? !decoder.source(1, type) : !decoder.result(0, type))
    return false;
  decoder.run(
      InstructionClass::move,
      unpack ? [](const Instruction &i, uint64_t *const *results,
                  const uint64_t *const *sources) {
        for (unsigned lane = 0; lane < kWarpSize; ++lane) {
          uint64_t value = sources[0][lane];
          for (unsigned e = 0; e < i.results; ++e)
            results[e][lane] = (value >> (e * i.table)) &
                               (~uint64_t(0) >> (64 - i.table));
        }
      }
             : [](const Instruction &i, uint64_t *const *results,
                  const uint64_t *const *sources) {
                 for (unsigned lane = 0; lane < kWarpSize; ++lane) {
                   uint64_t value = 0;
                   for (unsigned e = 0; e < i.sources; ++e)
                     value |= sources[e][lane] << (e * i.table);
                   results[0][lane] = value;
                 }
               });
  return true;
}

static void copyRow(const Instruction &, uint64_t *const *results,
                    const uint64_t *const *sources) {
  for (unsigned lane = 0; lane < kWarpSize; ++lane)
    results[0][lane] = sources[0][lane];
}

static bool decodeMov(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, MOVED) || !decoder.operands(2))
    return false;
  const std::vector<Operand> &operands = decoder.statement().operands;
  bool unpack = operands[0].kind == Operand::vector;
  if (unpack || operands[1].kind == Operand::vector)
    return decodePacking(decoder, type, unpack);
  // An instruction that reads a special register is counted as such.
  bool special =
      operands[1].kind == Operand::symbol && operands[1].name.starts_with('%');
  if (!decoder.uniform(type, 1))
    return false;
  decoder.run(special ? InstructionClass::special : InstructionClass::move,
              copyRow);
  return true;
}

/// Generic addresses are those of global and constant memory.
static bool decodeCvta(Decoder &decoder) {
  decoder.accept(".to");
  if (decoder.acceptOneOf({".global", ".const"}) < 0) {
    if (decoder.acceptOneOf({".shared", ".local", ".param"}) >= 0)
      return decoder.fail("'cvta' of this state space is not supported yet");
    return decoder.expect(".global");
  }
  Type type;
  if (!decoder.type(type, {Type::u64}) || !decoder.uniform(type, 1))
    return false;
  decoder.run(InstructionClass::move, copyRow);
  return true;
}

/// cvt.rn.f16x2.f32 d, a, b: a becomes the high half.
static bool decodePairConversion(Decoder &decoder, Type type) {
  Instruction &instruction = decoder.instruction();
  bool exists = instruction.rounding == Rounding::nearest ||
                instruction.rounding == Rounding::zero;
  if (!exists || instruction.flush || instruction.saturate)
    return decoder.fail("this modifier of 'cvt' does not exist for ." +
                        std::string(name(type)));
  if (!decoder.requireTarget(80) || !decoder.operands(3) ||
      !decoder.result(0, type) || !decoder.sources(1, {Type::f32, Type::f32}))
    return false;
  auto choose = [&]<class T>() {
    return lanes<float, float>([](const Instruction &i, float a, float b) {
      return Pair<T>{convertFloat<T>(i, b), convertFloat<T>(i, a)};
    });
  };
  decoder.run(InstructionClass::conversion, type == Type::f16x2
                                                ? choose.operator()<F16>()
                                                : choose.operator()<BF16>());
  return true;
}

/// Says what rounding a pair of types needs, and which the text has.
static bool verifyConversion(Decoder &decoder, Type to, Type from, int whole,
                             bool rounded) {
  const Instruction &instruction = decoder.instruction();
  bool toFloat = isFloat(to), fromFloat = isFloat(from);
  auto pair = [&] {
    return "'cvt' to ." + std::string(name(to)) + " from ." + name(from);
  };
  bool needsWhole = fromFloat && !toFloat;
  bool narrower = bitWidth(to) < bitWidth(from) ||
                  (bitWidth(to) == bitWidth(from) && to != from);
  bool needsRounding = toFloat && (!fromFloat || narrower);
  if (needsWhole != (whole >= 0) && !(toFloat && to == from))
    return decoder.fail(pair() + (needsWhole ? " needs .rni, .rzi, .rmi or .rpi"
                                             : " rounds to no whole number"));
  if (needsRounding != rounded)
    return decoder.fail(pair() + (needsRounding ? " needs .rn, .rz, .rm or .rp"
                                                : " has nothing to round"));
  if (instruction.flush && from != Type::f32 && to != Type::f32)
    return decoder.fail("'.ftz' has no meaning in " + pair());
  bool brain = to == Type::bf16 || from == Type::bf16;
  bool narrowFromSingle =
      from == Type::f32 && (to == Type::f16 || to == Type::bf16);
  if (instruction.relu && !narrowFromSingle)
    return decoder.fail("'.relu' does not exist in " + pair());
  if (brain &&
      !decoder.requireTarget(to == Type::bf16 && from == Type::f32 ? 80 : 90))
    return false;
  return !instruction.relu || decoder.requireTarget(80);
}

#define CONVERTED                                                              \
  {Type::u8,  Type::u16, Type::u32, Type::u64,  Type::s8,  Type::s16,          \
   Type::s32, Type::s64, Type::f16, Type::bf16, Type::f32, Type::f64}

static bool decodeCvt(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  int whole = decoder.acceptOneOf({".rni", ".rzi", ".rmi", ".rpi"});
  bool rounded = whole < 0 && decoder.acceptRounding();
  instruction.relu = decoder.accept(".relu");
  instruction.flush = decoder.accept(".ftz");
  instruction.saturate = decoder.accept(".sat");
  instruction.table = uint8_t(whole + 1);
  for (Type pair : {Type::f16x2, Type::bf16x2})
    if (decoder.accept("." + std::string(name(pair)))) {
      Type from;
      return rounded ? decoder.type(from, {Type::f32}) &&
                           decodePairConversion(decoder, pair)
                     : decoder.fail("'cvt' to a pair needs .rn or .rz");
    }
  Type to, from;
  if (!decoder.type(to, CONVERTED) || !decoder.type(from, CONVERTED) ||
      !verifyConversion(decoder, to, from, whole, rounded) ||
      !decoder.operands(2) || !decoder.result(0, to, true) ||
      !decoder.source(1, from, true))
    return false;
  decoder.run(InstructionClass::conversion,
              conversionFunction(instruction, to, from));
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::moveFamilies() {
  static constexpr FamilyEntry kEntries[] = {
      {"mov", decodeMov}, {"cvta", decodeCvta}, {"cvt", decodeCvt}};
  return kEntries;
}
