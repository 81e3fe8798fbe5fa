//===- ConvertTest.cpp - Conversions, moves, comparisons, by the ISA ------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"
#include <cmath>

using namespace einsumc::ptx::test;

TEST(PTXConvert, Integers) {
  EXPECT_PTX("cvt.s64.s32", b64(-5), b32(-5));
  EXPECT_PTX("cvt.u64.u32", b64(0xfffffffb), b32(-5));
  EXPECT_PTX("cvt.u32.u64", b32(1), b64(0x100000001));
  EXPECT_PTX("cvt.s16.s32", b16(0x8000), b32(0x18000));
  EXPECT_PTX("cvt.sat.s16.s32", b16(0x7fff), b32(0x18000));
  EXPECT_PTX("cvt.sat.u16.s32", b16(0), b32(-1));
  EXPECT_PTX("cvt.sat.s32.u32", b32(0x7fffffff), b32(~0u));
  // A register wider than the type is read in part, and written extended.
  EXPECT_PTX("cvt.s32.s8", b32(-128), b32(0x1280));
  EXPECT_PTX("cvt.u32.u8", b32(0x80), b32(0x1280));
  EXPECT_PTX("cvt.s8.s32", b32(-1), b32(0xff));
  EXPECT_PTX("cvt.u8.u32", b16(0xff), b32(0x1ff));
}

TEST(PTXConvert, FloatsToIntegers) {
  EXPECT_PTX("cvt.rni.s32.f32", b32(2), f32(2.5f));
  EXPECT_PTX("cvt.rni.s32.f32", b32(4), f32(3.5f));
  EXPECT_PTX("cvt.rzi.s32.f32", b32(-2), f32(-2.9f));
  EXPECT_PTX("cvt.rmi.s32.f32", b32(-3), f32(-2.1f));
  EXPECT_PTX("cvt.rpi.s32.f32", b32(3), f32(2.1f));
  EXPECT_PTX("cvt.rzi.s32.f32", b32(0x7fffffff), f32(0x1p31f));
  EXPECT_PTX("cvt.rzi.s32.f32", b32(0x80000000), f32(-INFINITY));
  EXPECT_PTX("cvt.rzi.u32.f32", b32(0), f32(-3));
  EXPECT_PTX("cvt.rzi.u32.f32", b32(~0u), f32(0x1p40f));
  EXPECT_PTX("cvt.rzi.u64.f64", b64(~0ull), f64(0x1p64));
  EXPECT_PTX("cvt.rzi.s64.f64", b64(1ull << 63), f64(-0x1p80));
  EXPECT_PTX("cvt.rzi.s64.f64", b64(0x7fffffffffffffff), f64(0x1p63));
  EXPECT_PTX("cvt.rzi.s8.f32", b32(127), f32(200));
  EXPECT_PTX("cvt.rzi.u8.f32", b32(255), f32(300));
  EXPECT_PTX("cvt.rni.s32.f16", b32(-2), b16(0xc080));
  EXPECT_PTX("cvt.rzi.u64.f32", b64(0x8000000000000000), f32(0x1p63f));
  // NaN: 0, but not where f64 or 64 bits take part.
  EXPECT_PTX("cvt.rzi.s32.f32", b32(0), f32(NAN));
  EXPECT_PTX("cvt.rzi.s64.f32", b64(1ull << 63), f32(NAN));
  EXPECT_PTX("cvt.rzi.s32.f64", b32(0x80000000), f64(NAN));
  EXPECT_PTX("cvt.rzi.u32.f64", b32(0x80000000), f64(NAN));
  EXPECT_PTX("cvt.rpi.ftz.s32.f32", b32(0), b32(1));
  EXPECT_PTX("cvt.rpi.s32.f32", b32(1), b32(1));
}

TEST(PTXConvert, IntegersToFloats) {
  EXPECT_PTX("cvt.rn.f32.s32", f32(0x1p24f), b32(0x1000001));
  EXPECT_PTX("cvt.rp.f32.s32", f32(0x1.000002p24f), b32(0x1000001));
  EXPECT_PTX("cvt.rz.f32.s32", f32(-0x1p24f), b32(-0x1000001));
  EXPECT_PTX("cvt.rm.f32.s32", f32(-0x1.000002p24f), b32(-0x1000001));
  EXPECT_PTX("cvt.rn.f32.u32", f32(0x1p32f), b32(~0u));
  EXPECT_PTX("cvt.rn.f32.u64", f32(0x1p64f), b64(~0ull));
  // A tie in f64's digits, but not a tie of the integer.
  EXPECT_PTX("cvt.rn.f32.u64", f32(0x1.000002p62f), b64(0x4000004000000001));
  EXPECT_PTX("cvt.rn.f64.u64", f64(0x1p64), b64(~0ull));
  EXPECT_PTX("cvt.rz.f64.u64", f64(0x1.fffffffffffffp63), b64(~0ull));
  EXPECT_PTX("cvt.rn.f64.s64", f64(-1), b64(-1));
  EXPECT_PTX("cvt.rn.f16.s32", b16(0xbc00), b32(-1));
  EXPECT_PTX("cvt.rn.f16.s32", b16(0x7c00), b32(65520));
  EXPECT_PTX("cvt.rn.f16.s32", b16(0x7bff), b32(65519));
  EXPECT_PTX("cvt.rn.f16.u8", b16(0x5bf8), b32(0x1ff));
  EXPECT_PTX("cvt.rn.f32.s8", f32(-1), b32(0xff));
  EXPECT_PTX("cvt.rn.bf16.s32", b16(0x4380), b32(257));
}

TEST(PTXConvert, Floats) {
  EXPECT_PTX("cvt.f64.f32", f64(1.5), f32(1.5f));
  EXPECT_PTX("cvt.rn.f32.f64", f32(1), f64(1 + 0x1p-24));
  EXPECT_PTX("cvt.rp.f32.f64", f32(1 + 0x1p-23f), f64(1 + 0x1p-50));
  EXPECT_PTX("cvt.rn.f32.f64", f32(INFINITY), f64(0x1p200));
  EXPECT_PTX("cvt.rz.f32.f64", f32(0x1.fffffep127f), f64(0x1p200));
  EXPECT_PTX("cvt.rn.f32.f64", b32(0x7fffffff), f64(NAN));
  EXPECT_PTX("cvt.rn.f16.f32", b16(0x3c00), f32(1 + 0x1p-11f));
  EXPECT_PTX("cvt.rn.f16.f32", b16(0x3c02), f32(1 + 0x3p-11f));
  EXPECT_PTX("cvt.rz.f16.f32", b16(0x7bff), f32(1e6f));
  EXPECT_PTX("cvt.rn.f16.f32", b16(0xfc00), f32(-1e6f));
  EXPECT_PTX("cvt.rn.f16.f32", b16(0x0001), f32(0x1p-24f));
  EXPECT_PTX("cvt.rn.f16.f32", b16(0x0000), f32(0x1p-25f));
  EXPECT_PTX("cvt.rn.f16.f32", b16(0x7fff), f32(NAN));
  // f64 to f16 rounds once: by way of f32 this would be a tie.
  EXPECT_PTX("cvt.rn.f16.f64", b16(0x3c01), f64(1 + 0x1p-11 + 0x1p-40));
  EXPECT_PTX("cvt.f32.f16", f32(0x1p-24f), b16(1));
  EXPECT_PTX("cvt.f32.f16", f32(-INFINITY), b16(0xfc00));
  EXPECT_PTX("cvt.f64.f16", f64(65504), b16(0x7bff));
  EXPECT_PTX("cvt.rn.bf16.f32", b16(0x3f80), f32(1 + 0x1p-8f));
  EXPECT_PTX("cvt.rn.bf16.f32", b16(0x3f82), f32(1 + 0x3p-8f));
  EXPECT_PTX("cvt.rz.bf16.f32", b16(0x3f81), f32(1 + 0x3p-8f));
  EXPECT_PTX("cvt.rn.relu.bf16.f32", b16(0), f32(-1));
  EXPECT_PTX("cvt.f32.bf16", f32(1), b16(0x3f80));
  EXPECT_PTX("cvt.rn.f16x2.f32", b32(0x40003c00), f32(2), f32(1));
  EXPECT_PTX("cvt.rn.bf16x2.f32", b32(0x40003f80), f32(2), f32(1));
  EXPECT_PTX("cvt.rni.f32.f32", f32(2), f32(2.5f));
  EXPECT_PTX("cvt.rmi.f64.f64", f64(-3), f64(-2.5));
  EXPECT_PTX("cvt.sat.f32.f32", f32(1), f32(2.5f));
  EXPECT_PTX("cvt.sat.f32.f32", f32(0), f32(NAN));
  EXPECT_PTX("cvt.ftz.f32.f32", f32(-0.0f), b32(0x80000001));
}

TEST(PTXConvert, Moves) {
  EXPECT_PTX("mov.b32", b32(7), b32(7));
  EXPECT_PTX("mov.pred", p(true), p(true));
  EXPECT_EQ(execute("mov.b64 %d, {%s0, %s1};", 64, {b32(1), b32(2)}),
            digits(b64(0x200000001)));
  EXPECT_EQ(
      execute(".reg .b32 %x; mov.b64 {_, %d}, %s0;", 32, {b64(0x200000001)}),
      digits(b32(2)));
  EXPECT_EQ(execute(".reg .b16 %x<4>; mov.b64 {%x0, %x1, %x2, %x3}, %s0;"
                    "mov.b32 %d, {%x3, %x1};",
                    32, {b64(0x4444333322221111)}),
            digits(b32(0x22224444)));
  EXPECT_EQ(execute("mov.f32 %d, 0fBF800000;", 32, {}), digits(f32(-1)));
  EXPECT_EQ(execute("mov.f64 %d, 0dBFF0000000000000;", 64, {}),
            digits(f64(-1)));
  EXPECT_EQ(execute("mov.f32 %d, -1.5;", 32, {}), digits(f32(-1.5f)));
  EXPECT_EQ(execute("mov.pred %d, -1;", 1, {}), "1");
  EXPECT_EQ(execute("mov.pred %d, 0;", 1, {}), "0");
  EXPECT_EQ(execute("mov.u32 %d, 017;", 32, {}), digits(b32(15)));
  EXPECT_EQ(execute("mov.u32 %d, 0b101;", 32, {}), digits(b32(5)));
  EXPECT_EQ(execute("mov.u32 %d, 0xFFU;", 32, {}), digits(b32(255)));
  EXPECT_EQ(execute("mov.u32 %d, WARP_SZ;", 32, {}), digits(b32(32)));
  EXPECT_EQ(execute("mov.u32 %d, %ntid.x;", 32, {}), digits(b32(32)));
}

TEST(PTXCompare, Setp) {
  EXPECT_PTX("setp.lt.s32", p(true), b32(-1), b32(1));
  EXPECT_PTX("setp.lt.u32", p(false), b32(-1), b32(1));
  EXPECT_PTX("setp.hs.u32", p(true), b32(-1), b32(1));
  EXPECT_PTX("setp.ls.u64", p(true), b64(1), b64(1));
  EXPECT_PTX("setp.ne.b16", p(true), b16(0), b16(1));
  EXPECT_PTX("setp.ge.s64", p(false), b64(-1), b64(0));
  for (const char *ordered : {"eq", "ne", "lt", "le", "gt", "ge", "num"})
    EXPECT_PTX("setp." + std::string(ordered) + ".f32", p(false), f32(NAN),
               f32(1));
  for (const char *either : {"equ", "neu", "ltu", "leu", "gtu", "geu", "nan"})
    EXPECT_PTX("setp." + std::string(either) + ".f64", p(true), f64(NAN),
               f64(1));
  EXPECT_PTX("setp.eq.f32", p(true), f32(0), f32(-0.0f));
  EXPECT_PTX("setp.gt.ftz.f32", p(false), b32(1), f32(0));
  EXPECT_PTX("setp.lt.f16", p(true), b16(0xbc00), b16(0x3c00));
  EXPECT_PTX("setp.geu.bf16", p(true), b16(0x7fc0), b16(0x3f80));
  EXPECT_PTX("setp.lt.and.s32", p(false), b32(1), b32(2), p(false));
  EXPECT_PTX("setp.gt.or.s32", p(true), b32(1), b32(2), p(true));
  EXPECT_PTX("setp.lt.xor.s32", p(false), b32(1), b32(2), p(true));
  // The second result is that of the opposite comparison.
  EXPECT_EQ(execute(".reg .pred %e; setp.lt.and.s32 %e|%d, %s0, %s1, !%s2;", 1,
                    {b32(2), b32(1), p(false)}),
            "1");
}

TEST(PTXCompare, SetAndSelect) {
  EXPECT_PTX("set.lt.u32.s32", b32(~0u), b32(-1), b32(1));
  EXPECT_PTX("set.lt.f32.f32", f32(1), f32(-1), f32(1));
  EXPECT_PTX("set.nan.u32.f64", b32(0), f64(1), f64(1));
  EXPECT_PTX("selp.b32", b32(1), b32(1), b32(2), p(true));
  EXPECT_PTX("selp.b64", b64(2), b64(1), b64(2), p(false));
  EXPECT_PTX("slct.b32.s32", b32(2), b32(1), b32(2), b32(-1));
  EXPECT_PTX("slct.b32.f32", b32(1), b32(1), b32(2), f32(-0.0f));
  EXPECT_PTX("slct.b32.f32", b32(2), b32(1), b32(2), f32(NAN));
  EXPECT_PTX("slct.ftz.b32.f32", b32(1), b32(1), b32(2), b32(0x80000001));
}
