//===- ScratchArena.cpp - Memory kept from call to call -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScratchArena.h"

#include "llvm/Support/MathExtras.h"
#include <cstdlib>
#include <sys/mman.h>

using namespace einsumc;

static constexpr size_t kAlignment = 64;
/// What Linux calls a huge page on x86-64 and, with pages of 4 KiB, on AArch64.
static constexpr size_t kHugePage = size_t(2) << 20;

ScratchArena::~ScratchArena() { std::free(memory); }

ScratchArena &ScratchArena::ofThread() {
  static thread_local ScratchArena arena;
  return arena;
}

void *ScratchArena::grow(size_t bytes) {
  std::free(memory);
  size_t alignment = bytes >= kHugePage ? kHugePage : kAlignment;
  bytes = llvm::alignTo(bytes, alignment);
  memory = std::aligned_alloc(alignment, bytes);
  capacity = memory ? bytes : 0;
#ifdef MADV_HUGEPAGE
  // Advice alone: kernels run without, too.
  if (memory && alignment == kHugePage)
    madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}
