//===- Fuzzing.h - What every fuzz target checks ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_FUZZ_FUZZING_H
#define EINSUMC_TEST_FUZZ_FUZZING_H

#include "einsumc/Frontend/Diagnostic.h"

/// libLLVM is not instrumented: containers that cross its border look wrong,
/// and what our side of a bump allocator poisons, its side does not unpoison.
extern "C" inline const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0";
}

namespace einsumc::fuzz {

/// Stops the fuzzer with this input.
inline void require(bool condition) {
  if (!condition)
    __builtin_trap();
}

/// An error says something and points into the text it shows.
inline void requireGoodError(const Diagnostic &diagnostic) {
  require(!diagnostic.empty());
  for (const auto &point : {diagnostic.point, diagnostic.notePoint})
    if (point) {
      require(point->offset <= point->text.size());
      require(point->length >= 1);
    }
  require(llvm::StringRef(diagnostic.render()).starts_with("error: "));
}

} // namespace einsumc::fuzz

#endif // EINSUMC_TEST_FUZZ_FUZZING_H
