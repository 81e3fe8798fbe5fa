//===- Memory.cpp - Checked device memory ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"
#include <algorithm>
#include <charconv>

using namespace einsumc::ptx;

/// What cudaMalloc aligns to, and bytes between two allocations that belong to
/// neither, so that running off one never reaches the next.
static constexpr uint64_t kAlignment = 256, kGap = 1 << 16;
/// More than any GPU has; below what a vector of this process can't hold.
static constexpr uint64_t kMaxBytes = uint64_t(1) << 38;

std::string einsumc::ptx::hexadecimal(uint64_t value) {
  char digits[17];
  auto [end, code] = std::to_chars(digits, digits + sizeof digits, value, 16);
  return "0x" + std::string(digits, end);
}

Result<uint64_t> Memory::allocate(uint64_t bytes, std::string_view name) {
  if (bytes > kMaxBytes)
    return Error{0, "out of memory: " + std::to_string(bytes) + " bytes for '" +
                        std::string(name) + "'"};
  auto allocation = std::make_unique<Allocation>();
  allocation->base = next;
  allocation->bytes = bytes;
  allocation->name = name;
  allocation->data.resize(bytes);
  next += (bytes + kGap + kAlignment - 1) & -kAlignment;
  uint64_t base = allocation->base;
  allocations.emplace(base, std::move(allocation));
  return base;
}

MaybeError Memory::free(uint64_t address) {
  if (allocations.erase(address) == 0)
    return Error{0, "no allocation starts at " + hexadecimal(address)};
  recent = nullptr;
  return std::nullopt;
}

Allocation *Memory::find(uint64_t address) {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin())
    return nullptr;
  Allocation *at = std::prev(after)->second.get();
  return address - at->base < std::max<uint64_t>(at->bytes, 1) ? at : nullptr;
}

Result<Allocation *> Memory::range(uint64_t address, uint64_t bytes,
                                   const char *what) {
  Allocation *at = find(address);
  if (at && bytes <= at->bytes - (address - at->base))
    return at;
  std::string text = std::string(what) + " of " + std::to_string(bytes) +
                     " bytes at " + hexadecimal(address);
  if (!at)
    return Error{0, text + ": nothing is allocated there"};
  return Error{0, text + ": runs past the end of '" + at->name + "' (" +
                      std::to_string(at->bytes) + " bytes)"};
}

void Memory::markWritten(Allocation &allocation, uint64_t offset,
                         uint64_t bytes) {
  if (bytes == allocation.bytes) {
    allocation.writers = {};
    allocation.allWritten = true;
    return;
  }
  if (bytes == 0 || allocation.allWritten)
    return;
  allocation.needWriters();
  std::fill_n(allocation.writers.begin() + int64_t(offset), bytes,
              Allocation::kEarlier);
}

void Memory::beginLaunch() {
  for (auto &[base, allocation] : allocations) {
    allocation->readers = {};
    if (!allocation->touched)
      continue;
    allocation->touched = false;
    bool all = true;
    for (uint32_t &writer : allocation->writers) {
      writer = std::min(writer, Allocation::kEarlier);
      all &= writer == Allocation::kEarlier;
    }
    if (all) {
      allocation->writers = {};
      allocation->allWritten = true;
    }
  }
}

bool Memory::readable(const Allocation &at, uint64_t offset,
                      const Access &access) {
  if (at.writers.empty())
    return false;
  const uint32_t *writers = at.writers.data() + offset;
  bool good = true;
  for (unsigned i = 0; i < access.bytes; ++i)
    good &= writers[i] == Allocation::kEarlier || writers[i] == access.who;
  return good;
}

void Memory::noteRead(Allocation &at, uint64_t offset, const Access &access) {
  if (at.readers.empty())
    at.readers.assign(at.bytes, Allocation::kUnread);
  uint32_t *readers = at.readers.data() + offset;
  for (unsigned i = 0; i < access.bytes; ++i)
    readers[i] = readers[i] == Allocation::kUnread || readers[i] == access.who
                     ? access.who
                     : Allocation::kSeveral;
}

bool Memory::claim(Allocation &at, uint64_t offset, const Access &access) {
  at.needWriters();
  at.touched = true;
  uint32_t *writers = at.writers.data() + offset;
  for (unsigned i = 0; i < access.bytes; ++i) {
    if (writers[i] > Allocation::kEarlier && writers[i] != access.who)
      return false;
    if (!at.readers.empty() && at.readers[offset + i] != Allocation::kUnread &&
        at.readers[offset + i] != access.who)
      return false;
    writers[i] = access.who;
  }
  return true;
}

std::string Memory::explainAccess(const Access &access, bool store,
                                  uint32_t &other) {
  std::string text = "address " + hexadecimal(access.address);
  if (access.address & (access.bytes - 1))
    return text + " is misaligned: no multiple of " +
           std::to_string(access.bytes);
  Allocation *at = find(access.address);
  if (!at || access.address - at->base + access.bytes > at->bytes) {
    // The nearest one says what was meant.
    auto after = allocations.upper_bound(access.address);
    if (!at && after != allocations.begin())
      at = std::prev(after)->second.get();
    uint64_t past = at ? access.address - at->base : 0;
    if (at && past < at->bytes + kGap / 2)
      return text + " is out of bounds: offset " + std::to_string(past) +
             " of '" + at->name + "', which has " + std::to_string(at->bytes) +
             " bytes";
    if (after != allocations.end() && after->first - access.address <= kGap / 2)
      return text + " is out of bounds: " +
             std::to_string(after->first - access.address) + " bytes before '" +
             after->second->name + "'";
    return text + " is out of bounds: nothing is allocated there";
  }
  uint64_t offset = access.address - at->base;
  std::string where =
      "offset " + std::to_string(offset) + " of '" + at->name + "'";
  text += ", " + where + ", ";
  if (!inSpace(*at, access.space))
    return text + "lies in another state space";
  if (store && at->readOnly)
    return text + "is read-only";
  for (unsigned i = 0; i < access.bytes; ++i) {
    uint32_t writer =
        at->writers.empty() ? Allocation::kUnwritten : at->writers[offset + i];
    if (!store && writer == Allocation::kUnwritten)
      return text + "was never written";
    if (writer > Allocation::kEarlier && writer != access.who) {
      other = writer;
      return text + (store ? "was written before in this launch by "
                           : "was written in this launch by ");
    }
    uint32_t reader =
        at->readers.empty() ? Allocation::kUnread : at->readers[offset + i];
    if (store && reader == Allocation::kSeveral)
      return text + "was read before in this launch by other threads, or by "
                    "one with .nc,";
    if (store && reader != Allocation::kUnread && reader != access.who) {
      other = reader;
      return text + "was read before in this launch by ";
    }
  }
  return text + "is wrong";
}
