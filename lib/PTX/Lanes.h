//===- Lanes.h - From a function of one lane to one of a warp ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_LANES_H
#define EINSUMC_LIB_PTX_LANES_H

#include "Instruction.h"
#include <type_traits>
#include <utility>

namespace einsumc::ptx {

/// Two values of 16 bits in a register of 32.
template <class Small> struct Pair {
  Small low, high;
};

template <class T> T fromRow(uint64_t bits) {
  if constexpr (std::is_same_v<T, bool>)
    return bits != 0;
  else if constexpr (std::is_integral_v<T>)
    return T(bits);
  else if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<float>(uint32_t(bits));
  else if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<double>(bits);
  else if constexpr (requires(T t) { t.low; })
    return {{uint16_t(bits)}, {uint16_t(bits >> 16)}};
  else
    return {uint16_t(bits)};
}

template <class T> uint64_t toRow(T value) {
  if constexpr (std::is_same_v<T, bool>)
    return value;
  else if constexpr (std::is_integral_v<T>)
    return std::make_unsigned_t<T>(value);
  else if constexpr (std::is_same_v<T, float>)
    return std::bit_cast<uint32_t>(value);
  else if constexpr (std::is_same_v<T, double>)
    return std::bit_cast<uint64_t>(value);
  else if constexpr (requires { value.low; })
    return uint64_t(value.low.bits) | uint64_t(value.high.bits) << 16;
  else
    return value.bits;
}

/// Results of functions that have two.
template <class A, class B> struct Both {
  A first;
  B second;
};

template <class F, bool kWithInstruction, class... A> struct WarpLoop {
  template <size_t... I>
  static void run(const Instruction &instruction, uint64_t *const *results,
                  const uint64_t *const *sources, std::index_sequence<I...>) {
    F function{};
    for (unsigned lane = 0; lane < kWarpSize; ++lane) {
      auto value = [&] {
        if constexpr (kWithInstruction)
          return function(instruction, fromRow<A>(sources[I][lane])...);
        else
          return function(fromRow<A>(sources[I][lane])...);
      }();
      if constexpr (requires { value.second; }) {
        results[0][lane] = toRow(value.first);
        results[1][lane] = toRow(value.second);
      } else {
        results[0][lane] = toRow(value);
      }
    }
  }
  static void run(const Instruction &instruction, uint64_t *const *results,
                  const uint64_t *const *sources) {
    run(instruction, results, sources, std::index_sequence_for<A...>());
  }
};

/// The warp's function of a function of one lane whose operands have types A.
template <class... A, class F> WarpFunction lanes(F) {
  if constexpr (std::is_invocable_v<F, const Instruction &, A...>)
    return &WarpLoop<F, true, A...>::run;
  else
    return &WarpLoop<F, false, A...>::run;
}

/// Calls `f.operator()<T>()` for the integer type; untyped bits are unsigned.
template <class F> WarpFunction forInteger(Type type, F f) {
  switch (type) {
  case Type::b8:
  case Type::u8:
    return f.template operator()<uint8_t>();
  case Type::b16:
  case Type::u16:
    return f.template operator()<uint16_t>();
  case Type::b32:
  case Type::u32:
    return f.template operator()<uint32_t>();
  case Type::b64:
  case Type::u64:
    return f.template operator()<uint64_t>();
  case Type::s8:
    return f.template operator()<int8_t>();
  case Type::s16:
    return f.template operator()<int16_t>();
  case Type::s32:
    return f.template operator()<int32_t>();
  case Type::s64:
    return f.template operator()<int64_t>();
  default:
    return nullptr;
  }
}

/// The same for floating-point types, too.
template <class F> WarpFunction forNumber(Type type, F f) {
  switch (type) {
  case Type::f16:
    return f.template operator()<F16>();
  case Type::bf16:
    return f.template operator()<BF16>();
  case Type::f32:
    return f.template operator()<float>();
  case Type::f64:
    return f.template operator()<double>();
  default:
    return forInteger(type, f);
  }
}

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_LANES_H
