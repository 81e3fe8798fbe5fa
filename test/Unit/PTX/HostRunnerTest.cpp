//===- HostRunnerTest.cpp - Whole kernels on host memory ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/PTX/HostRunner.h"
#include "OneInstruction.h"

using namespace einsumc::ptx;
using namespace einsumc::ptx::test;

namespace {
/// Two entries by way of a buffer: out[i] = 2 * in[i] * factor, of `n` numbers
/// that lie `stride` apart in the input and two apart in the output.
struct Doubling {
  /// Of the second entry: where it stores, in bytes from its element.
  std::string offset = "0";
  /// The lowest thread that stores nothing.
  std::string limit = "%r1";
  /// Bytes between what the first entry reads, as the kernel has them.
  std::string step = "%d4";

  std::vector<int> in = {1, -1, -1, 2, -1, -1, 3};
  std::vector<int> out = {7, 7, 7, 7, 7};

  static std::string start() {
    return ".reg .pred %p; .reg .b32 %r<9>; .reg .b64 %d<9>;\n"
           "mov.u32 %r0, %tid.x; cvt.u64.u32 %d0, %r0;\n";
  }
  std::string ptx() const {
    return ".version 7.0\n.target sm_75\n.address_size 64\n"
           ".visible .entry k_0(.param .u64 in, .param .u64 buffer,"
           " .param .u64 step, .param .u32 n) {\n" +
           start() +
           "ld.param.u32 %r1, [n]; setp.ge.u32 %p, %r0, %r1; @%p ret;\n"
           "ld.param.u64 %d1, [in]; ld.param.u64 %d2, [buffer];\n"
           "ld.param.u64 %d4, [step]; mul.lo.u64 %d5, %d0, " +
           step +
           ";\n"
           "add.u64 %d1, %d1, %d5; ld.global.u32 %r2, [%d1];\n"
           "add.u32 %r2, %r2, %r2; mad.lo.u64 %d6, %d0, 4, %d2;\n"
           "st.global.u32 [%d6], %r2; ret;\n}\n"
           ".visible .entry k_1(.param .u64 buffer, .param .u64 out,"
           " .param .u32 factor, .param .u32 n) {\n" +
           start() + "ld.param.u32 %r1, [n]; setp.ge.u32 %p, %r0, " + limit +
           "; @%p ret;\n"
           "ld.param.u64 %d1, [buffer]; ld.param.u64 %d2, [out];\n"
           "ld.param.u32 %r3, [factor]; mad.lo.u64 %d1, %d0, 4, %d1;\n"
           "ld.global.u32 %r2, [%d1]; mul.lo.u32 %r2, %r2, %r3;\n"
           "mad.lo.u64 %d2, %d0, 8, %d2;\n"
           "st.global.u32 [%d2+" +
           offset + "], %r2; ret;\n}\n";
  }
  static std::string plan() {
    return R"({"version": 1, "kernel": "k", "equation": "", "gpu": "sm_75",
      "ptx": "7.0", "labels": [{"name": "i", "extent": null}],
      "operands": [
        {"name": "in", "element": "i32", "bytes": 4, "shape": [{"size": 0}],
         "strides": [{"stride": 0}], "access": "read"},
        {"name": "out", "element": "i32", "bytes": 4, "shape": [{"size": 0}],
         "strides": [2], "access": "write"}],
      "scalars": [{"name": "factor", "element": "i32", "bytes": 4}],
      "buffers": [{"name": "buffer0", "element": "i32",
                   "bytes": ["mul", 4, {"size": 0}]}],
      "entries": [
        {"name": "k_0", "grid": [1, 1, 1], "block": [4, 1, 1], "sharedBytes": 0,
         "parameters": [{"operand": 0}, {"buffer": 0},
           {"value": ["mul", 4, {"stride": 0}], "type": "i64"},
           {"value": {"size": 0}, "type": "i32"}]},
        {"name": "k_1", "grid": [1, 1, 1], "block": [4, 1, 1], "sharedBytes": 0,
         "parameters": [{"buffer": 0}, {"operand": 1},
           {"scalar": 0, "offset": 0, "type": "i32"},
           {"value": {"size": 0}, "type": "i32"}]}]})";
  }
  /// "" or the error. A negative stride starts at the last element.
  std::string run(int64_t stride = 3) {
    int64_t sizes[] = {3}, strides[] = {stride, 2};
    int factor = 10;
    const void *scalars[] = {&factor};
    void *operands[] = {in.data() + (stride < 0 ? 6 : 0), out.data()};
    Result<Statistics> result =
        runOnHost(ptx(), plan(), operands, {sizes, strides, scalars});
    if (result)
      EXPECT_EQ(result->launches, 2u);
    return result ? "" : result.error().message;
  }
};
} // namespace

TEST(PTXHostRunner, RunsAllEntries) {
  Doubling forwards, backwards;
  EXPECT_EQ(forwards.run(), "");
  // What lies between the elements stays as it was.
  EXPECT_EQ(forwards.out, (std::vector<int>{20, 7, 40, 7, 60}));
  EXPECT_EQ(backwards.run(-3), "");
  EXPECT_EQ(backwards.out, (std::vector<int>{60, 7, 40, 7, 20}));
}

TEST(PTXHostRunner, AWrongStrideReadsBetweenElements) {
  Doubling kernel;
  kernel.step = "4";
  EXPECT_NE(kernel.run().find("of 'in', was never written"), std::string::npos);
}

TEST(PTXHostRunner, AWriteBetweenElementsIsAnError) {
  Doubling kernel;
  kernel.offset = "4";
  EXPECT_NE(kernel.run().find("out of bounds"), std::string::npos);
  kernel.limit = "2";
  EXPECT_NE(kernel.run().find("of 'out' was never written"), std::string::npos);
}

TEST(PTXHostRunner, AMissingElementIsAnError) {
  Doubling kernel;
  kernel.limit = "2";
  EXPECT_EQ(kernel.run(), "element (2) of 'out' was never written");
}

TEST(PTXHostRunner, PlansAreChecked) {
  auto run = [](const std::string &plan, std::vector<void *> operands) {
    auto result = runOnHost(Doubling().ptx(), plan, operands, {});
    return result ? "" : result.error().message;
  };
  EXPECT_EQ(run(Doubling::plan(), {}),
            "the plan has 2 operands but is given 0");
  EXPECT_NE(run("{}", {}), "");
}
