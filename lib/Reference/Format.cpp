//===- Format.cpp - Tensors as numpy prints them --------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Tensor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>

using namespace einsumc;
using namespace einsumc::reference;

// numpy's defaults (numpy.set_printoptions).
static constexpr int kPrecision = 8;
static constexpr int64_t kThreshold = 1000;
static constexpr int64_t kEdgeItems = 3;
static constexpr size_t kLineWidth = 75;

/// Nearest value of a floating type.
static double roundTo(ElementType type, double value) {
  switch (type) {
  case ElementType::f16:
    return fromHalf(toHalf(value));
  case ElementType::bf16:
    return fromBfloat(toBfloat(value));
  case ElementType::f32:
  case ElementType::c64:
    return float(value);
  default:
    return value;
  }
}

static std::string print(const char *format, int precision, double value) {
  char text[512];
  std::snprintf(text, sizeof text, format, precision, value);
  return text;
}

/// Digits behind the point of the shortest decimal that reads back as `value`,
/// in scientific notation.
static int shortestDigits(ElementType type, double value) {
  int digits = 0;
  while (digits < 17 &&
         roundTo(type, std::strtod(print("%.*e", digits, value).c_str(),
                                   nullptr)) != value)
    ++digits;
  return digits;
}

namespace {

/// One column layout for all values of a tensor (or for their real, or their
/// imaginary parts).
class FloatFormat {
public:
  FloatFormat(ElementType type, llvm::ArrayRef<double> values, bool sign)
      : type(type), sign(sign) {
    double largest = 0, smallest = INFINITY;
    for (double value : values) {
      if (!std::isfinite(value) || value == 0)
        continue;
      largest = std::max(largest, std::fabs(value));
      smallest = std::min(smallest, std::fabs(value));
    }
    scientific = largest > 0 && (largest >= 1e8 || smallest < 1e-4 ||
                                 largest / smallest > 1000);
    if (scientific)
      for (double value : values)
        if (std::isfinite(value) && value != 0)
          digits = std::max(digits,
                            std::min(shortestDigits(type, value), kPrecision));
    for (double value : values) {
      std::string text = number(value);
      size_t point = text.find('.');
      if (!std::isfinite(value)) {
        other = std::max(other, text.size());
        continue;
      }
      left = std::max(left, point);
      right = std::max(right, text.size() - point);
    }
    // Infinities and NaN are aligned with the right edge.
    if (other > left + right)
      left = other - right;
  }

  std::string str(double value) const {
    std::string text = number(value);
    if (!std::isfinite(value))
      return std::string(left + right - std::min(text.size(), left + right),
                         ' ') +
             text;
    size_t point = text.find('.');
    std::string padded = std::string(left - point, ' ') + text;
    return padded + std::string(left + right - padded.size(), ' ');
  }

private:
  std::string number(double value) const {
    std::string text;
    if (std::isnan(value))
      text = "nan";
    else if (std::isinf(value))
      text = value < 0 ? "-inf" : "inf";
    else if (scientific)
      text = exponent(print("%.*e", digits, value));
    else
      text = positional(value);
    return sign && text[0] != '-' ? "+" + text : text;
  }

  /// `%e` drops the point when there are no digits behind it; numpy does not.
  static std::string exponent(std::string text) {
    if (text.find('.') == std::string::npos)
      text.insert(text.find('e'), ".");
    return text;
  }

  std::string positional(double value) const {
    int behind = 0;
    if (value != 0)
      behind = shortestDigits(type, value) -
               int(std::floor(std::log10(std::fabs(value))));
    std::string text = print("%.*f", std::clamp(behind, 1, kPrecision), value);
    // The estimate may be one too long; the digits themselves are right.
    return llvm::StringRef(text).rtrim('0').str();
  }

  ElementType type;
  bool sign;
  bool scientific = false;
  int digits = 0;
  size_t left = 0, right = 0, other = 0;
};

} // namespace

/// A scalar as Python prints a number: shortest digits that read back.
static std::string printScalar(ElementType type, double value) {
  if (!std::isfinite(value))
    return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
  int digits = shortestDigits(type, value);
  double magnitude = std::fabs(value);
  if (value != 0 && (magnitude >= 1e16 || magnitude < 1e-4))
    return print("%.*e", digits, value);
  int exponent = value == 0 ? 0 : int(std::floor(std::log10(magnitude)));
  std::string text = print("%.*f", std::max(digits - exponent, 1), value);
  size_t end = text.find_last_not_of('0');
  return text.substr(0, std::max(end, text.find('.') + 1) + 1);
}

static std::string printScalar(ElementType type, std::complex<double> value) {
  auto part = [&](double number) {
    std::string text = printScalar(type, number);
    return llvm::StringRef(text).ends_with(".0")
               ? text.substr(0, text.size() - 2)
               : text;
  };
  std::string imaginary = part(value.imag());
  if (imaginary[0] != '-')
    imaginary.insert(0, "+");
  return "(" + part(value.real()) + imaginary + "j)";
}

/// Indices to print along an axis; -1 stands for "...".
static llvm::SmallVector<int64_t> shown(int64_t extent, bool summarise) {
  llvm::SmallVector<int64_t> indices;
  for (int64_t i = 0; i < extent; ++i) {
    if (summarise && extent > 2 * kEdgeItems && i >= kEdgeItems &&
        i < extent - kEdgeItems) {
      indices.push_back(-1);
      i = extent - kEdgeItems - 1;
      continue;
    }
    indices.push_back(i);
  }
  return indices;
}

static void
visitShown(const TensorView &tensor, bool summarise,
           llvm::SmallVectorImpl<int64_t> &index,
           llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit) {
  if (index.size() == tensor.rank())
    return visit(index);
  for (int64_t i : shown(tensor.shape[index.size()], summarise)) {
    if (i < 0)
      continue;
    index.push_back(i);
    visitShown(tensor, summarise, index, visit);
    index.pop_back();
  }
}

/// Prints the brackets around elements that are already text.
static void printNested(const TensorView &tensor, bool summarise,
                        llvm::ArrayRef<std::string> elements, size_t &next,
                        unsigned axis, std::string &out) {
  llvm::SmallVector<int64_t> indices = shown(tensor.shape[axis], summarise);
  bool innermost = axis + 1 == tensor.rank();
  out += '[';
  size_t lineStart = out.rfind('\n');
  lineStart = lineStart == std::string::npos ? 0 : lineStart + 1;
  // Closing brackets must fit on the line too.
  size_t width = kLineWidth - 1 - axis;
  for (auto [position, i] : llvm::enumerate(indices)) {
    if (!innermost) {
      if (position)
        out += std::string(tensor.rank() - axis - 1, '\n') +
               std::string(axis + 1, ' ');
      if (i < 0)
        out += "...";
      else
        printNested(tensor, summarise, elements, next, axis + 1, out);
      continue;
    }
    std::string text = i < 0 ? "..." : elements[next++];
    size_t room = position ? 1 : 0;
    if (position && out.size() - lineStart + room + text.size() > width) {
      while (out.back() == ' ')
        out.pop_back();
      out += '\n';
      lineStart = out.size();
      out += std::string(axis + 1, ' ') + text;
      continue;
    }
    out += std::string(room, ' ') + text;
  }
  out += ']';
}

std::string reference::format(const TensorView &tensor) {
  ElementType type = tensor.element;
  if (tensor.size() == 0)
    return "[]";
  if (tensor.rank() == 0 && (isFloat(type) || isComplex(type))) {
    std::complex<long double> value = readNumber(type, tensor.data).real;
    std::complex<double> parts(double(value.real()), double(value.imag()));
    return isComplex(type) ? printScalar(type, parts)
                           : printScalar(type, parts.real());
  }
  bool summarise = tensor.size() > kThreshold;
  std::vector<Number> numbers;
  llvm::SmallVector<int64_t> index;
  visitShown(tensor, summarise, index, [&](llvm::ArrayRef<int64_t> at) {
    numbers.push_back(readNumber(type, tensor.at(at)));
  });

  std::vector<std::string> elements;
  if (isFloat(type) || isComplex(type)) {
    std::vector<double> re, im;
    for (const Number &number : numbers) {
      re.push_back(double(number.real.real()));
      im.push_back(double(number.real.imag()));
    }
    FloatFormat real(type, re, /*sign=*/false);
    FloatFormat imaginary(type, im, /*sign=*/true);
    for (size_t i = 0; i < numbers.size(); ++i) {
      std::string text = real.str(re[i]);
      if (isComplex(type)) {
        std::string part = imaginary.str(im[i]);
        size_t end = part.find_last_not_of(' ') + 1;
        text += part.insert(end, "j");
      }
      elements.push_back(text);
    }
  } else {
    // numpy gives " True" the width of "False" in every array.
    size_t width = type == ElementType::boolean && tensor.rank() ? 5 : 0;
    for (const Number &number : numbers) {
      if (type == ElementType::boolean)
        elements.push_back(number.integer ? "True" : "False");
      else
        elements.push_back(isUnsigned(type)
                               ? std::to_string(number.integer)
                               : std::to_string(int64_t(number.integer)));
      width = std::max(width, elements.back().size());
    }
    for (std::string &text : elements)
      text.insert(0, width - text.size(), ' ');
  }
  if (tensor.rank() == 0)
    return elements.front();
  std::string out;
  size_t next = 0;
  printNested(tensor, summarise, elements, next, 0, out);
  return out;
}
