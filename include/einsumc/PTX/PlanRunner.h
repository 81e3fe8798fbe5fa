//===- PlanRunner.h - A whole kernel from its PTX and plan ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PTX_PLANRUNNER_H
#define EINSUMC_PTX_PLANRUNNER_H

#include "einsumc/PTX/Device.h"
#include "einsumc/Runtime/Plan.h"

namespace einsumc::ptx {

/// A kernel's code, loaded into a device, and its launch plan (docs/GPU.md).
class PlanRunner {
public:
  /// `device` must outlive the runner.
  static Result<PlanRunner> load(Device &device, std::string_view ptx,
                                 std::string_view plan);

  const runtime::Plan &plan() const { return launchPlan; }

  /// Runs all launches of one call. `operands` are device addresses of the
  /// elements whose indices are all 0; `sizes`, `strides` and `scalars` as in
  /// docs/abi.md (NAME_entry). Buffers between the launches are taken from the
  /// device, unwritten, and given back.
  Result<Statistics> run(std::span<const uint64_t> operands,
                         const int64_t *sizes, const int64_t *strides,
                         const void *const *scalars,
                         const LaunchOptions &options = {}) const;

private:
  PlanRunner(Device &device, ModuleId module, runtime::Plan plan)
      : device(&device), module(module), launchPlan(std::move(plan)) {}
  Result<Statistics> launchAll(const runtime::BoundPlan &bound,
                               std::span<const uint64_t> operands,
                               std::span<const uint64_t> buffers,
                               const LaunchOptions &options) const;

  Device *device;
  ModuleId module;
  runtime::Plan launchPlan;
};

} // namespace einsumc::ptx

#endif // EINSUMC_PTX_PLANRUNNER_H
