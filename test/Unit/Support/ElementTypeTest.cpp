//===- ElementTypeTest.cpp - Element types and their promotion ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Support/ElementType.h"
#include "llvm/ADT/SmallVector.h"
#include "gtest/gtest.h"

using namespace einsumc;
using enum ElementType;

namespace {

// numpy 2.4's promote_types of the row with f16, f32, f64, i8, i16, i32, i64,
// u8, u16, u32, u64, bool, c64, c128.
struct Row {
  const char *type, *results;
};
constexpr Row numpyTable[] = {
    {"f16", "f16 f32 f64 f16 f32 f64 f64 f16 f32 f64 f64 f16 c64 c128"},
    {"f32", "f32 f32 f64 f32 f32 f64 f64 f32 f32 f64 f64 f32 c64 c128"},
    {"f64", "f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 c128 c128"},
    {"i8", "f16 f32 f64 i8 i16 i32 i64 i16 i32 i64 f64 i8 c64 c128"},
    {"i16", "f32 f32 f64 i16 i16 i32 i64 i16 i32 i64 f64 i16 c64 c128"},
    {"i32", "f64 f64 f64 i32 i32 i32 i64 i32 i32 i64 f64 i32 c128 c128"},
    {"i64", "f64 f64 f64 i64 i64 i64 i64 i64 i64 i64 f64 i64 c128 c128"},
    {"u8", "f16 f32 f64 i16 i16 i32 i64 u8 u16 u32 u64 u8 c64 c128"},
    {"u16", "f32 f32 f64 i32 i32 i32 i64 u16 u16 u32 u64 u16 c64 c128"},
    {"u32", "f64 f64 f64 i64 i64 i64 i64 u32 u32 u32 u64 u32 c128 c128"},
    {"u64", "f64 f64 f64 f64 f64 f64 f64 u64 u64 u64 u64 u64 c128 c128"},
    {"bool", "f16 f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 bool c64 c128"},
    {"c64", "c64 c64 c128 c64 c64 c128 c128 c64 c64 c128 c128 c64 c64 c128"},
    {"c128",
     "c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128 c128"},
};

TEST(ElementType, PromotionIsNumpys) {
  for (const Row &row : numpyTable) {
    llvm::SmallVector<llvm::StringRef> results;
    llvm::StringRef(row.results).split(results, ' ');
    ASSERT_EQ(results.size(), std::size(numpyTable));
    for (size_t i = 0; i < results.size(); ++i) {
      ElementType a = *parseElementType(row.type);
      ElementType b = *parseElementType(numpyTable[i].type);
      EXPECT_EQ(elementTypeName(promote(a, b)), results[i])
          << row.type << " with " << numpyTable[i].type;
    }
  }
}

TEST(ElementType, Bf16PromotesAsF16) {
  for (unsigned i = 0; i < kNumElementTypes; ++i) {
    ElementType other = ElementType(i);
    if (other == f16 || other == bf16)
      continue;
    ElementType expected = promote(f16, other);
    EXPECT_EQ(promote(bf16, other), expected == f16 ? bf16 : expected);
    EXPECT_EQ(promote(other, bf16), promote(bf16, other));
  }
  EXPECT_EQ(promote(f16, bf16), f32);
  EXPECT_EQ(promote(bf16, f16), f32);
  EXPECT_EQ(promote(bf16, bf16), bf16);
}

TEST(ElementType, ManyOperandsPromoteInAnyOrder) {
  EXPECT_EQ(promote({i16, u16, f32}), f32);
  EXPECT_EQ(promote({f32, u16, i16}), f32);
  EXPECT_EQ(promote({u8, i8, f16}), f16);
  EXPECT_EQ(promote({i32, boolean, u32}), i64);
  EXPECT_EQ(promote({u64, i8, c64}), c128);
  EXPECT_EQ(promote({boolean}), boolean);
}

TEST(ElementType, NamesAndFacts) {
  for (unsigned i = 0; i < kNumElementTypes; ++i) {
    ElementType type = ElementType(i);
    EXPECT_EQ(parseElementType(elementTypeName(type)), type);
    EXPECT_EQ(isFloat(type) + isComplex(type) + isInteger(type) +
                  (type == boolean),
              1);
    EXPECT_EQ(unitRoundoff(type) > 0, isFloat(type) || isComplex(type));
  }
  EXPECT_FALSE(parseElementType("f8"));
  EXPECT_FALSE(parseElementType(""));
  EXPECT_EQ(elementTypeSize(c128), 16u);
  EXPECT_EQ(elementTypeSize(boolean), 1u);
  EXPECT_EQ(accumulatorType(bf16), f32);
  EXPECT_EQ(accumulatorType(u16), i32);
  EXPECT_EQ(accumulatorType(u32), u32);
  EXPECT_EQ(accumulatorType(boolean), boolean);
}

} // namespace
