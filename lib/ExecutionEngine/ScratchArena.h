//===- ScratchArena.h - Memory kept from call to call -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_EXECUTIONENGINE_SCRATCHARENA_H
#define EINSUMC_LIB_EXECUTIONENGINE_SCRATCHARENA_H

#include <cstddef>

namespace einsumc {

/// Memory that a thread keeps from call to call, as fresh pages cost more than
/// small kernels do. It is aligned to 64 bytes; where it is large, it begins on
/// a huge page and asks for such.
class ScratchArena {
public:
  ScratchArena() = default;
  ScratchArena(const ScratchArena &) = delete;
  ScratchArena &operator=(const ScratchArena &) = delete;
  ~ScratchArena();

  /// Null when there is no such memory. What it held before is lost.
  void *get(size_t bytes) { return bytes <= capacity ? memory : grow(bytes); }

  size_t size() const { return capacity; }

  /// The calling thread's; freed when the thread ends.
  static ScratchArena &ofThread();

private:
  void *grow(size_t bytes);

  void *memory = nullptr;
  size_t capacity = 0;
};

} // namespace einsumc

#endif // EINSUMC_LIB_EXECUTIONENGINE_SCRATCHARENA_H
