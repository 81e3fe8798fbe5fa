//===- DecodeApproximation.cpp - Roots, reciprocals and elementary functions
//===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the ISA calls approximate has an error bound there; here it is the value
// that the C library's function in f64 gives, rounded: within the bound.

#include "Decoder.h"
#include "Float.h"

using namespace einsumc::ptx;

/// rcp and sqrt: exact in a rounding mode, or .approx.
template <bool kRoot> static bool decodeRootOrReciprocal(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  bool approximate = decoder.accept(".approx");
  if (!approximate && !decoder.acceptRounding())
    return decoder.expect(".rn");
  instruction.flush = decoder.accept(".ftz");
  Type type;
  if (approximate || instruction.flush
          ? !decoder.type(type, {Type::f32})
          : !decoder.type(type, {Type::f32, Type::f64}))
    return false;
  if (!decoder.uniform(type, 1))
    return false;
  if (type == Type::f64) {
    decoder.run(InstructionClass::f64,
                lanes<double>([](const Instruction &i, double a) {
                  return kRoot ? squareRoot(a, i.rounding)
                               : divide(1.0, a, i.rounding);
                }));
    return true;
  }
  decoder.run(approximate ? InstructionClass::approximation
                          : InstructionClass::floating,
              lanes<float>([](const Instruction &i, float x) {
                double a = operand(i, x);
                return finish<float>(i,
                                     kRoot ? oddRoot(a) : oddQuotient(1.0, a));
              }));
  return true;
}

static bool decodeReciprocalRoot(Decoder &decoder) {
  if (!decoder.expect(".approx"))
    return false;
  Instruction &instruction = decoder.instruction();
  instruction.flush = decoder.accept(".ftz");
  Type type;
  if (!decoder.type(type, {Type::f32, Type::f64}) || !decoder.uniform(type, 1))
    return false;
  if (type == Type::f64) {
    if (instruction.flush)
      return decoder.fail("'rsqrt.approx.ftz.f64' is not supported yet");
    decoder.run(InstructionClass::approximation,
                lanes<double>([](double a) { return 1.0 / std::sqrt(a); }));
    return true;
  }
  decoder.run(InstructionClass::approximation,
              lanes<float>([](const Instruction &i, float a) {
                return finish<float>(i, 1.0 / std::sqrt(operand(i, a)));
              }));
  return true;
}

/// One of the functions below, of f32.
template <double (*kFunction)(double)>
static bool decodeFunction(Decoder &decoder) {
  if (!decoder.expect(".approx"))
    return false;
  Instruction &instruction = decoder.instruction();
  instruction.flush = decoder.accept(".ftz");
  Type type;
  if (!decoder.type(type, {Type::f32}) || !decoder.uniform(type, 1))
    return false;
  decoder.run(InstructionClass::approximation,
              lanes<float>([](const Instruction &i, float a) {
                return finish<float>(i, kFunction(operand(i, a)));
              }));
  return true;
}

static double sine(double a) { return std::sin(a); }
static double cosine(double a) { return std::cos(a); }
static double logarithm(double a) { return std::log2(a); }
static double power(double a) { return std::exp2(a); }
static double tangent(double a) { return std::tanh(a); }

/// ex2 and tanh exist in 16 bits too.
template <double (*kFunction)(double)>
static bool decodeNarrowFunction(Decoder &decoder) {
  bool exponential = decoder.statement().opcode == "ex2";
  bool narrow = false;
  for (const std::string &modifier : decoder.statement().modifiers)
    if (std::optional<Type> type = parseType(modifier))
      narrow = *type != Type::f32;
  if (!narrow) {
    if (!exponential && !decoder.requireTarget(75))
      return false;
    return decodeFunction<kFunction>(decoder);
  }
  if (!decoder.expect(".approx"))
    return false;
  bool flush = exponential && decoder.accept(".ftz");
  Type type;
  if (!decoder.type(type, {Type::f16, Type::f16x2, Type::bf16, Type::bf16x2}))
    return false;
  bool brain = type == Type::bf16 || type == Type::bf16x2;
  if (exponential && brain != flush)
    return decoder.fail("ex2.approx has '.ftz' for bf16 and not for f16");
  decoder.instruction().flush = flush;
  if (!decoder.requireTarget(brain ? 90 : 75) || !decoder.uniform(type, 1))
    return false;
  decoder.run(InstructionClass::approximation,
              forSmall<1>(type, []<class T>(const Instruction &i, T a) {
                return finish<T>(i, kFunction(operand(i, a)));
              }));
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::approximationFamilies() {
  static constexpr FamilyEntry kEntries[] = {
      {"rcp", decodeRootOrReciprocal<false>},
      {"sqrt", decodeRootOrReciprocal<true>},
      {"rsqrt", decodeReciprocalRoot},
      {"sin", decodeFunction<sine>},
      {"cos", decodeFunction<cosine>},
      {"lg2", decodeFunction<logarithm>},
      {"ex2", decodeNarrowFunction<power>},
      {"tanh", decodeNarrowFunction<tangent>}};
  return kEntries;
}
