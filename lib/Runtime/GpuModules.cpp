//===- GpuModules.cpp - Code that has been loaded into contexts -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuModules.h"

#include <charconv>
#include <cstring>
#include <map>
#include <mutex>

using namespace einsumc::runtime;

int32_t einsumc::runtime::checkArchitecture(const std::string &gpu,
                                            int architecture) {
  constexpr std::string_view kPrefix = "sm_";
  std::string_view rest = gpu;
  int required = 0;
  bool isKnown = rest.substr(0, kPrefix.size()) == kPrefix;
  if (isKnown) {
    rest.remove_prefix(kPrefix.size());
    auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), required);
    isKnown = error == std::errc();
    rest.remove_prefix(end - rest.data());
  }
  bool isExact = rest == "a";
  if (!isKnown || (!isExact && !rest.empty()))
    return failWith(EINSUMC_GPU_ILLEGAL,
                    "the plan is for an unknown GPU: '" + gpu + "'");
  if (isExact ? architecture == required : architecture >= required)
    return EINSUMC_GPU_OK;
  return failWith(EINSUMC_GPU_NOT_USABLE,
                  "the code is for " + gpu +
                      (isExact ? " alone" : " or later") +
                      ", but this GPU is sm_" + std::to_string(architecture));
}

namespace {

/// A context that was destroyed may leave its address to another: where the
/// driver numbers them, the number counts.
struct ContextKey {
  CUcontext context;
  unsigned long long id;
  friend bool operator<(const ContextKey &x, const ContextKey &y) {
    return x.context != y.context ? std::less<CUcontext>()(x.context, y.context)
                                  : x.id < y.id;
  }
};

/// An image, and where it has been loaded. Has a mutex of its own: while one
/// image is being compiled by the driver, others launch.
struct LoadedImage {
  std::mutex mutex;
  std::string planText, code;
  std::shared_ptr<const Plan> plan;
  std::map<ContextKey, std::shared_ptr<const GpuModule>> modules;

  /// Whether this is (still) what stands at the image's address: a library that
  /// was closed may leave its place to another.
  bool isOf(const einsumcGpuImage &image) const {
    return planText.size() == image.planBytes &&
           code.size() == image.codeBytes &&
           std::memcmp(planText.data(), image.plan, image.planBytes) == 0 &&
           std::memcmp(code.data(), image.code, image.codeBytes) == 0;
  }
};

struct Registry {
  std::mutex mutex;
  std::map<const einsumcGpuImage *, std::shared_ptr<LoadedImage>> images;
};

} // namespace

/// Never destroyed: threads may launch until the process has ended.
static Registry &getRegistry() {
  static Registry *registry = new Registry;
  return *registry;
}

/// Unloads in all contexts. Errors do not matter: a context that is gone has
/// taken its modules along.
static void unloadAll(const GpuDriver &driver, LoadedImage &image) {
  std::lock_guard<std::mutex> lock(image.mutex);
  for (const auto &[key, module] : image.modules) {
    CUcontext popped;
    if (driver.contextPush(key.context) != CUDA_SUCCESS)
      continue;
    driver.contextSynchronize();
    driver.moduleUnload(module->module);
    driver.contextPop(&popped);
  }
  image.modules.clear();
}

static int32_t readImage(const einsumcGpuImage &image, LoadedImage &loaded) {
  Result<Plan> plan =
      parsePlan(std::string_view(image.plan, size_t(image.planBytes)));
  if (!plan)
    return failWith(EINSUMC_GPU_ILLEGAL, "the launch plan: " + plan.message());
  loaded.planText.assign(image.plan, size_t(image.planBytes));
  loaded.code.assign(static_cast<const char *>(image.code),
                     size_t(image.codeBytes));
  loaded.plan = std::make_shared<const Plan>(std::move(*plan));
  return EINSUMC_GPU_OK;
}

/// What the registry holds about an image; reads it at first.
static int32_t findImage(const einsumcGpuImage &image, const GpuDriver &driver,
                         std::shared_ptr<LoadedImage> &found) {
  Registry &registry = getRegistry();
  std::shared_ptr<LoadedImage> stale;
  {
    std::lock_guard<std::mutex> lock(registry.mutex);
    std::shared_ptr<LoadedImage> &slot = registry.images[&image];
    if (!slot || !slot->isOf(image)) {
      stale = std::move(slot);
      auto fresh = std::make_shared<LoadedImage>();
      if (int32_t code = readImage(image, *fresh)) {
        registry.images.erase(&image);
        return code;
      }
      slot = std::move(fresh);
    }
    found = slot;
  }
  if (stale)
    unloadAll(driver, *stale);
  return EINSUMC_GPU_OK;
}

static int32_t loadModule(const LoadedImage &image, const GpuContext &context,
                          GpuModule &module) {
  const GpuDriver &driver = context.driver();
  int architecture = 0;
  if (int32_t code = driver.getArchitecture(context.getDevice(), architecture))
    return code;
  if (int32_t code = checkArchitecture(image.plan->gpu, architecture))
    return code;

  char log[4096] = "";
  int options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): all options are passed so.
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log) - 1)};
  CUresult result =
      driver.moduleLoad(&module.module, image.code.c_str(), 2, options, values);
  if (result != CUDA_SUCCESS)
    return driver.fail(result, image.plan->kernel + ": cuModuleLoadDataEx" +
                                   (log[0] ? std::string(": ") + log : ""));
  for (const PlanEntry &entry : image.plan->entries) {
    CUfunction function = nullptr;
    result =
        driver.moduleGetFunction(&function, module.module, entry.name.c_str());
    if (result != CUDA_SUCCESS) {
      driver.moduleUnload(module.module);
      return driver.fail(result, "cuModuleGetFunction of " + entry.name);
    }
    module.functions.push_back(function);
  }

  int hasPools = 0;
  module.hasStreamMemory =
      driver.allocateAsync && driver.freeAsync &&
      driver.deviceGetAttribute(&hasPools,
                                CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED,
                                context.getDevice()) == CUDA_SUCCESS &&
      hasPools != 0;
  module.plan = image.plan;
  return EINSUMC_GPU_OK;
}

int32_t einsumc::runtime::getModule(const einsumcGpuImage &image,
                                    const GpuContext &context,
                                    std::shared_ptr<const GpuModule> &module) {
  const GpuDriver &driver = context.driver();
  ContextKey key{context.getContext(), 0};
  if (driver.contextGetId &&
      driver.contextGetId(key.context, &key.id) != CUDA_SUCCESS)
    key.id = 0;
  std::shared_ptr<LoadedImage> loaded;
  if (int32_t code = findImage(image, driver, loaded))
    return code;
  std::lock_guard<std::mutex> lock(loaded->mutex);
  std::shared_ptr<const GpuModule> &slot = loaded->modules[key];
  if (!slot) {
    auto fresh = std::make_shared<GpuModule>();
    if (int32_t code = loadModule(*loaded, context, *fresh)) {
      loaded->modules.erase(key);
      return code;
    }
    slot = std::move(fresh);
  }
  module = slot;
  return EINSUMC_GPU_OK;
}

int32_t einsumcGpuRelease(const struct einsumcGpuImage *image) {
  std::shared_ptr<LoadedImage> loaded;
  {
    Registry &registry = getRegistry();
    std::lock_guard<std::mutex> lock(registry.mutex);
    auto found = registry.images.find(image);
    if (found == registry.images.end())
      return EINSUMC_GPU_OK;
    loaded = std::move(found->second);
    registry.images.erase(found);
  }
  const GpuDriver *driver = nullptr;
  if (int32_t code = GpuDriver::get(driver))
    return code;
  unloadAll(*driver, *loaded);
  return EINSUMC_GPU_OK;
}
