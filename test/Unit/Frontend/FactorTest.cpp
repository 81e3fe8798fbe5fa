//===- FactorTest.cpp - alpha and beta as users write them ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/Factor.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace einsumc;

namespace {

Factor parse(llvm::StringRef text, ElementType type) {
  Diagnostic diagnostic;
  llvm::FailureOr<Factor> factor = parseFactor(text, type, "alpha", diagnostic);
  EXPECT_TRUE(succeeded(factor)) << text.str() << ": " << diagnostic.render();
  return succeeded(factor) ? *factor : Factor();
}

std::string errorOf(llvm::StringRef text, ElementType type) {
  Diagnostic diagnostic;
  EXPECT_TRUE(failed(parseFactor(text, type, "beta", diagnostic)))
      << text.str();
  return diagnostic.render();
}

TEST(Factor, Reals) {
  EXPECT_EQ(parse("0.5", ElementType::f32).real, 0.5);
  EXPECT_EQ(parse("-3", ElementType::f64).real, -3.0);
  EXPECT_EQ(parse("1e-3", ElementType::f16).real, 1e-3);
  EXPECT_TRUE(std::isinf(parse("inf", ElementType::f32).real.real()));
  EXPECT_TRUE(parse("-0.0", ElementType::f32).isZero(ElementType::f32));
}

TEST(Factor, Complex) {
  using Complex = std::complex<double>;
  EXPECT_EQ(parse("1.5-2i", ElementType::c64).real, Complex(1.5, -2));
  EXPECT_EQ(parse("1e-3+2e+1j", ElementType::c128).real, Complex(1e-3, 20));
  EXPECT_EQ(parse("-i", ElementType::c64).real, Complex(0, -1));
  EXPECT_EQ(parse("2i", ElementType::c64).real, Complex(0, 2));
  EXPECT_EQ(parse("3", ElementType::c64).real, Complex(3, 0));
  EXPECT_EQ(parse("1+i", ElementType::c64).real, Complex(1, 1));
}

TEST(Factor, Integers) {
  EXPECT_EQ(parse("-128", ElementType::i8).integer, uint64_t(-128));
  EXPECT_EQ(parse("255", ElementType::u8).integer, 255u);
  EXPECT_EQ(parse("18446744073709551615", ElementType::u64).integer,
            UINT64_MAX);
  EXPECT_TRUE(parse("0", ElementType::i32).isZero(ElementType::i32));
  EXPECT_EQ(parse("true", ElementType::boolean).integer, 1u);
}

TEST(Factor, RunTime) {
  Factor factor = parse("?", ElementType::c128);
  EXPECT_TRUE(factor.runTime);
  EXPECT_FALSE(factor.isZero(ElementType::c128));
}

TEST(Factor, Errors) {
  EXPECT_EQ(errorOf("128", ElementType::i8),
            "error: beta: expected an integer in the range of i8 or ?, as the "
            "result is i8\n  128\n  ^~~");
  for (llvm::StringRef text : {"", "x", "+", "-", "1..5", "0.5f", "1 2"})
    EXPECT_NE(errorOf(text, ElementType::f32).find("expected a number or ?"),
              std::string::npos);
  for (llvm::StringRef text : {"i+1", "1+2", "++i", "ii", "1+-2i", "e"})
    errorOf(text, ElementType::c64);
  errorOf("-1", ElementType::u8);
  errorOf("2", ElementType::boolean);
  errorOf("1.0", ElementType::i64);
}

} // namespace
