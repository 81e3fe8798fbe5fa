//===- Compare.cpp - Judge a result against the reference -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Compare.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace einsumc;
using namespace einsumc::reference;

static double largestFinite(ElementType type) {
  switch (type) {
  case ElementType::f16:
    return 65504.0;
  case ElementType::bf16:
    return fromBfloat(0x7f7f);
  case ElementType::f64:
  case ElementType::c128:
    return std::numeric_limits<double>::max();
  default:
    return std::numeric_limits<float>::max();
  }
}

/// Distance of one part of a value from the truth: 0 when they are the same
/// kind of non-finite value, infinite when they are not.
static double distance(long double actual, long double exact,
                       long double rounded) {
  if (std::isnan(actual) || std::isnan(rounded))
    return std::isnan(actual) && std::isnan(rounded) ? 0 : INFINITY;
  if (actual == rounded)
    return std::isinf(actual) ? 0 : double(std::fabs(actual - exact));
  if (std::isinf(actual) || std::isinf(rounded)) {
    // At the edge of the range a sum in another order may or may not overflow.
    return std::isinf(exact) || std::signbit(actual) != std::signbit(exact)
               ? INFINITY
               : NAN;
  }
  return double(std::fabs(actual - exact));
}

static std::string print(ElementType type, const void *address) {
  TensorView scalar{type, {}, {}, const_cast<void *>(address)};
  return format(scalar);
}

Verdict reference::compare(const Evaluation &reference,
                           const TensorView &result, Comparison comparison) {
  Verdict verdict;
  const TensorView &expected = reference.result.view();
  if (expected.shape != result.shape || expected.element != result.element) {
    verdict.wrong = 1;
    verdict.actual = "another type or shape";
    verdict.expected = "the reference's";
    return verdict;
  }
  ElementType type = result.element;
  bool inexact = isFloat(type) || isComplex(type);
  double worst = -1;
  int64_t position = 0;
  forEachIndex(result.shape, [&](llvm::ArrayRef<int64_t> index) {
    int64_t element = position++;
    const void *actualAddress = result.at(index);
    const void *expectedAddress = expected.at(index);
    double error = 0, bound = 0, severity;
    bool wrong;
    if (!inexact) {
      wrong =
          std::memcmp(actualAddress, expectedAddress, elementTypeSize(type));
      error = wrong;
      severity = wrong;
    } else {
      auto actual = readNumber(type, actualAddress).real;
      auto rounded = readNumber(type, expectedAddress).real;
      bool exactly = comparison == Comparison::bitForBit;
      auto exact = exactly ? rounded : reference.exact[element];
      double re = distance(actual.real(), exact.real(), rounded.real());
      double im = distance(actual.imag(), exact.imag(), rounded.imag());
      bound = exactly ? 0 : reference.bound(element);
      if (std::isnan(re) || std::isnan(im)) {
        // Overflowed on one side only: right when the bound reaches there.
        double size = std::max(std::fabs(double(exact.real())),
                               std::fabs(double(exact.imag())));
        wrong = exactly || size + bound < largestFinite(type);
        error = wrong ? INFINITY : 0;
      } else {
        error = std::max(re, im);
        // Where nothing is finite, neither is the bound: only the kind counts.
        wrong = error != 0 && (std::isinf(error) || !(error <= bound));
      }
      severity = wrong && std::isinf(error) ? INFINITY
                 : bound > 0                ? error / bound
                                            : error;
      // An infinite bound judges nothing; the values agree in kind then.
      if (std::isnan(severity))
        severity = 0;
    }
    ++verdict.elements;
    verdict.wrong += wrong;
    // A wrong element is worse than any right one.
    if (wrong)
      severity += 1;
    if (severity > worst) {
      worst = severity;
      verdict.error = error;
      verdict.bound = bound;
      verdict.index.assign(index.begin(), index.end());
      verdict.actual = print(type, actualAddress);
      verdict.expected = print(type, expectedAddress);
    }
  });
  return verdict;
}

std::string Verdict::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (elements == 0 && wrong == 0) {
    os << "no elements";
    return text;
  }
  os << wrong << " of " << elements << " elements wrong; worst at [";
  llvm::interleaveComma(index, os);
  os << "]: " << actual << ", expected " << expected << " (error "
     << llvm::formatv("{0:e3}", error) << ", bound "
     << llvm::formatv("{0:e3}", bound) << ")";
  return text;
}
