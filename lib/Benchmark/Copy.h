//===- Copy.h - Copying as fast as a core can -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_COPY_H
#define EINSUMC_LIB_BENCHMARK_COPY_H

#include <cstddef>

namespace einsumc::bench {

/// Both take multiples of 256 bytes at addresses aligned to 64.
void copyPlain(void *to, const void *from, size_t bytes);
/// By stores that go past the caches.
void copyStreaming(void *to, const void *from, size_t bytes);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_COPY_H
