//===- IntegerTest.cpp - Integer instructions, by the ISA -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"

using namespace einsumc::ptx::test;

TEST(PTXInteger, AddSubWrapOrSaturate) {
  EXPECT_PTX("add.s32", b32(0x80000000), b32(0x7fffffff), b32(1));
  EXPECT_PTX("add.sat.s32", b32(0x7fffffff), b32(0x7fffffff), b32(1));
  EXPECT_PTX("add.u16", b16(0), b16(0xffff), b16(1));
  EXPECT_PTX("add.u64", b64(0), b64(~0ull), b64(1));
  EXPECT_PTX("sub.s32", b32(-3), b32(4), b32(7));
  EXPECT_PTX("sub.sat.s32", b32(0x80000000), b32(0x80000000), b32(1));
  EXPECT_PTX("sub.u64", b64(~0ull), b64(0), b64(1));
}

TEST(PTXInteger, Products) {
  EXPECT_PTX("mul.lo.s32", b32(0xfffe0001), b32(0xffff), b32(0xffff));
  EXPECT_PTX("mul.hi.u32", b32(0xfffffffe), b32(~0u), b32(~0u));
  // (-1) * (-1) = 1: its high half is 0.
  EXPECT_PTX("mul.hi.s32", b32(0), b32(~0u), b32(~0u));
  EXPECT_PTX("mul.hi.s16", b16(0x4000), b16(0x8000), b16(0x8000));
  EXPECT_PTX("mul.hi.u16", b16(0xfffe), b16(0xffff), b16(0xffff));
  EXPECT_PTX("mul.wide.u16", b32(0xfffe0001), b16(0xffff), b16(0xffff));
  EXPECT_PTX("mul.wide.s16", b32(1), b16(0xffff), b16(0xffff));
  EXPECT_PTX("mul.wide.s32", b64(-10), b32(-2), b32(5));
  EXPECT_PTX("mul.wide.u32", b64(0x4fffffff6), b32(-2), b32(5));
  EXPECT_PTX("mul.hi.u64", b64(0xfffffffffffffffe), b64(~0ull), b64(~0ull));
  EXPECT_PTX("mul.hi.s64", b64(~0ull), b64(~0ull), b64(2));
  EXPECT_PTX("mul.lo.u64", b64(1), b64(~0ull), b64(~0ull));
}

TEST(PTXInteger, MultiplyAdd) {
  EXPECT_PTX("mad.lo.s32", b32(23), b32(4), b32(5), b32(3));
  EXPECT_PTX("mad.hi.u32", b32(0xfffffffe + 3ull), b32(~0u), b32(~0u), b32(3));
  EXPECT_PTX("mad.hi.sat.s32", b32(0x7fffffff), b32(0x7fffffff),
             b32(0x7fffffff), b32(0x7fffffff));
  EXPECT_PTX("mad.wide.s32", b64(-9), b32(-2), b32(5), b64(1));
  EXPECT_PTX("mad.wide.u16", b32(0xfffe0002), b16(0xffff), b16(0xffff), b32(1));
  EXPECT_PTX("mad.lo.s64", b64(1), b64(3), b64(-1), b64(4));
  // 24 bits: what lies above them does not count.
  EXPECT_PTX("mul24.lo.u32", b32(6), b32(0xff000002), b32(0xff000003));
  EXPECT_PTX("mul24.lo.s32", b32(-2), b32(0x00ffffff), b32(2));
  // The high 32 of 48 bits: (2^24 - 1)^2 >> 16.
  EXPECT_PTX("mul24.hi.u32", b32(0xfffffe00), b32(0xffffff), b32(0xffffff));
  EXPECT_PTX("mad24.lo.u32", b32(7), b32(2), b32(3), b32(1));
}

TEST(PTXInteger, DivisionTruncates) {
  EXPECT_PTX("div.s32", b32(-3), b32(-7), b32(2));
  EXPECT_PTX("rem.s32", b32(-1), b32(-7), b32(2));
  EXPECT_PTX("rem.s32", b32(1), b32(7), b32(-2));
  EXPECT_PTX("div.u32", b32(0x7ffffffc), b32(-7), b32(2));
  EXPECT_PTX("div.s64", b64(-3), b64(-7), b64(2));
  EXPECT_PTX("rem.u64", b64(5), b64(~0ull - 0), b64(10));
  EXPECT_PTX("div.s16", b16(-3), b16(-7), b16(2));
  EXPECT_PTX("div.s32", b32(0x80000000), b32(0x80000000), b32(-1));
  EXPECT_PTX("rem.s64", b64(0), b64(1ull << 63), b64(-1));
  for (const char *opcode : {"div.s32", "rem.u32"})
    EXPECT_NE(evaluate(opcode, 32, {b32(1), b32(0)}).find("division by zero"),
              std::string::npos);
}

TEST(PTXInteger, NegAbsMinMaxSad) {
  EXPECT_PTX("neg.s32", b32(-5), b32(5));
  EXPECT_PTX("abs.s32", b32(5), b32(-5));
  EXPECT_PTX("abs.s16", b16(0x8000), b16(0x8000));
  EXPECT_PTX("abs.s64", b64(1), b64(-1));
  EXPECT_PTX("min.s32", b32(-1), b32(-1), b32(1));
  EXPECT_PTX("min.u32", b32(1), b32(-1), b32(1));
  EXPECT_PTX("max.s64", b64(1), b64(-1), b64(1));
  EXPECT_PTX("max.u16", b16(0xffff), b16(-1), b16(1));
  EXPECT_PTX("sad.s32", b32(13), b32(-1), b32(2), b32(10));
  EXPECT_PTX("sad.u32", b32(0xfffffffd + 10ull), b32(-1), b32(2), b32(10));
}

TEST(PTXInteger, Dp4a) {
  // Bytes 1, 2, 3, -1 (or 255) by 1, 1, 1, 2, plus 10.
  EXPECT_PTX("dp4a.s32.s32", b32(14), b32(0xff030201), b32(0x02010101),
             b32(10));
  EXPECT_PTX("dp4a.u32.u32", b32(526), b32(0xff030201), b32(0x02010101),
             b32(10));
  EXPECT_PTX("dp4a.u32.s32", b32(-255), b32(0x000000ff), b32(0x000000ff),
             b32(0));
}

TEST(PTXInteger, CarryGoesFromOneToTheNext) {
  // 2^32 - 1 + 1 in two words, and 0 - 1.
  EXPECT_EQ(execute(".reg .b32 %l; add.cc.u32 %l, %s0, %s1;"
                    "addc.u32 %d, %s2, %s3;",
                    32, {b32(~0u), b32(1), b32(3), b32(4)}),
            digits(b32(8)));
  EXPECT_EQ(execute(".reg .b32 %l; sub.cc.u32 %l, %s0, %s1;"
                    "subc.u32 %d, %s2, %s3;",
                    32, {b32(0), b32(1), b32(9), b32(4)}),
            digits(b32(4)));
  EXPECT_EQ(execute(".reg .b32 %l; mad.lo.cc.u32 %l, %s0, %s1, %s1;"
                    "madc.hi.u32 %d, %s0, %s1, 0;",
                    32, {b32(~0u), b32(~0u)}),
            digits(b32(0xfffffffe + 1ull)));
  EXPECT_EQ(execute(".reg .b64 %l; add.cc.u64 %l, %s0, %s0;"
                    "addc.cc.u64 %l, %s0, %s0; addc.u64 %d, 0, 0;",
                    64, {b64(1ull << 63)}),
            digits(b64(1)));
}
