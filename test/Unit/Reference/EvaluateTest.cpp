//===- EvaluateTest.cpp ---------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Compare.h"
#include "einsumc/Reference/Random.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace einsumc;
using namespace einsumc::reference;

/// An equation whose labels are already numbers.
static ResolvedEquation
equation(ElementType type, unsigned labels,
         std::vector<llvm::SmallVector<int64_t, 6>> operands,
         llvm::SmallVector<int64_t, 6> output) {
  ResolvedEquation result;
  for (unsigned label = 0; label < labels; ++label) {
    result.labels.emplace_back();
    result.labels.back().name = std::string(1, char('a' + label));
  }
  result.operandLabels = std::move(operands);
  result.outputLabels = std::move(output);
  result.result.element = type;
  result.accumulate = accumulatorType(type);
  return result;
}

static Tensor integers(ElementType type, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int64_t> values) {
  Tensor tensor(type, shape);
  size_t next = 0;
  forEachIndex(shape, [&](llvm::ArrayRef<int64_t> index) {
    int64_t value = values[next++];
    writeNumber(type, tensor.view().at(index),
                {uint64_t(value), (long double)value});
  });
  return tensor;
}

static std::string evaluated(const ResolvedEquation &equation,
                             llvm::ArrayRef<TensorView> operands,
                             const Accumulate *accumulate = nullptr) {
  auto evaluation = evaluate(equation, operands, accumulate);
  if (!evaluation)
    return llvm::toString(evaluation.takeError());
  return format(evaluation->result.view());
}

// The matrices of the notebooks.
TEST(Evaluate, MatrixProduct) {
  Tensor a =
      integers(ElementType::i64, {3, 4}, {2, 6, 5, 2, 2, -2, 2, 3, 1, 5, 4, 0});
  Tensor b =
      integers(ElementType::i64, {4, 5},
               {2, 9, 0, 3, 0, 3, 6, 8, -2, 2, 1, 3, 5, 0, 1, 3, 0, 2, 0, 5});
  EXPECT_EQ(evaluated(equation(ElementType::i64, 3, {{0, 1}, {1, 2}}, {0, 2}),
                      {a.view(), b.view()}),
            "[[33 69 77 -6 27]\n [ 9 12  0 10 13]\n [21 51 60 -7 14]]");
  EXPECT_EQ(evaluated(equation(ElementType::i64, 2, {{0, 1}}, {1}), {a.view()}),
            "[ 5  9 11  5]");
}

TEST(Evaluate, DiagonalsOfOperandAndOutput) {
  Tensor a = integers(ElementType::i32, {2, 2}, {1, 2, 3, 4});
  Tensor v = integers(ElementType::i32, {2}, {5, 6});
  EXPECT_EQ(evaluated(equation(ElementType::i32, 1, {{0, 0}}, {}), {a.view()}),
            "5");
  EXPECT_EQ(evaluated(equation(ElementType::i32, 1, {{0}}, {0, 0}), {v.view()}),
            "[[5 0]\n [0 6]]");
}

TEST(Evaluate, BroadcastAndEmptySums) {
  Tensor one = integers(ElementType::f32, {1}, {3});
  Tensor many = integers(ElementType::f32, {4}, {1, 2, 3, 4});
  Tensor none(ElementType::f32, {0, 2});
  EXPECT_EQ(evaluated(equation(ElementType::f32, 1, {{0}, {0}}, {}),
                      {one.view(), many.view()}),
            "30.0");
  EXPECT_EQ(
      evaluated(equation(ElementType::f32, 2, {{0, 1}}, {1}), {none.view()}),
      "[0. 0.]");
}

TEST(Evaluate, StridesZeroAndNegative) {
  Tensor a = integers(ElementType::i32, {3}, {1, 2, 3});
  TensorView reversed = a.view();
  reversed.data = reversed.at({2});
  reversed.strides = {-1};
  TensorView repeated = a.view();
  repeated.strides = {0};
  ResolvedEquation product = equation(ElementType::i32, 1, {{0}, {0}}, {0});
  EXPECT_EQ(evaluated(product, {a.view(), reversed}), "[3 4 3]");
  EXPECT_EQ(evaluated(product, {a.view(), repeated}), "[1 2 3]");
}

TEST(Evaluate, WrappingAndBool) {
  Tensor a = integers(ElementType::i8, {2}, {100, 100});
  EXPECT_EQ(evaluated(equation(ElementType::i8, 1, {{0}, {0}}, {}),
                      {a.view(), a.view()}),
            "32"); // 20000 modulo 256
  Tensor b = integers(ElementType::boolean, {2}, {1, 1});
  EXPECT_EQ(evaluated(equation(ElementType::boolean, 1, {{0}, {0}}, {}),
                      {b.view(), b.view()}),
            "True");
}

TEST(Evaluate, AlphaBetaAndUnreadPrevious) {
  Tensor a = integers(ElementType::f32, {2}, {1, 2});
  Tensor nan(ElementType::f32, {2});
  for (int64_t i : {0, 1})
    writeNumber(ElementType::f32, nan.view().at({i}), {0, NAN});
  ResolvedEquation copy = equation(ElementType::f32, 1, {{0}}, {0});
  Accumulate accumulate;
  accumulate.alpha.real = 3;
  accumulate.previous = nan.view();
  EXPECT_EQ(evaluated(copy, {a.view()}, &accumulate), "[3. 6.]");
  accumulate.beta.real = 2;
  accumulate.previous = a.view();
  EXPECT_EQ(evaluated(copy, {a.view()}, &accumulate), "[ 5. 10.]");
}

TEST(Evaluate, ShapesThatContradict) {
  Tensor a(ElementType::f32, {2}), b(ElementType::f32, {3});
  EXPECT_EQ(evaluated(equation(ElementType::f32, 1, {{0}, {0}}, {}),
                      {a.view(), b.view()}),
            "label 'a' is 2 and 3 in operand 1");
}

TEST(Evaluate, UnaryComplexInfinity) {
  // A copy, not a product with 1 whose imaginary part would be 0·∞.
  Tensor a(ElementType::c64, {1});
  writeNumber(ElementType::c64, a.view().at({0}), {0, {INFINITY, 1}});
  EXPECT_EQ(evaluated(equation(ElementType::c64, 1, {{0}}, {0}), {a.view()}),
            "[inf+1.j]");
}

TEST(Compare, NotFinite) {
  Tensor a(ElementType::f32, {1}), result(ElementType::f32, {1});
  auto judge = [&](double operand, double value) {
    writeNumber(ElementType::f32, a.view().at({0}), {0, operand});
    auto evaluation =
        evaluate(equation(ElementType::f32, 1, {{0}}, {0}), {a.view()});
    writeNumber(ElementType::f32, result.view().at({0}), {0, value});
    return compare(*evaluation, result.view(), Comparison::bounded).ok();
  };
  EXPECT_TRUE(judge(NAN, NAN));
  EXPECT_TRUE(judge(INFINITY, INFINITY));
  EXPECT_FALSE(judge(INFINITY, -INFINITY));
  EXPECT_FALSE(judge(INFINITY, NAN));
  EXPECT_FALSE(judge(NAN, 1));
  EXPECT_FALSE(judge(1, NAN));
}

TEST(Compare, ProductsOfBfloatMayFlush) {
  auto boundOf = [](ElementType type, double x) {
    Tensor a(type, {2}), b(type, {2});
    writeNumber(type, a.view().at({0}), {0, x});
    writeNumber(type, b.view().at({0}), {0, 1e30});
    writeNumber(type, a.view().at({1}), {0, 0});
    writeNumber(type, b.view().at({1}), {0, 0});
    auto evaluation = evaluate(equation(ElementType::f32, 1, {{0}, {0}}, {}),
                               {a.view(), b.view()});
    EXPECT_TRUE(bool(evaluation));
    return evaluation ? evaluation->bound(0) : 0;
  };
  // 1e-39 is subnormal: its product may be lost.
  EXPECT_GE(boundOf(ElementType::bf16, 1e-39), 0.99e-9);
  EXPECT_LT(boundOf(ElementType::bf16, 1e-37), 1e-12);
  EXPECT_GT(boundOf(ElementType::bf16, 1e-37), 1e-37);
  // Nothing of other types may.
  EXPECT_LT(boundOf(ElementType::f32, 1e-39), 1e-14);
}

TEST(Compare, BoundAndBits) {
  Random random(3);
  Tensor a(ElementType::f32, {64}), b(ElementType::f32, {64});
  fillNormal(a.view(), random);
  fillNormal(b.view(), random);
  auto evaluation = evaluate(equation(ElementType::f32, 1, {{0}, {0}}, {}),
                             {a.view(), b.view()});
  ASSERT_TRUE(bool(evaluation));
  Tensor result(ElementType::f32, {});
  auto judge = [&](double value, Comparison comparison) {
    writeNumber(ElementType::f32, result.view().data, {0, value});
    return compare(*evaluation, result.view(), comparison).ok();
  };
  double exact = double(evaluation->exact[0].real());
  double bound = evaluation->bound(0);
  EXPECT_GT(bound, 0);
  EXPECT_LT(bound, 1e-3);
  EXPECT_TRUE(judge(exact, Comparison::bitForBit));
  EXPECT_TRUE(judge(exact + 0.9 * bound, Comparison::bounded));
  EXPECT_FALSE(judge(exact + 1.1 * bound, Comparison::bounded));
  EXPECT_FALSE(judge(exact + 0.9 * bound, Comparison::bitForBit));
  EXPECT_FALSE(judge(NAN, Comparison::bounded));
  EXPECT_FALSE(judge(INFINITY, Comparison::bounded));
  writeNumber(ElementType::f32, result.view().data, {0, 1e9});
  EXPECT_NE(compare(*evaluation, result.view(), Comparison::bounded)
                .str()
                .find("1 of 1 elements wrong; worst at []: 1000000000.0"),
            std::string::npos);
}
