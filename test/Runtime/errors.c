/* Every way for a launch to fail: the code, and what is said.
   RUN: %cc -shared -fPIC %S/Inputs/fake-driver.c -o %t.driver.so
   RUN: %c99 %s %librt -o %t
   RUN: sh %S/Inputs/errors.sh %t %t.driver.so > %t.log 2> /dev/null
   RUN: FileCheck %s --input-file=%t.log --match-full-lines

No driver at all, another library, the toolkit's stub, no device:
   CHECK: 4 no NVIDIA driver: /nonexistent.so: cannot open shared object file: No such file or directory
   CHECK-NEXT: 4 libm.so.6 has no function cuInit: it is no driver, or one before CUDA 11
   CHECK-NEXT: 4 {{.*}}.so: cuInit: CUDA_ERROR_FAKE (34): this is the stub library of the CUDA toolkit, which is for linking only; remove its folder from the library path
   CHECK-NEXT: 4 {{.*}}.so: cuInit: CUDA_ERROR_FAKE (100): the driver finds no GPU
   CHECK-NEXT: 4 cuDeviceGetCount: CUDA_ERROR_FAKE (100): the driver finds no GPU
   CHECK-NEXT: 5 {{.*}}.so: cuInit: CUDA_ERROR_FAKE (999): as you asked for
   CHECK-NEXT: 2 cuDevicePrimaryCtxRetain: CUDA_ERROR_FAKE (2): as you asked for

The GPU is older than the code, or not the one that it is for:
   CHECK-NEXT: 4 the code is for sm_80 or later, but this GPU is sm_75
   CHECK-NEXT: 0
   CHECK-NEXT: 4 the code is for sm_90a alone, but this GPU is sm_100
   CHECK-NEXT: 0
   CHECK-NEXT: 1 the plan is for an unknown GPU: 'sm_80x'
   CHECK-NEXT: 1 the plan is for an unknown GPU: 'gfx90'

The driver does not take the code:
   CHECK-NEXT: 4 k: cuModuleLoadDataEx: line 7: no such word: CUDA_ERROR_FAKE (209): the code is for another GPU; compile with --gpu for this one
   CHECK-NEXT: 4 k: cuModuleLoadDataEx: line 7: no such word: CUDA_ERROR_FAKE (218): the driver does not take this PTX; compile with --gpu for this GPU
   CHECK-NEXT: 4 k: cuModuleLoadDataEx: line 7: no such word: CUDA_ERROR_FAKE (222): the driver is too old for this PTX; update it, or compile with --gpu for an older GPU
   CHECK-NEXT: 5 cuModuleGetFunction of k: CUDA_ERROR_FAKE (500): as you asked for

Launches:
   CHECK-NEXT: 2 a buffer of 64 bytes: CUDA_ERROR_FAKE (2): as you asked for
   CHECK-NEXT: 5 launch of k: CUDA_ERROR_ILLEGAL_ADDRESS (700): as you asked for
   CHECK-NEXT: 5 cuMemFreeAsync: CUDA_ERROR_ILLEGAL_ADDRESS (700): as you asked for

Arguments:
   CHECK-NEXT: 3 no image of a kernel
   CHECK-NEXT: 1 an image of version 2, but this runtime knows version 1
   CHECK-NEXT: 3 k: no operands
   CHECK-NEXT: 1 k: k grid: the plan needs sizes, but got none
   CHECK-NEXT: 1 k: k grid: expected 0 to 2147483647, got -1
   CHECK-NEXT: 1 the launch plan: entries[0].grid[1]: expected an integer, a size, a stride or an operation

The helpers:
   CHECK-NEXT: 2 device memory of 8 bytes: CUDA_ERROR_FAKE (2): as you asked for
   CHECK-NEXT: 3 a null pointer to what is copied
   CHECK-NEXT: 5 copy from the device: CUDA_ERROR_ILLEGAL_ADDRESS (700): as you asked for
   CHECK-NEXT: 5 cuStreamSynchronize: CUDA_ERROR_ILLEGAL_ADDRESS (700): as you asked for
*/
#include <einsumc/Runtime/Gpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char plan[2048];
static const char code[] = "k 8 8\n";

/* What the first argument names; GPU and grid as the next say. */
int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "run";
  struct einsumcGpuImage image;
  void *operands[1], *address;
  int64_t sizes[1];
  int32_t result;
  int isNull = strcmp(what, "null-operands") == 0;
  sizes[0] = argc > 4 ? atoi(argv[4]) : 1;
  sprintf(plan,
          "{\"version\": 1, \"kernel\": \"k\", \"equation\": \"\","
          " \"gpu\": \"%s\", \"ptx\": \"6.3\","
          " \"labels\": [{\"name\": \"i\", \"extent\": null}],"
          " \"operands\": [{\"name\": \"out\", \"element\": \"f32\","
          "   \"bytes\": 4, \"shape\": [], \"strides\": [],"
          "   \"access\": \"write\"}],"
          " \"scalars\": [],"
          " \"buffers\": [{\"name\": \"buffer0\", \"element\": \"f32\","
          "   \"bytes\": 64}],"
          " \"entries\": [{\"name\": \"k\", \"grid\": [%s, 1],"
          "   \"block\": [32, 1, 1], \"sharedBytes\": 0,"
          "   \"parameters\": [{\"operand\": 0}, {\"buffer\": 0}]}]}",
          argc > 2 ? argv[2] : "sm_75",
          argc > 3 ? argv[3] : "{\"size\": 0}, 1");
  image.version = strcmp(what, "version") == 0 ? 2 : 1;
  image.plan = plan;
  image.planBytes = strlen(plan);
  image.code = strcmp(what, "function") == 0 ? "other 8 8\n" : code;
  image.codeBytes = strlen(image.code);
  operands[0] = (void *)64;

  if (einsumcGpuGetLastError()[0] != '\0')
    return 1;
  if (strcmp(what, "allocate") == 0)
    result = einsumcGpuAllocate(&address, 8);
  else if (strcmp(what, "copy-null") == 0)
    result = einsumcGpuCopyIn(NULL, sizes, 8, NULL);
  else if (strcmp(what, "copy") == 0)
    result = einsumcGpuCopyOut(sizes, operands[0], 8, NULL);
  else if (strcmp(what, "synchronize") == 0)
    result = einsumcGpuSynchronize(NULL);
  else
    result = einsumcGpuRun(strcmp(what, "null-image") == 0 ? NULL : &image,
                           isNull ? NULL : operands,
                           strcmp(what, "null-sizes") == 0 ? NULL : sizes, NULL,
                           NULL, NULL);
  printf("%d%s%s\n", (int)result, result ? " " : "", einsumcGpuGetLastError());
  return 0;
}
