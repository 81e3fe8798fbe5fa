//===- Streams.cpp - Loops that do nothing but move bytes -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Streams.h"

using namespace einsumc::bench;

namespace {

constexpr int64_t kBlock = 512;

template <int Size> using Vector [[gnu::vector_size(Size)]] = uint64_t;

template <int Size>
[[gnu::always_inline]] inline uint64_t readAll(const uint8_t *data,
                                               int64_t size) {
  using V = Vector<Size>;
  // Sums enough to hide a load's latency.
  constexpr int sums = 8;
  V sum[sums] = {};
  constexpr int64_t step = sums * Size;
  for (int64_t i = 0; i + step <= size; i += step)
#pragma clang loop unroll(full)
    for (int s = 0; s < sums; ++s)
      sum[s] += *reinterpret_cast<const V *>(data + i + s * Size);
  for (int s = 1; s < sums; ++s)
    sum[0] += sum[s];
  uint64_t total = 0;
  for (unsigned i = 0; i < Size / 8; ++i)
    total += sum[0][i];
  return total;
}

template <int Size, int Sources, bool Streaming>
[[gnu::always_inline]] inline void writeSums(uint8_t *to, int64_t size,
                                             const uint8_t *const *from) {
  using V = Vector<Size>;
  for (int64_t i = 0; i + 4 * Size <= size; i += 4 * Size)
#pragma clang loop unroll(full)
    for (int u = 0; u < 4; ++u) {
      V value = V{} + 1;
#pragma clang loop unroll(full)
      for (int s = 0; s < Sources; ++s)
        value += *reinterpret_cast<const V *>(from[s] + i + u * Size);
      auto *target = reinterpret_cast<V *>(to + i + u * Size);
      if constexpr (Streaming)
        __builtin_nontemporal_store(value, target);
      else
        *target = value;
    }
}

template <int Size>
[[gnu::always_inline]] inline void writeAll(uint8_t *to, int64_t size,
                                            const uint8_t *const *from,
                                            size_t sources, bool streaming) {
  switch (sources * 2 + streaming) {
  case 0:
    return writeSums<Size, 0, false>(to, size, from);
  case 1:
    return writeSums<Size, 0, true>(to, size, from);
  case 2:
    return writeSums<Size, 1, false>(to, size, from);
  case 3:
    return writeSums<Size, 1, true>(to, size, from);
  case 4:
    return writeSums<Size, 2, false>(to, size, from);
  case 5:
    return writeSums<Size, 2, true>(to, size, from);
  case 6:
    return writeSums<Size, 3, false>(to, size, from);
  default:
    return writeSums<Size, 3, true>(to, size, from);
  }
}

struct Loops {
  uint64_t (*read)(const uint8_t *, int64_t);
  void (*write)(uint8_t *, int64_t, const uint8_t *const *, size_t, bool);
  int bits;
};

uint64_t read128(const uint8_t *data, int64_t size) {
  return readAll<16>(data, size);
}
void write128(uint8_t *to, int64_t size, const uint8_t *const *from,
              size_t sources, bool streaming) {
  writeAll<16>(to, size, from, sources, streaming);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] uint64_t read256(const uint8_t *data, int64_t size) {
  return readAll<32>(data, size);
}
[[gnu::target("avx2")]] void write256(uint8_t *to, int64_t size,
                                      const uint8_t *const *from,
                                      size_t sources, bool streaming) {
  writeAll<32>(to, size, from, sources, streaming);
}
[[gnu::target("avx512f")]] uint64_t read512(const uint8_t *data, int64_t size) {
  return readAll<64>(data, size);
}
[[gnu::target("avx512f")]] void write512(uint8_t *to, int64_t size,
                                         const uint8_t *const *from,
                                         size_t sources, bool streaming) {
  writeAll<64>(to, size, from, sources, streaming);
}
#endif

const Loops &loops() {
  static const Loops chosen = [] {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
      return Loops{read512, write512, 512};
    if (__builtin_cpu_supports("avx2"))
      return Loops{read256, write256, 256};
#endif
    return Loops{read128, write128, 128};
  }();
  return chosen;
}

} // namespace

uint64_t einsumc::bench::readStream(const Bytes &from) {
  return loops().read(from.data, from.size / kBlock * kBlock);
}

void einsumc::bench::writeStream(uint8_t *to, int64_t size,
                                 llvm::ArrayRef<const uint8_t *> from,
                                 bool streaming) {
  loops().write(to, size / kBlock * kBlock, from.data(), from.size(),
                streaming);
#if defined(__x86_64__)
  if (streaming)
    __builtin_ia32_sfence();
#endif
}

int einsumc::bench::streamVectorBits() { return loops().bits; }
