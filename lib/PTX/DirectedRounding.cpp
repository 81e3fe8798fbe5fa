//===- DirectedRounding.cpp - f64 in the processor's rounding modes -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// This file alone is compiled with -frounding-math.

#include "Rounding.h"
#include <cfenv>

using namespace einsumc::ptx;

namespace {
/// Sets the processor's mode until the end of the block.
class ScopedRounding {
public:
  explicit ScopedRounding(Rounding rounding) : before(std::fegetround()) {
    static constexpr int kModes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD,
                                     FE_UPWARD};
    std::fesetround(kModes[int(rounding)]);
  }
  ~ScopedRounding() { std::fesetround(before); }

private:
  int before;
};
} // namespace

double einsumc::ptx::add(double a, double b, Rounding rounding) {
  ScopedRounding scope(rounding);
  return a + b;
}
double einsumc::ptx::multiply(double a, double b, Rounding rounding) {
  ScopedRounding scope(rounding);
  return a * b;
}
double einsumc::ptx::fma(double a, double b, double c, Rounding rounding) {
  ScopedRounding scope(rounding);
  return std::fma(a, b, c);
}
double einsumc::ptx::divide(double a, double b, Rounding rounding) {
  ScopedRounding scope(rounding);
  return a / b;
}
double einsumc::ptx::squareRoot(double a, Rounding rounding) {
  ScopedRounding scope(rounding);
  return std::sqrt(a);
}
