//===- Memory.h - Checked device memory -------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_MEMORY_H
#define EINSUMC_LIB_PTX_MEMORY_H

#include "Instruction.h"
#include "einsumc/PTX/Error.h"
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace einsumc::ptx {

/// One range of device memory. Who wrote a byte is kept beside it:
/// kUnwritten, kEarlier (a host or an earlier launch), or the number of the
/// thread of the current launch plus kFirstThread.
struct Allocation {
  static constexpr uint32_t kUnwritten = 0, kEarlier = 1, kFirstThread = 2;
  /// Of `readers`: nobody in this launch; several threads, or one that says
  /// that nobody writes.
  static constexpr uint32_t kUnread = 0, kSeveral = 1;

  uint64_t base = 0, bytes = 0;
  std::string name;
  bool readOnly = false;
  /// A .const variable.
  bool constant = false;
  /// All bytes are kEarlier, and `writers` is empty.
  bool allWritten = false;
  /// The current launch wrote to it.
  bool touched = false;
  std::vector<uint8_t> data;
  /// Empty until somebody writes.
  std::vector<uint32_t> writers;
  /// Who read a byte in this launch, where kernels may write. Empty until
  /// somebody reads.
  std::vector<uint32_t> readers;

  bool isWritten(uint64_t offset) const {
    return allWritten || (!writers.empty() && writers[offset] != kUnwritten);
  }
  void needWriters() {
    if (writers.empty())
      writers.assign(bytes, allWritten ? kEarlier : kUnwritten);
    allWritten = false;
  }
};

class Memory {
public:
  Result<uint64_t> allocate(uint64_t bytes, std::string_view name);
  MaybeError free(uint64_t address);
  /// The allocation whose addresses (or, empty, whose base) hold this one.
  Allocation *find(uint64_t address);
  const Allocation *find(uint64_t address) const {
    return const_cast<Memory *>(this)->find(address);
  }
  /// Where a host copies from or to; an error when it is out of bounds.
  Result<Allocation *> range(uint64_t address, uint64_t bytes,
                             const char *what);
  /// The host wrote these bytes.
  static void markWritten(Allocation &allocation, uint64_t offset,
                          uint64_t bytes);

  /// What the last launch wrote becomes earlier.
  void beginLaunch();

  struct Access {
    uint64_t address;
    unsigned bytes;
    Space space;
    /// The number of the thread plus kFirstThread; kEarlier for a load that
    /// must not see what any thread of this launch wrote.
    uint32_t who;
  };
  /// The bytes to load; null when the access is wrong.
  const uint8_t *load(const Access &access) {
    Allocation *at = reach(access);
    if (!at)
      return nullptr;
    uint64_t offset = access.address - at->base;
    if (!at->allWritten && !readable(*at, offset, access))
      return nullptr;
    if (!at->readOnly)
      noteRead(*at, offset, access);
    return at->data.data() + offset;
  }
  /// Where to store; null when the access is wrong.
  uint8_t *store(const Access &access) {
    Allocation *at = reach(access);
    if (!at || at->readOnly)
      return nullptr;
    uint64_t offset = access.address - at->base;
    if (!claim(*at, offset, access))
      return nullptr;
    return at->data.data() + offset;
  }
  /// Why `load` or `store` gave null. Writers are named by `thread`.
  template <class NameThread>
  std::string explain(const Access &access, bool store, NameThread thread) {
    uint32_t other = 0;
    std::string text = explainAccess(access, store, other);
    return other ? text + thread(other - Allocation::kFirstThread) : text;
  }

private:
  Allocation *reach(const Access &access) {
    Allocation *at = recent;
    // One comparison does for both ends.
    if (!at || access.address - at->base >= at->bytes)
      at = recent = find(access.address);
    if (!at || access.address & (access.bytes - 1) ||
        access.address - at->base > at->bytes - access.bytes ||
        at->bytes < access.bytes || !inSpace(*at, access.space))
      return nullptr;
    return at;
  }
  static bool inSpace(const Allocation &at, Space space) {
    return space == Space::generic || at.constant == (space == Space::constant);
  }
  static bool readable(const Allocation &at, uint64_t offset,
                       const Access &access);
  static void noteRead(Allocation &at, uint64_t offset, const Access &access);
  static bool claim(Allocation &at, uint64_t offset, const Access &access);
  std::string explainAccess(const Access &access, bool store, uint32_t &other);

  std::map<uint64_t, std::unique_ptr<Allocation>> allocations;
  Allocation *recent = nullptr;
  uint64_t next = 0x7f0000000000;
};

std::string hexadecimal(uint64_t value);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_MEMORY_H
