//===- FloatTest.cpp - Floating-point instructions, by the ISA ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"
#include <cmath>
#include <limits>

using namespace einsumc::ptx::test;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();
/// The NaN that every f32 instruction gives.
static const Bits kNaN = b32(0x7fffffff);
static const Bits kOtherNaN = b32(0xffc01234);
static const Bits kSmallest = b32(1), kSmallestNormal = b32(0x00800000);

TEST(PTXFloat, NearestF32) {
  EXPECT_PTX("add.rn.f32", f32(0x1p24f), f32(0x1p24f), f32(1));
  EXPECT_PTX("add.f32", f32(0x1.000004p24f), f32(0x1p24f), f32(3));
  EXPECT_PTX("sub.f32", f32(-1), f32(1), f32(2));
  EXPECT_PTX("add.f32", f32(0), f32(0), f32(-0.0f));
  EXPECT_PTX("mul.f32", f32(-0.0f), f32(0), f32(-5));
  EXPECT_PTX("add.f32", kNaN, f32(kInfinity), f32(-kInfinity));
  EXPECT_PTX("mul.f32", kNaN, kOtherNaN, f32(1));
  EXPECT_PTX("mul.f32", f32(kInfinity), f32(0x1p100f), f32(0x1p100f));
  EXPECT_PTX("div.rn.f32", b32(0x3eaaaaab), f32(1), f32(3));
  EXPECT_PTX("div.rn.f32", f32(-kInfinity), f32(1), f32(-0.0f));
  EXPECT_PTX("div.rn.f32", kNaN, f32(0), f32(0));
}

TEST(PTXFloat, DirectedF32) {
  // 1 + 2^-30 lies between 1 and 1 + 2^-23.
  EXPECT_PTX("add.rz.f32", f32(1), f32(1), f32(0x1p-30f));
  EXPECT_PTX("add.rm.f32", f32(1), f32(1), f32(0x1p-30f));
  EXPECT_PTX("add.rp.f32", f32(1 + 0x1p-23f), f32(1), f32(0x1p-30f));
  EXPECT_PTX("add.rm.f32", f32(-1 - 0x1p-23f), f32(-1), f32(-0x1p-30f));
  EXPECT_PTX("add.rp.f32", f32(-1), f32(-1), f32(-0x1p-30f));
  // Even far below what f64 holds beside 1.
  EXPECT_PTX("add.rp.f32", f32(1 + 0x1p-23f), f32(1), kSmallest);
  EXPECT_PTX("sub.rz.f32", f32(1 - 0x1p-24f), f32(1), kSmallest);
  EXPECT_PTX("add.rm.f32", f32(-0.0f), f32(1), f32(-1));
  EXPECT_PTX("add.rn.f32", f32(0), f32(1), f32(-1));
  EXPECT_PTX("mul.rz.f32", f32(0x1.fffffep127f), f32(0x1p100f), f32(0x1p100f));
  EXPECT_PTX("mul.rp.f32", kSmallest, kSmallest, kSmallest);
  EXPECT_PTX("mul.rz.f32", f32(0), kSmallest, kSmallest);
  EXPECT_PTX("div.rz.f32", b32(0x3eaaaaaa), f32(1), f32(3));
  EXPECT_PTX("div.rp.f32", b32(0x3eaaaaab), f32(1), f32(3));
  EXPECT_PTX("sqrt.rz.f32", b32(0x3fb504f3), f32(2));
  EXPECT_PTX("sqrt.rp.f32", b32(0x3fb504f4), f32(2));
  EXPECT_PTX("rcp.rm.f32", b32(0x3eaaaaaa), f32(3));
}

TEST(PTXFloat, FusedMultiplyAddRoundsOnce) {
  // (1 + 2^-12)^2 - 1 - 2^-11 = 2^-24 exactly; two roundings give 0.
  EXPECT_PTX("fma.rn.f32", f32(0x1p-24f), f32(1 + 0x1p-12f), f32(1 + 0x1p-12f),
             f32(-1 - 0x1p-11f));
  EXPECT_PTX("fma.rz.f32", f32(1 - 0x1p-24f), kSmallest, f32(-1), f32(1));
  EXPECT_PTX("fma.rp.f32", f32(1 + 0x1p-23f), kSmallest, kSmallest, f32(1));
  EXPECT_PTX("fma.rn.f32", kNaN, f32(kInfinity), f32(0), f32(1));
  EXPECT_PTX("fma.rn.f64", f64(0x1p-54), f64(1 + 0x1p-27), f64(1 + 0x1p-27),
             f64(-1 - 0x1p-26));
  EXPECT_PTX("mad.rn.f32", f32(7), f32(2), f32(3), f32(1));
}

TEST(PTXFloat, FlushAndSaturate) {
  EXPECT_PTX("add.f32", b32(2), kSmallest, kSmallest);
  EXPECT_PTX("add.ftz.f32", f32(0), kSmallest, kSmallest);
  EXPECT_PTX("mul.ftz.f32", f32(-0.0f), kSmallestNormal, f32(-0.5f));
  EXPECT_PTX("mul.f32", b32(0x80400000), kSmallestNormal, f32(-0.5f));
  EXPECT_PTX("add.sat.f32", f32(1), f32(1), f32(2));
  EXPECT_PTX("add.sat.f32", f32(0), f32(1), f32(-2));
  EXPECT_PTX("fma.rn.sat.f32", f32(0), kOtherNaN, f32(1), f32(1));
  EXPECT_PTX("neg.ftz.f32", f32(-0.0f), kSmallest);
}

TEST(PTXFloat, F64) {
  EXPECT_PTX("add.f64", f64(0x1p53), f64(0x1p53), f64(1));
  EXPECT_PTX("add.rp.f64", f64(0x1.0000000000001p53), f64(0x1p53), f64(1));
  EXPECT_PTX("sub.rm.f64", f64(-0.0), f64(1), f64(1));
  EXPECT_PTX("mul.rz.f64", f64(std::numeric_limits<double>::max()),
             f64(0x1p1000), f64(0x1p1000));
  EXPECT_PTX("div.rn.f64", b64(0x3fd5555555555555), f64(1), f64(3));
  EXPECT_PTX("div.rp.f64", b64(0x3fd5555555555556), f64(1), f64(3));
  EXPECT_PTX("sqrt.rn.f64", f64(3), f64(9));
  EXPECT_PTX("rcp.rn.f64", f64(0.25), f64(4));
  EXPECT_PTX("neg.f64", f64(-1), f64(1));
  EXPECT_PTX("abs.f64", f64(1), f64(-1));
}

TEST(PTXFloat, HalfAndBrain) {
  // 1.5 + 2.25 = 3.75; 2048 + 1 rounds to even; 65504 * 2 overflows.
  EXPECT_PTX("add.f16", b16(0x4380), b16(0x3e00), b16(0x4080));
  EXPECT_PTX("add.rn.f16", b16(0x6800), b16(0x6800), b16(0x3c00));
  EXPECT_PTX("mul.f16", b16(0x7c00), b16(0x7bff), b16(0x4000));
  // The smallest number by a half: a tie, to even.
  EXPECT_PTX("mul.f16", b16(0x0000), b16(0x0001), b16(0x3800));
  EXPECT_PTX("mul.f16", b16(0x0002), b16(0x0003), b16(0x3800));
  EXPECT_PTX("sub.f16", b16(0xbc00), b16(0x3c00), b16(0x4000));
  EXPECT_PTX("sub.f16", b16(0x7fff), b16(0x7c00), b16(0x7c00));
  // 2050 + 1 is a tie between 2050 and 2052, whose last digit is even; a little
  // more than 2049 is none between 2048 and 2050.
  EXPECT_PTX("fma.rn.f16", b16(0x6802), b16(0x3c00), b16(0x3c00), b16(0x6801));
  EXPECT_PTX("fma.rn.f16", b16(0x6801), b16(0x3c01), b16(0x0400), b16(0x6801));
  EXPECT_PTX("fma.rn.f16", b16(0x6800), b16(0x3c01), b16(0x6800), b16(0xbc00));
  EXPECT_PTX("fma.rn.relu.f16", b16(0), b16(0x3c00), b16(0xc000), b16(0x3c00));
  EXPECT_PTX("add.sat.f16", b16(0x3c00), b16(0x3c00), b16(0x3c00));
  EXPECT_PTX("add.ftz.f16", b16(0), b16(1), b16(1));
  EXPECT_PTX("add.f16x2", b32(0x40004200), b32(0x3c003e00), b32(0x3c003e00));
  EXPECT_PTX("fma.rn.f16x2", b32(0x42004000), b32(0x40003c00), b32(0x3c003c00),
             b32(0x3c003c00));
  // bf16: 256 + 1 rounds to even, 1 + 1 = 2.
  EXPECT_PTX("add.rn.bf16", b16(0x4380), b16(0x4380), b16(0x3f80));
  EXPECT_PTX("mul.bf16", b16(0x4040), b16(0x3fc0), b16(0x4000));
  EXPECT_PTX("fma.rn.bf16", b16(0x4000), b16(0x3f80), b16(0x3f80), b16(0x3f80));
  EXPECT_PTX("add.bf16x2", b32(0x40004040), b32(0x3f803f80), b32(0x3f804000));
  EXPECT_PTX("neg.f16", b16(0xbc00), b16(0x3c00));
  EXPECT_PTX("abs.bf16", b16(0x3f80), b16(0xbf80));
  EXPECT_PTX("neg.f16x2", b32(0xbc003c00), b32(0x3c00bc00));
}

/// The narrow operands are exact in f32, and the result rounds once.
TEST(PTXFloat, MixedTypes) {
  auto expect = [](const char *opcode, std::vector<Bits> operands,
                   float value) {
    EXPECT_EQ(evaluate(opcode, 32, operands, "sm_100"), digits(f32(value)))
        << opcode;
  };
  expect("fma.rn.f32.f16", {b16(0x3c01), b16(0x3c01), f32(-1)},
         0x1p-9f + 0x1p-20f);
  expect("fma.rn.f32.bf16", {b16(0x4000), b16(0x4040), f32(1)}, 7);
  expect("add.rz.f32.f16", {b16(0x3c00), f32(0x1p-30f)}, 1);
  expect("sub.f32.bf16", {b16(0x4000), f32(3)}, -1);
  EXPECT_EQ(evaluate("add.f32.f16", 32, {b16(0), f32(0)}),
            "'add.f32.f16' needs sm_100 but the target is sm_90");
}

TEST(PTXFloat, MinAndMax) {
  EXPECT_PTX("min.f32", f32(-0.0f), f32(0), f32(-0.0f));
  EXPECT_PTX("max.f32", f32(0), f32(-0.0f), f32(0));
  EXPECT_PTX("min.f32", f32(1), kOtherNaN, f32(1));
  EXPECT_PTX("max.f32", kNaN, kOtherNaN, kOtherNaN);
  EXPECT_PTX("min.NaN.f32", kNaN, kOtherNaN, f32(1));
  EXPECT_PTX("max.f64", f64(2), f64(1), f64(2));
  EXPECT_PTX("min.f64", f64(1), f64(NAN), f64(1));
  EXPECT_PTX("min.f16", b16(0xbc00), b16(0x3c00), b16(0xbc00));
  EXPECT_PTX("max.NaN.bf16", b16(0x7fff), b16(0x7fc0), b16(0));
  EXPECT_PTX("max.f16x2", b32(0x40003c00), b32(0x40000000), b32(0x3c003c00));
}

TEST(PTXFloat, SignsAndProperties) {
  EXPECT_PTX("copysign.f32", f32(-3), f32(-1), f32(3));
  EXPECT_PTX("copysign.f64", f64(3), f64(1), f64(-3));
  EXPECT_PTX("testp.finite.f32", p(false), f32(kInfinity));
  EXPECT_PTX("testp.infinite.f32", p(true), f32(-kInfinity));
  EXPECT_PTX("testp.number.f64", p(true), f64(kInfinity));
  EXPECT_PTX("testp.notanumber.f32", p(true), kOtherNaN);
  EXPECT_PTX("testp.normal.f32", p(false), kSmallest);
  EXPECT_PTX("testp.subnormal.f32", p(true), kSmallest);
}

/// Values where each function is exact, and the special ones of the ISA.
TEST(PTXFloat, Approximations) {
  EXPECT_PTX("rcp.approx.f32", f32(0.25f), f32(4));
  EXPECT_PTX("rcp.approx.ftz.f32", f32(kInfinity), kSmallest);
  EXPECT_PTX("sqrt.approx.f32", f32(3), f32(9));
  EXPECT_PTX("sqrt.approx.f32", kNaN, f32(-1));
  EXPECT_PTX("sqrt.approx.f32", f32(-0.0f), f32(-0.0f));
  EXPECT_PTX("rsqrt.approx.f32", f32(0.5f), f32(4));
  EXPECT_PTX("rsqrt.approx.f32", f32(-kInfinity), f32(-0.0f));
  EXPECT_PTX("rsqrt.approx.f64", f64(0.5), f64(4));
  EXPECT_PTX("ex2.approx.f32", f32(8), f32(3));
  EXPECT_PTX("ex2.approx.f32", f32(0), f32(-kInfinity));
  EXPECT_PTX("ex2.approx.f16", b16(0x4800), b16(0x4200));
  EXPECT_PTX("lg2.approx.f32", f32(3), f32(8));
  EXPECT_PTX("lg2.approx.f32", f32(-kInfinity), f32(0));
  EXPECT_PTX("sin.approx.f32", f32(-0.0f), f32(-0.0f));
  EXPECT_PTX("cos.approx.f32", f32(1), f32(0));
  EXPECT_PTX("tanh.approx.f32", f32(1), f32(kInfinity));
  EXPECT_PTX("div.approx.f32", f32(2), f32(6), f32(3));
  EXPECT_PTX("div.approx.f32", f32(0), f32(0x1p127f), f32(0x1p127f));
  EXPECT_PTX("div.full.f32", f32(1), f32(0x1p127f), f32(0x1p127f));
}
