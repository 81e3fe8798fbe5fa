//===- ExecutionTest.cpp - Kernels, divergence, counts --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

using namespace einsumc::ptx;
using namespace einsumc::ptx::test;

namespace {
template <class T> std::string bytesOf(T value) {
  return {reinterpret_cast<const char *>(&value), sizeof value};
}

std::string input(const std::string &name) {
  std::ifstream file(std::string(EINSUMC_TEST_DIR) + "/Unit/PTX/Inputs/" +
                     name);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

/// A device with one module, and arrays in it.
struct Machine {
  Device device;
  ModuleId module = 0;

  explicit Machine(const std::string &text) {
    Result<ModuleId> loaded = device.load(text);
    if (!loaded)
      ADD_FAILURE() << loaded.error().str();
    else
      module = *loaded;
  }
  template <class T> uint64_t in(const std::vector<T> &values) {
    uint64_t address = *device.allocate(values.size() * sizeof(T), "in");
    EXPECT_FALSE(
        device.copyIn(address, values.data(), values.size() * sizeof(T)));
    EXPECT_FALSE(device.setReadOnly(address));
    return address;
  }
  template <class T> uint64_t out(size_t count) {
    return *device.allocate(count * sizeof(T), "out");
  }
  template <class T> std::vector<T> get(uint64_t address, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(device.firstUnwritten(address, count * sizeof(T)),
              address + count * sizeof(T));
    EXPECT_FALSE(device.copyOut(values.data(), address, count * sizeof(T)));
    return values;
  }
  Statistics launch(const char *kernel, Dim3 grid, Dim3 block,
                    std::vector<std::string> parameters, uint64_t seed = 0) {
    Result<Statistics> result =
        device.launch(module, kernel, grid, block, 0, parameters, {seed});
    if (!result) {
      ADD_FAILURE() << result.error().str();
      return {};
    }
    return *result;
  }
};
} // namespace

TEST(PTXExecution, SaxpyOfNvcc) {
  for (uint64_t seed : {0, 1, 2}) {
    Machine machine(input("saxpy.ptx"));
    std::vector<float> x, y;
    for (int i = 0; i < 1000; ++i)
      x.push_back(float(i)), y.push_back(float(i % 7));
    uint64_t xs = machine.in(x), ys = machine.in(y);
    machine.device.setReadOnly(ys, false);
    machine.launch("saxpy", {4, 1, 1}, {256, 1, 1},
                   {bytesOf(1000), bytesOf(2.0f), bytesOf(xs), bytesOf(ys)},
                   seed);
    std::vector<float> result = machine.get<float>(ys, 1000);
    for (int i = 0; i < 1000; ++i)
      EXPECT_EQ(result[size_t(i)], 2.0f * float(i) + float(i % 7));
  }
}

TEST(PTXExecution, MatmulOfNvcc) {
  constexpr int n = 21;
  Machine machine(input("matmul.ptx"));
  std::vector<double> a, b;
  for (int i = 0; i < n * n; ++i)
    a.push_back(i % 11 - 5), b.push_back(i % 13 - 6);
  uint64_t as = machine.in(a), bs = machine.in(b);
  uint64_t cs = machine.out<double>(n * n);
  machine.launch("matmul", {3, 3, 1}, {8, 8, 1},
                 {bytesOf(n), bytesOf(as), bytesOf(bs), bytesOf(cs)});
  std::vector<double> c = machine.get<double>(cs, n * n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int k = 0; k < n; ++k)
        sum += a[size_t(i * n + k)] * b[size_t(k * n + j)];
      EXPECT_EQ(c[size_t(i * n + j)], sum);
    }
}

TEST(PTXExecution, ConversionsOfNvcc) {
  Machine machine(input("convert.ptx"));
  // Values whose halves and so on are exact, and one that rounds.
  std::vector<float> in = {1.5f, -2.5f, 100.25f, 2048.5f, -0.75f};
  uint64_t n = in.size();
  uint64_t from = machine.in(in), half = machine.out<uint16_t>(n),
           brain = machine.out<uint16_t>(n), whole = machine.out<int>(n),
           bytes = machine.out<uint8_t>(n), roots = machine.out<double>(n);
  machine.launch("convert", {2, 1, 1}, {2, 1, 1},
                 {bytesOf(n), bytesOf(from), bytesOf(half), bytesOf(brain),
                  bytesOf(whole), bytesOf(bytes), bytesOf(roots)});
  // 2 x + 1/8: 3.125, -4.875, 200.625, 4096 (2048.5 becomes 2048), -1.375.
  EXPECT_EQ(machine.get<uint16_t>(half, n),
            (std::vector<uint16_t>{0x4240, 0xc4e0, 0x5a45, 0x6c00, 0xbd80}));
  // x + 1: 2.5, -1.5, 101 (100.25 becomes 100), 2048 (as 2049 has too many
  // digits), 0.25.
  EXPECT_EQ(machine.get<uint16_t>(brain, n),
            (std::vector<uint16_t>{0x4020, 0xbfc0, 0x42ca, 0x4500, 0x3e80}));
  // Rounded to even, divided by 1, 2, 3, 4, 5.
  EXPECT_EQ(machine.get<int>(whole, n), (std::vector<int>{2, -1, 33, 512, 0}));
  EXPECT_EQ(machine.get<uint8_t>(bytes, n),
            (std::vector<uint8_t>{1, 1 ^ 0xfe, 2 ^ 100, 3 ^ 0, 4}));
  std::vector<double> weights = {0.5, -1.0, 2.0, 0.25, 0.5};
  std::vector<double> result = machine.get<double>(roots, n);
  for (size_t i = 0; i < n; ++i)
    EXPECT_EQ(result[i], std::sqrt(std::fabs(double(in[i]))) * weights[i]);
}

/// Lanes part by their number, loop as often, and meet again: the value of each
/// is that of a thread alone, whatever the order.
TEST(PTXExecution, DivergentLanesMeetAgain) {
  std::string text = kernel("ld.param.u64 %d1, [out]; mov.u32 %r1, %tid.x;"
                            "mov.u32 %r2, 0; mov.u32 %r3, %r1;\n"
                            "LOOP: setp.eq.u32 %p1, %r3, 0; @%p1 bra DONE;\n"
                            "and.b32 %r4, %r3, 1; setp.ne.u32 %p2, %r4, 0;\n"
                            "@!%p2 bra EVEN; add.u32 %r2, %r2, 100;\n"
                            "EVEN: add.u32 %r2, %r2, 1; sub.u32 %r3, %r3, 1;\n"
                            "bra.uni LOOP;\n"
                            "DONE: mul.wide.u32 %d2, %r1, 4;"
                            "add.s64 %d2, %d1, %d2; st.global.u32 [%d2], %r2;"
                            "ret;",
                            ".param .u64 out");
  uint64_t warpInstructions = 0;
  for (uint64_t seed : {0, 1, 2, 3}) {
    Machine machine(text);
    uint64_t out = machine.out<uint32_t>(50);
    Statistics statistics =
        machine.launch("k", {}, {50, 1, 1}, {bytesOf(out)}, seed);
    std::vector<uint32_t> values = machine.get<uint32_t>(out, 50);
    for (uint32_t i = 0; i < 50; ++i)
      EXPECT_EQ(values[i], i + (i + 1) / 2 * 100);
    // The store is one for each warp: all its lanes are together again.
    EXPECT_EQ(statistics.storeRequests, 2u);
    EXPECT_EQ(statistics.storeBytes, 200u);
    EXPECT_EQ(statistics.storeSectors, 7u);
    warpInstructions = statistics.warpInstructions;
  }
  EXPECT_LT(warpInstructions, 1200u);
}

TEST(PTXExecution, CountsByClassAndSector) {
  // Every lane reads its own sector, then all read one.
  Machine machine(
      kernel("ld.param.u64 %d1, [in]; mov.u32 %r1, %tid.x;"
             "mul.wide.u32 %d2, %r1, 32; add.s64 %d2, %d1, %d2;"
             "ld.global.f64 %d3, [%d2]; ld.global.b32 %r2, [%d1];"
             "add.f64 %d4, %d3, %d3; cvt.rn.f32.f64 %r3, %d4;"
             "mul.f32 %r3, %r3, %r3; setp.eq.f32 %p1, %r3, %r3; ret;",
             ".param .u64 in"));
  uint64_t in = machine.in(std::vector<double>(128));
  Statistics statistics = machine.launch("k", {}, {32, 1, 1}, {bytesOf(in)});
  auto count = [&](InstructionClass of) {
    return statistics.instructions[size_t(of)];
  };
  EXPECT_EQ(count(InstructionClass::load), 96u);
  EXPECT_EQ(count(InstructionClass::special), 32u);
  EXPECT_EQ(count(InstructionClass::integer), 64u);
  EXPECT_EQ(count(InstructionClass::f64), 32u);
  EXPECT_EQ(count(InstructionClass::floating), 32u);
  EXPECT_EQ(count(InstructionClass::conversion), 32u);
  EXPECT_EQ(count(InstructionClass::compare), 32u);
  EXPECT_EQ(count(InstructionClass::control), 32u);
  EXPECT_EQ(statistics.warpInstructions, 11u);
  EXPECT_EQ(statistics.loadSectors, 33u);
  EXPECT_EQ(statistics.loadBytes, 32u * 12);
}

/// Blocks come in another order with another seed: the first to run says so.
TEST(PTXExecution, TheSeedIsTheOrder) {
  std::vector<std::string> outcomes;
  for (uint64_t seed : {0, 1, 2, 3, 4, 5, 0}) {
    Machine machine(kernel("trap;"));
    auto result = machine.device.launch(machine.module, "k", {64, 1, 1}, {}, 0,
                                        {}, {seed});
    outcomes.push_back(result ? "" : result.error().message);
  }
  EXPECT_EQ(outcomes.front(), outcomes.back());
  std::sort(outcomes.begin(), outcomes.end());
  EXPECT_GE(std::unique(outcomes.begin(), outcomes.end()) - outcomes.begin(),
            4);
}

TEST(PTXExecution, ScopesLabelsAndDirectives) {
  Machine machine(
      ".version 8.0\n.target sm_80, debug\n.address_size 64\n"
      ".file 1 \"kernel.cu\"\n"
      ".global .align 4 .u32 table[3] = {5, 6};\n"
      ".visible .entry k(.param .u64 .ptr .global .align 4 out)\n"
      ".maxntid 32\n.minnctapersm 1\n{\n.loc 1 3 5\n"
      ".reg .b32 %r<4>; .reg .b64 %d<3>;\n.pragma \"nounroll\";\n"
      "{ .reg .b32 t; mov.u32 t, 1; { .reg .b32 t; mov.u32 t, 2;"
      "bra L; mov.u32 t, 9; L: mov.u32 %r1, t; } bra L; mov.u32 %r1, 7;"
      "L: add.u32 %r1, %r1, t; }\n"
      "mov.u64 %d1, table; ld.global.u32 %r2, [%d1+4];"
      "ld.global.u32 %r3, [table+8]; add.u32 %r1, %r1, %r2;"
      "add.u32 %r1, %r1, %r3; ld.param.u64 %d2, [out];"
      "st.global.u32 [%d2], %r1;\n}\n"
      ".section .debug_str { .b8 1, 2 }\n");
  uint64_t out = machine.out<uint32_t>(1);
  machine.launch("k", {}, {}, {bytesOf(out)});
  EXPECT_EQ(machine.get<uint32_t>(out, 1)[0], 1u + 2 + 6 + 0);
}

/// Whatever a text is, it is loaded or refused.
TEST(PTXExecution, MutatedTextNeverCrashes) {
  std::string original = input("convert.ptx");
  uint64_t state = 42;
  auto below = [&](uint64_t bound) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % bound;
  };
  unsigned loaded = 0;
  for (unsigned i = 0; i < 20000; ++i) {
    std::string text = original;
    for (uint64_t edits = 1 + below(4); edits > 0; --edits) {
      size_t at = below(text.size()), from = below(text.size());
      switch (below(4)) {
      case 0:
        text[at] = char(below(256));
        break;
      case 1:
        text.erase(at, 1 + below(8));
        break;
      case 2:
        text.insert(at, text.substr(from, 1 + below(12)));
        break;
      default:
        text.replace(at, 4, text.substr(from, 4));
        break;
      }
    }
    Device device;
    Result<ModuleId> module = device.load(text);
    loaded += bool(module);
    if (!module)
      ASSERT_FALSE(module.error().message.empty());
  }
  // Comments alone are a quarter of the text.
  EXPECT_GT(loaded, 100u);
}
