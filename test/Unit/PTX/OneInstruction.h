//===- OneInstruction.h - Executes one instruction, for tests ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_UNIT_PTX_ONEINSTRUCTION_H
#define EINSUMC_TEST_UNIT_PTX_ONEINSTRUCTION_H

#include "einsumc/PTX/Device.h"
#include <bit>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace einsumc::ptx::test {

/// The bits of an operand, and how many: 1 is a predicate.
struct Bits {
  unsigned width;
  uint64_t value;
};
inline Bits p(bool value) { return {1, value}; }
inline Bits b16(uint64_t value) { return {16, value & 0xffff}; }
inline Bits b32(uint64_t value) { return {32, value & 0xffffffff}; }
inline Bits b64(uint64_t value) { return {64, value}; }
inline Bits f32(float value) { return b32(std::bit_cast<uint32_t>(value)); }
inline Bits f64(double value) { return b64(std::bit_cast<uint64_t>(value)); }

/// "OPCODE %d, %s0, %s1;" in 32 threads that are all given these operands: what
/// they all got, as hexadecimal digits of the result's width, or the error.
std::string evaluate(const std::string &opcode, unsigned resultWidth,
                     const std::vector<Bits> &operands,
                     const std::string &target = "sm_90");
/// The same for instructions as they stand, with results %d of `resultWidth`.
std::string execute(const std::string &instructions, unsigned resultWidth,
                    const std::vector<Bits> &operands,
                    const std::string &target = "sm_90");

/// As `evaluate` says results.
std::string digits(Bits bits);
/// The whole text of a module whose kernel `k` has this body; its registers are
/// %p<9>, %h<9> (16 bits), %r<9>, %d<9> (64 bits).
std::string kernel(const std::string &body, const std::string &parameters = "",
                   const std::string &target = "sm_90");
/// The error that loading the text gives, or "".
std::string loadError(const std::string &text);

} // namespace einsumc::ptx::test

#define EXPECT_PTX(opcode, result, ...)                                        \
  EXPECT_EQ(                                                                   \
      einsumc::ptx::test::evaluate(opcode, (result).width, {__VA_ARGS__}),     \
      einsumc::ptx::test::digits(result))                                      \
      << opcode

#endif // EINSUMC_TEST_UNIT_PTX_ONEINSTRUCTION_H
