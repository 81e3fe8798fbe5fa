//===- Convert.cpp - Conversions between types ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include <limits>

using namespace einsumc::ptx;

static double toWhole(uint8_t mode, double value) {
  switch (mode) {
  case 1:
    return std::nearbyint(value);
  case 2:
    return std::trunc(value);
  case 3:
    return std::floor(value);
  case 4:
    return std::ceil(value);
  default:
    return value;
  }
}

/// A float as an integer: out of range clamps. A NaN is 0, but the least
/// integer's bits where f64 or 64 bits take part.
template <class To, bool kWide> static To clampWhole(double value) {
  using Limits = std::numeric_limits<To>;
  constexpr double kTop =
      2.0 * double(uint64_t(1) << (std::min(Limits::digits, 64) - 1));
  if (std::isnan(value))
    return kWide ? To(uint64_t(1) << (8 * sizeof(To) - 1)) : To(0);
  if (value >= kTop)
    return Limits::max();
  if (value < double(Limits::min()))
    return Limits::min();
  return To(value);
}

template <class To, class From>
static uint64_t clampInteger(bool saturate, From value) {
  using Limits = std::numeric_limits<To>;
  if (saturate) {
    if (std::cmp_greater(value, Limits::max()))
      return uint64_t(Limits::max());
    if (std::cmp_less(value, Limits::min()))
      return uint64_t(int64_t(Limits::min()));
  }
  // A byte is a number here, no character.
  To result = To(value); // NOLINT(bugprone-signed-char-misuse)
  return std::is_signed_v<To> ? uint64_t(int64_t(result)) : uint64_t(result);
}

/// A floating operand, exactly.
template <class From>
static double exactly(const Instruction &instruction, From value) {
  if constexpr (std::is_same_v<From, double>)
    return value;
  else if constexpr (std::is_same_v<From, float>)
    return instruction.flush ? flushed(value) : value;
  else
    return toFloat(value);
}

template <class To, class From>
static auto convert(const Instruction &i, From value) {
  constexpr bool kToInteger = std::is_integral_v<To>;
  constexpr bool kFromInteger = std::is_integral_v<From>;
  if constexpr (kToInteger && kFromInteger) {
    return clampInteger<To>(i.saturate, value) & i.resultMask;
  } else if constexpr (kToInteger) {
    constexpr bool kWide = sizeof(To) == 8 || std::is_same_v<From, double>;
    To whole = clampWhole<To, kWide>(toWhole(i.table, exactly(i, value)));
    return clampInteger<To>(false, whole) & i.resultMask;
  } else if constexpr (std::is_same_v<To, double>) {
    double result;
    if constexpr (kFromInteger)
      result = fromInteger(value, i.rounding);
    else
      result = toWhole(i.table, exactly(i, value));
    return i.saturate ? (result > 0 ? std::min(result, 1.0) : 0.0) : result;
  } else if constexpr (kFromInteger) {
    return convertFloat<To>(i, oddInteger(value));
  } else {
    return convertFloat<To>(i, toWhole(i.table, exactly(i, value)));
  }
}

/// The conversions that kernels are full of, without their rarer modifiers.
template <class To, class From> static WarpFunction plainConversion() {
  constexpr bool kWide =
      std::is_same_v<To, float> || std::is_same_v<To, double>;
  if constexpr (kWide && std::is_integral_v<From>)
    return lanes<From>([](From value) { return To(value); });
  else if constexpr (std::is_same_v<To, float> && std::is_same_v<From, double>)
    return lanes<From>([](From value) {
      return value != value ? std::bit_cast<float>(0x7fffffff) : float(value);
    });
  else
    return nullptr;
}

template <class To, class From>
static WarpFunction pick(const Instruction &instruction) {
  if (instruction.rounding == Rounding::nearest && !instruction.flush &&
      !instruction.saturate && !instruction.table)
    if (WarpFunction function = plainConversion<To, From>())
      return function;
  return lanes<From>(
      [](const Instruction &i, From value) { return convert<To>(i, value); });
}

WarpFunction einsumc::ptx::conversionFunction(const Instruction &instruction,
                                              Type to, Type from) {
  return forNumber(to, [&]<class To>() {
    return forNumber(from,
                     [&]<class From>() { return pick<To, From>(instruction); });
  });
}
