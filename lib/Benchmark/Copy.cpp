//===- Copy.cpp - Copying as fast as a core can ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Copy.h"

#include <cstring>

using namespace einsumc;

namespace {

template <int Bytes> using Vec [[gnu::vector_size(Bytes)]] = float;

/// Four vectors a turn: loads of one run ahead of stores of the other.
template <int Bytes, bool Streaming>
[[gnu::always_inline]] inline void copyLoop(void *to, const void *from,
                                            size_t bytes) {
  auto *target = static_cast<Vec<Bytes> *>(to);
  const auto *source = static_cast<const Vec<Bytes> *>(from);
  for (size_t i = 0, count = bytes / Bytes; i < count; i += 4) {
    Vec<Bytes> a = source[i], b = source[i + 1], c = source[i + 2],
               d = source[i + 3];
    if constexpr (Streaming) {
      __builtin_nontemporal_store(a, target + i);
      __builtin_nontemporal_store(b, target + i + 1);
      __builtin_nontemporal_store(c, target + i + 2);
      __builtin_nontemporal_store(d, target + i + 3);
    } else {
      target[i] = a;
      target[i + 1] = b;
      target[i + 2] = c;
      target[i + 3] = d;
    }
  }
}

#if defined(__x86_64__)
template <bool Streaming>
[[gnu::target("avx512f"),
  gnu::noinline]] void copy512(void *to, const void *from, size_t bytes) {
  copyLoop<64, Streaming>(to, from, bytes);
}
template <bool Streaming>
[[gnu::target("avx"), gnu::noinline]] void copy256(void *to, const void *from,
                                                   size_t bytes) {
  copyLoop<32, Streaming>(to, from, bytes);
}
#endif

template <bool Streaming> void copy(void *to, const void *from, size_t bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    copy512<Streaming>(to, from, bytes);
  else if (__builtin_cpu_supports("avx"))
    copy256<Streaming>(to, from, bytes);
  else
    copyLoop<16, Streaming>(to, from, bytes);
  // Streaming stores are not ordered with what follows.
  if (Streaming)
    __builtin_ia32_sfence();
#else
  copyLoop<16, Streaming>(to, from, bytes);
#endif
}

} // namespace

void bench::copyPlain(void *to, const void *from, size_t bytes) {
  copy<false>(to, from, bytes);
}
void bench::copyStreaming(void *to, const void *from, size_t bytes) {
  copy<true>(to, from, bytes);
}
