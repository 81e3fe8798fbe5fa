//===- DecodeInteger.cpp - Integer arithmetic -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Lanes.h"
#include <algorithm>
#include <limits>

using namespace einsumc::ptx;

#define WORDS Type::u16, Type::u32, Type::u64, Type::s16, Type::s32, Type::s64

template <class T> using Unsigned = std::make_unsigned_t<T>;

/// Twice as wide.
template <class T> struct Widened;
template <> struct Widened<uint16_t> {
  using type = uint32_t;
};
template <> struct Widened<int16_t> {
  using type = int32_t;
};
template <> struct Widened<uint32_t> {
  using type = uint64_t;
};
template <> struct Widened<int32_t> {
  using type = int64_t;
};
template <> struct Widened<uint64_t> {
  using type = unsigned __int128;
};
template <> struct Widened<int64_t> {
  using type = __int128;
};
template <class T> using Wide = typename Widened<T>::type;

/// Products wrap, and those of 16 bits must not overflow int.
template <class T> static Wide<T> product(T a, T b) {
  if constexpr (sizeof(T) == 2)
    return Wide<T>(uint32_t(a) * uint32_t(b));
  else
    return Wide<T>(a) * Wide<T>(b);
}
template <class T> static T lowProduct(T a, T b) {
  return T(Unsigned<T>(uint64_t(a) * uint64_t(b)));
}
template <class T> static T highProduct(T a, T b) {
  return T(product(a, b) >> (8 * sizeof(T)));
}
template <class T> static T sum(T a, T b) {
  return T(Unsigned<T>(uint64_t(a) + uint64_t(b)));
}
template <class T> static T difference(T a, T b) {
  return T(Unsigned<T>(uint64_t(a) - uint64_t(b)));
}
template <class T> static T clamp(int64_t value) {
  return T(
      std::min<int64_t>(std::max<int64_t>(value, std::numeric_limits<T>::min()),
                        std::numeric_limits<T>::max()));
}

/// forInteger, without the types of 8 bits.
template <class F> static WarpFunction forWord(Type type, F f) {
  return forInteger(type, [&]<class T>() -> WarpFunction {
    if constexpr (sizeof(T) == 1)
      return nullptr;
    else
      return f.template operator()<T>();
  });
}

static bool addWithCarry(Decoder &decoder, bool subtract, bool carryIn,
                         bool carryOut);

static bool decodeAddSub(Decoder &decoder) {
  bool subtract = decoder.statement().opcode == "sub";
  if (decoder.accept(".cc"))
    return addWithCarry(decoder, subtract, false, true);
  if (hasFloatType(decoder.statement()))
    return decodeFloatArithmetic(decoder);
  bool saturate = decoder.accept(".sat");
  Type type;
  if (saturate ? !decoder.type(type, {Type::s32})
               : !decoder.type(type, {WORDS}))
    return false;
  if (!decoder.uniform(type, 2))
    return false;
  WarpFunction function = forWord(type, [&]<class T>() {
    return subtract ? lanes<T, T>([](T a, T b) { return difference(a, b); })
                    : lanes<T, T>([](T a, T b) { return sum(a, b); });
  });
  if (saturate)
    function = subtract ? lanes<int32_t, int32_t>([](int32_t a, int32_t b) {
      return clamp<int32_t>(int64_t(a) - b);
    })
                        : lanes<int32_t, int32_t>([](int32_t a, int32_t b) {
                            return clamp<int32_t>(int64_t(a) + b);
                          });
  decoder.run(InstructionClass::integer, function);
  return true;
}

/// d = a + b + carry or a - b - borrow; the flag after it is the carry or the
/// borrow out of the last bit.
template <class T, bool kSubtract>
static Both<T, bool> carrying(const Instruction &, T a, T b, bool flag) {
  unsigned __int128 wide = kSubtract ? (unsigned __int128)a - b - flag
                                     : (unsigned __int128)a + b + flag;
  return {T(wide), ((wide >> (8 * sizeof(T))) & 1) != 0};
}

static bool addWithCarry(Decoder &decoder, bool subtract, bool carryIn,
                         bool carryOut) {
  Type type;
  if (!decoder.type(type, {Type::u32, Type::s32, Type::u64, Type::s64}) ||
      !decoder.uniform(type, 2))
    return false;
  Instruction &instruction = decoder.instruction();
  instruction.source[instruction.sources++] =
      carryIn ? decoder.carryRow() : decoder.constantRow(0);
  instruction.result[instruction.results++] =
      carryOut ? decoder.carryRow() : -1;
  WarpFunction function;
  auto choose = [&]<class T>() {
    return subtract
               ? lanes<T, T, bool>([](const Instruction &i, T a, T b, bool f) {
                   return carrying<T, true>(i, a, b, f);
                 })
               : lanes<T, T, bool>([](const Instruction &i, T a, T b, bool f) {
                   return carrying<T, false>(i, a, b, f);
                 });
  };
  function = bitWidth(type) == 32 ? choose.operator()<uint32_t>()
                                  : choose.operator()<uint64_t>();
  decoder.run(InstructionClass::integer, function);
  return true;
}

static bool decodeAddcSubc(Decoder &decoder) {
  bool carryOut = decoder.accept(".cc");
  return addWithCarry(decoder, decoder.statement().opcode == "subc", true,
                      carryOut);
}

static bool decodeMul(Decoder &decoder) {
  int half = decoder.acceptOneOf({".lo", ".hi", ".wide"});
  if (half < 0 && hasFloatType(decoder.statement()))
    return decodeFloatArithmetic(decoder);
  if (half < 0)
    return decoder.expect(".lo");
  Type type;
  if (half == 2) {
    if (!decoder.type(type, {Type::u16, Type::u32, Type::s16, Type::s32}) ||
        !decoder.operands(3))
      return false;
    // s16 becomes s32, ...
    Type wide = Type(int(type) + 1);
    if (!decoder.result(0, wide) || !decoder.sources(1, {type, type}))
      return false;
    decoder.run(InstructionClass::integer,
                forWord(type, [&]<class T>() -> WarpFunction {
                  if constexpr (sizeof(T) == 8)
                    return nullptr;
                  else
                    return lanes<T, T>([](T a, T b) { return product(a, b); });
                }));
    return true;
  }
  if (!decoder.type(type, {WORDS}) || !decoder.uniform(type, 2))
    return false;
  decoder.run(
      InstructionClass::integer, forWord(type, [&]<class T>() {
        return half ? lanes<T, T>([](T a, T b) { return highProduct(a, b); })
                    : lanes<T, T>([](T a, T b) { return lowProduct(a, b); });
      }));
  return true;
}

/// mad.lo.cc, madc.hi, ...: the product's half, then a sum with carry.
static bool decodeCarryingMad(Decoder &decoder, bool high, bool carryIn) {
  bool carryOut = decoder.accept(".cc");
  Type type;
  if (!decoder.type(type, {Type::u32, Type::s32, Type::u64, Type::s64}) ||
      !decoder.uniform(type, 3))
    return false;
  Instruction &instruction = decoder.instruction();
  instruction.source[instruction.sources++] =
      carryIn ? decoder.carryRow() : decoder.constantRow(0);
  instruction.result[instruction.results++] =
      carryOut ? decoder.carryRow() : -1;
  decoder.run(InstructionClass::integer, forWord(type, [&]<class T>() {
                using U = Unsigned<T>;
                return high ? lanes<T, T, U, bool>([](const Instruction &i, T a,
                                                      T b, U c, bool f) {
                  return carrying<U, false>(i, U(highProduct(a, b)), c, f);
                })
                            : lanes<T, T, U, bool>([](const Instruction &i, T a,
                                                      T b, U c, bool f) {
                                return carrying<U, false>(
                                    i, U(lowProduct(a, b)), c, f);
                              });
              }));
  return true;
}

static bool decodeMad(Decoder &decoder) {
  bool withCarry = decoder.statement().opcode == "madc";
  int half = decoder.acceptOneOf({".lo", ".hi", ".wide"});
  if (half < 0 && hasFloatType(decoder.statement()) && !withCarry)
    return decodeFloatArithmetic(decoder);
  if (half < 0)
    return decoder.expect(".lo");
  const std::vector<std::string> &modifiers = decoder.statement().modifiers;
  if (half < 2 &&
      (withCarry || (modifiers.size() > 1 && modifiers[1] == ".cc")))
    return decodeCarryingMad(decoder, half == 1, withCarry);
  Type type;
  if (half == 2) {
    if (withCarry ||
        !decoder.type(type, {Type::u16, Type::u32, Type::s16, Type::s32}) ||
        !decoder.operands(4))
      return withCarry ? decoder.expect(".lo") : false;
    Type wide = Type(int(type) + 1);
    if (!decoder.result(0, wide) || !decoder.sources(1, {type, type, wide}))
      return false;
    decoder.run(InstructionClass::integer,
                forWord(type, [&]<class T>() -> WarpFunction {
                  if constexpr (sizeof(T) == 8)
                    return nullptr;
                  else
                    return lanes<T, T, Wide<T>>([](T a, T b, Wide<T> c) {
                      return sum<Wide<T>>(product(a, b), c);
                    });
                }));
    return true;
  }
  bool saturate = half == 1 && decoder.accept(".sat");
  if (saturate ? !decoder.type(type, {Type::s32})
               : !decoder.type(type, {WORDS}))
    return false;
  if (!decoder.uniform(type, 3))
    return false;
  if (saturate) {
    decoder.run(
        InstructionClass::integer,
        lanes<int32_t, int32_t, int32_t>([](int32_t a, int32_t b, int32_t c) {
          return clamp<int32_t>(int64_t(highProduct(a, b)) + c);
        }));
    return true;
  }
  decoder.run(InstructionClass::integer, forWord(type, [&]<class T>() {
                return half ? lanes<T, T, T>([](T a, T b, T c) {
                  return sum(highProduct(a, b), c);
                })
                            : lanes<T, T, T>([](T a, T b, T c) {
                                return sum(lowProduct(a, b), c);
                              });
              }));
  return true;
}

/// The low 24 bits, extended.
template <class T> static int64_t low24(T value) {
  if constexpr (std::is_signed_v<T>)
    return int32_t(uint32_t(value) << 8) >> 8;
  else
    return value & 0xffffff;
}
template <class T> static T product24(bool high, T a, T b) {
  int64_t product = low24(a) * low24(b);
  return T(high ? product >> 16 : product);
}

static bool decodeMul24(Decoder &decoder) {
  bool addition = decoder.statement().opcode == "mad24";
  int half = decoder.acceptOneOf({".lo", ".hi"});
  Type type;
  if (half < 0)
    return decoder.expect(".lo");
  bool saturate = addition && half == 1 && decoder.accept(".sat");
  if (!decoder.type(type, {Type::u32, Type::s32}) ||
      !decoder.uniform(type, addition ? 3 : 2))
    return false;
  if (saturate && type != Type::s32)
    return decoder.fail("mad24.hi.sat exists for .s32 alone");
  Instruction &instruction = decoder.instruction();
  instruction.table = uint8_t(half);
  instruction.saturate = saturate;
  if (!addition)
    instruction.source[instruction.sources++] = decoder.constantRow(0);
  auto choose = [&]<class T>() {
    return lanes<T, T, T>([](const Instruction &i, T a, T b, T c) {
      T product = product24(i.table == 1, a, b);
      return i.saturate ? clamp<T>(int64_t(product) + c) : sum(product, c);
    });
  };
  decoder.run(InstructionClass::integer, type == Type::u32
                                             ? choose.operator()<uint32_t>()
                                             : choose.operator()<int32_t>());
  return true;
}

static bool decodeDivRem(Decoder &decoder) {
  bool remainder = decoder.statement().opcode == "rem";
  if (!remainder && hasFloatType(decoder.statement()))
    return decodeFloatArithmetic(decoder);
  Type type;
  if (!decoder.type(type, {WORDS}) || !decoder.uniform(type, 2))
    return false;
  decoder.instruction().divides = true;
  // The executor has refused zero in the lanes that count. MIN / -1 wraps.
  decoder.run(InstructionClass::integer, forWord(type, [&]<class T>() {
                auto quotient = [](T a, T b) -> T {
                  if constexpr (std::is_signed_v<T>)
                    if (b == -1)
                      return difference<T>(0, a);
                  return b == 0 ? T(0) : T(a / b);
                };
                auto rest = [](T a, T b) -> T {
                  if constexpr (std::is_signed_v<T>)
                    if (b == -1)
                      return 0;
                  return b == 0 ? T(0) : T(a % b);
                };
                return remainder ? lanes<T, T>(rest) : lanes<T, T>(quotient);
              }));
  return true;
}

static bool decodeNegAbs(Decoder &decoder) {
  bool absolute = decoder.statement().opcode == "abs";
  if (hasFloatType(decoder.statement()))
    return decodeFloatNegAbs(decoder);
  Type type;
  if (!decoder.type(type, {Type::s16, Type::s32, Type::s64}) ||
      !decoder.uniform(type, 1))
    return false;
  decoder.run(InstructionClass::integer, forWord(type, [&]<class T>() {
                return absolute
                           ? lanes<T>([](T a) {
                               return a < 0 ? difference<T>(0, a) : a;
                             })
                           : lanes<T>([](T a) { return difference<T>(0, a); });
              }));
  return true;
}

static bool decodeMinMax(Decoder &decoder) {
  bool maximum = decoder.statement().opcode == "max";
  if (hasFloatType(decoder.statement()))
    return decodeFloatMinMax(decoder);
  Type type;
  if (!decoder.type(type, {WORDS}) || !decoder.uniform(type, 2))
    return false;
  decoder.run(
      InstructionClass::integer, forWord(type, [&]<class T>() {
        return maximum ? lanes<T, T>([](T a, T b) { return a > b ? a : b; })
                       : lanes<T, T>([](T a, T b) { return a < b ? a : b; });
      }));
  return true;
}

static bool decodeSad(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {WORDS}) || !decoder.uniform(type, 3))
    return false;
  decoder.run(InstructionClass::integer, forWord(type, [&]<class T>() {
                return lanes<T, T, T>([](T a, T b, T c) {
                  return sum(c, a < b ? difference(b, a) : difference(a, b));
                });
              }));
  return true;
}

/// Four products of bytes and a sum; each side is signed or not.
template <class A, class B>
static uint32_t byteProducts(uint32_t a, uint32_t b, uint32_t c) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    c += uint32_t(int32_t(A(a >> shift)) * int32_t(B(b >> shift)));
  return c;
}

static bool decodeDp4a(Decoder &decoder) {
  Type a, b;
  if (!decoder.type(a, {Type::u32, Type::s32}) ||
      !decoder.type(b, {Type::u32, Type::s32}) || !decoder.operands(4) ||
      !decoder.requireTarget(61))
    return false;
  Type sumType = isSigned(a) || isSigned(b) ? Type::s32 : Type::u32;
  if (!decoder.result(0, sumType) || !decoder.sources(1, {a, b, sumType}))
    return false;
  auto choose = [&]<class A, class B>() {
    return lanes<uint32_t, uint32_t, uint32_t>(
        [](uint32_t x, uint32_t y, uint32_t z) {
          return byteProducts<A, B>(x, y, z);
        });
  };
  decoder.run(InstructionClass::integer,
              isSigned(a) ? (isSigned(b) ? choose.operator()<int8_t, int8_t>()
                                         : choose.operator()<int8_t, uint8_t>())
              : isSigned(b) ? choose.operator()<uint8_t, int8_t>()
                            : choose.operator()<uint8_t, uint8_t>());
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::integerFamilies() {
  static constexpr FamilyEntry kEntries[] = {
      {"add", decodeAddSub},    {"sub", decodeAddSub},
      {"addc", decodeAddcSubc}, {"subc", decodeAddcSubc},
      {"mul", decodeMul},       {"mad", decodeMad},
      {"madc", decodeMad},      {"mul24", decodeMul24},
      {"mad24", decodeMul24},   {"div", decodeDivRem},
      {"rem", decodeDivRem},    {"neg", decodeNegAbs},
      {"abs", decodeNegAbs},    {"min", decodeMinMax},
      {"max", decodeMinMax},    {"sad", decodeSad},
      {"dp4a", decodeDp4a}};
  return kEntries;
}
