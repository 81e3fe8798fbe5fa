//===- PlanTest.cpp - Launch plans, read and bound ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Runtime/Plan.h"
#include "gtest/gtest.h"

#include <cstring>
#include <limits>

using namespace einsumc::runtime;

namespace {

/// A plan with one hole for an expression and one for a parameter.
std::string planText(const std::string &grid = "1",
                     const std::string &parameter = R"({"operand": 0})") {
  return R"({"version": 1, "kernel": "k", "equation": "i->i", "gpu": "sm_75",
    "ptx": "6.3", "labels": [{"name": "i", "extent": null},
    {"name": "j", "extent": 3}],
    "operands": [{"name": "in0", "element": "f32", "bytes": 4,
      "shape": [{"size": 0}], "strides": [{"stride": 0}], "access": "read"},
     {"name": "out", "element": "f32", "bytes": 4, "shape": [{"size": 0}],
      "strides": [1], "access": "write"}],
    "scalars": [{"name": "alpha", "element": "c64", "bytes": 8}],
    "buffers": [{"name": "buffer0", "element": "f32",
      "bytes": ["mul", 4, {"size": 0}]}],
    "entries": [{"name": "k", "grid": [)" +
         grid + R"(, 1, 1], "block": [32, 1, 1], "sharedBytes": 0,
      "parameters": [)" +
         parameter + "]}]}";
}

std::string parseError(const std::string &text) {
  Result<Plan> plan = parsePlan(text);
  return plan ? "no error" : plan.message();
}

/// The grid's first number for sizes 10 and 3 and strides -7 and 1.
std::string gridOf(const std::string &expression) {
  Result<Plan> plan = parsePlan(planText(expression));
  if (!plan)
    return plan.message();
  const int64_t sizes[] = {10, 3}, strides[] = {-7, 1};
  Result<BoundPlan> bound = bindPlan(*plan, sizes, strides, nullptr);
  return bound ? std::to_string(bound->launches[0].grid[0]) : bound.message();
}

TEST(Plan, ReadsEverything) {
  Result<Plan> plan = parsePlan(planText());
  ASSERT_TRUE(bool(plan)) << plan.message();
  EXPECT_EQ(plan->kernel, "k");
  EXPECT_EQ(plan->gpu, "sm_75");
  ASSERT_EQ(plan->labels.size(), 2u);
  EXPECT_FALSE(plan->labels[0].extent);
  EXPECT_EQ(plan->labels[1].extent, 3);
  ASSERT_EQ(plan->operands.size(), 2u);
  EXPECT_EQ(plan->operands[1].access, Access::write);
  EXPECT_EQ(plan->operands[1].strides[0].constant(), 1);
  EXPECT_FALSE(plan->operands[0].strides[0].constant());
  ASSERT_EQ(plan->entries.size(), 1u);
}

TEST(Plan, EvaluatesNumbers) {
  EXPECT_EQ(gridOf("17"), "17");
  EXPECT_EQ(gridOf(R"({"size": 0})"), "10");
  EXPECT_EQ(gridOf(R"(["add", 1, 2, 3, {"size": 1}])"), "9");
  EXPECT_EQ(gridOf(R"(["sub", 5, {"stride": 0}])"), "12");
  EXPECT_EQ(gridOf(R"(["mul", 2, 3, 4])"), "24");
  EXPECT_EQ(gridOf(R"(["ceildiv", {"size": 0}, 4])"), "3");
  EXPECT_EQ(gridOf(R"(["floordiv", {"size": 0}, 4])"), "2");
  // Rounds towards minus infinity, as the names say.
  EXPECT_EQ(gridOf(R"(["add", 9, ["floordiv", {"stride": 0}, 2]])"), "5");
  EXPECT_EQ(gridOf(R"(["add", 9, ["ceildiv", {"stride": 0}, 2]])"), "6");
  EXPECT_EQ(gridOf(R"(["mod", {"stride": 0}, 4])"), "1");
  EXPECT_EQ(gridOf(R"(["min", 8, {"size": 0}])"), "8");
  EXPECT_EQ(gridOf(R"(["max", 0, {"stride": 0}])"), "0");
}

TEST(Plan, RefusesNumbersThatAreNone) {
  const char *overflow =
      "k grid: a number of the plan overflows 64 bits or is divided by 0";
  EXPECT_EQ(gridOf(R"(["floordiv", 1, ["sub", {"size": 1}, 3]])"), overflow);
  EXPECT_EQ(gridOf(R"(["mul", 4611686018427387904, 2])"), overflow);
  EXPECT_EQ(gridOf(R"(["add", 9223372036854775807, 1])"), overflow);
  EXPECT_EQ(gridOf(R"(["floordiv", -9223372036854775808, -1])"), overflow);
  EXPECT_EQ(gridOf("-1"), "k grid: expected 0 to 2147483647, got -1");
  EXPECT_EQ(gridOf("2147483648"),
            "k grid: expected 0 to 2147483647, got 2147483648");
}

TEST(Plan, BindsParameters) {
  Result<Plan> plan = parsePlan(planText("1", R"({"operand": 1}, {"buffer": 0},
        {"value": ["mul", {"size": 0}, {"stride": 0}], "type": "i64"},
        {"value": -2, "type": "i32"},
        {"scalar": 0, "offset": 4, "type": "f32"})"));
  ASSERT_TRUE(bool(plan)) << plan.message();
  const int64_t sizes[] = {10, 3}, strides[] = {-7, 1};
  const float alpha[] = {1.5f, -2.5f};
  const void *scalars[] = {alpha};
  Result<BoundPlan> bound = bindPlan(*plan, sizes, strides, scalars);
  ASSERT_TRUE(bool(bound)) << bound.message();
  EXPECT_EQ(bound->bufferBytes[0], 40u);
  const BoundLaunch &launch = bound->launches[0];
  EXPECT_FALSE(launch.isEmpty());
  ASSERT_EQ(launch.parameters.size(), 5u);
  EXPECT_EQ(launch.parameters[0].kind, PlanParameter::Kind::operand);
  EXPECT_EQ(launch.parameters[0].index, 1u);
  EXPECT_EQ(launch.parameters[1].kind, PlanParameter::Kind::buffer);
  int64_t wide;
  ASSERT_EQ(launch.parameters[2].content.size(), sizeof(wide));
  std::memcpy(&wide, launch.parameters[2].content.data(), sizeof(wide));
  EXPECT_EQ(wide, -70);
  int32_t narrow;
  ASSERT_EQ(launch.parameters[3].content.size(), sizeof(narrow));
  std::memcpy(&narrow, launch.parameters[3].content.data(), sizeof(narrow));
  EXPECT_EQ(narrow, -2);
  float imaginary;
  ASSERT_EQ(launch.parameters[4].content.size(), sizeof(imaginary));
  std::memcpy(&imaginary, launch.parameters[4].content.data(),
              sizeof(imaginary));
  EXPECT_EQ(imaginary, -2.5f);
}

TEST(Plan, RefusesBlocksThatNoGpuHas) {
  std::string text = planText();
  text.replace(text.find("[32, 1, 1]"), 10, "[64, 32, 1]");
  Result<Plan> plan = parsePlan(text);
  ASSERT_TRUE(bool(plan)) << plan.message();
  const int64_t sizes[] = {10, 3}, strides[] = {-7, 1};
  Result<BoundPlan> bound = bindPlan(*plan, sizes, strides, nullptr);
  ASSERT_FALSE(bool(bound));
  EXPECT_EQ(bound.message(), "k block: expected at most 1024 threads");
}

TEST(Plan, LaunchesNothingForAnEmptyGrid) {
  Result<Plan> plan = parsePlan(
      planText(R"({"size": 0})",
               R"({"value": ["floordiv", 1, {"size": 0}], "type": "i64"})"));
  ASSERT_TRUE(bool(plan)) << plan.message();
  const int64_t sizes[] = {0, 3}, strides[] = {-7, 1};
  Result<BoundPlan> bound = bindPlan(*plan, sizes, strides, nullptr);
  ASSERT_TRUE(bool(bound)) << bound.message();
  EXPECT_TRUE(bound->launches[0].isEmpty());
}

TEST(Plan, MissesWhatACallDoesNotGive) {
  auto messageOf = [](const std::string &parameter) {
    Result<Plan> plan = parsePlan(planText("1", parameter));
    EXPECT_TRUE(bool(plan)) << plan.message();
    const int64_t sizes[] = {10, 3};
    Result<BoundPlan> bound = bindPlan(*plan, sizes, nullptr, nullptr);
    return bound ? std::string("no error") : bound.message();
  };
  EXPECT_EQ(messageOf(R"({"value": {"stride": 0}, "type": "i64"})"),
            "k parameter: the plan needs strides, but got none");
  EXPECT_EQ(messageOf(R"({"scalar": 0, "offset": 0, "type": "f32"})"),
            "k parameter: the plan needs scalars, but got none");
  EXPECT_EQ(messageOf(R"({"value": 4294967296, "type": "i32"})"),
            "k parameter: the value is too large for 32 bits");
}

TEST(Plan, NamesThePlaceOfAnError) {
  EXPECT_EQ(parseError("{"), "the plan is no JSON");
  EXPECT_EQ(parseError("[]"), "the plan: expected an object");
  EXPECT_EQ(parseError(R"({"version": 2})"),
            "version: expected version 1, got 2");
  EXPECT_EQ(parseError(R"({"version": 1})"),
            "the plan: expected a member 'kernel'");
  EXPECT_EQ(parseError(planText(R"({"size": 2})")),
            "entries[0].grid[0].size: expected a number below 2, got 2");
  EXPECT_EQ(parseError(planText(R"({"stride": -1})")),
            "entries[0].grid[0].stride: expected a number below 2, got -1");
  EXPECT_EQ(parseError(planText(R"(["pow", 1, 2])")),
            "entries[0].grid[0][0]: unknown operation 'pow'");
  EXPECT_EQ(parseError(planText(R"(["sub", 1, 2, 3])")),
            "entries[0].grid[0]: 'sub' takes two operands");
  EXPECT_EQ(parseError(planText(R"(["add", 1])")),
            "entries[0].grid[0]: expected an operation and its operands");
  EXPECT_EQ(parseError(planText("1.5")),
            "entries[0].grid[0]: expected an integer, a size, a stride or an "
            "operation");
  EXPECT_EQ(parseError(planText("1", R"({"operand": 2})")),
            "entries[0].parameters[0].operand: expected a number below 2, got "
            "2");
  EXPECT_EQ(parseError(planText("1", R"({"value": 1, "type": "f32"})")),
            "entries[0].parameters[0].type: expected i32 or i64");
  EXPECT_EQ(
      parseError(planText("1", R"({"scalar": 0, "offset": 5, "type": "f32"})")),
      "entries[0].parameters[0]: expected bytes inside of the scalar");
  EXPECT_EQ(parseError(planText("1", R"({"operand": 0, "size": 1})")),
            "entries[0].parameters[0]: unknown member 'size'");
  EXPECT_EQ(parseError(planText("1", "{}")),
            "entries[0].parameters[0]: expected an operand, a buffer, a value "
            "or a scalar");
}

TEST(Plan, BoundsHowInvolvedANumberIs) {
  std::string deep = "1";
  for (int i = 0; i < 1000; ++i)
    deep = "[\"add\", 1, " + deep + "]";
  EXPECT_NE(parseError(planText(deep)).find("the number is too involved"),
            std::string::npos);
}

} // namespace
