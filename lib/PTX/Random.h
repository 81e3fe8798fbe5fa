//===- Random.h - Seeded random numbers and orders --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_RANDOM_H
#define EINSUMC_LIB_PTX_RANDOM_H

#include <cstdint>
#include <numeric>

namespace einsumc::ptx {

/// SplitMix64 (Steele, Lea & Flood, 2014).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t bound) {
    return uint64_t(((unsigned __int128)next() * bound) >> 64);
  }

private:
  uint64_t state;
};

/// The numbers below `count`, each once, without a table: a line modulo count.
class RandomOrder {
public:
  RandomOrder(uint64_t count, Random &random)
      : count(count), start(random.below(count)) {
    do
      stride = count < 3 ? 1 : 1 + random.below(count - 1);
    while (std::gcd(stride, count) != 1);
  }
  uint64_t operator[](uint64_t i) const {
    return uint64_t(((unsigned __int128)i * stride + start) % count);
  }

private:
  uint64_t count, start, stride = 1;
};

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_RANDOM_H
