//===- OperandType.cpp - operand types as users write them -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/OperandType.h"

#include "einsumc/Frontend/Equation.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;

std::string OperandType::str() const {
  std::string text;
  auto number = [](int64_t value) {
    return value == kDynamicExtent ? std::string("?") : std::to_string(value);
  };
  for (int64_t extent : shape)
    text += number(extent) + "x";
  text += elementTypeName(element);
  if (strides) {
    text += ",strided<[";
    for (size_t i = 0; i < strides->size(); ++i)
      text += (i ? "," : "") + number((*strides)[i]);
    text += "]>";
  }
  return text;
}

namespace {

class TypeParser {
public:
  TypeParser(llvm::StringRef text, llvm::StringRef what, Diagnostic &diagnostic)
      : text(text), what(what), diagnostic(diagnostic) {}

  llvm::FailureOr<OperandType> parse();

private:
  llvm::LogicalResult fail(size_t at, size_t length,
                           const llvm::Twine &message) {
    diagnostic = Diagnostic();
    diagnostic.message = (what + ": " + message).str();
    diagnostic.point = SourcePoint{text.str(), at, length};
    return llvm::failure();
  }
  bool consume(llvm::StringRef token) {
    if (!text.substr(at).starts_with(token))
      return false;
    at += token.size();
    return true;
  }
  llvm::LogicalResult parseShape();
  llvm::LogicalResult parseStrides();
  llvm::LogicalResult parseNumber(bool negative, int64_t &value);

  llvm::StringRef text;
  llvm::StringRef what;
  Diagnostic &diagnostic;
  size_t at = 0;
  OperandType type;
};

} // namespace

llvm::LogicalResult TypeParser::parseNumber(bool negative, int64_t &value) {
  llvm::StringRef rest = text.substr(at);
  llvm::StringRef digits =
      rest.take_while([](char c) { return llvm::isDigit(c); });
  // Both signs stay away from the value that stands for `?`.
  if (digits.getAsInteger(10, value))
    return fail(at, std::max<size_t>(digits.size(), 1),
                "number '" + digits + "' does not fit into 64 bits");
  if (negative)
    value = -value;
  at += digits.size();
  return llvm::success();
}

llvm::LogicalResult TypeParser::parseShape() {
  while (at < text.size() && (llvm::isDigit(text[at]) || text[at] == '?')) {
    if (type.shape.size() == kMaxRank)
      return fail(at, 1, "more than " + llvm::Twine(kMaxRank) + " axes");
    int64_t extent = kDynamicExtent;
    if (!consume("?") && failed(parseNumber(false, extent)))
      return llvm::failure();
    if (!consume("x"))
      return fail(
          at, 1,
          "expected 'x' behind an extent, as in 2x3xf32" +
              llvm::Twine(at < text.size()
                              ? ", got '" + text.substr(at, 1).str() + "'"
                              : ""));
    type.shape.push_back(extent);
  }
  return llvm::success();
}

llvm::LogicalResult TypeParser::parseStrides() {
  if (!consume("strided<["))
    return fail(at, 1, "expected 'strided<[' behind the comma");
  type.strides.emplace();
  auto blanks = [&] {
    while (consume(" ")) {
    }
  };
  blanks();
  if (!consume("]")) {
    do {
      blanks();
      int64_t stride = kDynamicExtent;
      if (!consume("?")) {
        bool negative = consume("-");
        if (at >= text.size() || !llvm::isDigit(text[at]))
          return fail(at, 1, "expected a stride in elements or '?'");
        if (failed(parseNumber(negative, stride)))
          return llvm::failure();
      }
      type.strides->push_back(stride);
      blanks();
    } while (consume(","));
    if (!consume("]"))
      return fail(at, 1, "expected ',' or ']' behind a stride");
  }
  if (!consume(">"))
    return fail(at, 1, "expected '>' at the end of the strides");
  if (type.strides->size() != type.shape.size())
    return fail(text.find("strided"), 7,
                "expected " + llvm::Twine(type.shape.size()) +
                    " strides, one an axis, got " +
                    llvm::Twine(type.strides->size()));
  return llvm::success();
}

llvm::FailureOr<OperandType> TypeParser::parse() {
  if (failed(parseShape()))
    return llvm::failure();
  llvm::StringRef name =
      text.substr(at).take_until([](char c) { return c == ',' || c == ' '; });
  std::optional<ElementType> element = parseElementType(name);
  if (!element) {
    std::string known;
    for (unsigned i = 0; i < kNumElementTypes; ++i)
      known += (i ? ", " : "") + elementTypeName(ElementType(i)).str();
    (void)fail(at, std::max<size_t>(name.size(), 1),
               "expected an element type (" + known + "), got '" + name + "'");
    return llvm::failure();
  }
  type.element = *element;
  at += name.size();
  if (consume(",")) {
    while (consume(" ")) {
    }
    if (failed(parseStrides()))
      return llvm::failure();
  }
  if (at != text.size()) {
    (void)fail(at, text.size() - at,
               "unexpected '" + text.substr(at) + "' behind the type");
    return llvm::failure();
  }
  int64_t bytes = elementTypeSize(type.element);
  bool empty = llvm::is_contained(type.shape, 0);
  for (int64_t extent : type.shape)
    if (extent != kDynamicExtent && !empty &&
        __builtin_mul_overflow(bytes, extent, &bytes)) {
      (void)fail(0, text.size(), "the product of the extents exceeds 64 bits");
      return llvm::failure();
    }
  return type;
}

llvm::FailureOr<OperandType> einsumc::parseOperandType(llvm::StringRef text,
                                                       llvm::StringRef what,
                                                       Diagnostic &diagnostic) {
  return TypeParser(text, what, diagnostic).parse();
}
