//===- GuardedMemory.h - Memory that tells who oversteps it -----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_GUARDEDMEMORY_H
#define EINSUMC_TEST_EXECUTION_GUARDEDMEMORY_H

#include "einsumc/Reference/Tensor.h"

namespace einsumc::test {

/// Which of the two guard pages the memory touches; towards the other one there
/// may be slack of less than a page.
enum class Flush { toEnd, toStart };

/// Memory between two pages that nobody may touch.
class GuardedMemory {
public:
  GuardedMemory(size_t bytes, Flush flush);
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory &) = delete;
  GuardedMemory &operator=(const GuardedMemory &) = delete;

  uint8_t *data() const { return memory; }
  /// All that may be touched, slack included.
  llvm::MutableArrayRef<uint8_t> accessible() const {
    return {mapping + pageSize, mappedBytes - 2 * pageSize};
  }
  void makeReadOnly();
  /// "3 bytes behind its end", where the address is within the guards.
  std::optional<std::string> describe(const void *address) const;

private:
  uint8_t *mapping = nullptr, *memory = nullptr;
  size_t mappedBytes = 0, bytes = 0, pageSize = 0;
};

/// A tensor in such memory: all that its strides reach, and nothing more.
class GuardedTensor {
public:
  /// Every byte starts as `poison`: 0xFF makes every floating-point element a
  /// NaN.
  GuardedTensor(ElementType element, llvm::ArrayRef<int64_t> shape,
                llvm::ArrayRef<int64_t> strides, Flush flush, uint8_t poison);

  const reference::TensorView &view() const { return tensor; }
  GuardedMemory &memory() { return *storage; }
  const GuardedMemory &memory() const { return *storage; }
  /// Bytes outside of all elements that are no longer poison.
  size_t countStrayBytes() const;

private:
  std::unique_ptr<GuardedMemory> storage;
  reference::TensorView tensor;
  uint8_t poison;
};

/// Calls `function`; gives the address where it touched memory that it must
/// not, or nothing.
std::optional<void *> callGuarded(llvm::function_ref<void()> function);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_GUARDEDMEMORY_H
