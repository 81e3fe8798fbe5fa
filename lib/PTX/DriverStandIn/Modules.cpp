//===- Modules.cpp - Code and launches ------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StandIn.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

using namespace einsumc::ptx;

/// Copies a message to where the caller wants the log of errors.
static void writeLog(const std::string &message, unsigned count,
                     const int *options, void **values) {
  constexpr int kErrorLog = 5, kErrorLogBytes = 6;
  char *log = nullptr;
  size_t bytes = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == kErrorLog)
      log = static_cast<char *>(values[i]);
    else if (options[i] == kErrorLogBytes)
      bytes = reinterpret_cast<uintptr_t>(values[i]);
  }
  if (log && bytes != 0)
    std::snprintf(log, bytes, "%s", message.c_str());
}

/// Whether this is machine code: the first bytes of a cubin or a fat binary.
static bool isBinary(const void *image) {
  const unsigned char kElf[] = {0x7f, 'E', 'L', 'F'};
  const unsigned char kFatBinary[] = {0x50, 0xed, 0x55, 0xba};
  // Text is at least that long, or ends before it differs.
  const char *text = static_cast<const char *>(image);
  return std::strncmp(text, reinterpret_cast<const char *>(kElf), 4) == 0 ||
         std::strncmp(text, reinterpret_cast<const char *>(kFatBinary), 4) == 0;
}

EINSUMC_DRIVER cuModuleLoadDataEx(CUmodule *module, const void *image,
                                  unsigned count, int *options, void **values) {
  Call call;
  if (call.result)
    return call.result;
  if (!image)
    return CUDA_ERROR_INVALID_VALUE;
  if (isBinary(image))
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  Result<ModuleId> id = call.its.device->load(static_cast<const char *>(image));
  if (!id) {
    writeLog(id.error().str("ptx"), count, options, values);
    return report(CUDA_ERROR_INVALID_PTX, "cuModuleLoadDataEx", id.error());
  }
  auto created = std::make_unique<Module>();
  created->context = call.context;
  created->id = *id;
  for (const std::string &name : call.its.device->kernelNames(*id))
    created->functions[name] = {created.get(),
                                call.its.device->findKernel(*id, name)};
  if (call.its.isLogged)
    std::fprintf(stderr, "load in context %llu\n", call.context->id);
  *module = created.get();
  call.context->modules.emplace(*module, std::move(created));
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuModuleLoadData(CUmodule *module, const void *image) {
  return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

EINSUMC_DRIVER cuModuleUnload(CUmodule module) {
  Call call;
  if (!call.context)
    return call.result;
  auto found = call.context->modules.find(module);
  if (found == call.context->modules.end())
    return CUDA_ERROR_INVALID_HANDLE;
  MaybeError error = call.its.device->unload(module->id);
  if (call.its.isLogged)
    std::fprintf(stderr, "unload in context %llu\n", call.context->id);
  call.context->modules.erase(found);
  return error ? report(CUDA_ERROR_INVALID_HANDLE, "cuModuleUnload", *error)
               : CUDA_SUCCESS;
}

EINSUMC_DRIVER cuModuleGetFunction(CUfunction *function, CUmodule module,
                                   const char *name) {
  Call call;
  if (call.result)
    return call.result;
  if (!call.context->modules.count(module))
    return CUDA_ERROR_INVALID_HANDLE;
  auto found = module->functions.find(name);
  if (found == module->functions.end())
    return CUDA_ERROR_NOT_FOUND;
  *function = &found->second;
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuFuncSetAttribute(CUfunction function, int, int) {
  Call call;
  if (call.result)
    return call.result;
  return function ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

/// What a launch that no kernel could take returns at once.
static CUresult checkLaunch(const KernelInfo &kernel, Dim3 grid, Dim3 block,
                            void **parameters) {
  bool isEmpty = grid.count() == 0 || block.count() == 0;
  bool isTooLarge = block.x > 1024 || block.y > 1024 || block.z > 64 ||
                    block.count() > 1024 || grid.x > 0x7fffffffu ||
                    grid.y > 65535 || grid.z > 65535;
  bool isOther =
      kernel.requiredBlock.count() != 0 && !(kernel.requiredBlock == block);
  bool lacksParameters = !kernel.parameters.empty() && !parameters;
  return isEmpty || isTooLarge || isOther || lacksParameters
             ? CUDA_ERROR_INVALID_VALUE
             : CUDA_SUCCESS;
}

EINSUMC_DRIVER cuLaunchKernel(CUfunction function, unsigned gridX,
                              unsigned gridY, unsigned gridZ, unsigned blockX,
                              unsigned blockY, unsigned blockZ,
                              unsigned sharedBytes, CUstream stream,
                              void **parameters, void **extra) {
  Call call;
  if (call.result)
    return call.result;
  if (!function || function->module->context != call.context ||
      (stream && !call.context->streams.count(stream)))
    return CUDA_ERROR_INVALID_HANDLE;
  Dim3 grid{gridX, gridY, gridZ}, block{blockX, blockY, blockZ};
  const KernelInfo &kernel = *function->kernel;
  if (extra)
    return CUDA_ERROR_INVALID_VALUE;
  if (CUresult result = checkLaunch(kernel, grid, block, parameters))
    return result;

  std::vector<std::string> bytes;
  bytes.reserve(kernel.parameters.size());
  for (size_t i = 0; i < kernel.parameters.size(); ++i)
    bytes.emplace_back(static_cast<const char *>(parameters[i]),
                       kernel.parameters[i].bytes);
  if (call.its.isLogged)
    std::fprintf(stderr, "launch %s grid %u %u %u block %u %u %u\n",
                 kernel.name.c_str(), gridX, gridY, gridZ, blockX, blockY,
                 blockZ);
  LaunchOptions options;
  options.seed = call.its.seed;
  Result<Statistics> statistics =
      call.its.device->launch(function->module->id, kernel.name, grid, block,
                              sharedBytes, bytes, options);
  // The launch itself has gone well: hardware would not know yet.
  if (!statistics)
    call.context->failure = report(CUDA_ERROR_LAUNCH_FAILED,
                                   kernel.name.c_str(), statistics.error());
  return CUDA_SUCCESS;
}
