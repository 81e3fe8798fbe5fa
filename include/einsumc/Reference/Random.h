//===- Random.h - Reproducible test data ------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_REFERENCE_RANDOM_H
#define EINSUMC_REFERENCE_RANDOM_H

#include "einsumc/Reference/Tensor.h"

namespace einsumc::reference {

/// SplitMix64: the same numbers on every machine for one seed.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next();
  /// Uniform in [low, high].
  int64_t range(int64_t low, int64_t high);
  /// Uniform in [0, 1).
  double uniform();
  /// Standard normal.
  double normal();
  bool chance(double probability) { return uniform() < probability; }

private:
  uint64_t state;
};

/// Integers in [−limit, limit] (from 0 for unsigned types, 0 or 1 for bool).
void fillSmallIntegers(const TensorView &tensor, Random &random, int64_t limit);
/// Standard normal values; integers of up to 16 bits of any value, wider ones
/// in [−100, 100] or from 0.
void fillNormal(const TensorView &tensor, Random &random);

/// The largest limit for which every partial sum of `terms` products of
/// `factors` such integers is exact in `accumulate`; at least 1.
int64_t exactLimit(ElementType accumulate, int64_t terms, unsigned factors);

} // namespace einsumc::reference

#endif // EINSUMC_REFERENCE_RANDOM_H
