//===- DecodeBits.cpp - Logic, shifts and fields of bits ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Lanes.h"
#include <algorithm>
#include <bit>

using namespace einsumc::ptx;

static bool decodeLogic(Decoder &decoder) {
  const std::string &opcode = decoder.statement().opcode;
  bool conjunction = opcode == "and", disjunction = opcode == "or";
  Type type;
  if (!decoder.type(type, {Type::pred, Type::b16, Type::b32, Type::b64}) ||
      !decoder.uniform(type, 2))
    return false;
  using U = uint64_t;
  decoder.run(InstructionClass::integer,
              conjunction   ? lanes<U, U>([](U a, U b) { return a & b; })
              : disjunction ? lanes<U, U>([](U a, U b) { return a | b; })
                            : lanes<U, U>([](U a, U b) { return a ^ b; }));
  return true;
}

static bool decodeNot(Decoder &decoder) {
  bool logical = decoder.statement().opcode == "cnot";
  Type type;
  if (logical
          ? !decoder.type(type, {Type::b16, Type::b32, Type::b64})
          : !decoder.type(type, {Type::pred, Type::b16, Type::b32, Type::b64}))
    return false;
  if (!decoder.uniform(type, 1))
    return false;
  // The result's register is as wide as the type.
  decoder.run(InstructionClass::integer,
              logical
                  ? lanes<uint64_t>([](uint64_t a) { return uint64_t(a == 0); })
                  : lanes<uint64_t>([](const Instruction &i, uint64_t a) {
                      return ~a & i.resultMask;
                    }));
  return true;
}

/// Amounts above the width clamp to it.
static bool decodeShift(Decoder &decoder) {
  bool left = decoder.statement().opcode == "shl";
  Type type;
  if (left ? !decoder.type(type, {Type::b16, Type::b32, Type::b64})
           : !decoder.type(type, {Type::b16, Type::b32, Type::b64, Type::u16,
                                  Type::u32, Type::u64, Type::s16, Type::s32,
                                  Type::s64}))
    return false;
  if (!decoder.operands(3) || !decoder.result(0, type) ||
      !decoder.sources(1, {type, Type::b32}))
    return false;
  decoder.run(InstructionClass::integer, forInteger(type, [&]<class T>() {
                constexpr unsigned kBits = 8 * sizeof(T);
                auto shiftLeft = [](T a, uint32_t amount) -> T {
                  return amount >= kBits ? T(0)
                                         : T(uint64_t(a) << (amount & 63));
                };
                auto shiftRight = [](T a, uint32_t amount) -> T {
                  if (amount < kBits)
                    return T(a >> amount);
                  return std::is_signed_v<T> && a < 0 ? T(-1) : T(0);
                };
                return left ? lanes<T, uint32_t>(shiftLeft)
                            : lanes<T, uint32_t>(shiftRight);
              }));
  return true;
}

/// shf: a is the low half, b the high one.
static bool decodeFunnelShift(Decoder &decoder) {
  int direction = decoder.acceptOneOf({".l", ".r"});
  int mode = decoder.acceptOneOf({".clamp", ".wrap"});
  Type type;
  if (direction < 0)
    return decoder.expect(".l");
  if (mode < 0)
    return decoder.expect(".clamp");
  if (!decoder.type(type, {Type::b32}) || !decoder.uniform(type, 3))
    return false;
  Instruction &instruction = decoder.instruction();
  instruction.table = uint8_t(direction * 2 + mode);
  using U = uint32_t;
  decoder.run(InstructionClass::integer,
              lanes<U, U, U>([](const Instruction &i, U a, U b, U c) {
                U n = i.table & 1 ? c & 31 : std::min<U>(c, 32);
                uint64_t both = uint64_t(b) << 32 | a;
                return i.table & 2 ? U(both >> n) : U((both << n) >> 32);
              }));
  return true;
}

/// The ISA's definition, bit for bit: pos and len are bytes; a field that
/// sticks out is filled with the sign.
template <class T> static T extract(T a, uint32_t b, uint32_t c) {
  constexpr unsigned kTop = 8 * sizeof(T) - 1;
  unsigned position = b & 0xff, length = c & 0xff;
  bool sign = false;
  if (std::is_signed_v<T> && length > 0)
    sign = (uint64_t(a) >> std::min(position + length - 1, kTop)) & 1;
  uint64_t result = 0;
  for (unsigned i = 0; i <= kTop; ++i) {
    bool inField = i < length && position + i <= kTop;
    bool bit = inField ? (uint64_t(a) >> (position + i)) & 1 : sign;
    result |= uint64_t(bit) << i;
  }
  return T(result);
}

static bool decodeExtract(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {Type::u32, Type::u64, Type::s32, Type::s64}) ||
      !decoder.operands(4) || !decoder.result(0, type) ||
      !decoder.sources(1, {type, Type::b32, Type::b32}))
    return false;
  decoder.run(
      InstructionClass::integer, forInteger(type, [&]<class T>() {
        return lanes<T, uint32_t, uint32_t>(
            [](T a, uint32_t b, uint32_t c) { return extract(a, b, c); });
      }));
  return true;
}

/// a's low bits into b.
template <class T> static T insert(T a, T b, uint32_t c, uint32_t d) {
  unsigned position = c & 0xff, length = d & 0xff;
  for (unsigned i = 0; i < length && position + i < 8 * sizeof(T); ++i) {
    T bit = T(1) << (position + i);
    b = (a >> i) & 1 ? b | bit : b & ~bit;
  }
  return b;
}

static bool decodeInsert(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {Type::b32, Type::b64}) || !decoder.operands(5) ||
      !decoder.result(0, type) ||
      !decoder.sources(1, {type, type, Type::b32, Type::b32}))
    return false;
  auto choose = [&]<class T>() {
    return lanes<T, T, uint32_t, uint32_t>(
        [](T a, T b, uint32_t c, uint32_t d) { return insert(a, b, c, d); });
  };
  decoder.run(InstructionClass::integer, type == Type::b32
                                             ? choose.operator()<uint32_t>()
                                             : choose.operator()<uint64_t>());
  return true;
}

template <class T> static T reversed(T value) {
  T result = 0;
  for (unsigned i = 0; i < 8 * sizeof(T); ++i)
    result |= T((value >> i) & 1) << (8 * sizeof(T) - 1 - i);
  return result;
}

static bool decodeReverse(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {Type::b32, Type::b64}) || !decoder.uniform(type, 1))
    return false;
  decoder.run(InstructionClass::integer,
              type == Type::b32
                  ? lanes<uint32_t>([](uint32_t a) { return reversed(a); })
                  : lanes<uint64_t>([](uint64_t a) { return reversed(a); }));
  return true;
}

/// clz, popc: the result has 32 bits.
static bool decodeCount(Decoder &decoder) {
  bool zeros = decoder.statement().opcode == "clz";
  Type type;
  if (!decoder.type(type, {Type::b32, Type::b64}) || !decoder.operands(2) ||
      !decoder.result(0, Type::u32) || !decoder.source(1, type))
    return false;
  auto choose = [&]<class T>() {
    return zeros ? lanes<T>([](T a) { return uint32_t(std::countl_zero(a)); })
                 : lanes<T>([](T a) { return uint32_t(std::popcount(a)); });
  };
  decoder.run(InstructionClass::integer, type == Type::b32
                                             ? choose.operator()<uint32_t>()
                                             : choose.operator()<uint64_t>());
  return true;
}

/// The most significant bit that is not sign, or how far it is to be shifted.
static bool decodeFind(Decoder &decoder) {
  bool amount = decoder.accept(".shiftamt");
  Type type;
  if (!decoder.type(type, {Type::u32, Type::u64, Type::s32, Type::s64}) ||
      !decoder.operands(2) || !decoder.result(0, Type::u32) ||
      !decoder.source(1, type))
    return false;
  decoder.instruction().table = amount;
  decoder.run(InstructionClass::integer, forInteger(type, [&]<class T>() {
                return lanes<T>([](const Instruction &i, T a) -> uint32_t {
                  using U = std::make_unsigned_t<T>;
                  U bits = std::is_signed_v<T> && a < 0 ? U(~a) : U(a);
                  if (bits == 0)
                    return 0xffffffff;
                  uint32_t zeros = uint32_t(std::countl_zero(bits));
                  return i.table ? zeros : uint32_t(8 * sizeof(T) - 1) - zeros;
                });
              }));
  return true;
}

/// Chooses bytes of the eight of b:a; bit 3 of a choice copies the sign.
static uint32_t permute(uint64_t bytes, uint32_t choices) {
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    unsigned choice = choices >> (4 * i);
    uint32_t byte = uint8_t(bytes >> (8 * (choice & 7)));
    if (choice & 8)
      byte = byte & 0x80 ? 0xff : 0;
    result |= byte << (8 * i);
  }
  return result;
}

static bool decodePermute(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {Type::b32}))
    return false;
  int mode =
      decoder.acceptOneOf({".f4e", ".b4e", ".rc8", ".ecl", ".ecr", ".rc16"});
  if (!decoder.uniform(type, 3))
    return false;
  decoder.instruction().table = uint8_t(mode + 1);
  using U = uint32_t;
  decoder.run(
      InstructionClass::integer,
      lanes<U, U, U>([](const Instruction &i, U a, U b, U c) {
        // The ISA's table of choices, by mode and the low bits of c.
        static constexpr uint16_t kChoices[6][4] = {
            {0x3210, 0x4321, 0x5432, 0x6543}, {0x5670, 0x6701, 0x7012, 0x0123},
            {0x0000, 0x1111, 0x2222, 0x3333}, {0x3210, 0x3211, 0x3222, 0x3333},
            {0x0000, 0x1110, 0x2210, 0x3210}, {0x1010, 0x3232, 0x1010, 0x3232}};
        U choices = i.table ? kChoices[i.table - 1][c & 3] : c;
        return permute(uint64_t(b) << 32 | a, choices);
      }));
  return true;
}

/// Any function of three bits: its truth table is the last operand.
static bool decodeLop3(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {Type::b32}) || !decoder.operands(5) ||
      !decoder.result(0, type) || !decoder.sources(1, {type, type, type}))
    return false;
  const Operand &table = decoder.statement().operands[4];
  if (table.kind != Operand::immediate || !isInteger(table.type) ||
      table.value > 255)
    return decoder.fail("the table of lop3 is a number from 0 to 255");
  decoder.instruction().table = uint8_t(table.value);
  using U = uint32_t;
  decoder.run(InstructionClass::integer,
              lanes<U, U, U>([](const Instruction &i, U a, U b, U c) {
                U result = 0;
                for (unsigned row = 0; row < 8; ++row)
                  if (i.table >> row & 1)
                    result |= (row & 4 ? a : ~a) & (row & 2 ? b : ~b) &
                              (row & 1 ? c : ~c);
                return result;
              }));
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::bitFamilies() {
  static constexpr FamilyEntry kEntries[] = {
      {"and", decodeLogic},    {"or", decodeLogic},
      {"xor", decodeLogic},    {"not", decodeNot},
      {"cnot", decodeNot},     {"shl", decodeShift},
      {"shr", decodeShift},    {"shf", decodeFunnelShift},
      {"bfe", decodeExtract},  {"bfi", decodeInsert},
      {"brev", decodeReverse}, {"clz", decodeCount},
      {"popc", decodeCount},   {"bfind", decodeFind},
      {"prmt", decodePermute}, {"lop3", decodeLop3}};
  return kEntries;
}
