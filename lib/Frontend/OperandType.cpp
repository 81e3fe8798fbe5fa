//===- OperandType.cpp - Operand types as users write them ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   type   ::= (extent "x")* element ("," layout)?
//   layout ::= "strided<[" (stride ("," stride)*)? "]>"
//   extent ::= digits | "?"       stride ::= "-"? digits | "?"
//
// Blanks may stand behind commas and inside of the brackets.
//
//===----------------------------------------------------------------------===//

#include "EquationText.h"
#include "Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

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
  llvm::LogicalResult fail(size_t length, const llvm::Twine &message) {
    return failAt(diagnostic, text, {at, std::max<size_t>(length, 1)},
                  what + ": " + message);
  }
  /// "expected … but found 'c'", c being the next character.
  llvm::LogicalResult expected(const llvm::Twine &wanted) {
    size_t length = std::max(decodeUtf8(text, at).length, 1u);
    std::string found = at == text.size()
                            ? "the end"
                            : "'" + printable(text.substr(at, length)) + "'";
    return fail(length, "expected " + wanted + " but found " + found);
  }
  bool consume(llvm::StringRef token) {
    if (!text.substr(at).starts_with(token))
      return false;
    at += token.size();
    return true;
  }
  void skipBlanks() {
    while (consume(" ")) {
    }
  }
  llvm::LogicalResult parseShape();
  llvm::LogicalResult parseElement();
  llvm::LogicalResult parseLayout();
  llvm::LogicalResult parseNumber(int64_t &value);

  llvm::StringRef text;
  llvm::StringRef what;
  Diagnostic &diagnostic;
  size_t at = 0;
  OperandType type;
};

} // namespace

llvm::LogicalResult TypeParser::parseNumber(int64_t &value) {
  llvm::StringRef digits = text.substr(at).take_while(llvm::isDigit);
  if (digits.empty())
    return expected("a number or '?'");
  if (digits.getAsInteger(10, value))
    return fail(digits.size(),
                "expected a number below 2^63 but found " + digits);
  at += digits.size();
  return llvm::success();
}

llvm::LogicalResult TypeParser::parseShape() {
  while (at < text.size() && (llvm::isDigit(text[at]) || text[at] == '?')) {
    if (type.shape.size() == kMaxRank)
      return fail(1, "expected at most " + llvm::Twine(kMaxRank) +
                         " axes but found more");
    int64_t extent = kDynamicExtent;
    if (!consume("?") && failed(parseNumber(extent)))
      return llvm::failure();
    if (!consume("x"))
      return expected("'x' behind the extent, as in 2x3xf32,");
    type.shape.push_back(extent);
  }
  return llvm::success();
}

llvm::LogicalResult TypeParser::parseElement() {
  llvm::StringRef name =
      text.substr(at).take_until([](char c) { return c == ',' || c == ' '; });
  if (std::optional<ElementType> element = parseElementType(name)) {
    type.element = *element;
    at += name.size();
    return llvm::success();
  }
  std::string known;
  for (unsigned i = 0; i < kNumElementTypes; ++i)
    known += (i ? ", " : "") + elementTypeName(ElementType(i)).str();
  std::string found = name.empty() ? "none" : "'" + printable(name) + "'";
  return fail(name.size(),
              "expected an element type (" + known + ") but found " + found);
}

llvm::LogicalResult TypeParser::parseLayout() {
  skipBlanks();
  if (!consume("strided<["))
    return expected("'strided<[' behind the comma");
  type.strides.emplace();
  skipBlanks();
  bool closed = consume("]");
  while (!closed) {
    int64_t stride = kDynamicExtent;
    if (!consume("?")) {
      bool negative = consume("-");
      if (failed(parseNumber(stride)))
        return llvm::failure();
      stride = negative ? -stride : stride;
    }
    if (type.strides->size() == kMaxRank)
      return fail(1, "expected at most " + llvm::Twine(kMaxRank) +
                         " strides but found more");
    type.strides->push_back(stride);
    skipBlanks();
    closed = consume("]");
    if (!closed && !consume(","))
      return expected("',' or ']' behind the stride");
    skipBlanks();
  }
  return consume(">") ? llvm::success() : expected("'>' behind the strides");
}

llvm::FailureOr<OperandType> TypeParser::parse() {
  if (failed(parseShape()) || failed(parseElement()))
    return llvm::failure();
  if (consume(",") && failed(parseLayout()))
    return llvm::failure();
  if (at != text.size()) {
    (void)expected("the end of the type");
    return llvm::failure();
  }
  if (failed(verifyOperandType(type, what, diagnostic)))
    return llvm::failure();
  return std::move(type);
}

/// Whether the bytes of a dense tensor, and those from its lowest to its
/// highest address, fit 63 bits. `?` counts as 1, and so does an empty axis:
/// sizes that cannot be are an error even where nothing is stored.
static bool fitsAddressSpace(const OperandType &type) {
  int64_t size = elementTypeSize(type.element);
  int64_t bytes = size, reach = 1;
  for (auto [axis, extent] : llvm::enumerate(type.shape)) {
    if (extent == kDynamicExtent || extent == 0)
      continue;
    if (llvm::MulOverflow(bytes, extent, bytes))
      return false;
    int64_t stride = type.strides ? (*type.strides)[axis] : 0;
    int64_t span = 0;
    if (stride == kDynamicExtent)
      continue;
    if (llvm::MulOverflow(stride < 0 ? -stride : stride, extent - 1, span) ||
        llvm::AddOverflow(reach, span, reach))
      return false;
  }
  return !llvm::MulOverflow(reach, size, reach);
}

llvm::LogicalResult einsumc::verifyOperandType(const OperandType &type,
                                               llvm::StringRef what,
                                               Diagnostic &diagnostic) {
  auto fail = [&](const llvm::Twine &message) {
    std::string text = type.str();
    return failAt(diagnostic, text, {0, text.size()}, what + ": " + message);
  };
  if (type.shape.size() > kMaxRank)
    return fail("expected at most " + llvm::Twine(kMaxRank) +
                " axes but found " + llvm::Twine(type.shape.size()));
  for (auto [axis, extent] : llvm::enumerate(type.shape))
    if (extent < 0 && extent != kDynamicExtent)
      return fail("expected a non-negative extent but found " +
                  llvm::Twine(extent) + " on axis " + llvm::Twine(axis));
  if (type.strides && type.strides->size() != type.shape.size())
    return fail("expected " + counted(type.shape.size(), "stride") +
                ", one an axis, but found " +
                llvm::Twine(type.strides->size()));
  if (!fitsAddressSpace(type))
    return fail("expected fewer than 2^63 bytes but found " + type.str());
  return llvm::success();
}

llvm::LogicalResult einsumc::verifyResultStrides(const OperandType &type,
                                                 Diagnostic &diagnostic) {
  if (!type.strides)
    return llvm::success();
  auto fail = [&](const llvm::Twine &message) {
    std::string text = type.str();
    return failAt(diagnostic, text, {0, text.size()}, message);
  };
  bool isEmpty = llvm::is_contained(type.shape, 0);
  llvm::SmallVector<std::pair<int64_t, int64_t>> axes; // stride, extent
  for (auto [axis, extent] : llvm::enumerate(type.shape)) {
    int64_t stride = (*type.strides)[axis];
    if (stride == kDynamicExtent || extent == 1 || isEmpty)
      continue;
    if (stride <= 0)
      return fail("expected positive strides in the result but found " +
                  llvm::Twine(stride) + " on axis " + llvm::Twine(axis));
    if (extent != kDynamicExtent)
      axes.push_back({stride, extent});
  }
  // From the smallest stride on, each steps over all that lies before it.
  llvm::sort(axes);
  int64_t reach = 0;
  for (auto [stride, extent] : axes) {
    if (stride <= reach)
      return fail("expected strides that keep the result's elements apart but "
                  "found " +
                  llvm::Twine(stride) + " where " + llvm::Twine(reach + 1) +
                  " is the least");
    reach += stride * (extent - 1);
  }
  return llvm::success();
}

llvm::FailureOr<OperandType> einsumc::parseOperandType(llvm::StringRef text,
                                                       llvm::StringRef what,
                                                       Diagnostic &diagnostic) {
  return TypeParser(text, what, diagnostic).parse();
}
