//===- ParseEquation.cpp - numpy's equation grammar -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Unicode.h"
#include "einsumc/Frontend/Equation.h"

#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace einsumc;

namespace {

class EquationParser {
public:
  EquationParser(llvm::StringRef text, Diagnostic &diagnostic)
      : text(text), diagnostic(diagnostic) {}

  llvm::FailureOr<Equation> parse();

private:
  llvm::LogicalResult fail(size_t offset, size_t length,
                           const llvm::Twine &message) {
    diagnostic = Diagnostic();
    diagnostic.message = message.str();
    diagnostic.point = SourcePoint{text.str(), offset, length};
    return llvm::failure();
  }
  /// "operand 1" or "the output", for messages.
  std::string where() const {
    return inOutput ? "the output"
                    : "operand " + std::to_string(equation.operands.size() - 1);
  }
  llvm::SmallVector<Subscript, 4> &current() {
    return inOutput ? equation.output : equation.operands.back();
  }
  llvm::LogicalResult parseEllipsis();
  llvm::LogicalResult parseArrow();
  llvm::LogicalResult parseOther();

  llvm::StringRef text;
  Diagnostic &diagnostic;
  Equation equation;
  size_t at = 0;
  bool inOutput = false;
};

} // namespace

llvm::LogicalResult EquationParser::parseEllipsis() {
  size_t dots =
      text.substr(at).take_while([](char c) { return c == '.'; }).size();
  for (const Subscript &subscript : current())
    if (subscript.ellipsis)
      return fail(at, dots,
                  "a second '.' or '...' in " + where() +
                      ": expected at most one ellipsis");
  if (dots != 3)
    return fail(at, dots,
                "'" + text.substr(at, dots) + "' in " + where() +
                    " is not an ellipsis: expected '...'");
  Subscript subscript;
  subscript.ellipsis = true;
  subscript.offset = at;
  current().push_back(subscript);
  at += 3;
  return llvm::success();
}

llvm::LogicalResult EquationParser::parseArrow() {
  if (!text.substr(at).starts_with("->"))
    return fail(at, 1,
                "unexpected '" + text.substr(at, 1) + "' in " + where() +
                    ": expected '->'");
  if (inOutput)
    return fail(at, 2, "a second '->': expected at most one");
  inOutput = true;
  equation.implicitOutput = false;
  at += 2;
  return llvm::success();
}

llvm::LogicalResult EquationParser::parseOther() {
  DecodedPoint decoded = decodeUtf8(text, at);
  if (decoded.length == 0)
    return fail(at, 1, "the equation is not UTF-8 at byte " + llvm::Twine(at));
  if (!isLetter(decoded.point)) {
    llvm::StringRef character = text.substr(at, decoded.length);
    std::string shown =
        llvm::isPrint(character[0]) || character.size() > 1
            ? character.str()
            : "\\x" + llvm::utohexstr(static_cast<unsigned char>(character[0]),
                                      true, 2);
    return fail(at, decoded.length,
                "unexpected character '" + shown + "' in " + where() +
                    ": expected a letter, '...', ',' or '->'");
  }
  if (current().size() == kMaxRank)
    return fail(at, decoded.length,
                "more than " + llvm::Twine(kMaxRank) + " subscripts in " +
                    where());
  Subscript subscript;
  subscript.label = decoded.point;
  subscript.offset = at;
  current().push_back(subscript);
  at += decoded.length;
  return llvm::success();
}

/// Labels that occur once, in order, behind the ellipsis if there is one.
static llvm::SmallVector<Subscript, 4>
implicitOutput(const Equation &equation) {
  std::map<uint64_t, unsigned> occurrences;
  llvm::SmallVector<Subscript, 4> output;
  uint32_t end = equation.text.size();
  bool ellipsis = false;
  for (const auto &operand : equation.operands)
    for (const Subscript &subscript : operand) {
      if (subscript.ellipsis)
        ellipsis = true;
      else
        ++occurrences[subscript.label];
    }
  if (ellipsis)
    output.push_back({true, 0, end});
  for (auto [label, count] : occurrences)
    if (count == 1)
      output.push_back({false, label, end});
  return output;
}

llvm::FailureOr<Equation> EquationParser::parse() {
  if (text.size() > std::numeric_limits<uint32_t>::max()) {
    (void)fail(0, 1, "the equation is too long");
    return llvm::failure();
  }
  equation.text = text.str();
  equation.implicitOutput = true;
  equation.operands.emplace_back();
  while (at < text.size()) {
    llvm::LogicalResult result = llvm::success();
    if (text[at] == ' ') {
      ++at;
    } else if (text[at] == '.') {
      result = parseEllipsis();
    } else if (text[at] == '-') {
      result = parseArrow();
    } else if (text[at] == ',') {
      if (inOutput)
        result =
            fail(at, 1, "unexpected ',' in the output: expected one subscript");
      else if (equation.operands.size() == kMaxOperands)
        result =
            fail(at, 1, "more than " + llvm::Twine(kMaxOperands) + " operands");
      else
        equation.operands.emplace_back();
      ++at;
    } else {
      result = parseOther();
    }
    if (failed(result))
      return llvm::failure();
  }
  if (equation.implicitOutput)
    equation.output = implicitOutput(equation);
  return equation;
}

llvm::FailureOr<Equation> einsumc::parseEquation(llvm::StringRef text,
                                                 Diagnostic &diagnostic) {
  return EquationParser(text, diagnostic).parse();
}

llvm::FailureOr<Equation>
einsumc::equationFromSublists(llvm::ArrayRef<std::vector<int64_t>> operands,
                              const std::vector<int64_t> *output,
                              Diagnostic &diagnostic) {
  Equation equation;
  equation.sublists = true;
  equation.implicitOutput = !output;
  auto fail = [&](const llvm::Twine &message) {
    diagnostic = Diagnostic();
    diagnostic.message = message.str();
    diagnostic.point = SourcePoint{equation.text, equation.text.size(), 1};
    return llvm::failure();
  };
  if (operands.size() > kMaxOperands)
    return fail("more than " + llvm::Twine(kMaxOperands) + " operands");
  auto append = [&](llvm::ArrayRef<int64_t> list, const std::string &where,
                    llvm::SmallVector<Subscript, 4> &subscripts) {
    equation.text += "[";
    if (list.size() > kMaxRank + 1)
      return llvm::LogicalResult(fail("more than " + llvm::Twine(kMaxRank) +
                                      " subscripts in " + where));
    bool ellipsis = false;
    for (auto [i, label] : llvm::enumerate(list)) {
      equation.text += i ? ", " : "";
      Subscript subscript;
      subscript.offset = equation.text.size();
      if (label == kEllipsis) {
        if (ellipsis)
          return llvm::LogicalResult(
              fail("a second ellipsis in " + where + ": expected at most one"));
        subscript.ellipsis = ellipsis = true;
        equation.text += "...";
      } else if (label < 0) {
        return llvm::LogicalResult(fail("label " + llvm::Twine(label) + " in " +
                                        where +
                                        ": expected a non-negative integer"));
      } else {
        subscript.label = label;
        equation.text += std::to_string(label);
      }
      subscripts.push_back(subscript);
    }
    equation.text += "]";
    return llvm::success();
  };
  for (auto [i, list] : llvm::enumerate(operands)) {
    equation.text += i ? ", " : "";
    equation.operands.emplace_back();
    if (failed(append(list, "operand " + std::to_string(i),
                      equation.operands.back())))
      return llvm::failure();
  }
  if (!output) {
    equation.output = implicitOutput(equation);
    return equation;
  }
  equation.text += " -> ";
  if (failed(append(*output, "the output", equation.output)))
    return llvm::failure();
  return equation;
}
