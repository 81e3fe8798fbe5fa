//===- GpuRun.cpp - The launches of one call ------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuModules.h"

#include <algorithm>

using namespace einsumc::runtime;

/// Shared memory that a launch may have without asking.
static constexpr uint32_t kDefaultSharedBytes = 48 * 1024;

namespace {

/// The buffers of one call. They are given back in the stream's order where the
/// driver can do that, else once the stream has come to an end.
class Buffers {
public:
  Buffers(const GpuDriver &driver, CUstream stream, bool hasStreamMemory)
      : driver(driver), stream(stream), hasStreamMemory(hasStreamMemory) {}
  Buffers(const Buffers &) = delete;
  Buffers &operator=(const Buffers &) = delete;
  ~Buffers();

  int32_t allocate(const BoundPlan &bound);
  int32_t release();
  CUdeviceptr operator[](size_t index) const { return addresses[index]; }

private:
  const GpuDriver &driver;
  CUstream stream;
  bool hasStreamMemory;
  std::vector<CUdeviceptr> addresses;
};

} // namespace

int32_t Buffers::allocate(const BoundPlan &bound) {
  for (size_t bytes : bound.bufferBytes) {
    CUdeviceptr address = 0;
    if (bytes != 0) {
      CUresult result = hasStreamMemory
                            ? driver.allocateAsync(&address, bytes, stream)
                            : driver.allocate(&address, bytes);
      if (result != CUDA_SUCCESS)
        return driver.fail(result,
                           "a buffer of " + std::to_string(bytes) + " bytes");
    }
    addresses.push_back(address);
  }
  return EINSUMC_GPU_OK;
}

/// After a failure, whose message counts.
Buffers::~Buffers() {
  if (addresses.empty())
    return;
  std::string message = einsumcGpuGetLastError();
  release();
  failWith(EINSUMC_GPU_OK, std::move(message));
}

/// The first error counts, but all is given back.
int32_t Buffers::release() {
  int32_t code = EINSUMC_GPU_OK;
  auto keepFirst = [&](CUresult result, const char *what) {
    if (code == EINSUMC_GPU_OK)
      code = driver.check(result, what);
  };
  bool hasAny = std::any_of(addresses.begin(), addresses.end(),
                            [](CUdeviceptr address) { return address != 0; });
  if (hasAny && !hasStreamMemory)
    keepFirst(driver.streamSynchronize(stream), "cuStreamSynchronize");
  for (CUdeviceptr address : addresses) {
    if (address == 0)
      continue;
    if (hasStreamMemory)
      keepFirst(driver.freeAsync(address, stream), "cuMemFreeAsync");
    else
      keepFirst(driver.free(address), "cuMemFree");
  }
  addresses.clear();
  return code;
}

static int32_t launch(const GpuDriver &driver, CUfunction function,
                      const BoundLaunch &launch, void *const *operands,
                      const Buffers &buffers, CUstream stream) {
  using Kind = PlanParameter::Kind;
  // The driver copies parameters from where these point, before it returns.
  std::vector<CUdeviceptr> addresses(launch.parameters.size());
  std::vector<void *> pointers(launch.parameters.size());
  for (size_t i = 0; i < launch.parameters.size(); ++i) {
    const BoundParameter &parameter = launch.parameters[i];
    if (parameter.kind == Kind::operand)
      addresses[i] = reinterpret_cast<uintptr_t>(operands[parameter.index]);
    else if (parameter.kind == Kind::buffer)
      addresses[i] = buffers[parameter.index];
    pointers[i] = parameter.content.empty()
                      ? static_cast<void *>(&addresses[i])
                      : const_cast<uint8_t *>(parameter.content.data());
  }
  if (launch.sharedBytes > kDefaultSharedBytes)
    if (CUresult result = driver.functionSetAttribute(
            function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
            int(launch.sharedBytes)))
      return driver.fail(result, "shared memory of " + launch.entry->name);
  if (CUresult result = driver.launchKernel(
          function, launch.grid[0], launch.grid[1], launch.grid[2],
          launch.block[0], launch.block[1], launch.block[2], launch.sharedBytes,
          stream, pointers.data(), /*extra=*/nullptr))
    return driver.fail(result, "launch of " + launch.entry->name);
  return EINSUMC_GPU_OK;
}

int32_t einsumcGpuRun(const struct einsumcGpuImage *image,
                      void *const *operands, const int64_t *sizes,
                      const int64_t *strides, const void *const *scalars,
                      void *stream) {
  if (!image || !image->plan || !image->code)
    return failWith(EINSUMC_GPU_NULL_POINTER, "no image of a kernel");
  if (image->version != EINSUMC_GPU_IMAGE_VERSION)
    return failWith(EINSUMC_GPU_ILLEGAL,
                    "an image of version " + std::to_string(image->version) +
                        ", but this runtime knows version " +
                        std::to_string(EINSUMC_GPU_IMAGE_VERSION));
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  std::shared_ptr<const GpuModule> module;
  if (int32_t code = getModule(*image, context, module))
    return code;
  const Plan &plan = *module->plan;
  if (!operands && !plan.operands.empty())
    return failWith(EINSUMC_GPU_NULL_POINTER, plan.kernel + ": no operands");
  Result<BoundPlan> bound = bindPlan(plan, sizes, strides, scalars);
  if (!bound)
    return failWith(EINSUMC_GPU_ILLEGAL, plan.kernel + ": " + bound.message());
  if (std::all_of(bound->launches.begin(), bound->launches.end(),
                  [](const BoundLaunch &its) { return its.isEmpty(); }))
    return EINSUMC_GPU_OK;

  auto *queue = static_cast<CUstream>(stream);
  Buffers buffers(context.driver(), queue, module->hasStreamMemory);
  if (int32_t code = buffers.allocate(*bound))
    return code;
  for (size_t i = 0; i < bound->launches.size(); ++i)
    if (!bound->launches[i].isEmpty())
      if (int32_t code = launch(context.driver(), module->functions[i],
                                bound->launches[i], operands, buffers, queue))
        return code;
  return buffers.release();
}
