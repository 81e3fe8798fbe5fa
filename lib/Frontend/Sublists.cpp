//===- Sublists.cpp - Equations of integer labels -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EquationText.h"
#include "Unicode.h"

#include "llvm/ADT/STLExtras.h"

using namespace einsumc;

/// Appends one list to the equation's text and to `subscripts`.
static llvm::LogicalResult appendList(
    Equation &equation, llvm::ArrayRef<int64_t> list, const std::string &where,
    llvm::SmallVector<Subscript, 4> &subscripts, Diagnostic &diagnostic) {
  std::string &text = equation.text;
  text += "[";
  size_t firstEllipsis = 0;
  bool hasEllipsis = false;
  for (auto [i, label] : llvm::enumerate(list)) {
    text += i ? "," : "";
    uint32_t offset = text.size();
    text += label == kEllipsis ? "..." : std::to_string(label);
    TextSpan span{offset, text.size() - offset};
    if (i == kMaxRank)
      return failAt(diagnostic, text, span,
                    "expected at most " + llvm::Twine(kMaxRank) +
                        " labels but found " + llvm::Twine(list.size()) +
                        " in " + where);
    if (label < 0 && label != kEllipsis)
      return failAt(diagnostic, text, span,
                    "expected a non-negative label but found " +
                        llvm::Twine(label) + " in " + where);
    if (label == kEllipsis && hasEllipsis) {
      (void)failAt(diagnostic, text, span,
                   "expected at most one '...' but found a second one in " +
                       where);
      diagnostic.noteMessage = "the first one is here";
      diagnostic.notePoint = SourcePoint{text, firstEllipsis, 3};
      return llvm::failure();
    }
    if (label == kEllipsis) {
      hasEllipsis = true;
      firstEllipsis = offset;
      subscripts.push_back({true, 0, offset});
    } else {
      subscripts.push_back({false, static_cast<uint64_t>(label), offset});
    }
  }
  text += "]";
  return llvm::success();
}

llvm::FailureOr<Equation>
einsumc::equationFromSublists(llvm::ArrayRef<std::vector<int64_t>> operands,
                              const std::vector<int64_t> *output,
                              Diagnostic &diagnostic) {
  Equation equation;
  equation.sublists = true;
  equation.implicitOutput = !output;
  if (operands.empty() || operands.size() > kMaxOperands) {
    (void)failAt(diagnostic, "", {0, 1},
                 "expected 1 to " + llvm::Twine(kMaxOperands) +
                     " operands but found " + llvm::Twine(operands.size()));
    return llvm::failure();
  }
  for (auto [i, list] : llvm::enumerate(operands)) {
    equation.text += i ? "," : "";
    if (failed(appendList(equation, list, "operand " + std::to_string(i),
                          equation.operands.emplace_back(), diagnostic)))
      return llvm::failure();
  }
  if (output) {
    equation.text += "->";
    if (failed(appendList(equation, *output, "the output", equation.output,
                          diagnostic)))
      return llvm::failure();
  }
  if (failed(completeOutput(equation, diagnostic)))
    return llvm::failure();
  return equation;
}

namespace {

/// Reads `[0,1],[1,...]->[0]`; semicolons may stand between lists.
class SublistReader {
public:
  SublistReader(llvm::StringRef text, Diagnostic &diagnostic)
      : text(text), rest(text), diagnostic(diagnostic) {}

  llvm::FailureOr<Equation> parse();

private:
  bool consume(llvm::StringRef token) {
    rest = rest.ltrim(' ');
    return rest.consume_front(token);
  }
  llvm::LogicalResult expect(llvm::StringRef what) {
    size_t at = text.size() - rest.size();
    size_t length = std::max(decodeUtf8(text, at).length, 1u);
    std::string found = rest.empty()
                            ? "the end"
                            : "'" + printable(rest.take_front(length)) + "'";
    return failAt(diagnostic, text, {at, length},
                  "expected " + what + " but found " + found);
  }
  llvm::LogicalResult parseList(std::vector<int64_t> &list);

  llvm::StringRef text, rest;
  Diagnostic &diagnostic;
};

} // namespace

llvm::LogicalResult SublistReader::parseList(std::vector<int64_t> &list) {
  if (!consume("["))
    return expect("'['");
  if (consume("]"))
    return llvm::success();
  do {
    if (consume("...")) {
      list.push_back(kEllipsis);
      continue;
    }
    uint64_t label = 0;
    llvm::StringRef behind = rest;
    if (behind.consumeInteger(10, label) || label > INT64_MAX)
      return expect("'...' or an integer from 0 to 2^63 - 1");
    list.push_back(label);
    rest = behind;
  } while (consume(","));
  return consume("]") ? llvm::success() : expect("',' or ']'");
}

llvm::FailureOr<Equation> SublistReader::parse() {
  std::vector<std::vector<int64_t>> operands;
  std::vector<int64_t> output;
  do {
    if (failed(parseList(operands.emplace_back())))
      return llvm::failure();
  } while (consume(",") || consume(";"));
  bool hasOutput = consume("->");
  if (hasOutput && failed(parseList(output)))
    return llvm::failure();
  rest = rest.ltrim(' ');
  if (!rest.empty()) {
    (void)expect(hasOutput ? "the end" : "',', '->' or the end");
    return llvm::failure();
  }
  return equationFromSublists(operands, hasOutput ? &output : nullptr,
                              diagnostic);
}

llvm::FailureOr<Equation> einsumc::parseSublists(llvm::StringRef text,
                                                 Diagnostic &diagnostic) {
  return SublistReader(text, diagnostic).parse();
}
