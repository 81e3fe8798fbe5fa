//===- Rounding.cpp - Exactly rounded floating-point, in every mode -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rounding.h"
#include <algorithm>
#include <limits>

using namespace einsumc::ptx;

float einsumc::ptx::toFloat(F16 value) {
  uint32_t sign = uint32_t(value.bits & 0x8000) << 16;
  uint32_t magnitude = value.bits & 0x7fff;
  if (magnitude >= F16::kInfinity)
    return std::bit_cast<float>(sign | 0x7f800000 | (magnitude & 0x3ff) << 13);
  // Exact for subnormals too.
  float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(scaled) | sign);
}

template <class Small>
Small einsumc::ptx::roundToSmall(double value, Rounding rounding) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  double magnitude = std::fabs(value);
  if (std::isnan(value))
    return {Small::kNaN};
  if (std::isinf(value))
    return {uint16_t(sign | Small::kInfinity)};
  if (magnitude == 0)
    return {sign};
  // The value in units of the last place there.
  int exponent = std::max(std::ilogb(magnitude), Small::kMinExponent);
  double units = std::ldexp(magnitude, int(Small::kMantissaBits) - exponent);
  double whole = std::floor(units), rest = units - whole;
  uint64_t integer = uint64_t(whole);
  bool up = false;
  switch (rounding) {
  case Rounding::nearest:
    up = rest > 0.5 || (rest == 0.5 && (integer & 1));
    break;
  case Rounding::zero:
    break;
  case Rounding::down:
    up = sign && rest > 0;
    break;
  case Rounding::up:
    up = !sign && rest > 0;
    break;
  }
  integer += up;
  // The implicit bit of a normal number adds one to the exponent field.
  uint64_t bits =
      (uint64_t(exponent - Small::kMinExponent) << Small::kMantissaBits) +
      integer;
  if (bits >= Small::kInfinity) {
    bool toInfinity = rounding == Rounding::nearest ||
                      (rounding == Rounding::up && !sign) ||
                      (rounding == Rounding::down && sign);
    bits = toInfinity ? Small::kInfinity : Small::kInfinity - 1;
  }
  return {uint16_t(sign | bits)};
}
template F16 einsumc::ptx::roundToSmall<F16>(double, Rounding);
template BF16 einsumc::ptx::roundToSmall<BF16>(double, Rounding);

/// Moves a rounded-to-nearest value to the neighbour that the mode asks for.
/// `above`: the exact value lies above it; `below`: below.
template <class Float>
static Float adjust(Float value, bool above, bool below, Rounding rounding) {
  constexpr Float infinity = std::numeric_limits<Float>::infinity();
  bool towardsZero = rounding == Rounding::zero;
  bool negative = std::signbit(value);
  if (above && (rounding == Rounding::up || (towardsZero && negative)))
    return std::nextafter(value, infinity);
  if (below && (rounding == Rounding::down || (towardsZero && !negative)))
    return std::nextafter(value, -infinity);
  return value;
}

float einsumc::ptx::roundToFloat(double value, Rounding rounding) {
  float nearest = float(value);
  if (rounding == Rounding::nearest || std::isnan(value))
    return nearest;
  return adjust(nearest, double(nearest) < value, double(nearest) > value,
                rounding);
}

double einsumc::ptx::oddInteger(__int128 value) {
  double nearest = double(value);
  __int128 rest = value - __int128(nearest);
  return toOdd(nearest, rest > 0 ? 1 : rest < 0 ? -1 : 0);
}

double einsumc::ptx::fromInteger(__int128 value, Rounding rounding) {
  double nearest = double(value);
  __int128 rest = value - __int128(nearest);
  return adjust(nearest, rest > 0, rest < 0, rounding);
}
