//===- KernelTest.cpp - Kernels in this process ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/CompileKernel.h"
#include "gtest/gtest.h"
#include <thread>

using namespace einsumc;

namespace {

Kernel compile(llvm::StringRef equation, llvm::ArrayRef<llvm::StringRef> texts,
               const ImportOptions &import = {}) {
  Diagnostic diagnostic;
  std::vector<OperandType> types;
  for (llvm::StringRef text : texts)
    types.push_back(*parseOperandType(text, "operand", diagnostic));
  Compiler compiler; // the kernel outlives it
  llvm::Expected<ResolvedEquation> resolved =
      Compiler::resolveEquation(equation, types);
  EXPECT_TRUE(bool(resolved));
  llvm::Expected<Kernel> kernel = compileKernel(compiler, *resolved, import);
  if (!kernel) {
    ADD_FAILURE() << llvm::toString(kernel.takeError());
    std::abort();
  }
  return *kernel;
}

TEST(Kernel, RunsStaticShapes) {
  Kernel kernel = compile("ij,jk->ik", {"2x3xf32", "3x2xf32"});
  float a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 0, 1, 1, 1}, c[4] = {};
  RunResult result = kernel.run({{a, {}, {}}, {b, {}, {}}, {c, {}, {}}});
  EXPECT_TRUE(result) << result.message;
  EXPECT_EQ(std::vector<float>(c, c + 4), (std::vector<float>{4, 5, 10, 11}));
}

TEST(Kernel, RunsDynamicShapesAndStrides) {
  Kernel kernel = compile("ij->ji", {"?x?xi32,strided<[?,?]>"});
  int32_t a[] = {1, 2, 3, 4, 5, 6}, out[6] = {};
  int64_t sizes[] = {2, 3}, reversed[] = {-3, 1}, outSizes[] = {3, 2};
  // Rows from the last to the first.
  RunResult result =
      kernel.run({{a + 3, sizes, reversed}, {out, outSizes, {}}});
  EXPECT_TRUE(result) << result.message;
  EXPECT_EQ(std::vector<int32_t>(out, out + 6),
            (std::vector<int32_t>{4, 1, 5, 2, 6, 3}));
}

TEST(Kernel, CallsMayDifferFromTheLastOne) {
  Kernel kernel = compile("ij->ji", {"?x?xi32,strided<[?,?]>"});
  Kernel other = compile("ij->ji", {"?x?xi32"});
  int32_t a[] = {1, 2, 3, 4, 5, 6}, out[6] = {};
  int64_t wide[] = {2, 3}, tall[] = {3, 2}, rows[] = {3, 1}, columns[] = {1, 2},
          flat[] = {2, 1};
  auto expect = [&](const Kernel &kernel, RunOperand in,
                    llvm::ArrayRef<int64_t> outSizes,
                    std::vector<int32_t> values) {
    for (int again = 0; again < 2; ++again) {
      std::fill(out, out + 6, 0);
      RunResult result = kernel.run({in, {out, outSizes, {}}});
      EXPECT_TRUE(result) << result.message;
      EXPECT_EQ(std::vector<int32_t>(out, out + 6), values);
    }
  };
  expect(kernel, {a, wide, rows}, tall, {1, 4, 2, 5, 3, 6});
  expect(other, {a, wide, {}}, tall, {1, 4, 2, 5, 3, 6});
  expect(kernel, {a, wide, columns}, tall, {1, 2, 3, 4, 5, 6});
  expect(other, {a, tall, {}}, wide, {1, 3, 5, 2, 4, 6});
  expect(kernel, {a, tall, flat}, wide, {1, 3, 5, 2, 4, 6});
  // What the last call said itself, this one must say, too.
  EXPECT_FALSE(kernel.run({{a, {}, flat}, {out, wide, {}}}));
  EXPECT_FALSE(kernel.run({{a, tall, {}}, {out, wide, {}}}));
  EXPECT_FALSE(kernel.run({{a, tall, flat}, {out, tall, {}}}));
  EXPECT_FALSE(kernel.run({{nullptr, tall, flat}, {out, wide, {}}}));
  EXPECT_FALSE(kernel.run({{a, tall, flat}, {a, wide, {}}}));
  expect(kernel, {a, tall, flat}, wide, {1, 3, 5, 2, 4, 6});
}

TEST(Kernel, SaysWhatIsWrong) {
  Kernel kernel = compile("ij,jk->ik", {"?x?xf32", "?x2xf32"});
  float a[6] = {}, b[6] = {}, c[4] = {7, 7, 7, 7};
  int64_t aSizes[] = {2, 3}, bSizes[] = {3, 2}, cSizes[] = {2, 2},
          wrong[] = {4, 2}, negative[] = {-2, 3};
  auto run = [&](RunOperand first, RunOperand second, RunOperand out) {
    return kernel.run({first, second, out});
  };
  RunOperand x{a, aSizes, {}}, y{b, bSizes, {}}, z{c, cSizes, {}};
  EXPECT_EQ(run(x, {b, wrong, {}}, z).status, Status::illegal);
  EXPECT_EQ(run({a, negative, {}}, y, z).status, Status::illegal);
  EXPECT_EQ(run({nullptr, aSizes, {}}, y, z).status, Status::nullPointer);
  EXPECT_EQ(run(x, y, {a, cSizes, {}}).status, Status::illegal);
  EXPECT_EQ(run(x, y, {a, cSizes, {}}).message, "out overlaps in0");
  EXPECT_EQ(kernel.run({x, y}).status, Status::illegal);
  EXPECT_EQ(kernel.run({x, y, z}, {c}).status, Status::illegal);
  // Nothing was written all the while.
  EXPECT_EQ(c[0], 7);
  EXPECT_TRUE(run(x, y, z));
  EXPECT_EQ(c[0], 0);
}

/// Static calls go a way of their own as long as nothing is wrong.
TEST(Kernel, SaysWhatIsWrongWithStaticCalls) {
  Kernel kernel = compile("ij,jk->ik", {"2x3xf32", "3x2xf32"});
  float memory[20] = {1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1};
  float *a = memory, *b = memory + 6, *c = memory + 12;
  int64_t aSizes[] = {2, 3}, aStrides[] = {3, 1}, wrong[] = {3, 2};
  auto run = [&](RunOperand first, RunOperand second, RunOperand out) {
    return kernel.run({first, second, out});
  };
  RunOperand x{a, {}, {}}, y{b, {}, {}}, z{c, {}, {}};
  EXPECT_EQ(run({a, wrong, {}}, y, z).message,
            "axis 0 of in0 is 3, expected 2");
  EXPECT_EQ(run({a, {}, wrong}, y, z).message,
            "stride 1 of in0 is 2, expected 1");
  EXPECT_EQ(run({a, aSizes[0], {}}, y, z).message,
            "in0 has rank 2, but 1 sizes are given");
  EXPECT_EQ(run(x, {nullptr, {}, {}}, z).status, Status::nullPointer);
  EXPECT_EQ(run(x, y, {nullptr, {}, {}}).message, "out is a null pointer");
  for (float *overlapping : {a, a + 3, b + 5, b, b - 3})
    EXPECT_EQ(run(x, y, {overlapping, {}, {}}).status, Status::illegal);
  EXPECT_EQ(kernel.run({x, y}).status, Status::illegal);
  EXPECT_EQ(kernel.run({x, y, z}, {c}).status, Status::illegal);
  auto end = reinterpret_cast<float *>(UINTPTR_MAX - 7);
  EXPECT_EQ(run(x, y, {end, {}, {}}).message,
            "sizes and strides of out reach beyond the address space");
  // Nothing was written all the while.
  EXPECT_EQ(std::vector<float>(c, c + 8), std::vector<float>(8, 0));
  // Beside each other, and with what the type says already.
  EXPECT_TRUE(run({a, aSizes, aStrides}, y, z));
  EXPECT_EQ(std::vector<float>(c, c + 5), (std::vector<float>{3, 3, 6, 6, 0}));
}

/// The stride of an axis of one element is not used: any may be given.
TEST(Kernel, StridesOfAxesOfOneElementMayDiffer) {
  Kernel kernel = compile("ij->ji", {"1x3xf32"});
  float a[] = {1, 2, 3}, out[3] = {};
  int64_t strides[] = {77, 1};
  EXPECT_TRUE(kernel.run({{a, {}, strides}, {out, {}, {}}}));
  EXPECT_EQ(out[2], 3);
}

/// No operand of elements, so none need be there.
TEST(Kernel, EmptyOperandsMayBeNull) {
  Kernel kernel = compile("ij,jk->ik", {"2x0xf32", "0x2xf32"});
  float c[] = {7, 7, 7, 7};
  EXPECT_TRUE(kernel.run({{}, {}, {c, {}, {}}}));
  EXPECT_EQ(std::vector<float>(c, c + 4), std::vector<float>(4, 0));
}

TEST(Kernel, RunTimeFactors) {
  ImportOptions import;
  import.accumulate.emplace();
  import.accumulate->alpha.runTime = import.accumulate->beta.runTime = true;
  Kernel kernel = compile("i,i->", {"3xf32", "3xf32"}, import);
  float a[] = {1, 2, 3}, b[] = {1, 1, 1}, c = 10, alpha = 2, beta = 0.5;
  EXPECT_TRUE(
      kernel.run({{a, {}, {}}, {b, {}, {}}, {&c, {}, {}}}, {&alpha, &beta}));
  EXPECT_EQ(c, 2 * 6 + 5);
  // beta = 0 does not read C.
  c = NAN;
  beta = 0;
  EXPECT_TRUE(
      kernel.run({{a, {}, {}}, {b, {}, {}}, {&c, {}, {}}}, {&alpha, &beta}));
  EXPECT_EQ(c, 12);
}

TEST(Kernel, ManyThreadsCallOne) {
  Kernel kernel = compile("ij,kj->ik", {"64x300xf32", "64x300xf32"});
  std::vector<float> a(64 * 300, 1), b(64 * 300, 2);
  std::vector<std::vector<float>> results(4, std::vector<float>(64 * 64));
  std::vector<std::thread> threads;
  for (std::vector<float> &c : results)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(kernel.run(
            {{a.data(), {}, {}}, {b.data(), {}, {}}, {c.data(), {}, {}}}));
    });
  for (std::thread &thread : threads)
    thread.join();
  for (const std::vector<float> &c : results)
    for (float value : c)
      EXPECT_EQ(value, 600);
}

TEST(Kernel, HugeOperandsAreRefusedBeforeAnythingIsAllocated) {
  Diagnostic diagnostic;
  OperandType huge =
      *parseOperandType("1000000x1000000x100xf32", "operand", diagnostic);
  Compiler compiler;
  llvm::Expected<ResolvedEquation> resolved =
      Compiler::resolveEquation("ijk->", {huge});
  ASSERT_TRUE(bool(resolved));
  llvm::Expected<Kernel> kernel = compileKernel(compiler, *resolved);
  ASSERT_FALSE(bool(kernel));
  EXPECT_NE(llvm::toString(kernel.takeError()).find("but this machine has"),
            std::string::npos);
}

} // namespace
