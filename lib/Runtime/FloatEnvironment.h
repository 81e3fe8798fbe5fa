//===- FloatEnvironment.h - Rounding and flags of a thread ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// <fenv.h> without libm, and with the bits that flush subnormals to zero.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_RUNTIME_FLOATENVIRONMENT_H
#define EINSUMC_LIB_RUNTIME_FLOATENVIRONMENT_H

#include <cstdint>
#if defined(__SSE__) || defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace einsumc::runtime {

/// How vector and scalar instructions of this thread compute, and which flags
/// they have raised. Nothing on processors that are not known here.
struct FloatEnvironment {
#if defined(__SSE__) || defined(__x86_64__)
  static constexpr uint32_t kFlags = 0x3f;
  uint32_t bits = 0;

  static FloatEnvironment get() { return {_mm_getcsr()}; }
  void set() const { _mm_setcsr(bits); }
  uint32_t flags() const { return bits & kFlags; }
  FloatEnvironment withFlags(uint32_t flags) const {
    return {(bits & ~kFlags) | flags};
  }
#elif defined(__aarch64__)
  uint64_t control = 0, status = 0;

  static FloatEnvironment get() {
    FloatEnvironment now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now.control));
    __asm__ volatile("mrs %0, fpsr" : "=r"(now.status));
    return now;
  }
  void set() const {
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
    __asm__ volatile("msr fpsr, %0" : : "r"(status));
  }
  uint32_t flags() const { return uint32_t(status); }
  FloatEnvironment withFlags(uint32_t flags) const { return {control, flags}; }
#else
  static FloatEnvironment get() { return {}; }
  void set() const {}
  uint32_t flags() const { return 0; }
  FloatEnvironment withFlags(uint32_t) const { return {}; }
#endif
};

} // namespace einsumc::runtime

#endif // EINSUMC_LIB_RUNTIME_FLOATENVIRONMENT_H
