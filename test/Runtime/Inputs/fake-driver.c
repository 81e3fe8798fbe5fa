/* A driver that does nothing but tell what it is asked for, on stderr, and fail
   where FAKE_FAIL says ("cuInit=34": that function returns 34). Its memory is
   the host's. Its "code" is a line a kernel: the name, then the bytes of each
   parameter. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int CUresult;
typedef unsigned long long CUdeviceptr;

struct kernel {
  char name[32];
  int count, bytes[16];
};
static struct kernel kernels[8];
static int kernelCount, isCurrent;

static int fails(const char *function) {
  const char *wish = getenv("FAKE_FAIL");
  size_t length = strlen(function);
  if (wish && strncmp(wish, function, length) == 0 && wish[length] == '=')
    return atoi(wish + length + 1);
  return 0;
}
#define ENTER(function)                                                        \
  do {                                                                         \
    if (fails(#function))                                                      \
      return fails(#function);                                                 \
  } while (0)
#define SUCCEED(function, parameters)                                          \
  CUresult function parameters {                                               \
    ENTER(function);                                                           \
    return 0;                                                                  \
  }

SUCCEED(cuInit, (unsigned flags))
SUCCEED(cuCtxSynchronize, (void))
SUCCEED(cuModuleUnload, (void *module))
SUCCEED(cuStreamDestroy_v2, (void *stream))
SUCCEED(cuEventDestroy_v2, (void *event))
SUCCEED(cuEventRecord, (void *event, void *stream))
SUCCEED(cuEventSynchronize, (void *event))

CUresult cuDriverGetVersion(int *version) {
  *version = 12040;
  return fails("cuDriverGetVersion");
}
CUresult cuGetErrorName(CUresult error, const char **text) {
  *text = error == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : "CUDA_ERROR_FAKE";
  return 0;
}
CUresult cuGetErrorString(CUresult error, const char **text) {
  *text = "as you asked for";
  return 0;
}
CUresult cuDeviceGetCount(int *count) {
  ENTER(cuDeviceGetCount);
  *count = getenv("FAKE_NO_DEVICE") ? 0 : 1;
  return 0;
}
CUresult cuDeviceGet(int *device, int ordinal) {
  *device = 3;
  return fails("cuDeviceGet");
}
CUresult cuDeviceGetName(char *text, int bytes, int device) {
  snprintf(text, (size_t)bytes, "Fake %d", device);
  return fails("cuDeviceGetName");
}
CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
  const char *architecture = getenv("FAKE_ARCHITECTURE");
  int number = architecture ? atoi(architecture) : 90;
  *value = attribute == 75   ? number / 10
           : attribute == 76 ? number % 10
                             : attribute == 115;
  return fails("cuDeviceGetAttribute");
}
CUresult cuDevicePrimaryCtxRetain(void **context, int device) {
  ENTER(cuDevicePrimaryCtxRetain);
  fprintf(stderr, "retain device %d\n", device);
  *context = &isCurrent;
  return 0;
}
CUresult cuCtxGetCurrent(void **context) {
  *context = isCurrent ? &isCurrent : NULL;
  return fails("cuCtxGetCurrent");
}
CUresult cuCtxGetDevice(int *device) {
  *device = 3;
  return isCurrent ? fails("cuCtxGetDevice") : 201;
}
CUresult cuCtxPushCurrent_v2(void *context) {
  ENTER(cuCtxPushCurrent_v2);
  ++isCurrent;
  return 0;
}
CUresult cuCtxPopCurrent_v2(void **context) {
  --isCurrent;
  return 0;
}
CUresult cuModuleLoadDataEx(void **module, const void *image, unsigned count,
                            int *options, void **values) {
  const char *line = image;
  if (fails("cuModuleLoadDataEx")) {
    if (count == 2 && options[0] == 5 && options[1] == 6)
      snprintf(values[0], (size_t)(uintptr_t)values[1], "line 7: no such word");
    return fails("cuModuleLoadDataEx");
  }
  fprintf(stderr, "load\n");
  kernelCount = 0;
  while (*line) {
    struct kernel *kernel = &kernels[kernelCount++];
    int read = 0;
    kernel->count = 0;
    sscanf(line, "%31s%n", kernel->name, &read);
    line += read;
    while (sscanf(line, " %d%n", &kernel->bytes[kernel->count], &read) == 1) {
      ++kernel->count;
      line += read;
    }
    line += strspn(line, "\n");
  }
  *module = kernels;
  return 0;
}
CUresult cuModuleGetFunction(void **function, void *module, const char *name) {
  int i;
  ENTER(cuModuleGetFunction);
  for (i = 0; i < kernelCount; ++i)
    if (strcmp(kernels[i].name, name) == 0) {
      *function = &kernels[i];
      return 0;
    }
  return 500;
}
CUresult cuFuncSetAttribute(void *function, int attribute, int value) {
  ENTER(cuFuncSetAttribute);
  fprintf(stderr, "attribute %d of %s: %d\n", attribute,
          ((struct kernel *)function)->name, value);
  return 0;
}
CUresult cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                        unsigned gridZ, unsigned blockX, unsigned blockY,
                        unsigned blockZ, unsigned sharedBytes, void *stream,
                        void **parameters, void **extra) {
  const struct kernel *kernel = function;
  int i;
  fprintf(stderr, "launch %s grid %u %u %u block %u %u %u shared %u stream %d:",
          kernel->name, gridX, gridY, gridZ, blockX, blockY, blockZ,
          sharedBytes, stream != NULL);
  for (i = 0; i < kernel->count; ++i) {
    uint64_t value = 0;
    memcpy(&value, parameters[i], (size_t)kernel->bytes[i]);
    fprintf(stderr, " %llx", (unsigned long long)value);
  }
  fprintf(stderr, "\n");
  return fails("cuLaunchKernel");
}

/* Addresses count up from 0x1000, so that tests can name them. */
static CUdeviceptr nextAddress = 0x1000;
static CUresult allocate(const char *how, CUdeviceptr *address, size_t bytes) {
  *address = nextAddress;
  nextAddress += 0x1000;
  fprintf(stderr, "%s %lu: %llx\n", how, (unsigned long)bytes, *address);
  return 0;
}
CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  ENTER(cuMemAlloc_v2);
  return allocate("allocate", address, bytes);
}
CUresult cuMemFree_v2(CUdeviceptr address) {
  fprintf(stderr, "free %llx\n", address);
  return fails("cuMemFree_v2");
}
#ifndef OLD
CUresult cuCtxGetId(void *context, unsigned long long *id) {
  *id = 1;
  return 0;
}
CUresult cuMemAllocAsync(CUdeviceptr *address, size_t bytes, void *stream) {
  ENTER(cuMemAllocAsync);
  return allocate("allocate in order", address, bytes);
}
CUresult cuMemFreeAsync(CUdeviceptr address, void *stream) {
  fprintf(stderr, "free in order %llx\n", address);
  return fails("cuMemFreeAsync");
}
#endif
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr device, const void *host,
                              size_t bytes, void *stream) {
  return fails("cuMemcpyHtoDAsync_v2");
}
CUresult cuMemcpyDtoHAsync_v2(void *host, CUdeviceptr device, size_t bytes,
                              void *stream) {
  return fails("cuMemcpyDtoHAsync_v2");
}
CUresult cuMemsetD8Async(CUdeviceptr device, unsigned char value, size_t bytes,
                         void *stream) {
  return fails("cuMemsetD8Async");
}
CUresult cuStreamCreate(void **stream, unsigned flags) {
  *stream = &kernelCount;
  return fails("cuStreamCreate");
}
CUresult cuStreamSynchronize(void *stream) {
  fprintf(stderr, "synchronize\n");
  return fails("cuStreamSynchronize");
}
CUresult cuEventCreate(void **event, unsigned flags) {
  *event = &kernelCount;
  return fails("cuEventCreate");
}
CUresult cuEventElapsedTime(float *milliseconds, void *begin, void *end) {
  *milliseconds = 1.5f;
  return fails("cuEventElapsedTime");
}
