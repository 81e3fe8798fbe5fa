//===- Float.h - Flushing, saturation and NaN of every format ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_FLOAT_H
#define EINSUMC_LIB_PTX_FLOAT_H

#include "Lanes.h"
#include <algorithm>

namespace einsumc::ptx {

template <class T> inline constexpr bool kIsSmall = requires(T t) { t.bits; };

/// A subnormal becomes a zero of its sign.
inline float flushed(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  return bits & 0x7f800000 ? value : std::bit_cast<float>(bits & 0x80000000);
}
template <class Small>
  requires kIsSmall<Small>
Small flushed(Small value) {
  return value.bits & Small::kInfinity ? value
                                       : Small{uint16_t(value.bits & 0x8000)};
}

/// An f32 or narrower operand, exactly, as the instruction takes it.
template <class T> double operand(const Instruction &instruction, T value) {
  return toFloat(instruction.flush ? flushed(value) : value);
}

/// What is left to do with the exact value, which may be rounded to odd. A NaN
/// becomes the one that the ISA gives: 0x7fffffff in f32.
template <class T> T finish(const Instruction &instruction, double value) {
  if (instruction.saturate)
    value = value > 0 ? std::min(value, 1.0) : 0.0;
  if (instruction.relu && value < 0)
    value = 0;
  T result;
  if constexpr (std::is_same_v<T, float>)
    result = std::isnan(value) ? std::bit_cast<float>(0x7fffffff)
                               : roundToFloat(value, instruction.rounding);
  else
    result = roundToSmall<T>(value, instruction.rounding);
  return instruction.flush ? flushed(result) : result;
}

/// Calls `f<T>(instruction, T...)` on each value of f16, bf16 or a pair.
template <unsigned kOperands, class F> WarpFunction forSmall(Type type, F f) {
  auto build = [&]<class T, class V>() {
    auto call = [](const Instruction &i, auto... operands) {
      if constexpr (kIsSmall<V>)
        return F{}.template operator()<T>(i, operands...);
      else
        return V{F{}.template operator()<T>(i, operands.low...),
                 F{}.template operator()<T>(i, operands.high...)};
    };
    if constexpr (kOperands == 1)
      return lanes<V>(call);
    else if constexpr (kOperands == 2)
      return lanes<V, V>(call);
    else
      return lanes<V, V, V>(call);
  };
  switch (type) {
  case Type::f16:
    return build.template operator()<F16, F16>();
  case Type::bf16:
    return build.template operator()<BF16, BF16>();
  case Type::f16x2:
    return build.template operator()<F16, Pair<F16>>();
  case Type::bf16x2:
    return build.template operator()<BF16, Pair<BF16>>();
  default:
    return nullptr;
  }
}

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_FLOAT_H
