//===- ErrorTest.cpp - What is refused, with its line ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"

using namespace einsumc::ptx;
using namespace einsumc::ptx::test;

/// The body's first line is line 9 of the text.
static void expectError(const std::string &body, const std::string &error) {
  EXPECT_EQ(loadError(kernel(body)), "line 9: " + error) << body;
}

TEST(PTXErrors, Instructions) {
  expectError("frob.b32 %r1, %r2;", "unknown instruction 'frob'");
  expectError("bar.sync 0;", "'bar.sync' is not supported yet");
  expectError("add.fast.s32 %r1, %r2, %r3;",
              "unknown modifier '.fast' of 'add'");
  expectError("add.s32.rn %r1, %r2, %r3;",
              "unknown modifier '.rn' of 'add' in 'add.s32.rn'");
  expectError("add.b32 %r1, %r2, %r3;",
              "'add.b32' does not exist: wrong type '.b32'");
  expectError("add.s32 %r1, %r2;", "'add.s32' takes 3 operands but has 2");
  expectError("add.s32 %r1, %r2, %d1;",
              "register '%d1' is .b64, which 'add.s32' cannot read as .s32");
  expectError("add.s64 %r1, %d2, %d1;",
              "register '%r1' is .b32, which 'add.s64' cannot write as .s64");
  expectError("add.s32 %r1, %r2, 0f3F800000;",
              "'add.s32': a floating-point immediate as .s32");
  expectError("add.f32 %r1, %r2, 1;",
              "'add.f32': an integer immediate as .f32");
  expectError("add.s32 5, %r2, %r3;", "'add.s32': a result is a register");
  expectError("cvt.s32.f32 %r1, %r2;",
              "'cvt' to .s32 from .f32 needs .rni, .rzi, .rmi or .rpi");
  expectError("cvt.f32.s32 %r1, %r2;",
              "'cvt' to .f32 from .s32 needs .rn, .rz, .rm or .rp");
  expectError("cvt.rn.f64.f32 %d1, %r2;",
              "'cvt' to .f64 from .f32 has nothing to round");
  expectError("setp.lo.s32 %p1, %r1, %r2;",
              "comparison '.lo' does not exist for .s32");
  expectError("setp.lt.b32 %p1, %r1, %r2;",
              "comparison '.lt' does not exist for .b32");
  expectError("fma.f32 %r1, %r2, %r3, %r4;",
              "'fma.f32': expected '.rn' but found '.f32'");
  expectError("bra NOWHERE;", "no label 'NOWHERE'");
  expectError(
      "mov.u32 %r1, %clock;",
      "'%clock' is neither declared nor a special register that is supported");
  expectError("ld.shared.b32 %r1, [%d1];",
              "'ld' of shared or local memory is not supported yet");
  expectError("ld.global.b32 %r1, [%r1];",
              "register '%r1' is .b32 but an address has 64 bits");
  expectError("ld.global.v2.b32 {%r1}, [%d1];",
              "expected 2 registers but found 1");
  expectError("ld.param.b32 %r1, [nothing];", "unknown name 'nothing'");
  expectError("st.const.b32 [%d1], %r1;",
              "a kernel stores neither to .const nor to .param");
}

TEST(PTXErrors, Text) {
  expectError(
      "add.s32 %r1, %r2, %q;",
      "'%q' is neither declared nor a special register that is supported");
  expectError("@%q bra L;", "register '%q' is not declared");
  expectError("add.s32 %r1, %r2, %r3 }", "expected ';' but found '}'");
  expectError("ret; } }", "expected a kernel or a variable but found '}'");
  expectError(
      "add.s32 %r1, %r9, %r3;",
      "'%r9' is neither declared nor a special register that is supported");
  expectError("mov.f32 %r1, 0f12;", "'0f12' is no number");
  expectError("?", "unexpected character '?'");
  expectError("L: L: ret;", "label 'L' is defined twice");
  expectError(".reg .b32 %r<3>;", "'%r' is declared twice");
  expectError(".shared .b32 s;", "'.shared' is not supported yet");
  EXPECT_EQ(loadError(".version 8.0\n.target sm_99\n"),
            "line 2: unknown target 'sm_99'");
  EXPECT_EQ(loadError(".target sm_90\n"),
            "line 1: expected '.version' but found '.target'");
  EXPECT_EQ(loadError(kernel("/* no end")),
            "line 9: this comment is never closed");
}

/// What an older GPU does not have.
TEST(PTXErrors, Targets) {
  EXPECT_EQ(loadError(kernel("add.bf16 %h1, %h2, %h3;", "", "sm_80")),
            "line 9: 'add.bf16' needs sm_90 but the target is sm_80");
  EXPECT_EQ(loadError(kernel("cvt.rn.bf16.f32 %h1, %r1;", "", "sm_75")),
            "line 9: 'cvt.rn.bf16.f32' needs sm_80 but the target is sm_75");
  Device old(75), same(90), next(100);
  std::string text = kernel("ret;", "", "sm_90a");
  EXPECT_FALSE(old.load(text));
  EXPECT_TRUE(bool(same.load(text)));
  EXPECT_EQ(next.load(text).error().message,
            "the text is for sm_90a but the device is sm_100");
  EXPECT_TRUE(bool(next.load(kernel("ret;", "", "sm_75"))));
}

namespace {
/// One kernel with an array `a` of 64 bytes as its parameter.
struct Launched {
  Device device;
  uint64_t address = 0;
  std::string error;

  explicit Launched(const std::string &body, bool written = true,
                    bool readOnly = false, unsigned threads = 2) {
    Result<ModuleId> module = device.load(
        kernel("ld.param.u64 %d1, [a]; mov.u32 %r1, %tid.x; "
               "mul.wide.u32 %d2, %r1, 4; add.s64 %d3, %d1, %d2;\n" +
                   body,
               ".param .u64 a"));
    if (!module) {
      error = module.error().str();
      return;
    }
    address = *device.allocate(64, "a");
    if (written)
      device.fill(address, 0, 64);
    device.setReadOnly(address, readOnly);
    std::vector<std::string> parameters = {
        std::string(reinterpret_cast<const char *>(&address), 8)};
    Result<Statistics> result = device.launch(*module, "k", {}, {threads, 1, 1},
                                              0, parameters, {0, 100000});
    if (!result)
      error = result.error().str();
    // Addresses differ from test to test.
    if (size_t at = error.find("0x"); at != std::string::npos)
      error.replace(at, error.find_first_of(" ,", at) - at, "X");
  }
};
} // namespace

TEST(PTXErrors, Memory) {
  EXPECT_EQ(
      Launched("ld.global.b32 %r2, [%d3+60]; ret;").error,
      "line 10: load: address X is out of bounds: offset 64 of 'a', which "
      "has 64 bytes in thread (1,0,0) of block (0,0,0)");
  EXPECT_EQ(Launched("st.global.b32 [%d3-4], %r1; ret;").error,
            "line 10: store: address X is out of bounds: 4 bytes before 'a' in "
            "thread (0,0,0) of block (0,0,0)");
  EXPECT_EQ(Launched("ld.global.b32 %r2, [0]; ret;").error,
            "line 10: load: address X is out of bounds: nothing is allocated "
            "there in thread (0,0,0) of block (0,0,0)");
  EXPECT_EQ(
      Launched("ld.global.b32 %r2, [%d3+2]; ret;").error,
      "line 10: load: address X is misaligned: no multiple of 4 in thread "
      "(0,0,0) of block (0,0,0)");
  // A vector is aligned as a whole.
  EXPECT_EQ(
      Launched("ld.global.v2.b32 {%r2, %r3}, [%d3+4]; ret;").error,
      "line 10: load: address X is misaligned: no multiple of 8 in thread "
      "(0,0,0) of block (0,0,0)");
  EXPECT_EQ(Launched("ld.global.b32 %r2, [%d3]; ret;", false).error,
            "line 10: load: address X, offset 0 of 'a', was never written in "
            "thread (0,0,0) of block (0,0,0)");
  EXPECT_EQ(
      Launched("st.global.b32 [%d3], %r1; ret;", true, true).error,
      "line 10: store: address X, offset 0 of 'a', is read-only in thread "
      "(0,0,0) of block (0,0,0)");
  EXPECT_EQ(Launched("ld.const.b32 %r2, [%d3]; ret;").error,
            "line 10: load: address X, offset 0 of 'a', lies in another state "
            "space in thread (0,0,0) of block (0,0,0)");
}

TEST(PTXErrors, Races) {
  EXPECT_EQ(Launched("st.global.b32 [%d1], 5; ret;").error,
            "line 10: store: address X, offset 0 of 'a', was written before in "
            "this launch by thread (0,0,0) of block (0,0,0) in thread (1,0,0) "
            "of block (0,0,0)");
  EXPECT_EQ(
      Launched("st.global.b32 [%d3], 5; ld.global.b32 %r2, [%d1]; ret;").error,
      "line 10: load: address X, offset 0 of 'a', was written in this "
      "launch by thread (0,0,0) of block (0,0,0) in thread (1,0,0) of "
      "block (0,0,0)");
  // A thread may read what it wrote, unless it promised that nobody writes.
  EXPECT_EQ(Launched("st.global.b32 [%d3], 5; ld.global.b32 %r2, [%d3];"
                     "st.global.b32 [%d3], %r2; ret;")
                .error,
            "");
  EXPECT_NE(
      Launched("st.global.b32 [%d3], 5; ld.global.nc.b32 %r2, [%d3]; ret;")
          .error.find("was written in this launch"),
      std::string::npos);
}

/// The same race seen from its other side: the read comes first.
TEST(PTXErrors, WritesOfWhatAnotherThreadRead) {
  // Each reads its neighbour's, then writes its own.
  EXPECT_EQ(
      Launched("xor.b32 %r2, %r1, 1; mul.wide.u32 %d4, %r2, 4;"
               "add.s64 %d4, %d1, %d4; ld.global.b32 %r3, [%d4];"
               "st.global.b32 [%d3], %r3; ret;")
          .error,
      "line 10: store: address X, offset 0 of 'a', was read before in this "
      "launch by thread (1,0,0) of block (0,0,0) in thread (0,0,0) of block "
      "(0,0,0)");
  EXPECT_EQ(Launched("ld.global.b32 %r3, [%d1]; st.global.b32 [%d3], %r3; ret;")
                .error,
            "line 10: store: address X, offset 0 of 'a', was read before in "
            "this launch by other threads, or by one with .nc, in thread "
            "(0,0,0) of block (0,0,0)");
  // .nc promises that nobody writes, this thread included.
  EXPECT_NE(Launched("ld.global.nc.b32 %r3, [%d3]; st.global.b32 [%d3], %r3;"
                     "ret;")
                .error.find("or by one with .nc"),
            std::string::npos);
  // In place: each its own.
  EXPECT_EQ(Launched("ld.global.b32 %r3, [%d3]; st.global.b32 [%d3], %r3; ret;")
                .error,
            "");
}

TEST(PTXErrors, Execution) {
  EXPECT_EQ(Launched("trap;").error,
            "line 10: trap in thread (0,0,0) of block (0,0,0)");
  EXPECT_EQ(Launched("L: bra L;").error,
            "line 10: the budget of instructions is spent: endless loop? in "
            "thread (0,0,0) of block (0,0,0)");
}

TEST(PTXErrors, Launches) {
  Device device;
  ModuleId module =
      *device.load(".version 7.0\n.target sm_75\n.address_size 64\n"
                   ".visible .entry k(.param .u32 a)\n"
                   ".reqntid 64, 1, 1\n{ ret; }\n");
  auto error = [&](const char *name, Dim3 grid, Dim3 block,
                   std::vector<std::string> parameters) -> std::string {
    auto result = device.launch(module, name, grid, block, 0, parameters);
    return result ? "" : result.error().message;
  };
  std::string word(4, '\0');
  EXPECT_EQ(error("k", {}, {64, 1, 1}, {word}), "");
  EXPECT_EQ(error("q", {}, {64, 1, 1}, {word}), "no kernel 'q'");
  EXPECT_EQ(error("k", {}, {32, 2, 1}, {word}),
            "'k' requires blocks of 64 x 1 x 1 threads, not 32 x 2 x 1");
  EXPECT_EQ(error("k", {}, {64, 1, 1}, {}),
            "'k' has 1 parameters but is given 0");
  EXPECT_EQ(error("k", {}, {64, 1, 1}, {word + word}),
            "parameter 0 ('a') has 4 bytes but is given 8");
  EXPECT_EQ(error("k", {0, 1, 1}, {64, 1, 1}, {word}),
            "no grid has 0 x 1 x 1 blocks");
  EXPECT_EQ(error("k", {1, 65536, 1}, {64, 1, 1}, {word}),
            "no grid has 1 x 65536 x 1 blocks");
}
