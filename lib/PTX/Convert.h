//===- Convert.h - Conversions between types --------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_CONVERT_H
#define EINSUMC_LIB_PTX_CONVERT_H

#include "Float.h"
#include <algorithm>

namespace einsumc::ptx {

/// What is left of a conversion to a floating type once the value is known,
/// exactly or rounded to odd. Only an f32 is ever flushed.
template <class To> To convertFloat(const Instruction &i, double value) {
  if (i.saturate)
    value = value > 0 ? std::min(value, 1.0) : 0.0;
  if (i.relu && value < 0)
    value = 0;
  if constexpr (std::is_same_v<To, float>) {
    if (std::isnan(value))
      return std::bit_cast<float>(0x7fffffff);
    float result = roundToFloat(value, i.rounding);
    return i.flush ? flushed(result) : result;
  } else {
    return roundToSmall<To>(value, i.rounding);
  }
}

/// Table of an instruction: 0 no whole number, 1 .rni, 2 .rzi, 3 .rmi, 4 .rpi.
WarpFunction conversionFunction(const Instruction &instruction, Type to,
                                Type from);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_CONVERT_H
