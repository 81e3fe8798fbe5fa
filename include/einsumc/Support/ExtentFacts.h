//===- ExtentFacts.h - What is known of an extent ---------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_SUPPORT_EXTENTFACTS_H
#define EINSUMC_SUPPORT_EXTENTFACTS_H

#include <cstdint>
#include <string>
#include <string_view>

namespace einsumc {

/// What a kernel may assume of an extent that is known at run time alone: a
/// multiple of `multiple`, from `min` to `max`. Every extent is a multiple of 1
/// from 0 on.
struct ExtentFacts {
  static constexpr int64_t kNoMax = INT64_MAX;

  int64_t multiple = 1;
  int64_t min = 0, max = kNoMax;

  bool any() const { return multiple != 1 || min != 0 || max != kNoMax; }
  /// Whether only one extent is left.
  bool isOne() const { return min == max; }
  bool allow(int64_t extent) const {
    return extent % multiple == 0 && extent >= min && extent <= max;
  }
  /// Both hold; bounds become those that are multiples themselves. False where
  /// no extent is left.
  bool meet(const ExtentFacts &other);
  /// Of `extent` times as many.
  ExtentFacts times(int64_t extent) const;

  /// As users write it, with `name` for the extent: "q % 16 == 0, q >= 64".
  std::string str(std::string_view name) const;

  bool operator==(const ExtentFacts &) const = default;
};

} // namespace einsumc

#endif // EINSUMC_SUPPORT_EXTENTFACTS_H
