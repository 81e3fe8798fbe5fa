//===- Random.cpp - Reproducible test data --------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Random.h"
#include <cmath>

using namespace einsumc;
using namespace einsumc::reference;

uint64_t Random::next() {
  state += 0x9e3779b97f4a7c15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

int64_t Random::range(int64_t low, int64_t high) {
  // The bias of the remainder does not matter for test data.
  return low + int64_t(next() % (uint64_t(high - low) + 1));
}

double Random::uniform() { return std::ldexp(double(next() >> 11), -53); }

double Random::normal() {
  // Box and Muller; 1 − u keeps the logarithm's argument above 0.
  double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(6.283185307179586 * uniform());
}

static void fill(const TensorView &tensor,
                 llvm::function_ref<Number()> generate) {
  forEachIndex(tensor.shape, [&](llvm::ArrayRef<int64_t> index) {
    writeNumber(tensor.element, tensor.at(index), generate());
  });
}

void reference::fillSmallIntegers(const TensorView &tensor, Random &random,
                                  int64_t limit) {
  ElementType type = tensor.element;
  if (type == ElementType::boolean)
    limit = 1;
  else if (isInteger(type) && elementTypeSize(type) == 1)
    limit = std::min<int64_t>(limit, 100);
  bool natural = isUnsigned(type) || type == ElementType::boolean;
  auto one = [&] { return random.range(natural ? 0 : -limit, limit); };
  fill(tensor, [&] {
    int64_t re = one();
    int64_t im = isComplex(type) ? one() : 0;
    return Number{uint64_t(re), {(long double)re, (long double)im}};
  });
}

void reference::fillNormal(const TensorView &tensor, Random &random) {
  ElementType type = tensor.element;
  bool isNarrow = isInteger(type) && elementTypeSize(type) <= 2;
  if (!isFloat(type) && !isComplex(type) && !isNarrow)
    return fillSmallIntegers(tensor, random, 100);
  if (isNarrow) {
    // All there are: instructions tell them apart by their highest bit.
    int64_t count = int64_t(1) << (8 * elementTypeSize(type));
    int64_t low = isUnsigned(type) ? 0 : -count / 2;
    return fill(tensor, [&] {
      int64_t integer = random.range(low, low + count - 1);
      return Number{uint64_t(integer), {(long double)integer, 0}};
    });
  }
  fill(tensor, [&] {
    double re = random.normal();
    double im = isComplex(tensor.element) ? random.normal() : 0;
    return Number{0, {re, im}};
  });
}

int64_t reference::exactLimit(ElementType accumulate, int64_t terms,
                              unsigned factors) {
  if (!isFloat(accumulate) && !isComplex(accumulate))
    return 100;
  bool wide = accumulate == ElementType::f64 || accumulate == ElementType::c128;
  // A complex factor of limit m has parts whose products add up to 2·m².
  double growth = isComplex(accumulate) ? std::ldexp(1, int(factors)) : 1;
  double room = std::ldexp(1.0, wide ? 53 : 24) /
                (std::max<double>(double(terms), 1) * growth);
  double limit = std::pow(std::max(room, 1.0), 1.0 / std::max(factors, 1u));
  return std::clamp<int64_t>(int64_t(limit), 1, 9);
}
