//===- TaskRanges.h - Who takes which tasks ---------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tasks of one step, cut into a share a thread. A thread takes from the
// front of its own share first, so that from call to call it meets what lies in
// its own caches; then from the back of others', so that all end together.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_RUNTIME_TASKRANGES_H
#define EINSUMC_LIB_RUNTIME_TASKRANGES_H

#include <atomic>
#include <cstdint>

namespace einsumc::runtime {

struct TaskRange {
  int64_t begin = 0, end = 0;
};

/// One share: tasks [begin, end), which many threads take from.
class alignas(64) TaskShare {
public:
  void reset(uint32_t begin, uint32_t end) {
    word.store(pack(begin, end), std::memory_order_relaxed);
  }
  /// Half of what is left, at least one task, from the front or from the back.
  /// An empty range when nothing is left. Shares are set before any other
  /// thread knows of them and only ever shrink: no range is taken twice.
  TaskRange take(bool fromFront) {
    uint64_t seen = word.load(std::memory_order_relaxed);
    for (;;) {
      auto begin = uint32_t(seen >> 32), end = uint32_t(seen);
      if (begin == end)
        return {};
      uint32_t count = (end - begin + 1) / 2;
      uint64_t left =
          fromFront ? pack(begin + count, end) : pack(begin, end - count);
      if (word.compare_exchange_weak(seen, left, std::memory_order_relaxed))
        return fromFront ? TaskRange{begin, begin + count}
                         : TaskRange{end - count, end};
    }
  }

private:
  static uint64_t pack(uint32_t begin, uint32_t end) {
    return uint64_t(begin) << 32 | end;
  }
  std::atomic<uint64_t> word{0};
};

/// All shares of a step. More tasks than 32 bits count are taken several at
/// once.
class TaskRanges {
public:
  static constexpr uint32_t kMaxShares = 64;

  TaskRanges(int64_t count, int64_t threads) : count(count) {
    unit = count / INT32_MAX + 1;
    auto units = uint64_t((count - 1) / unit + 1);
    numShares = uint32_t(threads < kMaxShares ? threads : kMaxShares);
    for (uint32_t share = 0; share < numShares; ++share)
      shares[share].reset(uint32_t(units * share / numShares),
                          uint32_t(units * (share + 1) / numShares));
  }

  /// The next tasks for a thread whose own share is `own`.
  TaskRange take(uint32_t own) {
    for (uint32_t i = 0; i < numShares; ++i) {
      TaskRange range = shares[(own + i) % numShares].take(i == 0);
      if (range.begin != range.end) {
        int64_t end = range.end * unit;
        return {range.begin * unit, end < count ? end : count};
      }
    }
    return {};
  }

private:
  int64_t count, unit;
  uint32_t numShares;
  TaskShare shares[kMaxShares];
};

} // namespace einsumc::runtime

#endif // EINSUMC_LIB_RUNTIME_TASKRANGES_H
