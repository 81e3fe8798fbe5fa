//===- PTXFuzzer.cpp - Any text as PTX ------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/PTX/Device.h"

using namespace einsumc::ptx;

/// A text is loaded, or refused with a message at a line that it has. What is
/// loaded runs to an end: its own, an error, or that of its budget.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view text(reinterpret_cast<const char *>(data), size);
  size_t lines = 1;
  for (char c : text)
    lines += c == '\n';
  Device device;
  Result<ModuleId> module = device.load(text);
  if (!module) {
    if (module.error().message.empty() || module.error().line > lines)
      __builtin_trap();
    return 0;
  }
  for (const std::string &name : device.kernelNames(*module)) {
    const KernelInfo *kernel = device.findKernel(*module, name);
    std::vector<std::string> parameters;
    for (const KernelInfo::Parameter &parameter : kernel->parameters) {
      // Pointers to memory that is there, whatever the parameter is.
      uint64_t address = *device.allocate(256, parameter.name);
      device.fill(address, 1, 256);
      std::string bytes(parameter.bytes, '\1');
      if (parameter.bytes == sizeof address)
        bytes.assign(reinterpret_cast<const char *>(&address), sizeof address);
      parameters.push_back(std::move(bytes));
    }
    Dim3 block =
        kernel->requiredBlock.x ? kernel->requiredBlock : Dim3{3, 1, 1};
    (void)device.launch(*module, name, {2, 1, 1}, block, 0, parameters,
                        {size, 10000});
  }
  return 0;
}
