//===- Factor.cpp - alpha and beta as users write them --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   factor  ::= "?" | integer | "true" | "false" | real | complex
//   complex ::= real | real? ("+" | "-") real? ("i" | "j")
//
// as the result's element type has it.
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/Factor.h"
#include "EquationText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <charconv>
#include <cmath>

using namespace einsumc;

static bool parseReal(llvm::StringRef text, double &value) {
  // getAsDouble takes a lone sign for a number.
  return llvm::any_of(text, llvm::isAlnum) && !text.getAsDouble(value);
}

static bool parseComplex(llvm::StringRef text, std::complex<double> &value) {
  double real = 0, imaginary = 0;
  if (!text.consume_back("i") && !text.consume_back("j")) {
    if (!parseReal(text, real))
      return false;
    value = real;
    return true;
  }
  // The sign that starts the imaginary part is not that of an exponent.
  size_t split = text.size();
  while (split > 0) {
    --split;
    bool isSign = text[split] == '+' || text[split] == '-';
    bool isExponent = split > 0 && (text[split - 1] | 0x20) == 'e';
    if (isSign && !isExponent)
      break;
  }
  llvm::StringRef first = text.take_front(split),
                  second = text.drop_front(split);
  if (second == "+" || second == "-" || second.empty())
    imaginary = second == "-" ? -1 : 1;
  else if (!parseReal(second, imaginary))
    return false;
  if (!first.empty() && !parseReal(first, real))
    return false;
  value = {real, imaginary};
  return true;
}

static bool parseInteger(llvm::StringRef text, ElementType type,
                         uint64_t &value) {
  unsigned bits = 8 * elementTypeSize(type);
  if (isUnsigned(type))
    return !text.getAsInteger(10, value) && llvm::isUIntN(bits, value);
  int64_t number;
  if (text.getAsInteger(10, number) || !llvm::isIntN(bits, number))
    return false;
  value = number;
  return true;
}

llvm::FailureOr<Factor> einsumc::parseFactor(llvm::StringRef text,
                                             ElementType type,
                                             llvm::StringRef what,
                                             Diagnostic &diagnostic) {
  Factor factor;
  bool valid;
  std::string wanted = "a number";
  if (text == "?") {
    factor.runTime = true;
    return factor;
  }
  if (type == ElementType::boolean) {
    wanted = "0, 1, true or false";
    factor.integer = text == "1" || text == "true";
    valid = factor.integer || text == "0" || text == "false";
  } else if (isInteger(type)) {
    wanted = "an integer in the range of " + elementTypeName(type).str();
    valid = parseInteger(text, type, factor.integer);
  } else if (isComplex(type)) {
    wanted = "a complex number as 1.5-2i";
    valid = parseComplex(text, factor.real);
  } else {
    double value = 0;
    valid = parseReal(text, value);
    factor.real = value;
  }
  if (!valid)
    return failAt(diagnostic, text, {0, std::max<size_t>(text.size(), 1)},
                  what + ": expected " + wanted + " or ?, as the result is " +
                      elementTypeName(type));
  return factor;
}

/// The shortest text that reads as the same number.
static std::string realString(double value) {
  char buffer[32];
  char *end = std::to_chars(buffer, std::end(buffer), value).ptr;
  return std::string(buffer, end);
}

std::string Factor::str(ElementType type, llvm::StringRef parameter) const {
  if (runTime)
    return parameter.str();
  if (type == ElementType::boolean)
    return integer ? "true" : "false";
  if (isFloat(type) || (isComplex(type) && real.imag() == 0))
    return realString(real.real());
  if (isComplex(type)) {
    std::string imaginary = realString(real.imag());
    return "(" + realString(real.real()) +
           (std::signbit(real.imag()) ? "" : "+") + imaginary + "i)";
  }
  return isUnsigned(type) ? std::to_string(integer)
                          : std::to_string(int64_t(integer));
}
