//===- Rounding.h - Exactly rounded floating-point, in every mode -*- C++
//-*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_ROUNDING_H
#define EINSUMC_LIB_PTX_ROUNDING_H

#include <bit>
#include <cmath>
#include <cstdint>

namespace einsumc::ptx {

enum class Rounding : uint8_t { nearest, zero, down, up };

/// Floating-point of 16 bits.
struct F16 {
  static constexpr unsigned kMantissaBits = 10;
  static constexpr int kMinExponent = -14;
  static constexpr uint16_t kInfinity = 0x7c00, kNaN = 0x7fff;
  uint16_t bits;
};
struct BF16 {
  static constexpr unsigned kMantissaBits = 7;
  static constexpr int kMinExponent = -126;
  static constexpr uint16_t kInfinity = 0x7f80, kNaN = 0x7fff;
  uint16_t bits;
};

inline float toFloat(BF16 value) {
  return std::bit_cast<float>(uint32_t(value.bits) << 16);
}
float toFloat(F16 value);
inline float toFloat(float value) { return value; }

/// The nearest of the format in the mode. `value` may be rounded to odd.
template <class Small> Small roundToSmall(double value, Rounding rounding);
float roundToFloat(double value, Rounding rounding);

/// A double that rounds to every format of at most 50 bits as the exact value
/// does: inexact results get an odd last bit (Boldo & Melquiond, 2008).
inline double toOdd(double rounded, double error) {
  uint64_t bits = std::bit_cast<uint64_t>(rounded);
  if (error == 0 || !std::isfinite(rounded) || (bits & 1))
    return rounded;
  return std::bit_cast<double>((error > 0) == (rounded > 0) ? bits + 1
                                                            : bits - 1);
}

/// a + b. The sign of an exact zero depends on the mode.
inline double oddSum(double a, double b, Rounding rounding) {
  double sum = a + b;
  if (sum == 0 && rounding == Rounding::down &&
      !(a == 0 && b == 0 && !std::signbit(a) && !std::signbit(b)))
    return -0.0;
  if (!std::isfinite(sum))
    return sum;
  double partOfB = sum - a;
  return toOdd(sum, (a - (sum - partOfB)) + (b - partOfB));
}

/// For operands that f32 can hold, as is all that follows.
inline double oddFma(double a, double b, double c, Rounding rounding) {
  return oddSum(a * b, c, rounding);
}
inline double oddQuotient(double a, double b) {
  double quotient = a / b;
  if (!std::isfinite(quotient) || quotient == 0)
    return quotient;
  double rest = std::fma(-quotient, b, a);
  return toOdd(quotient, std::signbit(b) ? -rest : rest);
}
inline double oddRoot(double a) {
  double root = std::sqrt(a);
  if (!std::isfinite(root) || root == 0)
    return root;
  return toOdd(root, std::fma(-root, root, a));
}
/// An integer of 64 bits.
double oddInteger(__int128 value);

/// f64 in every mode; these set the mode of the processor for a moment.
double add(double a, double b, Rounding rounding);
double multiply(double a, double b, Rounding rounding);
double fma(double a, double b, double c, Rounding rounding);
double divide(double a, double b, Rounding rounding);
double squareRoot(double a, Rounding rounding);
double fromInteger(__int128 value, Rounding rounding);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_ROUNDING_H
