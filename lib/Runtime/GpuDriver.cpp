//===- GpuDriver.cpp - The driver's library, loaded when needed -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuDriver.h"
#include "einsumc/Runtime/Gpu.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <iterator>
#include <memory>
#include <mutex>

using namespace einsumc::runtime;

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static std::string &lastError() {
  static thread_local std::string text;
  return text;
}

int32_t einsumc::runtime::failWith(int32_t code, std::string message) {
  lastError() = std::move(message);
  return code;
}

const char *einsumcGpuGetLastError(void) { return lastError().c_str(); }

namespace {
/// Errors that mean more to a caller than their number.
struct KnownError {
  CUresult result;
  /// For drivers that know no names, such as the toolkit's stub.
  const char *name;
  int32_t code;
  /// What to do about it; null where the driver's text says it.
  const char *advice;
};
} // namespace

static constexpr KnownError kKnownErrors[] = {
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY",
     EINSUMC_GPU_OUT_OF_MEMORY, nullptr},
    {CUDA_ERROR_STUB_LIBRARY, "CUDA_ERROR_STUB_LIBRARY", EINSUMC_GPU_NOT_USABLE,
     "this is the stub library of the CUDA toolkit, which is for linking only; "
     "remove its folder from the library path"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", EINSUMC_GPU_NOT_USABLE,
     "the driver finds no GPU"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE",
     EINSUMC_GPU_NOT_USABLE, "the driver finds no GPU"},
    {CUDA_ERROR_NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     EINSUMC_GPU_NOT_USABLE,
     "the code is for another GPU; compile with --gpu for this one"},
    {CUDA_ERROR_INVALID_PTX, "CUDA_ERROR_INVALID_PTX", EINSUMC_GPU_NOT_USABLE,
     "the driver does not take this PTX; compile with --gpu for this GPU"},
    {CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     EINSUMC_GPU_NOT_USABLE,
     "the driver is too old for this PTX; update it, or compile with --gpu for "
     "an older GPU"},
    {CUDA_ERROR_SYSTEM_NOT_READY, "CUDA_ERROR_SYSTEM_NOT_READY",
     EINSUMC_GPU_NOT_USABLE, nullptr},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
     EINSUMC_GPU_NOT_USABLE,
     "the driver's library and its kernel module are of different versions"},
    {CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE,
     "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE", EINSUMC_GPU_NOT_USABLE,
     nullptr}};

int32_t GpuDriver::fail(CUresult result, const std::string &what) const {
  const KnownError *known = std::find_if(
      std::begin(kKnownErrors), std::end(kKnownErrors),
      [&](const KnownError &error) { return error.result == result; });
  bool isKnown = known != std::end(kKnownErrors);
  const char *name = nullptr, *text = nullptr;
  if (getErrorName(result, &name) != CUDA_SUCCESS || !name)
    name = isKnown ? known->name : "error";
  if (isKnown && known->advice)
    text = known->advice;
  else if (getErrorString(result, &text) != CUDA_SUCCESS)
    text = nullptr;
  std::string message =
      what + ": " + name + " (" + std::to_string(result) + ")";
  if (text)
    message += std::string(": ") + text;
  return failWith(isKnown ? known->code : EINSUMC_GPU_DRIVER_ERROR,
                  std::move(message));
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

static const char *libraryPath() {
  // A program that runs with another user's rights loads nothing that this
  // user names.
  const char *path = secure_getenv("EINSUMC_CUDA_DRIVER");
  return path && *path ? path : "libcuda.so.1";
}

static int32_t load(GpuDriver &driver) {
  const std::string path = libraryPath();
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    return failWith(EINSUMC_GPU_NOT_USABLE,
                    "no NVIDIA driver: " +
                        std::string(reason ? reason : path.c_str()));
  }
  const char *missing = nullptr;
#define OPTIONAL(NAME, SYMBOL, PARAMETERS)                                     \
  driver.NAME =                                                                \
      reinterpret_cast<decltype(driver.NAME)>(dlsym(library, #SYMBOL));
#define REQUIRED(NAME, SYMBOL, PARAMETERS)                                     \
  OPTIONAL(NAME, SYMBOL, PARAMETERS)                                           \
  if (!driver.NAME && !missing)                                                \
    missing = #SYMBOL;
#include "GpuDriver.def"
  int32_t code = EINSUMC_GPU_OK;
  if (missing)
    code = failWith(EINSUMC_GPU_NOT_USABLE,
                    path + " has no function " + missing +
                        ": it is no driver, or one before CUDA 11");
  else if (CUresult result = driver.init(0))
    code = driver.fail(result, path + ": cuInit");
  if (code != EINSUMC_GPU_OK)
    dlclose(library);
  return code;
}

int32_t GpuDriver::get(const GpuDriver *&driver) {
  static std::atomic<const GpuDriver *> loaded;
  static std::mutex mutex;
  driver = loaded.load(std::memory_order_acquire);
  if (driver)
    return EINSUMC_GPU_OK;
  std::lock_guard<std::mutex> lock(mutex);
  driver = loaded.load(std::memory_order_relaxed);
  if (driver)
    return EINSUMC_GPU_OK;
  auto candidate = std::make_unique<GpuDriver>();
  if (int32_t code = load(*candidate))
    return code;
  // Never given back: threads may launch until the process has ended.
  driver = candidate.release();
  loaded.store(driver, std::memory_order_release);
  return EINSUMC_GPU_OK;
}

int32_t GpuDriver::getArchitecture(CUdevice device, int &architecture) const {
  int major = 0, minor = 0;
  if (int32_t code = check(
          deviceGetAttribute(
              &major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device),
          "cuDeviceGetAttribute"))
    return code;
  if (int32_t code = check(
          deviceGetAttribute(
              &minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device),
          "cuDeviceGetAttribute"))
    return code;
  architecture = major * 10 + minor;
  return EINSUMC_GPU_OK;
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

/// Device 0's primary context, retained once for the life of the process.
static int32_t getPrimaryContext(const GpuDriver &driver, CUcontext &context) {
  static std::mutex mutex;
  static CUcontext retained;
  std::lock_guard<std::mutex> lock(mutex);
  if (!retained) {
    int count = 0;
    if (int32_t code =
            driver.check(driver.deviceGetCount(&count), "cuDeviceGetCount"))
      return code;
    if (count == 0)
      return driver.fail(CUDA_ERROR_NO_DEVICE, "cuDeviceGetCount");
    CUdevice device = 0;
    if (int32_t code =
            driver.check(driver.deviceGet(&device, 0), "cuDeviceGet"))
      return code;
    if (int32_t code =
            driver.check(driver.primaryContextRetain(&retained, device),
                         "cuDevicePrimaryCtxRetain"))
      return code;
  }
  context = retained;
  return EINSUMC_GPU_OK;
}

int32_t GpuContext::enter() {
  if (int32_t code = GpuDriver::get(its))
    return code;
  if (int32_t code =
          its->check(its->contextGetCurrent(&context), "cuCtxGetCurrent"))
    return code;
  if (!context) {
    if (int32_t code = getPrimaryContext(*its, context))
      return code;
    if (int32_t code =
            its->check(its->contextPush(context), "cuCtxPushCurrent"))
      return code;
    isPushed = true;
  }
  return its->check(its->contextGetDevice(&device), "cuCtxGetDevice");
}

GpuContext::~GpuContext() {
  CUcontext popped;
  if (isPushed)
    its->contextPop(&popped);
}
