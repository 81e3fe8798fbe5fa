//===- ExtentFacts.cpp - What is known of an extent -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Support/ExtentFacts.h"

#include <algorithm>
#include <numeric>

using namespace einsumc;

bool ExtentFacts::meet(const ExtentFacts &other) {
  min = std::max(min, other.min);
  max = std::min(max, other.max);
  int64_t factor = other.multiple / std::gcd(multiple, other.multiple);
  if (__builtin_mul_overflow(multiple, factor, &multiple)) {
    // Only 0 is a multiple of what 64 bits do not hold.
    multiple = 1;
    max = std::min<int64_t>(max, 0);
  }
  if (int64_t over = min % multiple)
    if (__builtin_add_overflow(min, multiple - over, &min))
      return false;
  if (max != kNoMax)
    max -= max % multiple;
  return min <= max;
}

ExtentFacts ExtentFacts::times(int64_t extent) const {
  ExtentFacts facts;
  if (extent <= 0 || __builtin_mul_overflow(multiple, extent, &facts.multiple))
    facts.multiple = 1;
  if (__builtin_mul_overflow(min, extent, &facts.min))
    facts.min = 0;
  if (max == kNoMax || __builtin_mul_overflow(max, extent, &facts.max))
    facts.max = kNoMax;
  return facts;
}

std::string ExtentFacts::str(std::string_view name) const {
  std::string text;
  auto add = [&](const char *relation, int64_t number, const char *end = "") {
    text += text.empty() ? "" : ", ";
    text += std::string(name) + relation + std::to_string(number) + end;
  };
  if (isOne()) {
    add(" == ", min);
    return text;
  }
  if (multiple != 1)
    add(" % ", multiple, " == 0");
  if (min != 0)
    add(" >= ", min);
  if (max != kNoMax)
    add(" <= ", max);
  return text;
}
