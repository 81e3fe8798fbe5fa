/*===- Gpu.h - Launch compiled kernels on a GPU -------------------*- C -*-===*\
|*                                                                            *|
|* Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The runtime of objects that `einsumc --target=nvptx` makes: C99 and C++.   *|
|* Link with libeinsumc_rt.a, -lstdc++ and -ldl; programs need no CUDA        *|
|* installation to be built. The driver's library is loaded when it is first  *|
|* needed: libcuda.so.1, or what the environment variable EINSUMC_CUDA_DRIVER *|
|* names.                                                                     *|
|*                                                                            *|
|* Everything happens in the context that is current on the calling thread    *|
|* (any cuda... call of the CUDA runtime makes one current), else in device   *|
|* 0's primary context. What is current stays as it was.                      *|
|*                                                                            *|
|* `stream` is a CUstream or cudaStream_t of that context; NULL is its        *|
|* default stream. Device pointers are those of cuMemAlloc, cudaMalloc or     *|
|* einsumcGpuAllocate.                                                        *|
|*                                                                            *|
|* All functions may be called by any number of threads at once. None prints, *|
|* throws or ends the program: they return one of the codes below, and        *|
|* einsumcGpuGetLastError says in words what was wrong. Kernels run after     *|
|* their launch has returned; an error of theirs is returned by a later call, *|
|* einsumcGpuSynchronize at the latest.                                       *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef EINSUMC_RUNTIME_GPU_H
#define EINSUMC_RUNTIME_GPU_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  EINSUMC_GPU_OK = 0,
  /* An extent, stride or argument that cannot be, or an image that is none. */
  EINSUMC_GPU_ILLEGAL = 1,
  EINSUMC_GPU_OUT_OF_MEMORY = 2,
  EINSUMC_GPU_NULL_POINTER = 3,
  /* No driver, no GPU, or none that runs this code. */
  EINSUMC_GPU_NOT_USABLE = 4,
  /* Any other error of the driver. */
  EINSUMC_GPU_DRIVER_ERROR = 5
};

enum { EINSUMC_GPU_IMAGE_VERSION = 1 };

/* A kernel as it stands in an object: how it is launched (docs/GPU.md, "The
   launch plan") and the device's code (PTX, a cubin or a fat binary). A byte 0
   follows each. */
struct einsumcGpuImage {
  uint64_t version; /* EINSUMC_GPU_IMAGE_VERSION */
  const char *plan;
  uint64_t planBytes;
  const void *code;
  uint64_t codeBytes;
};

/* What is wrong, of this thread's last call of the runtime that failed: ""
   before the first. Lives until the thread's next failure. A kernel's own
   checks of its arguments, codes 1 and 3, come before the runtime is called and
   leave no text. */
const char *einsumcGpuGetLastError(void);

/* Queues a kernel on `stream`. `operands` are device pointers, outputs last;
   `sizes` and `strides` as docs/abi.md has them for NAME_entry, either may be
   NULL when the plan uses none of it; `scalars` are host addresses of the
   run-time parameters, read before this returns.

   The first call in a context loads the code, which can take a while; it is
   kept. */
int32_t einsumcGpuRun(const struct einsumcGpuImage *image,
                      void *const *operands, const int64_t *sizes,
                      const int64_t *strides, const void *const *scalars,
                      void *stream);

/* Forgets what was loaded for an image, in every context; no launch of it may
   be under way. For images in memory that is given back, such as those made at
   run time. */
int32_t einsumcGpuRelease(const struct einsumcGpuImage *image);

/* Whether there is a GPU to use, and which: its name, architecture and driver,
   cut to `bytes` with the 0 at the end. `text` may be NULL. */
int32_t einsumcGpuDescribe(char *text, size_t bytes);
/* 75 for sm_75, 120 for sm_120. */
int32_t einsumcGpuGetArchitecture(int32_t *architecture);

/* Device memory, aligned to 256 bytes. 0 bytes give NULL, which may be freed.
 */
int32_t einsumcGpuAllocate(void **address, uint64_t bytes);
int32_t einsumcGpuFree(void *address);
/* After all that was queued on `stream`; these return when they are done. */
int32_t einsumcGpuCopyIn(void *device, const void *host, uint64_t bytes,
                         void *stream);
int32_t einsumcGpuCopyOut(void *host, const void *device, uint64_t bytes,
                          void *stream);
int32_t einsumcGpuFill(void *device, uint8_t value, uint64_t bytes,
                       void *stream);
/* Waits for all that was queued on `stream`. */
int32_t einsumcGpuSynchronize(void *stream);

/* A stream that does not wait for the default stream. */
int32_t einsumcGpuCreateStream(void **stream);
int32_t einsumcGpuDestroyStream(void *stream);

/* Time on the device: record one event before and one after; the time between
   is known when both have been reached, for which this waits. */
int32_t einsumcGpuCreateEvent(void **event);
int32_t einsumcGpuDestroyEvent(void *event);
int32_t einsumcGpuRecordEvent(void *event, void *stream);
int32_t einsumcGpuGetElapsed(void *begin, void *end, float *milliseconds);

#ifdef __cplusplus
}
#endif

#endif /* EINSUMC_RUNTIME_GPU_H */
