//===- MeasureTest.cpp ----------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/Measure.h"
#include "einsumc/Compiler/Compiler.h"
#include "gtest/gtest.h"
#include <thread>

using namespace einsumc;
using namespace einsumc::tools;

static double operations(llvm::StringRef text,
                         llvm::ArrayRef<llvm::StringRef> operands,
                         const ImportOptions &import = {}) {
  std::vector<OperandType> types;
  Diagnostic diagnostic;
  for (llvm::StringRef operand : operands)
    types.push_back(*parseOperandType(operand, "operand", diagnostic));
  Compiler compiler;
  auto equation = llvm::cantFail(Compiler::resolveEquation(text, types));
  auto module = llvm::cantFail(compiler.importEquation(equation, import));
  llvm::cantFail(compiler.compile(*module, Stage::linalg));
  return countOperations(*module);
}

TEST(Measure, CountsMultiplicationsAndAdditions) {
  EXPECT_EQ(operations("ij,jk->ik", {"3x4xf32", "4x5xf32"}), 2 * 3 * 4 * 5);
  EXPECT_EQ(operations("ij,jk->ik", {"3x4xi8", "4x5xi8"}), 2 * 3 * 4 * 5);
  EXPECT_EQ(operations("ij,jk->ik", {"3x4xc64", "4x5xc64"}), 8 * 3 * 4 * 5);
  EXPECT_EQ(operations("ij->i", {"3x4xf32"}), 3 * 4);
  EXPECT_EQ(operations("ij->ji", {"3x4xf32"}), 0);
  EXPECT_EQ(operations("ij,jk->ik", {"3x0xf32", "0x5xf32"}), 0);
}

TEST(Measure, CountsAccumulation) {
  ImportOptions import;
  import.accumulate.emplace();
  import.accumulate->alpha.real = 2;
  import.accumulate->beta.real = 3;
  // Two products and a sum for each element of the result.
  EXPECT_EQ(operations("ij,jk->ik", {"3x4xf32", "4x5xf32"}, import),
            2 * 3 * 4 * 5 + 3 * 3 * 5);
}

TEST(Measure, TimesCalls) {
  unsigned calls = 0;
  Timing time = timeCalls([&] {
    ++calls;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  EXPECT_GE(time.samples, 7u);
  EXPECT_GE(calls, time.samples);
  // A thread that sleeps is not on a core: what a busy machine looks like.
  EXPECT_TRUE(time.isBusy);
  EXPECT_GT(time.seconds, 0);
  EXPECT_LT(time.seconds, 1e-3);
}

TEST(Measure, BytesOfDifferentElements) {
  reference::TensorView view{ElementType::f64, {4, 3, 2}, {0, 2, 1}, nullptr};
  EXPECT_EQ(distinctBytes(view), 3 * 2 * 8);
  view.shape = {0, 3, 2};
  EXPECT_EQ(distinctBytes(view), 0);
}

TEST(Measure, FormatsSeconds) {
  EXPECT_EQ(formatSeconds(1.234e-7), "123.4 ns");
  EXPECT_EQ(formatSeconds(1.234e-5), "12.34 us");
  EXPECT_EQ(formatSeconds(1.234e-2), "12.34 ms");
  EXPECT_EQ(formatSeconds(1.234), "1.23 s");
}
