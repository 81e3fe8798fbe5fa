//===- TensorTest.cpp -----------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Tensor.h"
#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace einsumc;
using namespace einsumc::reference;

/// LLVM's conversions are the independent truth for ours.
static uint16_t convert(double value, const llvm::fltSemantics &semantics) {
  llvm::APFloat number(value);
  bool losesInfo;
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return number.bitcastToAPInt().getZExtValue();
}

TEST(Tensor, HalfConversionsMatchLLVM) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    double half = fromHalf(bits), bfloat = fromBfloat(bits);
    if (std::isnan(half)) {
      EXPECT_GT(toHalf(half) & 0x7fff, 0x7c00);
    } else {
      ASSERT_EQ(toHalf(half), bits);
      // Ties and their neighbours between this value and the next one.
      double next = fromHalf(bits + 1);
      for (double value : {(half + next) / 2, half * 0.75 + next * 0.25,
                           std::nextafter((half + next) / 2, half)})
        if (std::isfinite(value))
          ASSERT_EQ(toHalf(value), convert(value, llvm::APFloat::IEEEhalf()))
              << value;
    }
    if (std::isnan(bfloat)) {
      EXPECT_GT(toBfloat(bfloat) & 0x7fff, 0x7f80);
    } else {
      ASSERT_EQ(toBfloat(bfloat), bits);
      double next = fromBfloat(bits + 1);
      for (double value :
           {(bfloat + next) / 2, std::nextafter((bfloat + next) / 2, next)})
        if (std::isfinite(value))
          ASSERT_EQ(toBfloat(value), convert(value, llvm::APFloat::BFloat()))
              << value;
    }
  }
  EXPECT_EQ(toHalf(65519.99), 0x7bff);
  EXPECT_EQ(toHalf(65520), 0x7c00);
  EXPECT_EQ(toHalf(-1e-30), 0x8000);
}

TEST(Tensor, SizesThatOverflow) {
  EXPECT_EQ(checkedSize({}), 1);
  EXPECT_EQ(checkedSize({3, 4}), 12);
  EXPECT_EQ(checkedSize({int64_t(1) << 40, int64_t(1) << 40}), std::nullopt);
  EXPECT_EQ(checkedSize({int64_t(1) << 40, int64_t(1) << 40, 0}), 0);
}

static Tensor tensor(ElementType type, llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<double> values) {
  Tensor result(type, shape);
  size_t next = 0;
  forEachIndex(shape, [&](llvm::ArrayRef<int64_t> index) {
    double value = values[next++];
    writeNumber(
        type, result.view().at(index),
        {isFloat(type) || isComplex(type) ? 0 : uint64_t(int64_t(value)),
         value});
  });
  return result;
}

// The expected text is numpy's.
TEST(Tensor, PrintsAsNumpyDoes) {
  auto print = [](ElementType type, llvm::ArrayRef<int64_t> shape,
                  llvm::ArrayRef<double> values) {
    return format(tensor(type, shape, values).view());
  };
  EXPECT_EQ(print(ElementType::i64, {2, 3}, {33, 69, 77, -6, 27, 9}),
            "[[33 69 77]\n [-6 27  9]]");
  EXPECT_EQ(print(ElementType::f64, {3}, {1, 2.5, -3}), "[ 1.   2.5 -3. ]");
  EXPECT_EQ(print(ElementType::f32, {2}, {0.1f, 1}), "[0.1 1. ]");
  EXPECT_EQ(print(ElementType::f64, {2}, {1e10, 1.5}), "[1.0e+10 1.5e+00]");
  EXPECT_EQ(print(ElementType::f64, {1}, {1.0 / 3}), "[0.33333333]");
  EXPECT_EQ(print(ElementType::f64, {}, {72}), "72.0");
  EXPECT_EQ(print(ElementType::boolean, {2}, {1, 0}), "[ True False]");
  EXPECT_EQ(print(ElementType::f64, {2}, {INFINITY, 1}), "[inf  1.]");
  EXPECT_EQ(print(ElementType::i32, {0}, {}), "[]");
}

TEST(Tensor, StridedMemory) {
  // Rows backwards, every second column: 5 elements before the first one, 3
  // behind it.
  std::optional<Span> span = checkedSpan(ElementType::f32, {2, 2}, {-5, 2});
  ASSERT_TRUE(span);
  EXPECT_EQ(span->before, 20);
  EXPECT_EQ(span->bytes, 32);
  EXPECT_EQ(checkedSpan(ElementType::f64, {1 << 30, 3}, {0, 1})->bytes, 24);
  EXPECT_EQ(checkedSpan(ElementType::f64, {3, 0}, {INT64_MAX, 1})->bytes, 0);
  EXPECT_FALSE(checkedSpan(ElementType::f64, {3}, {INT64_MAX}));
  EXPECT_FALSE(checkedSpan(ElementType::c128, {1 << 30}, {int64_t(1) << 30}));

  Tensor tensor = Tensor::strided(ElementType::f32, {2, 2}, {-5, 2});
  EXPECT_EQ(tensor.bytes(), 32);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.memory().data()) % 64, 0u);
  for (int64_t i : {0, 1})
    for (int64_t j : {0, 1}) {
      const auto *at = static_cast<const uint8_t *>(tensor.view().at({i, j}));
      EXPECT_GE(at, tensor.memory().begin());
      EXPECT_LE(at + 4, tensor.memory().end());
    }
  Tensor moved = std::move(tensor);
  EXPECT_EQ(*static_cast<const float *>(moved.view().at({1, 1})), 0);
}
