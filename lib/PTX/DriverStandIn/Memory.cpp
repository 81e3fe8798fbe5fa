//===- Memory.cpp - Memory, streams and events ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever is queued is done at once: a stream is always empty.
//
//===----------------------------------------------------------------------===//

#include "StandIn.h"

using namespace einsumc::ptx;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

CUresult StandIn::allocate(CUdeviceptr &address, uint64_t bytes) {
  if (bytes == 0)
    return CUDA_ERROR_INVALID_VALUE;
  if (bytes > memory || used > memory - bytes)
    return CUDA_ERROR_OUT_OF_MEMORY;
  Result<uint64_t> result = device->allocate(bytes, "memory");
  if (!result)
    return report(CUDA_ERROR_OUT_OF_MEMORY, "cuMemAlloc", result.error());
  address = *result;
  allocations[address] = bytes;
  used += bytes;
  return CUDA_SUCCESS;
}

CUresult StandIn::free(CUdeviceptr address) {
  auto found = allocations.find(address);
  if (found == allocations.end())
    return CUDA_ERROR_INVALID_VALUE;
  if (MaybeError error = device->free(address))
    return report(CUDA_ERROR_INVALID_VALUE, "cuMemFree", *error);
  used -= found->second;
  allocations.erase(found);
  return CUDA_SUCCESS;
}

/// What a call on a stream returns before it has done anything.
static CUresult check(const Call &call, CUstream stream) {
  if (call.result != CUDA_SUCCESS)
    return call.result;
  return !stream || call.context->streams.count(stream)
             ? CUDA_SUCCESS
             : CUDA_ERROR_INVALID_HANDLE;
}

EINSUMC_DRIVER cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  Call call;
  return call.result ? call.result : call.its.allocate(*address, bytes);
}

EINSUMC_DRIVER cuMemFree_v2(CUdeviceptr address) {
  Call call;
  return call.result ? call.result : call.its.free(address);
}

EINSUMC_DRIVER cuMemAllocAsync(CUdeviceptr *address, size_t bytes,
                               CUstream stream) {
  Call call;
  CUresult result = check(call, stream);
  return result ? result : call.its.allocate(*address, bytes);
}

EINSUMC_DRIVER cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  Call call;
  CUresult result = check(call, stream);
  return result ? result : call.its.free(address);
}

static CUresult finish(const MaybeError &error, const char *function) {
  return error ? report(CUDA_ERROR_INVALID_VALUE, function, *error)
               : CUDA_SUCCESS;
}

EINSUMC_DRIVER cuMemcpyHtoDAsync_v2(CUdeviceptr device, const void *host,
                                    size_t bytes, CUstream stream) {
  Call call;
  if (CUresult result = check(call, stream))
    return result;
  return finish(call.its.device->copyIn(device, host, bytes), "cuMemcpyHtoD");
}

EINSUMC_DRIVER cuMemcpyHtoD_v2(CUdeviceptr device, const void *host,
                               size_t bytes) {
  return cuMemcpyHtoDAsync_v2(device, host, bytes, nullptr);
}

EINSUMC_DRIVER cuMemcpyDtoHAsync_v2(void *host, CUdeviceptr device,
                                    size_t bytes, CUstream stream) {
  Call call;
  if (CUresult result = check(call, stream))
    return result;
  return finish(call.its.device->copyOut(host, device, bytes), "cuMemcpyDtoH");
}

EINSUMC_DRIVER cuMemcpyDtoH_v2(void *host, CUdeviceptr device, size_t bytes) {
  return cuMemcpyDtoHAsync_v2(host, device, bytes, nullptr);
}

EINSUMC_DRIVER cuMemsetD8Async(CUdeviceptr device, unsigned char value,
                               size_t bytes, CUstream stream) {
  Call call;
  if (CUresult result = check(call, stream))
    return result;
  return finish(call.its.device->fill(device, value, bytes), "cuMemsetD8");
}

EINSUMC_DRIVER cuMemsetD8_v2(CUdeviceptr device, unsigned char value,
                             size_t bytes) {
  return cuMemsetD8Async(device, value, bytes, nullptr);
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

EINSUMC_DRIVER cuStreamCreate(CUstream *stream, unsigned) {
  Call call;
  if (call.result)
    return call.result;
  auto created = std::make_unique<Stream>();
  *stream = created.get();
  call.context->streams.emplace(*stream, std::move(created));
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuStreamDestroy_v2(CUstream stream) {
  Call call;
  if (!call.context)
    return call.result;
  return call.context->streams.erase(stream) ? CUDA_SUCCESS
                                             : CUDA_ERROR_INVALID_HANDLE;
}

EINSUMC_DRIVER cuStreamSynchronize(CUstream stream) {
  Call call;
  return check(call, stream);
}

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

EINSUMC_DRIVER cuEventCreate(CUevent *event, unsigned) {
  Call call;
  if (call.result)
    return call.result;
  auto created = std::make_unique<Event>();
  *event = created.get();
  call.context->events.emplace(*event, std::move(created));
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuEventDestroy_v2(CUevent event) {
  Call call;
  if (!call.context)
    return call.result;
  return call.context->events.erase(event) ? CUDA_SUCCESS
                                           : CUDA_ERROR_INVALID_HANDLE;
}

EINSUMC_DRIVER cuEventRecord(CUevent event, CUstream stream) {
  Call call;
  if (CUresult result = check(call, stream))
    return result;
  if (!call.context->events.count(event))
    return CUDA_ERROR_INVALID_HANDLE;
  event->isRecorded = true;
  event->time = std::chrono::steady_clock::now();
  return CUDA_SUCCESS;
}

EINSUMC_DRIVER cuEventSynchronize(CUevent event) {
  Call call;
  if (call.result)
    return call.result;
  return call.context->events.count(event) ? CUDA_SUCCESS
                                           : CUDA_ERROR_INVALID_HANDLE;
}

EINSUMC_DRIVER cuEventElapsedTime(float *milliseconds, CUevent begin,
                                  CUevent end) {
  Call call;
  if (call.result)
    return call.result;
  const auto &events = call.context->events;
  if (!events.count(begin) || !events.count(end) || !begin->isRecorded ||
      !end->isRecorded)
    return CUDA_ERROR_INVALID_HANDLE;
  *milliseconds =
      std::chrono::duration<float, std::milli>(end->time - begin->time).count();
  return CUDA_SUCCESS;
}
