/* The context that is current is the one that is used, and stays current; code
   is loaded once into each, also into one that has a dead one's address.
   RUN: rm -rf %t && mkdir %t && cd %t
   RUN: einsumc 'i,->i' --operand 300xi32 --operand i32 --name scale \
   RUN:   --target=nvptx -o scale.o
   RUN: %c99 -I. %s scale.o %librt -o program
   RUN: env EINSUMC_CUDA_DRIVER=%standin EINSUMC_STANDIN_LOG=1 \
   RUN:   ./program %standin 2> log
   RUN: FileCheck %s --match-full-lines --input-file=log
*/
#include "scale.h"
#include <dlfcn.h>
#include <einsumc/Runtime/Gpu.h>
#include <stdio.h>
#include <string.h>

enum { N = 300 };

/* Runs the kernel and says whether it did what it should. */
static int run(const char *what) {
  int32_t in[N], factor = 3, out[N];
  void *din, *dfactor, *dout;
  int i, isRight;
  fprintf(stderr, "%s\n", what);
  for (i = 0; i < N; ++i)
    in[i] = i;
  if (einsumcGpuAllocate(&din, sizeof(in)) ||
      einsumcGpuAllocate(&dfactor, sizeof(factor)) ||
      einsumcGpuAllocate(&dout, sizeof(out)) ||
      einsumcGpuFill(dout, 7, sizeof(out), NULL) ||
      einsumcGpuCopyIn(din, in, sizeof(in), NULL) ||
      einsumcGpuCopyIn(dfactor, &factor, sizeof(factor), NULL) ||
      scale(din, dfactor, dout, NULL) ||
      einsumcGpuCopyOut(out, dout, sizeof(out), NULL))
    return 0;
  isRight = 1;
  for (i = 0; i < N; ++i)
    isRight &= out[i] == 3 * i;
  return isRight && !einsumcGpuFree(din) && !einsumcGpuFree(dfactor) &&
         !einsumcGpuFree(dout);
}

int main(int argc, char **argv) {
  void *driver = dlopen(argv[argc - 1], RTLD_NOW), *context;
  int (*init)(unsigned), (*create)(void **, unsigned, int), (*destroy)(void *),
      (*getCurrent)(void **);
  int32_t architecture;
  /* As POSIX has it: C knows no other way from an object to a function. */
  *(void **)&init = dlsym(driver, "cuInit");
  *(void **)&create = dlsym(driver, "cuCtxCreate_v2");
  *(void **)&destroy = dlsym(driver, "cuCtxDestroy_v2");
  *(void **)&getCurrent = dlsym(driver, "cuCtxGetCurrent");
  if (init(0))
    return 1;

  if (!run("none") || !run("none again") || getCurrent(&context) || context)
    return 2;
  /* CHECK: none
     CHECK-NEXT: load in context 1
     CHECK-NEXT: launch scale grid 2 1 1 block 256 1 1
     CHECK-NEXT: none again
     CHECK-NEXT: launch scale {{.*}}
   */
  if (create(&context, 0, 0) || !run("second") || !run("second again") ||
      destroy(context))
    return 3;
  /* CHECK-NEXT: second
     CHECK-NEXT: load in context 2
     CHECK-NEXT: launch scale {{.*}}
     CHECK-NEXT: second again
     CHECK-NEXT: launch scale {{.*}}
   */
  if (create(&context, 0, 0) || !run("third") || destroy(context))
    return 4;
  /* CHECK-NEXT: third
     CHECK-NEXT: load in context 3
     CHECK-NEXT: launch scale {{.*}}
   */
  if (!run("none") || einsumcGpuGetArchitecture(&architecture) ||
      architecture != 121)
    return 5;
  /* CHECK-NEXT: none
     CHECK-NEXT: launch scale {{.*}}
     CHECK-EMPTY:
   */
  return 0;
}
