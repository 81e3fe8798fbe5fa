//===- StandIn.h - What the stand-in for the driver keeps -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A libcuda for machines without a GPU: one device, which is the interpreter.
// As on a GPU, a kernel that fails lets its launch succeed and every later call
// in its context fail; what was wrong goes to stderr at once. Kernels run while
// they are launched, on the calling thread.
//
// It stands in for the functions that lib/Runtime uses, and a few that tests
// need; it is no emulation of a driver. Environment variables choose
//   EINSUMC_STANDIN_ARCHITECTURE  the device's, 75 to 121 (121)
//   EINSUMC_STANDIN_MEMORY        its bytes (2^34)
//   EINSUMC_STANDIN_SEED          the order in which threads run (0)
//   EINSUMC_STANDIN_DEVICES       0: a driver that finds no device (1)
//   EINSUMC_STANDIN_LOG           1: loads and launches are told on stderr (0)
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_DRIVERSTANDIN_STANDIN_H
#define EINSUMC_LIB_PTX_DRIVERSTANDIN_STANDIN_H

#include "einsumc/PTX/Device.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>

/// A function of the driver.
#define EINSUMC_DRIVER                                                         \
  extern "C" __attribute__((visibility("default"))) CUresult

// As cuda.h names them; contexts, modules, … are pointers to what we keep.
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
  CUDA_ERROR_INVALID_VALUE = 1,
  CUDA_ERROR_OUT_OF_MEMORY = 2,
  CUDA_ERROR_NOT_INITIALIZED = 3,
  CUDA_ERROR_NO_DEVICE = 100,
  CUDA_ERROR_INVALID_DEVICE = 101,
  CUDA_ERROR_INVALID_CONTEXT = 201,
  CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  CUDA_ERROR_INVALID_PTX = 218,
  CUDA_ERROR_INVALID_HANDLE = 400,
  CUDA_ERROR_NOT_FOUND = 500,
  CUDA_ERROR_NOT_READY = 600,
  CUDA_ERROR_LAUNCH_FAILED = 719
};

struct Function {
  Module *module;
  const einsumc::ptx::KernelInfo *kernel;
};

struct Module {
  Context *context;
  einsumc::ptx::ModuleId id;
  std::map<std::string, Function> functions;
};

struct Stream {};

struct Event {
  bool isRecorded = false;
  std::chrono::steady_clock::time_point time;
};

struct Context {
  unsigned long long id;
  /// Of a kernel that failed: what every later call returns.
  CUresult failure = CUDA_SUCCESS;
  std::map<CUmodule, std::unique_ptr<Module>> modules;
  std::map<CUstream, std::unique_ptr<Stream>> streams;
  std::map<CUevent, std::unique_ptr<Event>> events;
};

/// Everything there is, behind one mutex.
struct StandIn {
  /// What the environment asks for, once.
  StandIn();
  static StandIn &get();

  std::mutex mutex;
  bool isInitialised = false;
  unsigned architecture, devices;
  uint64_t memory, seed;
  bool isLogged;
  std::unique_ptr<einsumc::ptx::Device> device;
  /// Allocations and their bytes.
  std::map<CUdeviceptr, uint64_t> allocations;
  uint64_t used = 0;
  std::map<CUcontext, std::unique_ptr<Context>> contexts;
  CUcontext primary = nullptr;
  unsigned long long contextCount = 0;

  CUcontext addContext();
  CUresult allocate(CUdeviceptr &address, uint64_t bytes);
  CUresult free(CUdeviceptr address);
};

/// A call that needs a context: holds the mutex, and knows whether the call may
/// go on.
class Call {
public:
  Call();
  /// Why the call fails; 0 where it does not.
  CUresult result = CUDA_SUCCESS;
  StandIn &its;
  Context *context = nullptr;

private:
  std::lock_guard<std::mutex> lock;
};

/// Says what was wrong on stderr, and returns `result`.
CUresult report(CUresult result, const char *function,
                const einsumc::ptx::Error &error);
/// Contexts that are current on this thread, the topmost last.
std::vector<CUcontext> &currentContexts();

#endif // EINSUMC_LIB_PTX_DRIVERSTANDIN_STANDIN_H
