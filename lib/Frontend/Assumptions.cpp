//===- Assumptions.cpp - What users promise of extents --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   assumptions ::= assumption ("," assumption)*
//   assumption  ::= label ("%" number "==" "0" | relation number)
//   relation    ::= "==" | ">=" | "<="
//   label       ::= letter | "ell" digits | digits
//
// as the equation has its labels; digits are those of sublists, and ell0, ell1,
// … are the axes of "...". White space may stand between tokens.
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/Assumptions.h"

#include "EquationText.h"
#include "Unicode.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;

namespace {

class AssumptionParser {
public:
  AssumptionParser(ResolvedEquation &equation, llvm::StringRef text,
                   Diagnostic &diagnostic)
      : equation(equation), text(text), diagnostic(diagnostic) {}

  llvm::LogicalResult parse();

private:
  llvm::LogicalResult fail(TextSpan span, const llvm::Twine &message) {
    return failAt(diagnostic, text, span, message);
  }
  /// The next token as a user sees it, for messages.
  std::string found();
  llvm::LogicalResult expect(const llvm::Twine &what);
  void skipBlanks() {
    while (at < text.size() && llvm::isSpace(text[at]))
      ++at;
  }
  bool consume(llvm::StringRef token) {
    skipBlanks();
    if (!text.substr(at).starts_with(token))
      return false;
    at += token.size();
    return true;
  }
  llvm::FailureOr<Label *> parseLabel();
  llvm::FailureOr<int64_t> parseNumber();
  llvm::LogicalResult parseAssumption();
  /// What was promised of a label at `span`.
  llvm::LogicalResult add(Label &label, const ExtentFacts &facts,
                          TextSpan span);

  ResolvedEquation &equation;
  llvm::StringRef text;
  Diagnostic &diagnostic;
  size_t at = 0;
  TextSpan number; ///< where the last one stands
};

} // namespace

std::string AssumptionParser::found() {
  if (at == text.size())
    return "the end";
  unsigned length = std::max(decodeUtf8(text, at).length, 1u);
  return "'" + printable(text.substr(at, length)) + "'";
}

llvm::LogicalResult AssumptionParser::expect(const llvm::Twine &what) {
  skipBlanks();
  unsigned length =
      at < text.size() ? std::max(decodeUtf8(text, at).length, 1u) : 1;
  return fail({at, length}, "expected " + what + " but found " + found());
}

llvm::FailureOr<Label *> AssumptionParser::parseLabel() {
  skipBlanks();
  auto digitsFrom = [&](size_t start) {
    return text.substr(start).take_while(llvm::isDigit).size();
  };
  size_t length = digitsFrom(at);
  if (length == 0 && text.substr(at).starts_with("ell"))
    if (size_t digits = digitsFrom(at + 3))
      length = 3 + digits;
  if (length == 0 && at < text.size())
    if (DecodedPoint decoded = decodeUtf8(text, at); isLetter(decoded.point))
      length = decoded.length;
  if (length == 0)
    return expect("an index of the equation");
  llvm::StringRef name = text.substr(at, length);
  auto label = llvm::find_if(equation.labels, [&](const Label &candidate) {
    return candidate.name == name;
  });
  if (label == equation.labels.end())
    return fail({at, length}, "index '" + name +
                                  "' appears in no operand of '" +
                                  equation.text + "'");
  at += length;
  return &*label;
}

llvm::FailureOr<int64_t> AssumptionParser::parseNumber() {
  skipBlanks();
  llvm::StringRef digits = text.substr(at).take_while(llvm::isDigit);
  if (digits.empty())
    return expect("a number");
  number = {at, digits.size()};
  // Sums and products of a few extents stay within 64 bits.
  constexpr int64_t kMost = int64_t(1) << 56;
  int64_t value;
  if (digits.getAsInteger(10, value) || value > kMost)
    return fail(number, "expected a number of at most 2^56 but found "
                        "'" +
                            digits + "'");
  at += digits.size();
  return value;
}

llvm::LogicalResult
AssumptionParser::add(Label &label, const ExtentFacts &facts, TextSpan span) {
  if (label.extent != kDynamicExtent && !label.facts.any()) {
    if (facts.allow(label.extent))
      return llvm::success();
    return fail(span, "index '" + label.name + "' is " +
                          llvm::Twine(label.extent) + ", which contradicts " +
                          facts.str(label.name));
  }
  ExtentFacts before = label.facts;
  if (!label.facts.meet(facts))
    return fail(span, "" + facts.str(label.name) + " contradicts " +
                          before.str(label.name));
  return llvm::success();
}

llvm::LogicalResult AssumptionParser::parseAssumption() {
  llvm::FailureOr<Label *> label = parseLabel();
  if (failed(label))
    return llvm::failure();
  ExtentFacts facts;
  bool isMultiple = consume("%");
  bool isMin = !isMultiple && consume(">=");
  bool isMax = !isMultiple && !isMin && consume("<=");
  if (!isMultiple && !isMin && !isMax && !consume("=="))
    return expect("'%', '==', '>=' or '<='");
  llvm::FailureOr<int64_t> value = parseNumber();
  if (failed(value))
    return llvm::failure();
  TextSpan span = number;
  if (isMultiple) {
    if (*value == 0)
      return fail(span, "expected a number from 1 on but found '0'");
    facts.multiple = *value;
    if (!consume("=="))
      return expect("'=='");
    skipBlanks();
    llvm::FailureOr<int64_t> rest = parseNumber();
    if (failed(rest))
      return llvm::failure();
    if (*rest != 0)
      return fail(number, "expected 0 but found '" + llvm::Twine(*rest) + "'");
  }
  if (!isMultiple && !isMax)
    facts.min = *value;
  if (!isMultiple && !isMin)
    facts.max = *value;
  return add(**label, facts, span);
}

llvm::LogicalResult AssumptionParser::parse() {
  do {
    if (failed(parseAssumption()))
      return llvm::failure();
  } while (consume(","));
  skipBlanks();
  if (at != text.size())
    return expect("',' or the end");
  return llvm::success();
}

/// Where one extent is left, it is static.
static llvm::LogicalResult settleExtents(ResolvedEquation &equation,
                                         Diagnostic &diagnostic) {
  auto settle = [&](OperandType &type, llvm::ArrayRef<int64_t> labels) {
    for (auto [extent, label] : llvm::zip_equal(type.shape, labels))
      if (const ExtentFacts &facts = equation.labels[label].facts;
          extent == kDynamicExtent && facts.isOne())
        extent = facts.min;
  };
  for (auto [number, type] : llvm::enumerate(equation.operands)) {
    settle(type, equation.operandLabels[number]);
    if (failed(verifyOperandType(type, ("operand " + llvm::Twine(number)).str(),
                                 diagnostic)))
      return llvm::failure();
  }
  settle(equation.result, equation.outputLabels);
  for (Label &label : equation.labels)
    if (label.extent == kDynamicExtent && label.facts.isOne())
      label.extent = label.facts.min;
  if (failed(verifyOperandType(equation.result, "the result", diagnostic)))
    return llvm::failure();
  return verifyResultStrides(equation.result, diagnostic);
}

llvm::LogicalResult einsumc::assumeExtents(ResolvedEquation &equation,
                                           llvm::StringRef text,
                                           Diagnostic &diagnostic) {
  if (failed(AssumptionParser(equation, text, diagnostic).parse()))
    return llvm::failure();
  return settleExtents(equation, diagnostic);
}
