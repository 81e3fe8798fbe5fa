//===- Contexts.cpp - Errors, the device and its contexts -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StandIn.h"

#include <cstdio>
#include <cstdlib>

//===----------------------------------------------------------------------===//
// State
//===----------------------------------------------------------------------===//

static uint64_t readNumber(const char *name, uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text && *text ? std::strtoull(text, nullptr, 0) : otherwise;
}

StandIn::StandIn()
    : architecture(unsigned(readNumber("EINSUMC_STANDIN_ARCHITECTURE", 121))),
      devices(unsigned(readNumber("EINSUMC_STANDIN_DEVICES", 1))),
      memory(readNumber("EINSUMC_STANDIN_MEMORY", uint64_t(1) << 34)),
      seed(readNumber("EINSUMC_STANDIN_SEED", 0)),
      isLogged(readNumber("EINSUMC_STANDIN_LOG", 0) != 0),
      device(std::make_unique<einsumc::ptx::Device>(architecture)) {}

StandIn &StandIn::get() {
  // As the real one, it is there until the process has ended.
  static StandIn *instance = new StandIn;
  return *instance;
}

CUcontext StandIn::addContext() {
  auto context = std::make_unique<Context>();
  context->id = ++contextCount;
  CUcontext key = context.get();
  contexts.emplace(key, std::move(context));
  return key;
}

std::vector<CUcontext> &currentContexts() {
  static thread_local std::vector<CUcontext> stack;
  return stack;
}

Call::Call() : its(StandIn::get()), lock(its.mutex) {
  std::vector<CUcontext> &stack = currentContexts();
  if (!its.isInitialised)
    result = CUDA_ERROR_NOT_INITIALIZED;
  else if (stack.empty() || !its.contexts.count(stack.back()))
    result = CUDA_ERROR_INVALID_CONTEXT;
  else
    context = stack.back();
  if (context)
    result = context->failure;
}

CUresult report(CUresult result, const char *function,
                const einsumc::ptx::Error &error) {
  std::fprintf(stderr, "stand-in for CUDA: %s: %s\n", function,
               error.str().c_str());
  return result;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

namespace {
struct ErrorName {
  CUresult error;
  const char *name, *text;
};
} // namespace

static constexpr ErrorName kErrors[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED",
     "initialization error"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE",
     "no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE",
     "invalid device ordinal"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT",
     "invalid device context"},
    {CUDA_ERROR_NO_BINARY_FOR_GPU, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "no kernel image is available for execution on the device"},
    {CUDA_ERROR_INVALID_PTX, "CUDA_ERROR_INVALID_PTX",
     "a PTX JIT compilation failed"},
    {CUDA_ERROR_INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE",
     "invalid resource handle"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {CUDA_ERROR_NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {CUDA_ERROR_LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED",
     "unspecified launch failure"}};

static const ErrorName *findError(CUresult error) {
  for (const ErrorName &known : kErrors)
    if (known.error == error)
      return &known;
  return nullptr;
}

EINSUMC_DRIVER cuGetErrorName(CUresult error, const char **text) {
  const ErrorName *known = findError(error);
  *text = known ? known->name : nullptr;
  return known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EINSUMC_DRIVER cuGetErrorString(CUresult error, const char **text) {
  const ErrorName *known = findError(error);
  *text = known ? known->text : nullptr;
  return known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

EINSUMC_DRIVER cuInit(unsigned flags) {
  if (flags != 0)
    return CUDA_ERROR_INVALID_VALUE;
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  if (its.devices == 0)
    return CUDA_ERROR_NO_DEVICE;
  its.isInitialised = true;
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuDriverGetVersion(int *version) {
  *version = 13000;
  return CUDA_SUCCESS;
}

/// What a call about devices returns that names this one.
static CUresult checkDevice(CUdevice device) {
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  if (!its.isInitialised)
    return CUDA_ERROR_NOT_INITIALIZED;
  return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

EINSUMC_DRIVER cuDeviceGetCount(int *count) {
  *count = 1;
  return checkDevice(0);
}

EINSUMC_DRIVER cuDeviceGet(CUdevice *device, int ordinal) {
  *device = ordinal;
  return checkDevice(ordinal);
}

EINSUMC_DRIVER cuDeviceGetName(char *text, int bytes, CUdevice device) {
  if (bytes > 0)
    std::snprintf(text, size_t(bytes), "PTX interpreter");
  return checkDevice(device);
}

EINSUMC_DRIVER cuDeviceGetAttribute(int *value, int attribute,
                                    CUdevice device) {
  constexpr int kMajor = 75, kMinor = 76, kHasMemoryPools = 115;
  if (CUresult result = checkDevice(device))
    return result;
  switch (attribute) {
  case kMajor:
    *value = int(StandIn::get().architecture / 10);
    return CUDA_SUCCESS;
  case kMinor:
    *value = int(StandIn::get().architecture % 10);
    return CUDA_SUCCESS;
  case kHasMemoryPools:
    *value = 1;
    return CUDA_SUCCESS;
  default:
    return CUDA_ERROR_INVALID_VALUE;
  }
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

EINSUMC_DRIVER cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  if (CUresult result = checkDevice(device))
    return result;
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  if (!its.primary)
    its.primary = its.addContext();
  *context = its.primary;
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuCtxCreate_v2(CUcontext *context, unsigned, CUdevice device) {
  if (CUresult result = checkDevice(device))
    return result;
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  *context = its.addContext();
  currentContexts().push_back(*context);
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuCtxDestroy_v2(CUcontext context) {
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  auto found = its.contexts.find(context);
  if (found == its.contexts.end() || context == its.primary)
    return CUDA_ERROR_INVALID_CONTEXT;
  for (const auto &entry : context->modules)
    its.device->unload(entry.second->id);
  std::vector<CUcontext> &stack = currentContexts();
  if (!stack.empty() && stack.back() == context)
    stack.pop_back();
  its.contexts.erase(found);
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuCtxGetCurrent(CUcontext *context) {
  std::vector<CUcontext> &stack = currentContexts();
  *context = stack.empty() ? nullptr : stack.back();
  return checkDevice(0);
}

EINSUMC_DRIVER cuCtxPushCurrent_v2(CUcontext context) {
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  if (!its.contexts.count(context))
    return CUDA_ERROR_INVALID_CONTEXT;
  currentContexts().push_back(context);
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuCtxPopCurrent_v2(CUcontext *context) {
  std::vector<CUcontext> &stack = currentContexts();
  if (stack.empty())
    return CUDA_ERROR_INVALID_CONTEXT;
  *context = stack.back();
  stack.pop_back();
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuCtxGetDevice(CUdevice *device) {
  *device = 0;
  Call call;
  return call.context ? CUDA_SUCCESS : call.result;
}

EINSUMC_DRIVER cuCtxGetId(CUcontext context, unsigned long long *id) {
  StandIn &its = StandIn::get();
  std::lock_guard<std::mutex> lock(its.mutex);
  if (!its.contexts.count(context))
    return CUDA_ERROR_INVALID_CONTEXT;
  *id = context->id;
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuCtxSynchronize() { return Call().result; }
