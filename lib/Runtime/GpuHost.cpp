//===- GpuHost.cpp - What a host program needs beside launches ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuDriver.h"
#include "einsumc/Runtime/Gpu.h"

#include <algorithm>
#include <cstring>

using namespace einsumc::runtime;

static CUdeviceptr toDevice(const void *address) {
  return reinterpret_cast<uintptr_t>(address);
}

static CUstream toStream(void *stream) { return static_cast<CUstream>(stream); }

static int32_t failForNull(const char *what) {
  return failWith(EINSUMC_GPU_NULL_POINTER,
                  std::string("a null pointer to ") + what);
}

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

int32_t einsumcGpuDescribe(char *text, size_t bytes) {
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  const GpuDriver &driver = context.driver();
  char name[256] = "";
  if (int32_t code = driver.check(
          driver.deviceGetName(name, sizeof(name), context.getDevice()),
          "cuDeviceGetName"))
    return code;
  int architecture = 0, version = 0;
  if (int32_t code = driver.getArchitecture(context.getDevice(), architecture))
    return code;
  if (int32_t code =
          driver.check(driver.driverGetVersion(&version), "cuDriverGetVersion"))
    return code;
  // 12040 is 12.4.
  std::string description = std::string(name) + ", sm_" +
                            std::to_string(architecture) + ", CUDA " +
                            std::to_string(version / 1000) + "." +
                            std::to_string(version % 1000 / 10);
  if (text && bytes != 0) {
    size_t length = std::min(description.size(), bytes - 1);
    std::memcpy(text, description.data(), length);
    text[length] = '\0';
  }
  return EINSUMC_GPU_OK;
}

int32_t einsumcGpuGetArchitecture(int32_t *architecture) {
  if (!architecture)
    return failForNull("a result");
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  return context.driver().getArchitecture(context.getDevice(), *architecture);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

int32_t einsumcGpuAllocate(void **address, uint64_t bytes) {
  if (!address)
    return failForNull("a result");
  *address = nullptr;
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  if (bytes == 0)
    return EINSUMC_GPU_OK;
  CUdeviceptr memory = 0;
  if (CUresult result = context.driver().allocate(&memory, size_t(bytes)))
    return context.driver().fail(result, "device memory of " +
                                             std::to_string(bytes) + " bytes");
  // NOLINTNEXTLINE(performance-no-int-to-ptr): device addresses are integers.
  *address = reinterpret_cast<void *>(uintptr_t(memory));
  return EINSUMC_GPU_OK;
}

int32_t einsumcGpuFree(void *address) {
  if (!address)
    return EINSUMC_GPU_OK;
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  return context.driver().check(context.driver().free(toDevice(address)),
                                "cuMemFree");
}

/// Queues what moves `bytes` and waits for it. `missing` says what is null that
/// may not be; `name` is the driver's function.
template <typename Queue>
static int32_t moveBytes(uint64_t bytes, const char *missing, void *stream,
                         const char *name, Queue queue) {
  if (bytes != 0 && missing)
    return failForNull(missing);
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  const GpuDriver &driver = context.driver();
  if (bytes != 0)
    if (int32_t code = driver.check(queue(driver), name))
      return code;
  return driver.check(driver.streamSynchronize(toStream(stream)),
                      "cuStreamSynchronize");
}

int32_t einsumcGpuCopyIn(void *device, const void *host, uint64_t bytes,
                         void *stream) {
  return moveBytes(bytes, device && host ? nullptr : "what is copied", stream,
                   "copy to the device", [&](const GpuDriver &driver) {
                     return driver.copyIn(toDevice(device), host, size_t(bytes),
                                          toStream(stream));
                   });
}

int32_t einsumcGpuCopyOut(void *host, const void *device, uint64_t bytes,
                          void *stream) {
  return moveBytes(bytes, device && host ? nullptr : "what is copied", stream,
                   "copy from the device", [&](const GpuDriver &driver) {
                     return driver.copyOut(host, toDevice(device),
                                           size_t(bytes), toStream(stream));
                   });
}

int32_t einsumcGpuFill(void *device, uint8_t value, uint64_t bytes,
                       void *stream) {
  return moveBytes(bytes, device ? nullptr : "what is filled", stream,
                   "cuMemsetD8Async", [&](const GpuDriver &driver) {
                     return driver.fill(toDevice(device), value, size_t(bytes),
                                        toStream(stream));
                   });
}

//===----------------------------------------------------------------------===//
// Streams and events
//===----------------------------------------------------------------------===//

int32_t einsumcGpuSynchronize(void *stream) {
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  return context.driver().check(
      context.driver().streamSynchronize(toStream(stream)),
      "cuStreamSynchronize");
}

int32_t einsumcGpuCreateStream(void **stream) {
  if (!stream)
    return failForNull("a result");
  *stream = nullptr;
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  CUstream result = nullptr;
  int32_t code = context.driver().check(
      context.driver().streamCreate(&result, CU_STREAM_NON_BLOCKING),
      "cuStreamCreate");
  *stream = result;
  return code;
}

int32_t einsumcGpuDestroyStream(void *stream) {
  if (!stream)
    return EINSUMC_GPU_OK;
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  return context.driver().check(
      context.driver().streamDestroy(toStream(stream)), "cuStreamDestroy");
}

int32_t einsumcGpuCreateEvent(void **event) {
  if (!event)
    return failForNull("a result");
  *event = nullptr;
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  CUevent result = nullptr;
  int32_t code = context.driver().check(
      context.driver().eventCreate(&result, /*flags=*/0), "cuEventCreate");
  *event = result;
  return code;
}

int32_t einsumcGpuDestroyEvent(void *event) {
  if (!event)
    return EINSUMC_GPU_OK;
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  return context.driver().check(
      context.driver().eventDestroy(static_cast<CUevent>(event)),
      "cuEventDestroy");
}

int32_t einsumcGpuRecordEvent(void *event, void *stream) {
  if (!event)
    return failForNull("an event");
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  return context.driver().check(
      context.driver().eventRecord(static_cast<CUevent>(event),
                                   toStream(stream)),
      "cuEventRecord");
}

int32_t einsumcGpuGetElapsed(void *begin, void *end, float *milliseconds) {
  if (!begin || !end || !milliseconds)
    return failForNull("an event or a result");
  GpuContext context;
  if (int32_t code = context.enter())
    return code;
  const GpuDriver &driver = context.driver();
  for (void *event : {begin, end})
    if (int32_t code =
            driver.check(driver.eventSynchronize(static_cast<CUevent>(event)),
                         "cuEventSynchronize"))
      return code;
  return driver.check(driver.eventElapsed(milliseconds,
                                          static_cast<CUevent>(begin),
                                          static_cast<CUevent>(end)),
                      "cuEventElapsedTime");
}
