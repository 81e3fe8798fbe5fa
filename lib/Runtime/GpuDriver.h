//===- GpuDriver.h - The driver's library, loaded when needed ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Our own declarations of the few functions and numbers of cuda.h that are
// used, so that building needs no CUDA installation; a test compares them with
// the header where there is one.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_RUNTIME_GPUDRIVER_H
#define EINSUMC_LIB_RUNTIME_GPUDRIVER_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace einsumc::runtime {

// As cuda.h names them.
using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = struct Context *;
using CUmodule = struct Module *;
using CUfunction = struct Function *;
using CUstream = struct Stream *;
using CUevent = struct Event *;

enum : CUresult {
  CUDA_SUCCESS = 0,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_STUB_LIBRARY = 34,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_INVALID_PTX = 218,
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
  CUDA_ERROR_SYSTEM_NOT_READY = 802,
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
  CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE = 804
};
enum : int {
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
  CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
  CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED = 115,
  CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
  CU_JIT_ERROR_LOG_BUFFER = 5,
  CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES = 6
};
enum : unsigned { CU_STREAM_NON_BLOCKING = 1 };

/// The functions of a driver that has been initialised. There is one, which
/// lives as long as the process.
struct GpuDriver {
#define REQUIRED(NAME, SYMBOL, PARAMETERS) CUresult(*NAME) PARAMETERS = nullptr;
#define OPTIONAL(NAME, SYMBOL, PARAMETERS) CUresult(*NAME) PARAMETERS = nullptr;
#include "GpuDriver.def"

  /// Loads and initialises the driver at first. Returns a code of Gpu.h.
  static int32_t get(const GpuDriver *&driver);

  /// 90 for compute capability 9.0.
  int32_t getArchitecture(CUdevice device, int &architecture) const;

  /// The code of Gpu.h for what a function of the driver returned. Where it is
  /// an error, keeps "WHAT: …" as the thread's last.
  int32_t check(CUresult result, const char *what) const {
    return result == CUDA_SUCCESS ? 0 : fail(result, what);
  }
  int32_t fail(CUresult result, const std::string &what) const;
};

/// Makes a context current where none is, while this lives.
class GpuContext {
public:
  GpuContext() = default;
  GpuContext(const GpuContext &) = delete;
  GpuContext &operator=(const GpuContext &) = delete;
  ~GpuContext();

  /// Returns a code of Gpu.h. To be called once, before anything else.
  int32_t enter();
  const GpuDriver &driver() const { return *its; }
  CUdevice getDevice() const { return device; }
  CUcontext getContext() const { return context; }

private:
  const GpuDriver *its = nullptr;
  CUdevice device = 0;
  CUcontext context = nullptr;
  bool isPushed = false;
};

/// Keeps the message as the thread's last error. Returns the code.
int32_t failWith(int32_t code, std::string message);

} // namespace einsumc::runtime

#endif // EINSUMC_LIB_RUNTIME_GPUDRIVER_H
