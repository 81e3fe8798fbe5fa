//===- Device.h - A machine that executes PTX, without a GPU ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PTX_DEVICE_H
#define EINSUMC_PTX_DEVICE_H

#include "einsumc/PTX/Error.h"
#include "einsumc/PTX/Statistics.h"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace einsumc::ptx {

struct Dim3 {
  uint32_t x = 1, y = 1, z = 1;
  uint64_t count() const { return uint64_t(x) * y * z; }
  friend bool operator==(const Dim3 &, const Dim3 &) = default;
};

struct LaunchOptions {
  /// The order of blocks and warps, and how they interleave.
  uint64_t seed = 0;
  /// Thread instructions after which a launch is given up as endless.
  uint64_t budget = uint64_t(1) << 40;
};

/// What a launch must know about a kernel.
struct KernelInfo {
  struct Parameter {
    std::string name;
    uint64_t offset = 0, bytes = 0;
  };
  std::string name;
  std::vector<Parameter> parameters;
  /// .reqntid; zeros where the kernel has none.
  Dim3 requiredBlock{0, 0, 0};
};

/// The PTX of one text, loaded into one device.
using ModuleId = size_t;

/// Device memory and loaded modules, and the interpreter that runs kernels.
///
/// Every access of a kernel is checked: bounds, alignment, bytes nobody wrote,
/// writes to read-only memory, and bytes that two threads of one launch touch,
/// at least one of them writing. What a host copies is checked for bounds.
///
/// One thread at a time may use an instance; instances share nothing.
class Device {
public:
  /// A device of this architecture (90 for sm_90) runs what such a GPU would
  /// run; of architecture 0 whatever text of a known target.
  explicit Device(unsigned architecture = 0);
  ~Device();
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;

  /// The address of new memory, aligned to 256 bytes, which nobody has written.
  Result<uint64_t> allocate(uint64_t bytes, std::string_view name);
  MaybeError free(uint64_t address);
  MaybeError copyIn(uint64_t address, const void *data, uint64_t bytes);
  MaybeError copyOut(void *data, uint64_t address, uint64_t bytes) const;
  MaybeError copyWithin(uint64_t to, uint64_t from, uint64_t bytes);
  MaybeError fill(uint64_t address, uint8_t value, uint64_t bytes);
  /// Kernels may only read the allocation that starts at this address.
  MaybeError setReadOnly(uint64_t address, bool readOnly = true);
  /// The first byte of a range that nobody has written, or its end.
  uint64_t firstUnwritten(uint64_t address, uint64_t bytes) const;

  Result<ModuleId> load(std::string_view text);
  MaybeError unload(ModuleId module);
  /// Null when there is no such module or kernel. Lives as long as the module.
  const KernelInfo *findKernel(ModuleId module, std::string_view name) const;
  std::vector<std::string> kernelNames(ModuleId module) const;
  /// The address and size of a variable of the module.
  struct Global {
    uint64_t address, bytes;
  };
  Result<Global> findGlobal(ModuleId module, std::string_view name) const;

  /// Runs a kernel to its end. `parameters` holds the bytes of each parameter.
  /// After an error, memory holds what was written until then.
  Result<Statistics> launch(ModuleId module, std::string_view kernel, Dim3 grid,
                            Dim3 block, uint64_t sharedBytes,
                            std::span<const std::string> parameters,
                            const LaunchOptions &options = {});

  /// All launches that succeeded, together.
  const Statistics &statistics() const;

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace einsumc::ptx

#endif // EINSUMC_PTX_DEVICE_H
