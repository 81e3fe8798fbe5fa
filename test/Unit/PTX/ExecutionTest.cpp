//===- ExecutionTest.cpp - Kernels, divergence, counts --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"
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
