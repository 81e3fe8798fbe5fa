//===- BitsTest.cpp - Instructions on bits, by the ISA --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"

using namespace einsumc::ptx::test;

TEST(PTXBits, Logic) {
  EXPECT_PTX("and.b32", b32(0x0c0), b32(0xcc0), b32(0x0f0));
  EXPECT_PTX("or.b16", b16(0xcf0), b16(0xcc0), b16(0x0f0));
  EXPECT_PTX("xor.b64", b64(0xc30), b64(0xcc0), b64(0x0f0));
  EXPECT_PTX("xor.pred", p(true), p(true), p(false));
  EXPECT_PTX("and.pred", p(false), p(true), p(false));
  EXPECT_PTX("not.b32", b32(0xfffffffe), b32(1));
  EXPECT_PTX("not.b16", b16(0xfffe), b16(1));
  EXPECT_PTX("not.pred", p(false), p(true));
  EXPECT_PTX("cnot.b32", b32(1), b32(0));
  EXPECT_PTX("cnot.b32", b32(0), b32(7));
  // The table is the function of a = 0xf0, b = 0xcc, c = 0xaa.
  EXPECT_EQ(execute("lop3.b32 %d, %s0, %s1, %s2, 0x96;", 32,
                    {b32(0xf0), b32(0xcc), b32(0xaa)}),
            digits(b32(0x96)));
  EXPECT_EQ(execute("lop3.b32 %d, %s0, %s1, %s2, 0xe8;", 32,
                    {b32(12), b32(10), b32(6)}),
            digits(b32(14)));
}

TEST(PTXBits, ShiftsClamp) {
  EXPECT_PTX("shl.b32", b32(0xff0), b32(0xff), b32(4));
  EXPECT_PTX("shl.b32", b32(0), b32(1), b32(32));
  EXPECT_PTX("shl.b32", b32(0), b32(1), b32(~0u));
  EXPECT_PTX("shl.b64", b64(1ull << 40), b64(1), b32(40));
  EXPECT_PTX("shl.b16", b16(0x8000), b16(1), b32(15));
  EXPECT_PTX("shr.u32", b32(0x08000000), b32(0x80000000), b32(4));
  EXPECT_PTX("shr.s32", b32(0xf8000000), b32(0x80000000), b32(4));
  EXPECT_PTX("shr.s32", b32(~0u), b32(0x80000000), b32(32));
  EXPECT_PTX("shr.u64", b64(0), b64(~0ull), b32(64));
  EXPECT_PTX("shr.s64", b64(~0ull), b64(~0ull), b32(200));
  EXPECT_PTX("shr.s16", b16(0xffff), b16(0x8000), b32(16));
}

TEST(PTXBits, FunnelShifts) {
  EXPECT_PTX("shf.l.wrap.b32", b32(0x23456789), b32(0x9abcdef0),
             b32(0x12345678), b32(4));
  EXPECT_PTX("shf.r.wrap.b32", b32(0x89abcdef), b32(0x9abcdef0),
             b32(0x12345678), b32(4));
  EXPECT_PTX("shf.l.clamp.b32", b32(0x9abcdef0), b32(0x9abcdef0),
             b32(0x12345678), b32(40));
  EXPECT_PTX("shf.l.wrap.b32", b32(0x12345678), b32(0x9abcdef0),
             b32(0x12345678), b32(32));
}

TEST(PTXBits, Fields) {
  EXPECT_PTX("bfe.u32", b32(0x67), b32(0x12345678), b32(4), b32(8));
  EXPECT_PTX("bfe.s32", b32(-1), b32(0xf0), b32(4), b32(4));
  EXPECT_PTX("bfe.u32", b32(0), b32(~0u), b32(4), b32(0));
  // Beyond the end: zeros, or the sign.
  EXPECT_PTX("bfe.u32", b32(0xf), b32(0xf0000000), b32(28), b32(16));
  EXPECT_PTX("bfe.s32", b32(~0u), b32(0x80000000), b32(40), b32(8));
  EXPECT_PTX("bfe.u64", b64(0x12), b64(0x1234567800000000), b32(56), b32(8));
  EXPECT_PTX("bfi.b32", b32(0xffffabff), b32(0xab), b32(~0u), b32(8), b32(8));
  EXPECT_PTX("bfi.b32", b32(7), b32(0xab), b32(7), b32(40), b32(8));
  EXPECT_PTX("bfi.b64", b64(0xab00000000000000), b64(0xfab), b64(0), b32(56),
             b32(12));
}

TEST(PTXBits, CountsAndFinds) {
  EXPECT_PTX("clz.b32", b32(32), b32(0));
  EXPECT_PTX("clz.b64", b32(63), b64(1));
  EXPECT_PTX("popc.b64", b32(33), b64(0x1ffffffff));
  EXPECT_PTX("popc.b32", b32(2), b32(0x80000001));
  EXPECT_PTX("brev.b32", b32(0x80000000), b32(1));
  EXPECT_PTX("brev.b64", b64(1), b64(1ull << 63));
  EXPECT_PTX("bfind.u32", b32(~0u), b32(0));
  EXPECT_PTX("bfind.u32", b32(31), b32(0x80000000));
  EXPECT_PTX("bfind.s32", b32(0), b32(-2));
  EXPECT_PTX("bfind.s64", b32(~0u), b64(-1));
  EXPECT_PTX("bfind.shiftamt.u32", b32(31), b32(1));
}

TEST(PTXBits, Permutations) {
  // Bytes 0 to 3 are a's, 4 to 7 b's.
  Bits a = b32(0x83020100), b = b32(0x07060504);
  EXPECT_PTX("prmt.b32", b32(0x07000583), a, b, b32(0x7053));
  // Bit 3 of a choice: the byte's sign, everywhere.
  EXPECT_PTX("prmt.b32", b32(0x000000ff), a, b, b32(0x000b));
  EXPECT_PTX("prmt.b32.f4e", b32(0x04830201), a, b, b32(1));
  EXPECT_PTX("prmt.b32.b4e", b32(0x05060700), a, b, b32(0));
  EXPECT_PTX("prmt.b32.rc8", b32(0x02020202), a, b, b32(2));
  EXPECT_PTX("prmt.b32.ecl", b32(0x83020101), a, b, b32(1));
  EXPECT_PTX("prmt.b32.ecr", b32(0x01010100), a, b, b32(1));
  EXPECT_PTX("prmt.b32.rc16", b32(0x83028302), a, b, b32(1));
}
