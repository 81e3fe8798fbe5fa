//===- Counters.h - What passes did, counted in the process -----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Release builds of LLVM compile pass statistics out: they count nothing and
// print nothing. These counters count in every build, so that a test can ask
// whether the code it is about was entered.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_SUPPORT_COUNTERS_H
#define EINSUMC_SUPPORT_COUNTERS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <atomic>
#include <cstdint>

namespace einsumc {

/// A number that only grows, for the whole process; a static object beside the
/// pass it belongs to.
class Counter {
public:
  /// `name` is "pass-flag.what" and outlives the counter.
  explicit Counter(const char *name);
  Counter(const Counter &) = delete;
  Counter &operator=(const Counter &) = delete;

  void operator+=(uint64_t number) {
    count.fetch_add(number, std::memory_order_relaxed);
  }
  uint64_t value() const { return count.load(std::memory_order_relaxed); }
  llvm::StringRef getName() const { return name; }

  /// Visits every counter of the process.
  static void forEach(llvm::function_ref<void(const Counter &)> visit);
  /// The counter's value by name; 0 where there is none.
  static uint64_t get(llvm::StringRef name);
  static void resetAll();

private:
  const char *name;
  std::atomic<uint64_t> count{0};
  Counter *next;
};

} // namespace einsumc

#endif // EINSUMC_SUPPORT_COUNTERS_H
