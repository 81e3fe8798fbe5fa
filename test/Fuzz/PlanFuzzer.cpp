//===- PlanFuzzer.cpp - Any text as a launch plan -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Runtime/Plan.h"

using namespace einsumc::runtime;

static void require(bool condition) {
  if (!condition)
    __builtin_trap();
}

/// A text is a plan, or refused in words. A plan is bound to sizes and strides
/// that its numbers may overflow with, or refused; launches of what was bound
/// are within the hardware's limits.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Result<Plan> plan = parsePlan({reinterpret_cast<const char *>(data), size});
  if (!plan) {
    require(!plan.message().empty());
    return 0;
  }
  size_t strideCount = 0;
  for (const PlanOperand &operand : plan->operands)
    strideCount += operand.strides.size();
  std::vector<int64_t> sizes(plan->labels.size()), strides(strideCount);
  for (size_t i = 0; i < sizes.size(); ++i)
    sizes[i] = int64_t((size * 0x9e3779b97f4a7c15u) >> (i * 7 % 64));
  for (size_t i = 0; i < strides.size(); ++i)
    strides[i] = i % 2 ? -int64_t(i) : int64_t(size);
  std::vector<std::vector<char>> bytes;
  std::vector<const void *> scalars;
  for (const PlanScalar &scalar : plan->scalars) {
    bytes.emplace_back(size_t(scalar.bytes));
    scalars.push_back(bytes.back().data());
  }
  Result<BoundPlan> bound =
      bindPlan(*plan, sizes.data(), strides.data(), scalars.data());
  if (!bound) {
    require(!bound.message().empty());
    return 0;
  }
  require(bound->launches.size() == plan->entries.size());
  require(bound->bufferBytes.size() == plan->buffers.size());
  for (const BoundLaunch &launch : bound->launches) {
    if (launch.isEmpty())
      continue;
    require(launch.grid[1] <= 65535 && launch.grid[2] <= 65535);
    for (uint32_t threads : launch.block)
      require(threads >= 1 && threads <= 1024);
    require(launch.parameters.size() == launch.entry->parameters.size());
  }
  return 0;
}
