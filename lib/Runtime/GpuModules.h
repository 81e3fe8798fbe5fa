//===- GpuModules.h - Code that has been loaded into contexts ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Images stand in constant data of objects, which keep no state: what belongs
// to an image is found by its address, in a registry behind a mutex.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_RUNTIME_GPUMODULES_H
#define EINSUMC_LIB_RUNTIME_GPUMODULES_H

#include "GpuDriver.h"
#include "einsumc/Runtime/Gpu.h"
#include "einsumc/Runtime/Plan.h"

#include <memory>

namespace einsumc::runtime {

/// An image in one context.
struct GpuModule {
  /// Of the image, in memory of the registry's own.
  std::shared_ptr<const Plan> plan;
  CUmodule module = nullptr;
  /// One for each entry of the plan.
  std::vector<CUfunction> functions;
  /// Whether memory can be had and given back in the order of a stream.
  bool hasStreamMemory = false;
};

/// The module of an image in the context that was entered; loads it at first.
/// Returns a code of Gpu.h.
int32_t getModule(const einsumcGpuImage &image, const GpuContext &context,
                  std::shared_ptr<const GpuModule> &module);

/// Checks that a device of this architecture (90 for 9.0) runs code for a GPU
/// (sm_75: and all later ones; sm_90a: that one alone).
int32_t checkArchitecture(const std::string &gpu, int architecture);

} // namespace einsumc::runtime

#endif // EINSUMC_LIB_RUNTIME_GPUMODULES_H
