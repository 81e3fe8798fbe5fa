//===- DecodeFloat.cpp - Floating-point arithmetic ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include "Float.h"

using namespace einsumc::ptx;

bool einsumc::ptx::hasFloatType(const Statement &statement) {
  for (const std::string &modifier : statement.modifiers)
    if (std::optional<Type> type = parseType(modifier))
      return isFloat(*type);
  return false;
}

static bool isBrain(Type type) {
  return type == Type::bf16 || type == Type::bf16x2;
}

namespace {
enum class Operation { sum, difference, product, quotient, fma };
} // namespace

/// The operation on what f32 or a narrower format holds.
template <Operation kOperation, class T>
static T evaluate(const Instruction &i, T first, T second, T third) {
  double a = operand(i, first), b = operand(i, second), c = operand(i, third);
  switch (kOperation) {
  case Operation::sum:
    return finish<T>(i, oddSum(a, b, i.rounding));
  case Operation::difference:
    return finish<T>(i, oddSum(a, -b, i.rounding));
  case Operation::product:
    return finish<T>(i, a * b);
  case Operation::quotient:
    return finish<T>(i, oddQuotient(a, b));
  case Operation::fma:
    return finish<T>(i, oddFma(a, b, c, i.rounding));
  }
}

template <Operation kOperation> static WarpFunction smallFunction(Type type) {
  if constexpr (kOperation == Operation::fma)
    return forSmall<3>(type, []<class T>(const Instruction &i, T a, T b, T c) {
      return evaluate<kOperation, T>(i, a, b, c);
    });
  else
    return forSmall<2>(type, []<class T>(const Instruction &i, T a, T b) {
      return evaluate<kOperation, T>(i, a, b, T{});
    });
}

static float canonical(float value) {
  return value != value ? std::bit_cast<float>(0x7fffffff) : value;
}

#if defined(__x86_64__)
/// One instruction of the processor where it has it; the library's function
/// takes ten times as long.
__attribute__((target("avx2,fma"))) static void
nativeFma(const Instruction &, uint64_t *const *results,
          const uint64_t *const *sources) {
  for (unsigned lane = 0; lane < kWarpSize; ++lane) {
    float a = std::bit_cast<float>(uint32_t(sources[0][lane]));
    float b = std::bit_cast<float>(uint32_t(sources[1][lane]));
    float c = std::bit_cast<float>(uint32_t(sources[2][lane]));
    float value = __builtin_fmaf(a, b, c);
    uint32_t bits = std::bit_cast<uint32_t>(value);
    results[0][lane] = value != value ? 0x7fffffff : bits;
  }
}
static bool hasNativeFma() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

template <Operation kOperation>
static WarpFunction floatFunction(const Instruction &instruction) {
  bool plain = instruction.rounding == Rounding::nearest &&
               !instruction.flush && !instruction.saturate;
  if constexpr (kOperation == Operation::fma) {
    if (!plain)
      return lanes<float, float, float>(
          [](const Instruction &i, float a, float b, float c) {
            return evaluate<kOperation, float>(i, a, b, c);
          });
#if defined(__x86_64__)
    if (hasNativeFma())
      return &nativeFma;
#endif
    return lanes<float, float, float>(
        [](float a, float b, float c) { return canonical(std::fma(a, b, c)); });
  } else {
    if (!plain)
      return lanes<float, float>([](const Instruction &i, float a, float b) {
        return evaluate<kOperation, float>(i, a, b, 0.0f);
      });
    return lanes<float, float>([](float a, float b) {
      return canonical(kOperation == Operation::sum          ? a + b
                       : kOperation == Operation::difference ? a - b
                       : kOperation == Operation::product    ? a * b
                                                             : a / b);
    });
  }
}

template <Operation kOperation>
static WarpFunction doubleFunction(const Instruction &instruction) {
  bool plain = instruction.rounding == Rounding::nearest;
  using D = double;
  if constexpr (kOperation == Operation::fma) {
    if (plain)
      return lanes<D, D, D>([](D a, D b, D c) { return std::fma(a, b, c); });
    return lanes<D, D, D>([](const Instruction &i, D a, D b, D c) {
      return fma(a, b, c, i.rounding);
    });
  } else {
    if (plain)
      return lanes<D, D>([](D a, D b) {
        return kOperation == Operation::sum          ? a + b
               : kOperation == Operation::difference ? a - b
               : kOperation == Operation::product    ? a * b
                                                     : a / b;
      });
    return lanes<D, D>([](const Instruction &i, D a, D b) {
      return kOperation == Operation::sum          ? add(a, b, i.rounding)
             : kOperation == Operation::difference ? add(a, -b, i.rounding)
             : kOperation == Operation::product    ? multiply(a, b, i.rounding)
                                                   : divide(a, b, i.rounding);
    });
  }
}

/// add.f32.f16 d, a, c and fma.f32.f16 d, a, b, c: all but the last operand are
/// narrow and become f32 first.
template <Operation kOperation>
static bool decodeMixed(Decoder &decoder, Type narrow) {
  constexpr bool kFma = kOperation == Operation::fma;
  Instruction &instruction = decoder.instruction();
  if (instruction.flush || instruction.relu)
    return decoder.fail("these modifiers of '" + decoder.statement().opcode +
                        "' do not exist for .f32." + name(narrow));
  if (!decoder.requireTarget(100) || !decoder.operands(kFma ? 4 : 3) ||
      !decoder.result(0, Type::f32) || !decoder.source(1, narrow) ||
      (kFma && !decoder.source(2, narrow)) ||
      !decoder.source(kFma ? 3 : 2, Type::f32))
    return false;
  auto choose = []<class T>() {
    if constexpr (kFma)
      return lanes<T, T, float>([](const Instruction &i, T a, T b, float c) {
        return evaluate<kOperation, float>(i, toFloat(a), toFloat(b), c);
      });
    else
      return lanes<T, float>([](const Instruction &i, T a, float c) {
        return evaluate<kOperation, float>(i, toFloat(a), c, 0.0f);
      });
  };
  decoder.run(InstructionClass::floating,
              narrow == Type::f16 ? choose.template operator()<F16>()
                                  : choose.template operator()<BF16>());
  return true;
}

template <Operation kOperation>
static bool decodeOperation(Decoder &decoder, bool needsRounding) {
  constexpr bool kFma = kOperation == Operation::fma;
  constexpr bool kDivides = kOperation == Operation::quotient;
  Instruction &instruction = decoder.instruction();
  if (!decoder.acceptRounding() && needsRounding)
    return decoder.expect(".rn");
  instruction.flush = decoder.accept(".ftz");
  instruction.saturate = !kDivides && decoder.accept(".sat");
  instruction.relu = kFma && decoder.accept(".relu");
  Type type;
  if (kDivides ? !decoder.type(type, {Type::f32, Type::f64})
               : !decoder.type(type, {Type::f16, Type::bf16, Type::f16x2,
                                      Type::bf16x2, Type::f32, Type::f64}))
    return false;
  if constexpr (kOperation == Operation::sum ||
                kOperation == Operation::difference || kFma)
    if (type == Type::f32) {
      int narrow = decoder.acceptOneOf({".f16", ".bf16"});
      if (narrow >= 0)
        return decodeMixed<kOperation>(decoder,
                                       narrow == 0 ? Type::f16 : Type::bf16);
    }
  bool narrow = type != Type::f32 && type != Type::f64;
  bool flags = instruction.flush || instruction.saturate;
  if ((narrow && instruction.rounding != Rounding::nearest) ||
      (!narrow && instruction.relu) ||
      ((type == Type::f64 || isBrain(type)) && flags))
    return decoder.fail("these modifiers of '" + decoder.statement().opcode +
                        "' do not exist for ." + name(type));
  if (isBrain(type) && !decoder.requireTarget(kFma ? 80 : 90))
    return false;
  if (instruction.relu && !decoder.requireTarget(80))
    return false;
  if (!decoder.uniform(type, kFma ? 3 : 2))
    return false;
  if (type == Type::f64) {
    decoder.run(InstructionClass::f64, doubleFunction<kOperation>(instruction));
    return true;
  }
  decoder.run(InstructionClass::floating,
              narrow ? smallFunction<kOperation>(type)
                     : floatFunction<kOperation>(instruction));
  return true;
}

/// div.approx and div.full: within two units of the last place on a GPU; here
/// the nearest. Of a denominator beyond 2^126, div.approx gives zero.
static bool decodeApproximateQuotient(Decoder &decoder, bool full) {
  Instruction &instruction = decoder.instruction();
  instruction.flush = decoder.accept(".ftz");
  instruction.table = full;
  Type type;
  if (!decoder.type(type, {Type::f32}) || !decoder.uniform(type, 2))
    return false;
  decoder.run(InstructionClass::approximation,
              lanes<float, float>([](const Instruction &i, float x, float y) {
                double a = operand(i, x), b = operand(i, y);
                double size = std::fabs(b);
                if (!i.table && size > 0x1p126 && std::isfinite(size))
                  return finish<float>(
                      i, std::isfinite(a) ? std::copysign(0.0, a * b) : NAN);
                return finish<float>(i, oddQuotient(a, b));
              }));
  return true;
}

bool einsumc::ptx::decodeFloatArithmetic(Decoder &decoder) {
  const std::string &opcode = decoder.statement().opcode;
  if (opcode == "add")
    return decodeOperation<Operation::sum>(decoder, false);
  if (opcode == "sub")
    return decodeOperation<Operation::difference>(decoder, false);
  if (opcode == "mul")
    return decodeOperation<Operation::product>(decoder, false);
  if (opcode == "div") {
    int approximate = decoder.acceptOneOf({".approx", ".full"});
    if (approximate >= 0)
      return decodeApproximateQuotient(decoder, approximate == 1);
    return decodeOperation<Operation::quotient>(decoder, true);
  }
  return decodeOperation<Operation::fma>(decoder, true);
}

/// min and max: the number beats the NaN unless .NaN; -0 lies below +0.
template <class T> static T smaller(const Instruction &i, T first, T second) {
  double a = operand(i, first), b = operand(i, second);
  bool keep = false;
  if (std::isnan(a) || std::isnan(b)) {
    if (i.relu || (std::isnan(a) && std::isnan(b)))
      return finish<T>({}, NAN);
    keep = std::isnan(b);
  } else if (a == b) {
    keep = std::signbit(a) != i.negate;
  } else {
    keep = (a < b) != i.negate;
  }
  return finish<T>({}, keep ? a : b);
}

static double smallerDouble(const Instruction &i, double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) ? b : a;
  if (a == b)
    return std::signbit(a) != i.negate ? a : b;
  return (a < b) != i.negate ? a : b;
}

bool einsumc::ptx::decodeFloatMinMax(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.negate = decoder.statement().opcode == "max";
  instruction.flush = decoder.accept(".ftz");
  // The field that says that a NaN wins; min has no .relu of these types.
  instruction.relu = decoder.accept(".NaN");
  Type type;
  if (!decoder.type(type, {Type::f16, Type::bf16, Type::f16x2, Type::bf16x2,
                           Type::f32, Type::f64}))
    return false;
  if ((type == Type::f64 && (instruction.flush || instruction.relu)) ||
      (isBrain(type) && instruction.flush))
    return decoder.fail("these modifiers of '" + decoder.statement().opcode +
                        "' do not exist for ." + name(type));
  bool young = instruction.relu || (type != Type::f32 && type != Type::f64);
  if ((young && !decoder.requireTarget(80)) || !decoder.uniform(type, 2))
    return false;
  if (type == Type::f64)
    decoder.run(
        InstructionClass::f64,
        lanes<double, double>([](const Instruction &i, double a, double b) {
          return smallerDouble(i, a, b);
        }));
  else if (type == Type::f32)
    decoder.run(InstructionClass::floating,
                lanes<float, float>([](const Instruction &i, float a, float b) {
                  return smaller(i, a, b);
                }));
  else
    decoder.run(InstructionClass::floating,
                forSmall<2>(type, []<class T>(const Instruction &i, T a, T b) {
                  return smaller(i, a, b);
                }));
  return true;
}

bool einsumc::ptx::decodeFloatNegAbs(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.negate = decoder.statement().opcode == "neg";
  instruction.flush = decoder.accept(".ftz");
  Type type;
  if (!decoder.type(type, {Type::f16, Type::bf16, Type::f16x2, Type::bf16x2,
                           Type::f32, Type::f64}))
    return false;
  if (instruction.flush && (type == Type::f64 || isBrain(type)))
    return decoder.fail("'.ftz' does not exist for ." +
                        std::string(name(type)));
  if (isBrain(type) && !decoder.requireTarget(80))
    return false;
  if (!decoder.uniform(type, 1))
    return false;
  if (type == Type::f64)
    decoder.run(InstructionClass::f64,
                lanes<uint64_t>([](const Instruction &i, uint64_t a) {
                  uint64_t sign = uint64_t(1) << 63;
                  return i.negate ? a ^ sign : a & ~sign;
                }));
  else if (type == Type::f32)
    decoder.run(InstructionClass::floating,
                lanes<float>([](const Instruction &i, float a) {
                  uint32_t bits =
                      std::bit_cast<uint32_t>(i.flush ? flushed(a) : a);
                  return i.negate ? bits ^ 0x80000000 : bits & 0x7fffffff;
                }));
  else
    decoder.run(InstructionClass::floating,
                forSmall<1>(type, []<class T>(const Instruction &i, T a) {
                  uint16_t bits = (i.flush ? flushed(a) : a).bits;
                  return T{uint16_t(i.negate ? bits ^ 0x8000 : bits & 0x7fff)};
                }));
  return true;
}

static bool decodeFma(Decoder &decoder) {
  return decodeOperation<Operation::fma>(decoder, true);
}

/// The sign of a on the magnitude of b.
static bool decodeCopysign(Decoder &decoder) {
  Type type;
  if (!decoder.type(type, {Type::f32, Type::f64}) || !decoder.uniform(type, 2))
    return false;
  bool wide = type == Type::f64;
  decoder.instruction().table = wide ? 63 : 31;
  decoder.run(wide ? InstructionClass::f64 : InstructionClass::floating,
              lanes<uint64_t, uint64_t>(
                  [](const Instruction &i, uint64_t a, uint64_t b) {
                    uint64_t sign = uint64_t(1) << i.table;
                    return (a & sign) | (b & ~sign);
                  }));
  return true;
}

static bool decodeTestp(Decoder &decoder) {
  int property = decoder.acceptOneOf({".finite", ".infinite", ".number",
                                      ".notanumber", ".normal", ".subnormal"});
  if (property < 0)
    return decoder.expect(".finite");
  Type type;
  if (!decoder.type(type, {Type::f32, Type::f64}) || !decoder.operands(2) ||
      !decoder.result(0, Type::pred) || !decoder.source(1, type))
    return false;
  decoder.instruction().table = uint8_t(property);
  auto choose = [&]<class T>() {
    return lanes<T>([](const Instruction &i, T a) {
      switch (i.table) {
      case 0:
        return bool(std::isfinite(a));
      case 1:
        return bool(std::isinf(a));
      case 2:
        return !std::isnan(a);
      case 3:
        return bool(std::isnan(a));
      case 4:
        return bool(std::isnormal(a));
      default:
        return std::fpclassify(a) == FP_SUBNORMAL;
      }
    });
  };
  decoder.run(InstructionClass::compare, type == Type::f32
                                             ? choose.operator()<float>()
                                             : choose.operator()<double>());
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::floatFamilies() {
  static constexpr FamilyEntry kEntries[] = {
      {"fma", decodeFma}, {"copysign", decodeCopysign}, {"testp", decodeTestp}};
  return kEntries;
}
