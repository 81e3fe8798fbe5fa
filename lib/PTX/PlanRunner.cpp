//===- PlanRunner.cpp - A whole kernel from its PTX and plan --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/PTX/PlanRunner.h"

#include <algorithm>

using namespace einsumc;
using namespace einsumc::ptx;

Result<PlanRunner> PlanRunner::load(Device &device, std::string_view ptx,
                                    std::string_view plan) {
  runtime::Result<runtime::Plan> parsed = runtime::parsePlan(plan);
  if (!parsed)
    return Error{0, parsed.message()};
  Result<ModuleId> module = device.load(ptx);
  if (!module)
    return module.error();
  for (const runtime::PlanEntry &entry : parsed->entries)
    if (!device.findKernel(*module, entry.name))
      return Error{0, "the plan launches '" + entry.name +
                          "', which the code does not define"};
  return PlanRunner(device, *module, std::move(*parsed));
}

/// The bytes of an address, as parameters have them.
static std::string addressBytes(uint64_t address) {
  return {reinterpret_cast<const char *>(&address), sizeof(address)};
}

Result<Statistics> PlanRunner::launchAll(const runtime::BoundPlan &bound,
                                         std::span<const uint64_t> operands,
                                         std::span<const uint64_t> buffers,
                                         const LaunchOptions &options) const {
  using Kind = runtime::PlanParameter::Kind;
  Statistics total;
  for (const runtime::BoundLaunch &launch : bound.launches) {
    if (launch.isEmpty())
      continue;
    std::vector<std::string> parameters;
    for (const runtime::BoundParameter &parameter : launch.parameters) {
      if (parameter.kind == Kind::operand)
        parameters.push_back(addressBytes(operands[parameter.index]));
      else if (parameter.kind == Kind::buffer)
        parameters.push_back(addressBytes(buffers[parameter.index]));
      else
        parameters.emplace_back(parameter.content.begin(),
                                parameter.content.end());
    }
    Result<Statistics> statistics =
        device->launch(module, launch.entry->name,
                       {launch.grid[0], launch.grid[1], launch.grid[2]},
                       {launch.block[0], launch.block[1], launch.block[2]},
                       launch.sharedBytes, parameters, options);
    if (!statistics)
      return statistics.error();
    total += *statistics;
  }
  return total;
}

Result<Statistics> PlanRunner::run(std::span<const uint64_t> operands,
                                   const int64_t *sizes, const int64_t *strides,
                                   const void *const *scalars,
                                   const LaunchOptions &options) const {
  if (operands.size() != launchPlan.operands.size())
    return Error{0, "expected " + std::to_string(launchPlan.operands.size()) +
                        " operands, got " + std::to_string(operands.size())};
  runtime::Result<runtime::BoundPlan> bound =
      runtime::bindPlan(launchPlan, sizes, strides, scalars);
  if (!bound)
    return Error{0, bound.message()};
  std::vector<uint64_t> buffers;
  MaybeError failure;
  for (size_t i = 0; i < bound->bufferBytes.size() && !failure; ++i) {
    Result<uint64_t> buffer = device->allocate(
        std::max<size_t>(bound->bufferBytes[i], 1), launchPlan.buffers[i].name);
    if (buffer)
      buffers.push_back(*buffer);
    else
      failure = buffer.error();
  }
  Result<Statistics> result =
      failure ? Result<Statistics>(*failure)
              : launchAll(*bound, operands, buffers, options);
  for (uint64_t buffer : buffers)
    if (MaybeError error = device->free(buffer); error && result)
      result = *error;
  return result;
}
