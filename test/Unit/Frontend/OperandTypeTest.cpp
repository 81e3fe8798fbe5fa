//===- OperandTypeTest.cpp - Operand types as users write them ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/OperandType.h"
#include "gtest/gtest.h"

using namespace einsumc;

namespace {

/// The type printed again, or the error with the caret's column.
std::string parsed(llvm::StringRef text) {
  Diagnostic diagnostic;
  auto type = parseOperandType(text, "operand 0", diagnostic);
  if (succeeded(type))
    return type->str();
  llvm::StringRef message = diagnostic.message;
  EXPECT_TRUE(message.consume_front("operand 0: "));
  return std::to_string(Diagnostic::caretColumn(*diagnostic.point)) + ": " +
         message.str();
}

TEST(OperandType, PrintsWhatItParsed) {
  for (const char *text :
       {"f64", "2x8x512xf32", "?x8x512xbf16", "0xi8", "1x1xbool", "4xc128",
        "?x33xf32,strided<[?,1]>", "2xf16,strided<[-3]>", "f32,strided<[]>",
        "9223372036854775807xi8"})
    EXPECT_EQ(parsed(text), text);
  EXPECT_EQ(parsed("2x3xf32, strided<[ 3 , 1 ]>"), "2x3xf32,strided<[3,1]>");
}

TEST(OperandType, Errors) {
  const std::string elements =
      "expected an element type (f16, bf16, f32, f64, i8, i16, i32, i64, u8, "
      "u16, u32, u64, bool, c64, c128) but found ";
  EXPECT_EQ(parsed(""), "0: " + elements + "none");
  EXPECT_EQ(parsed("2x3"),
            "3: expected 'x' behind the extent, as in 2x3xf32, but found the "
            "end");
  EXPECT_EQ(parsed("2xx3xf32"), "2: " + elements + "'x3xf32'");
  EXPECT_EQ(parsed("-2xf32"), "0: " + elements + "'-2xf32'");
  EXPECT_EQ(parsed("2xf8"), "2: " + elements + "'f8'");
  EXPECT_EQ(parsed("2 xf32"),
            "1: expected 'x' behind the extent, as in 2x3xf32, but found ' '");
  EXPECT_EQ(parsed("2xf32 "), "5: expected the end of the type but found ' '");
  EXPECT_EQ(parsed("2xf32,"),
            "6: expected 'strided<[' behind the comma but found the end");
  EXPECT_EQ(parsed("2xf32,strided<[1,]>"),
            "17: expected a number or '?' but found ']'");
  EXPECT_EQ(parsed("2xf32,strided<[1>"),
            "16: expected ',' or ']' behind the stride but found '>'");
  EXPECT_EQ(parsed("2xf32,strided<[1]"),
            "17: expected '>' behind the strides but found the end");
  EXPECT_EQ(parsed("2x3xf32,strided<[1]>"),
            "0: expected 2 strides, one an axis, but found 1");
}

TEST(OperandType, Limits) {
  std::string wide;
  for (int i = 0; i < 64; ++i)
    wide += "1x";
  EXPECT_EQ(parsed(wide + "f32"), wide + "f32");
  EXPECT_EQ(parsed(wide + "1xf32"),
            "128: expected at most 64 axes but found more");
  EXPECT_EQ(parsed("9223372036854775808xf32"),
            "0: expected a number below 2^63 but found 9223372036854775808");
  EXPECT_EQ(parsed("4294967296x2147483648xi8"),
            "0: expected fewer than 2^63 bytes but found "
            "4294967296x2147483648xi8");
  // An empty axis excuses nothing, as numpy has it.
  EXPECT_EQ(parsed("0x4294967296x4294967296xf32").substr(0, 30),
            "0: expected fewer than 2^63 by");
  EXPECT_EQ(parsed("2xf32,strided<[9223372036854775807]>").substr(0, 30),
            "0: expected fewer than 2^63 by");
  std::string strides = "2xf32,strided<[";
  for (int i = 0; i < 65; ++i)
    strides += i ? ",1" : "1";
  EXPECT_EQ(parsed(strides + "]>"),
            "144: expected at most 64 strides but found more");
}

} // namespace
