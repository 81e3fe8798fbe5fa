//===- Statistics.h - What a launch did, counted ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PTX_STATISTICS_H
#define EINSUMC_PTX_STATISTICS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace einsumc::ptx {

/// How instructions are counted.
enum class InstructionClass : uint8_t {
  integer,
  floating,
  f64,
  approximation,
  conversion,
  compare,
  move,
  special,
  load,
  store,
  atomic,
  branch,
  control,
};
inline constexpr size_t kInstructionClasses =
    size_t(InstructionClass::control) + 1;

const char *name(InstructionClass instructionClass);

/// Counts of threads unless they say otherwise: an instruction that 32 threads
/// of a warp execute counts 32 times.
struct Statistics {
  std::array<uint64_t, kInstructionClasses> instructions{};
  uint64_t launches = 0, threads = 0, warpInstructions = 0;
  /// Global memory alone. A sector is 32 aligned bytes; each that a warp's
  /// instruction touches counts once.
  uint64_t loadBytes = 0, storeBytes = 0;
  uint64_t loadRequests = 0, storeRequests = 0;
  uint64_t loadSectors = 0, storeSectors = 0;

  uint64_t total() const;
  Statistics &operator+=(const Statistics &other);
  /// One "name value" a line.
  std::string str() const;
};

} // namespace einsumc::ptx

#endif // EINSUMC_PTX_STATISTICS_H
