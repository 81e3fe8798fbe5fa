/* What the launcher asks the driver for: two launches in order with a buffer
   between, code loaded once, parameters in their own sizes.
   RUN: %cc -shared -fPIC %S/Inputs/fake-driver.c -o %t.driver.so
   RUN: %c99 %s %librt -o %t
   RUN: env EINSUMC_CUDA_DRIVER=%t.driver.so %t 2> %t.log
   RUN: FileCheck %s --input-file=%t.log --check-prefixes=CHECK,NEW --match-full-lines

   Without memory in a stream's order the launcher waits before it frees.
   RUN: %cc -DOLD -shared -fPIC %S/Inputs/fake-driver.c -o %t.old.so
   RUN: env EINSUMC_CUDA_DRIVER=%t.old.so %t 2> %t.log
   RUN: FileCheck %s --input-file=%t.log --check-prefixes=CHECK,OLD --match-full-lines
*/
#include <einsumc/Runtime/Gpu.h>
#include <stdio.h>
#include <string.h>

static const char plan[] =
    "{\"version\": 1, \"kernel\": \"k\", \"equation\": \"i->i\","
    " \"gpu\": \"sm_75\", \"ptx\": \"6.3\","
    " \"labels\": [{\"name\": \"i\", \"extent\": null}],"
    " \"operands\": [{\"name\": \"in0\", \"element\": \"f32\", \"bytes\": 4,"
    "   \"shape\": [{\"size\": 0}], \"strides\": [{\"stride\": 0}],"
    "   \"access\": \"read\"},"
    "  {\"name\": \"out\", \"element\": \"f32\", \"bytes\": 4,"
    "   \"shape\": [{\"size\": 0}], \"strides\": [1], \"access\": \"write\"}],"
    " \"scalars\": [{\"name\": \"alpha\", \"element\": \"c64\","
    "   \"bytes\": 8}],"
    " \"buffers\": [{\"name\": \"buffer0\", \"element\": \"f32\","
    "   \"bytes\": [\"mul\", 4, {\"size\": 0}]}],"
    " \"entries\": ["
    "  {\"name\": \"k_0\", \"grid\": [[\"ceildiv\", {\"size\": 0}, 32], 1, 1],"
    "   \"block\": [32, 1, 1], \"sharedBytes\": 50000,"
    "   \"parameters\": [{\"operand\": 0}, {\"buffer\": 0},"
    "    {\"value\": {\"size\": 0}, \"type\": \"i64\"},"
    "    {\"value\": {\"stride\": 0}, \"type\": \"i32\"}]},"
    "  {\"name\": \"k_1\", \"grid\": [[\"ceildiv\", {\"size\": 0}, 64], 2, 1],"
    "   \"block\": [64, 1, 1], \"sharedBytes\": 0,"
    "   \"parameters\": [{\"buffer\": 0}, {\"operand\": 1},"
    "    {\"scalar\": 0, \"offset\": 4, \"type\": \"f32\"}]}]}";
static const char code[] = "k_0 8 8 8 4\nk_1 8 8 4\n";

int main(void) {
  struct einsumcGpuImage image;
  void *operands[2], *stream;
  int64_t sizes[1], strides[2];
  const float alpha[2] = {1, 2};
  const void *scalars[1];
  char text[64];

  image.version = EINSUMC_GPU_IMAGE_VERSION;
  image.plan = plan;
  image.planBytes = sizeof(plan) - 1;
  image.code = code;
  image.codeBytes = sizeof(code) - 1;
  operands[0] = (void *)0xabc0;
  operands[1] = (void *)0xdef0;
  scalars[0] = alpha;
  sizes[0] = 100;
  strides[0] = -1;
  strides[1] = 1;

  if (einsumcGpuDescribe(text, sizeof(text)) != EINSUMC_GPU_OK)
    return 1;
  fprintf(stderr, "%s\n", text);
  /* CHECK: retain device 3
     CHECK-NEXT: Fake 3, sm_90, CUDA 12.4
   */
  if (einsumcGpuDescribe(text, 5) != EINSUMC_GPU_OK || strcmp(text, "Fake"))
    return 2;

  if (einsumcGpuRun(&image, operands, sizes, strides, scalars, NULL))
    return 3;
  /* CHECK-NEXT: load
     NEW-NEXT: allocate in order 400: [[BUFFER:.*]]
     OLD-NEXT: allocate 400: [[BUFFER:.*]]
     CHECK-NEXT: attribute 8 of k_0: 50000
     CHECK-NEXT: launch k_0 grid 4 1 1 block 32 1 1 shared 50000 stream 0: abc0 [[BUFFER]] 64 ffffffff
     CHECK-NEXT: launch k_1 grid 2 2 1 block 64 1 1 shared 0 stream 0: [[BUFFER]] def0 40000000
     NEW-NEXT: free in order [[BUFFER]]
     OLD-NEXT: synchronize
     OLD-NEXT: free [[BUFFER]]
   */

  /* Nothing to do, nothing launched, nothing allocated. */
  sizes[0] = 0;
  if (einsumcGpuRun(&image, operands, sizes, strides, scalars, NULL))
    return 4;
  fprintf(stderr, "empty\n");
  /* CHECK-NEXT: empty
   */

  /* Another stream; not loaded again. */
  sizes[0] = 1;
  if (einsumcGpuCreateStream(&stream) ||
      einsumcGpuRun(&image, operands, sizes, strides, scalars, stream) ||
      einsumcGpuDestroyStream(stream))
    return 5;
  /* CHECK-NEXT: allocate{{.*}} 4: [[SECOND:.*]]
     CHECK-NEXT: attribute{{.*}}
     CHECK-NEXT: launch k_0 grid 1 1 1 {{.*}} stream 1: abc0 [[SECOND]] 1 ffffffff
     CHECK-NEXT: launch k_1 grid 1 2 1 {{.*}} stream 1: [[SECOND]] def0 40000000
   */

  /* Loaded again once it has been forgotten, or where another has its place. */
  sizes[0] = 0;
  fprintf(stderr, "released\n");
  if (einsumcGpuRelease(&image) || einsumcGpuRelease(&image) ||
      einsumcGpuRun(&image, operands, sizes, strides, scalars, NULL))
    return 6;
  /* CHECK: released
     CHECK-NEXT: load
   */
  image.code = "k_0 8 8 4 8\nk_1 8 8 4\n";
  if (einsumcGpuRun(&image, operands, sizes, strides, scalars, NULL))
    return 7;
  fprintf(stderr, "end\n");
  /* CHECK-NEXT: load
     CHECK-NEXT: end
   */
  return 0;
}
