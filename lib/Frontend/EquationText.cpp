//===- EquationText.cpp - Equations in messages ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EquationText.h"

#include "Unicode.h"
#include <algorithm>
#include <map>

using namespace einsumc;

std::string einsumc::subscriptName(const Equation &equation,
                                   const Subscript &subscript) {
  if (subscript.ellipsis)
    return "...";
  return equation.sublists ? std::to_string(subscript.label)
                           : encodeUtf8(subscript.label);
}

TextSpan einsumc::subscriptSpan(const Equation &equation,
                                const Subscript &subscript) {
  return {subscript.offset, subscriptName(equation, subscript).size()};
}

static TextSpan joined(const Equation &equation,
                       llvm::ArrayRef<Subscript> subscripts) {
  TextSpan last = subscriptSpan(equation, subscripts.back());
  size_t first = subscripts.front().offset;
  return {first, last.offset + last.length - first};
}

TextSpan einsumc::operandSpan(const Equation &equation, unsigned operand) {
  if (!equation.operands[operand].empty())
    return joined(equation, equation.operands[operand]);
  // A scalar: right behind the separator, or between the brackets.
  llvm::StringRef text = equation.text;
  char separator = equation.sublists ? '[' : ',';
  size_t at = 0;
  for (unsigned i = 0, n = operand + equation.sublists; i < n; ++i)
    at = text.find(separator, at) + 1;
  while (at < text.size() && text[at] == ' ')
    ++at;
  return {at, 1};
}

TextSpan einsumc::outputSpan(const Equation &equation) {
  llvm::StringRef text = equation.text;
  if (equation.implicitOutput)
    return {text.size(), 1};
  if (!equation.output.empty())
    return joined(equation, equation.output);
  size_t at = text.rfind(equation.sublists ? "[" : ">") + 1;
  while (at < text.size() && text[at] == ' ')
    ++at;
  return {at, 1};
}

std::string einsumc::counted(size_t count, llvm::StringRef noun) {
  return (llvm::Twine(count) + " " + noun + (count == 1 ? "" : "s")).str();
}

llvm::LogicalResult einsumc::failAt(Diagnostic &diagnostic,
                                    llvm::StringRef text, TextSpan span,
                                    const llvm::Twine &message) {
  // The message may be built from the diagnostic's own strings.
  std::string rendered = message.str();
  diagnostic = Diagnostic();
  diagnostic.message = std::move(rendered);
  diagnostic.point = SourcePoint{text.str(), span.offset, span.length};
  return llvm::failure();
}

/// "'i', 'j', 'k'"; long lists are cut.
static std::string listOf(llvm::ArrayRef<std::string> names) {
  constexpr size_t most = 8;
  std::string result;
  for (size_t i = 0; i < std::min(names.size(), most); ++i)
    result += (i ? ", '" : "'") + names[i] + "'";
  return names.size() > most ? result + ", …" : result;
}

llvm::LogicalResult einsumc::completeOutput(Equation &equation,
                                            Diagnostic &diagnostic) {
  std::map<uint64_t, unsigned> occurrences;
  bool hasEllipsis = false;
  for (const auto &operand : equation.operands)
    for (const Subscript &subscript : operand) {
      if (subscript.ellipsis)
        hasEllipsis = true;
      else
        ++occurrences[subscript.label];
    }

  if (equation.implicitOutput) {
    // The ellipsis, then what occurs once: by code point or integer.
    uint32_t end = equation.text.size();
    if (hasEllipsis)
      equation.output.push_back({true, 0, end});
    for (auto [label, count] : occurrences)
      if (count == 1)
        equation.output.push_back({false, label, end});
    return llvm::success();
  }

  for (const Subscript &subscript : equation.output) {
    if (subscript.ellipsis || occurrences.count(subscript.label))
      continue;
    std::vector<std::string> known;
    known.reserve(occurrences.size());
    for (auto [label, count] : occurrences)
      known.push_back(subscriptName(equation, {false, label, 0}));
    std::string expected =
        known.empty() ? "the operands have no index"
                      : (known.size() == 1 ? "expected " : "expected one of ") +
                            listOf(known);
    return failAt(diagnostic, equation.text, subscriptSpan(equation, subscript),
                  "output index '" + subscriptName(equation, subscript) +
                      "' appears in no operand: " + expected);
  }
  return llvm::success();
}
