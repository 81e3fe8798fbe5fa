//===- Streams.h - Loops that do nothing but move bytes ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_STREAMS_H
#define EINSUMC_LIB_BENCHMARK_PEERS_STREAMS_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace einsumc::bench {

/// Bytes are read as integers, so that no value slows them down, in vectors as
/// wide as the processor's. Sizes are rounded down to whole blocks of 512
/// bytes, addresses are multiples of 64.
struct Bytes {
  const uint8_t *data = nullptr;
  int64_t size = 0;
};

/// Reads all of `from`; returns something of it.
uint64_t readStream(const Bytes &from);

/// Writes `size` bytes, each vector the sum of one of every source and 1: a
/// triad with two sources. At most three of them. Streaming stores go past the
/// caches.
void writeStream(uint8_t *to, int64_t size,
                 llvm::ArrayRef<const uint8_t *> from, bool streaming);

/// Bits of the vectors these use.
int streamVectorBits();

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_STREAMS_H
