//===- EquationTest.cpp - Parsing and resolving equations -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::test;

namespace {

/// Resolves with types as users write them, separated by blanks.
llvm::FailureOr<ResolvedEquation> resolveText(llvm::StringRef text,
                                              llvm::StringRef types,
                                              llvm::StringRef result,
                                              Diagnostic &diagnostic) {
  llvm::FailureOr<Equation> equation = text.starts_with("[")
                                           ? parseSublists(text, diagnostic)
                                           : parseEquation(text, diagnostic);
  if (failed(equation))
    return llvm::failure();
  llvm::SmallVector<llvm::StringRef> parts;
  types.split(parts, ' ');
  std::vector<OperandType> operands;
  for (llvm::StringRef part : parts) {
    auto type = parseOperandType(part, "operand", diagnostic);
    if (failed(type))
      return llvm::failure();
    operands.push_back(*type);
  }
  ResolveOptions options;
  if (auto element = parseElementType(result))
    options.resultElement = element;
  else if (!result.empty()) {
    auto type = parseOperandType(result, "result", diagnostic);
    if (failed(type))
      return llvm::failure();
    options.result = *type;
  }
  return resolve(*equation, operands, options, diagnostic);
}

/// "result type; accumulator; labels with extents", or the error message.
std::string summary(llvm::StringRef text, llvm::StringRef types,
                    llvm::StringRef result = "") {
  Diagnostic diagnostic;
  auto resolved = resolveText(text, types, result, diagnostic);
  if (failed(resolved))
    return diagnostic.message;
  std::string line = resolved->result.str() + "; " +
                     elementTypeName(resolved->accumulate).str() + ";";
  for (const Label &label : resolved->labels)
    line += " " + label.name + "=" + shapeText({label.extent});
  return line;
}

std::string outputOf(llvm::StringRef text) {
  Diagnostic diagnostic;
  auto equation = text.starts_with("[") ? parseSublists(text, diagnostic)
                                        : parseEquation(text, diagnostic);
  if (failed(equation))
    return diagnostic.message;
  std::string output;
  for (const Subscript &subscript : equation->output)
    output += subscript.ellipsis   ? "."
              : equation->sublists ? std::to_string(subscript.label) + " "
                                   : std::string(1, char(subscript.label));
  return output;
}

TEST(Equation, ImplicitOutputSorts) {
  EXPECT_EQ(outputOf("ba,bC"), "Ca");
  EXPECT_EQ(outputOf("...ba"), ".ab");
  EXPECT_EQ(outputOf("ii"), "");
  EXPECT_EQ(outputOf("[9,100],[100,20,...]"), ".9 20 ");
  EXPECT_EQ(summary("βα", "2x3xf32"), "3x2xf32; f32; β=2 α=3");
}

TEST(Equation, BlanksStandBetweenTokensOnly) {
  EXPECT_EQ(outputOf(" i j , j k -> i k "), "ik");
  EXPECT_EQ(outputOf("i j- >k"), "expected '->' but found '- ' in operand 0");
  EXPECT_EQ(outputOf("i\xC2\xA0j"), "expected a letter, '...', ',' or '->' "
                                    "but found '\xC2\xA0' in operand 0");
}

TEST(Equation, LimitsAndBrokenText) {
  std::string letters;
  for (unsigned i = 0; i < kMaxRank; ++i)
    letters += char('a' + i % 26);
  EXPECT_EQ(outputOf(letters + "->a"), "a");
  EXPECT_EQ(outputOf(letters + "a->a"),
            "expected at most 64 indices but found more in operand 0");
  EXPECT_EQ(outputOf(std::string(kMaxOperands - 1, ',') + "->"), "");
  EXPECT_EQ(outputOf(std::string(kMaxOperands, ',') + "->"),
            "expected at most 4096 operands but found more");
  EXPECT_EQ(outputOf("i\xFFj"),
            "expected UTF-8 but found byte '\\xFF' in operand 0");
  // An overlong '/', a surrogate, a cut sequence.
  EXPECT_EQ(outputOf("\xC0\xAF"),
            "expected UTF-8 but found byte '\\xC0' in operand 0");
  EXPECT_EQ(outputOf("\xED\xA0\x80"),
            "expected UTF-8 but found byte '\\xED' in operand 0");
  EXPECT_EQ(outputOf("\xCE"),
            "expected UTF-8 but found byte '\\xCE' in operand 0");
  EXPECT_EQ(outputOf(llvm::StringRef("i\0j", 3)),
            "expected a letter, '...', ',' or '->' but found '\\x00' in "
            "operand 0");
  std::string manyLabels;
  for (unsigned i = 0; i < 65; ++i)
    manyLabels += "[" + std::to_string(i) + "],";
  manyLabels.pop_back();
  std::string types;
  for (unsigned i = 0; i < 65; ++i)
    types += i ? " 1xf32" : "1xf32";
  EXPECT_EQ(summary(manyLabels, types),
            "expected an output of rank at most 64 but found rank 65");
  Diagnostic diagnostic;
  EXPECT_TRUE(failed(
      parseEquation(std::string(kMaxEquationBytes + 1, ' '), diagnostic)));
}

TEST(Equation, LettersAreCategoryL) {
  EXPECT_EQ(summary("ßªʰ中𝔸->𝔸", "1x1x1x1x2xf32"),
            "2xf32; f32; ß=1 ª=1 ʰ=1 中=1 𝔸=2");
  // A combining accent, a roman numeral (Nl) and a digit are no letters; é as
  // two code points is not one label.
  for (const char *text : {"e\u0301", "Ⅷ", "٣", "_"})
    EXPECT_NE(outputOf(text).find("expected a letter"), std::string::npos);
  Diagnostic diagnostic;
  auto resolved = resolveText("βi,[", "2xf32", "", diagnostic);
  EXPECT_TRUE(failed(resolved));
  resolved = resolveText("βi", "2x3xf32", "", diagnostic);
  ASSERT_TRUE(succeeded(resolved));
  EXPECT_EQ(resolved->labels[0].parameter, "u03B2");
  EXPECT_EQ(resolved->labels[1].parameter, "i");
  // Not the same digits, though the last four are.
  resolved = resolveText("\U0001D6FC\uD6FC", "2x3xf32", "", diagnostic);
  ASSERT_TRUE(succeeded(resolved));
  EXPECT_EQ(resolved->labels[0].parameter, "u1D6FC");
  EXPECT_EQ(resolved->labels[1].parameter, "uD6FC");
}

TEST(Equation, Sublists) {
  EXPECT_EQ(summary("[0,...,7];[7]->[...,0]", "2x3x4xf32 4xf32"),
            "3x2xf32; f32; 0=2 ell0=3 7=4");
  EXPECT_EQ(summary("[9223372036854775807]", "2xf32"),
            "2xf32; f32; 9223372036854775807=2");
  EXPECT_EQ(outputOf("[]"), "");
  EXPECT_EQ(outputOf("[0"), "expected ',' or ']' but found the end");
  EXPECT_EQ(outputOf("[9223372036854775808]"),
            "expected '...' or an integer from 0 to 2^63 - 1 but found '9'");
  EXPECT_EQ(outputOf("[0]x"), "expected ',', '->' or the end but found 'x'");
  EXPECT_EQ(outputOf("[0]->0"), "expected '[' but found '0'");
  EXPECT_EQ(outputOf("[0]->[0]]"), "expected the end but found ']'");
  EXPECT_EQ(outputOf("[0]->[1]"),
            "output index '1' appears in no operand: expected '0'");
  EXPECT_EQ(outputOf("[...,...]"),
            "expected at most one '...' but found a second one in operand 0");
  std::vector<int64_t> wide(65, 0);
  Diagnostic diagnostic;
  EXPECT_TRUE(failed(equationFromSublists({wide}, nullptr, diagnostic)));
  EXPECT_EQ(diagnostic.message,
            "expected at most 64 labels but found 65 in operand 0");
  EXPECT_TRUE(failed(equationFromSublists({}, nullptr, diagnostic)));
}

TEST(Resolve, AsManyOperandsAsThereMayBe) {
  std::vector<std::vector<int64_t>> chain;
  for (int64_t i = 0; i < kMaxOperands; ++i)
    chain.push_back({i, i + 1});
  std::vector<int64_t> output = {kMaxOperands, 0};
  Diagnostic diagnostic;
  auto equation = equationFromSublists(chain, &output, diagnostic);
  ASSERT_TRUE(succeeded(equation));
  std::vector<OperandType> types(kMaxOperands);
  for (OperandType &type : types)
    type.shape = {2, 2};
  auto resolved = resolve(*equation, types, {}, diagnostic);
  ASSERT_TRUE(succeeded(resolved));
  EXPECT_EQ(resolved->labels.size(), kMaxOperands + 1u);
  EXPECT_EQ(resolved->outputLabels[0], int64_t(kMaxOperands));
  chain.push_back({0});
  EXPECT_TRUE(failed(equationFromSublists(chain, &output, diagnostic)));
  EXPECT_EQ(diagnostic.message, "expected 1 to 4096 operands but found 4097");
}

TEST(Resolve, Broadcasting) {
  EXPECT_EQ(summary("i,i->i", "1xf32 3xf32"), "3xf32; f32; i=3");
  EXPECT_EQ(summary("...,...", "2x1xf32 3xf32"), "2x3xf32; f32; ell0=2 ell1=3");
  EXPECT_EQ(summary("i,i->i", "1xf32 0xf32"), "0xf32; f32; i=0");
  EXPECT_EQ(summary("ii,i->i", "1x1xf32 3xf32"), "3xf32; f32; i=3");
  EXPECT_EQ(summary("i->i...", "3xf32"), "3xf32; f32; i=3");
  EXPECT_EQ(summary("ii", "1x3xf32"),
            "index 'i' is 1 on axis 0 but 3 on axis 1 of operand 0");
  // An operand with the shorter ellipsis first: axes keep their numbers.
  EXPECT_EQ(summary("...,...", "3xf32 2x3xf32"), "2x3xf32; f32; ell1=3 ell0=2");
}

TEST(Resolve, DynamicExtents) {
  EXPECT_EQ(summary("ij,jk", "?x4xf32 ?x?xf32"), "?x?xf32; f32; i=? j=4 k=?");
  EXPECT_EQ(summary("i,i->i", "?xf32 1xf32"), "?xf32; f32; i=?");
  EXPECT_EQ(summary("i,i->i", "1xf32 ?xf32"), "?xf32; f32; i=?");
  EXPECT_EQ(summary("i,i,i->i", "1xf32 ?xf32 5xf32"), "5xf32; f32; i=5");
  EXPECT_EQ(summary("i,i->i", "?xf32 0xf32"), "0xf32; f32; i=0");
  EXPECT_EQ(summary("ii->i", "?x3xf32"), "3xf32; f32; i=3");
  // `?` on a diagonal with a static 1 can be 1 alone, which then broadcasts.
  EXPECT_EQ(summary("ii,i->i", "?x1xf32 4xf32"), "4xf32; f32; i=4");
  Diagnostic diagnostic;
  auto resolved = resolveText("ii,i->i", "?x1xf32 4xf32", "", diagnostic);
  ASSERT_TRUE(succeeded(resolved));
  EXPECT_EQ(resolved->operands[0].str(), "1x1xf32");
}

TEST(Resolve, ElementTypes) {
  EXPECT_EQ(summary("i,i->i", "2xi8 2xu8"), "2xi16; i32; i=2");
  EXPECT_EQ(summary("i,i,i->i", "2xi16 2xu16 2xf32"), "2xf32; f32; i=2");
  EXPECT_EQ(summary("i,i->i", "2xf16 2xbf16"), "2xf32; f32; i=2");
  EXPECT_EQ(summary("i->", "2xbf16"), "bf16; f32; i=2");
  EXPECT_EQ(summary("i->", "2xbf16", "f32"), "f32; f32; i=2");
  EXPECT_EQ(summary("i->", "2xi8", "i32"), "i32; i32; i=2");
  EXPECT_EQ(summary("i->", "2xi32", "u64"), "u64; u64; i=2");
  EXPECT_EQ(summary("i->", "2xf64", "f32"), "f32; f64; i=2");
  EXPECT_EQ(summary("i->", "2xbool"), "bool; bool; i=2");
  EXPECT_EQ(summary("i->", "2xbool", "i32"), "i32; i32; i=2");
  EXPECT_EQ(summary("i->", "2xc64", "f32"),
            "expected a complex result type for a product of type c64 but "
            "found f32");
  EXPECT_EQ(summary("i->", "2xf16", "i32"),
            "expected a floating-point result type for a product of type f16 "
            "but found i32");
}

TEST(Resolve, ResultTypes) {
  EXPECT_EQ(summary("ij,jk", "2x3xf32 3x4xf32", "2x4xf32,strided<[8,1]>"),
            "2x4xf32,strided<[8,1]>; f32; i=2 j=3 k=4");
  EXPECT_EQ(summary("ij,jk", "?x3xf32 3x4xf32", "?x4xf32,strided<[?,1]>"),
            "?x4xf32,strided<[?,1]>; f32; i=? j=3 k=4");
  EXPECT_EQ(summary("ij,jk", "?x3xf32 3x4xf32", "2x?xf64"),
            "2x4xf64; f64; i=2 j=3 k=4");
  EXPECT_EQ(summary("ij,jk", "2x3xf32 3x4xf32", "2x5xf32"),
            "expected a result of shape 2x4 but found 2x5: index 'k' is 4 but "
            "5 in the result");
  EXPECT_EQ(summary("ij->", "2x3xf32", "1xf32"),
            "expected a result of shape () but found 1: the output has rank 0, "
            "the result's type 1");
  EXPECT_EQ(summary("ij", "2x3xf32", "2x3xf32,strided<[0,1]>"),
            "expected positive strides in the result but found 0 on axis 0");
  EXPECT_EQ(summary("ij", "2x3xf32", "2x3xf32,strided<[2,1]>"),
            "expected strides that keep the result's elements apart but found "
            "2 where 3 is the least");
}

TEST(Resolve, SizesBeyond64Bits) {
  EXPECT_EQ(summary("i,j->ij", "4294967296xf32 4294967296xf32"),
            "the result: expected fewer than 2^63 bytes but found "
            "4294967296x4294967296xf32");
  EXPECT_EQ(summary("i,j->", "4294967296xf32 4294967296xf32"),
            "f32; f32; i=4294967296 j=4294967296");
  Diagnostic diagnostic;
  auto equation = parseEquation("i", diagnostic);
  OperandType type;
  type.shape = {-3};
  EXPECT_TRUE(failed(resolve(*equation, {type}, {}, diagnostic)));
  EXPECT_EQ(diagnostic.message,
            "operand 0: expected a non-negative extent but found -3 on axis 0");
  type.shape.assign(65, 1);
  EXPECT_TRUE(failed(resolve(*equation, {type}, {}, diagnostic)));
  type.shape = {2};
  type.strides.emplace();
  EXPECT_TRUE(failed(resolve(*equation, {type}, {}, diagnostic)));
  EXPECT_EQ(diagnostic.message,
            "operand 0: expected 1 stride, one an axis, but found 0");
}

std::string rendered(llvm::StringRef text, llvm::StringRef types) {
  Diagnostic diagnostic;
  EXPECT_TRUE(failed(resolveText(text, types, "", diagnostic)));
  return diagnostic.render();
}

TEST(Diagnostic, CaretUnderTheLetter) {
  EXPECT_EQ(rendered("abc,cde->abde", "2x8x512xf32 256x8x64xf32"),
            "error: index 'c' is 512 in operand 0 but 256 in operand 1\n"
            "  abc,cde->abde\n"
            "      ^\n"
            "note: first used here, as 512\n"
            "  abc,cde->abde\n"
            "    ^");
}

TEST(Diagnostic, ColumnsNotBytes) {
  // Wide letters take two columns, the combining accent none.
  EXPECT_EQ(rendered("中a,a中->", "2x3xf32 3x4xf32"),
            "error: index '中' is 2 in operand 0 but 4 in operand 1\n"
            "  中a,a中->\n"
            "       ^~\n"
            "note: first used here, as 2\n"
            "  中a,a中->\n"
            "  ^~");
  EXPECT_EQ(rendered("e\u0301i", "2xf32"),
            "error: expected a letter, '...', ',' or '->' but found '\u0301' "
            "in operand 0\n"
            "  e\u0301i\n"
            "   ^");
  EXPECT_EQ(rendered("\t\xFF%", "2xf32").substr(0, 8), "error: e");
  SourcePoint point{"\t\xFF\x01%", 3, 1};
  EXPECT_EQ(Diagnostic::caretColumn(point), 10u);
}

} // namespace
