//===- ParseEquation.cpp - numpy's equation grammar -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   equation   ::= operands ("->" subscripts)?
//   operands   ::= subscripts ("," subscripts)*
//   subscripts ::= (letter | "...")*     at most one "..."
//
// Blanks (U+0020) may stand between tokens, not inside of "->" and "...". Where
// numpy's two parsers disagree, this is the strict one.
//
//===----------------------------------------------------------------------===//

#include "EquationText.h"
#include "Unicode.h"

using namespace einsumc;

namespace {

class EquationParser {
public:
  EquationParser(llvm::StringRef text, Diagnostic &diagnostic)
      : text(text), diagnostic(diagnostic) {}

  llvm::FailureOr<Equation> parse();

private:
  llvm::LogicalResult fail(size_t length, const llvm::Twine &message) {
    return failAt(diagnostic, text, {at, length}, message);
  }
  /// "operand 1" or "the output", for messages.
  std::string where() const {
    return inOutput ? "the output"
                    : "operand " + std::to_string(equation.operands.size() - 1);
  }
  /// What may stand in a subscript list, for messages.
  llvm::StringRef expected() const {
    return inOutput ? "expected a letter or '...'"
                    : "expected a letter, '...', ',' or '->'";
  }
  llvm::SmallVector<Subscript, 4> &current() {
    return inOutput ? equation.output : equation.operands.back();
  }
  llvm::LogicalResult parseToken();
  llvm::LogicalResult parseEllipsis();
  llvm::LogicalResult parseArrow();
  llvm::LogicalResult parseComma();
  llvm::LogicalResult parseLetter();
  llvm::LogicalResult append(Subscript subscript, size_t length);

  llvm::StringRef text;
  Diagnostic &diagnostic;
  Equation equation;
  size_t at = 0;
  size_t arrowAt = 0;
  bool inOutput = false;
};

} // namespace

llvm::LogicalResult EquationParser::append(Subscript subscript, size_t length) {
  if (current().size() == kMaxRank)
    return fail(length, "expected at most " + llvm::Twine(kMaxRank) +
                            " indices but found more in " + where());
  subscript.offset = at;
  current().push_back(subscript);
  at += length;
  return llvm::success();
}

llvm::LogicalResult EquationParser::parseEllipsis() {
  size_t dots =
      text.substr(at).take_while([](char c) { return c == '.'; }).size();
  if (dots != 3)
    return fail(dots, "expected '...' but found '" + text.substr(at, dots) +
                          "' in " + where());
  for (const Subscript &subscript : current()) {
    if (!subscript.ellipsis)
      continue;
    (void)fail(dots, "expected at most one '...' but found a second one in " +
                         where());
    diagnostic.noteMessage = "the first one is here";
    diagnostic.notePoint = SourcePoint{text.str(), subscript.offset, 3};
    return llvm::failure();
  }
  return append({/*ellipsis=*/true, 0, 0}, dots);
}

llvm::LogicalResult EquationParser::parseArrow() {
  if (!text.substr(at).starts_with("->")) {
    size_t length = 1 + decodeUtf8(text, at + 1).length;
    return fail(1, "expected '->' but found '" +
                       printable(text.substr(at, length)) + "' in " + where());
  }
  if (inOutput) {
    (void)fail(2, "expected at most one '->' but found a second one");
    diagnostic.noteMessage = "the first one is here";
    diagnostic.notePoint = SourcePoint{text.str(), arrowAt, 2};
    return llvm::failure();
  }
  inOutput = true;
  equation.implicitOutput = false;
  arrowAt = at;
  at += 2;
  return llvm::success();
}

llvm::LogicalResult EquationParser::parseComma() {
  if (inOutput)
    return fail(1, expected() + " but found ',' in the output");
  if (equation.operands.size() == kMaxOperands)
    return fail(1, "expected at most " + llvm::Twine(kMaxOperands) +
                       " operands but found more");
  equation.operands.emplace_back();
  ++at;
  return llvm::success();
}

llvm::LogicalResult EquationParser::parseLetter() {
  DecodedPoint decoded = decodeUtf8(text, at);
  if (decoded.length == 0)
    return fail(1, "expected UTF-8 but found byte '" +
                       printable(text.substr(at, 1)) + "' in " + where());
  if (!isLetter(decoded.point))
    return fail(decoded.length, expected() + " but found '" +
                                    printable(text.substr(at, decoded.length)) +
                                    "' in " + where());
  return append({/*ellipsis=*/false, decoded.point, 0}, decoded.length);
}

llvm::LogicalResult EquationParser::parseToken() {
  switch (text[at]) {
  case ' ':
    ++at;
    return llvm::success();
  case '.':
    return parseEllipsis();
  case '-':
    return parseArrow();
  case ',':
    return parseComma();
  default:
    return parseLetter();
  }
}

llvm::FailureOr<Equation> EquationParser::parse() {
  equation.text = text.str();
  equation.implicitOutput = true;
  equation.operands.emplace_back();
  if (text.size() > kMaxEquationBytes) {
    (void)failAt(diagnostic, text.take_front(32), {0, 1},
                 "expected an equation of at most " +
                     llvm::Twine(kMaxEquationBytes) + " bytes but found " +
                     llvm::Twine(text.size()));
    return llvm::failure();
  }
  while (at < text.size())
    if (failed(parseToken()))
      return llvm::failure();
  if (failed(completeOutput(equation, diagnostic)))
    return llvm::failure();
  return equation;
}

llvm::FailureOr<Equation> einsumc::parseEquation(llvm::StringRef text,
                                                 Diagnostic &diagnostic) {
  return EquationParser(text, diagnostic).parse();
}
