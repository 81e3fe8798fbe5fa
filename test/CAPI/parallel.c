/* Kernels of several threads: the options, the results, the host's executor.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { M = 3, N = 5, K = 200000 };
static float a[M * K], b[K * N], c[M * N], expected[M * N];
static EinsumCompiler *compiler;
static EinsumEquation *equation;

static EinsumKernel *compile(int32_t threads, int32_t deterministic) {
  EinsumOptions options = EINSUM_OPTIONS_INIT;
  EinsumKernel *kernel = NULL;
  EinsumError *error = NULL;
  options.threads = threads;
  options.deterministic = deterministic;
  if (einsumCompilerCompile(compiler, equation, &options, &kernel, &error) !=
      EINSUM_OK)
    printf("%s\n", einsumErrorGetMessage(error));
  einsumErrorDestroy(error);
  return kernel;
}

static void run(const EinsumKernel *kernel) {
  EinsumTensor operands[3];
  memset(operands, 0, sizeof operands);
  operands[0].data = a;
  operands[1].data = b;
  operands[2].data = c;
  memset(c, 0xff, sizeof c);
  if (einsumKernelRun(kernel, operands, 3, NULL, 0, NULL) != EINSUM_OK)
    printf("failed\n");
}

/* One after the other, the last first. */
static void execute(void *context, int64_t count, int64_t threads,
                    EinsumTasks tasks, void *data) {
  *(int64_t *)context += threads;
  while (count-- > 0)
    tasks(data, count, count + 1);
}

int main(void) {
  static const char *const types[] = {"3x200000xf32", "200000x5xf32"};
  EinsumKernel *one, *two, *four, *all;
  EinsumOptions old = EINSUM_OPTIONS_INIT;
  EinsumArtifact *artifact;
  int64_t seen = 0;
  int i;
  for (i = 0; i < M * K; ++i)
    a[i] = 1.0f / (float)(i % 1000 + 1);
  for (i = 0; i < K * N; ++i)
    b[i] = 1.0f / (float)(i % 77 + 3);
  einsumCompilerCreate(&compiler, NULL);
  einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, NULL);

  one = compile(0, 1);
  two = compile(2, 1);
  four = compile(4, 1);
  all = compile(EINSUM_ALL_THREADS, 0);
  printf("threads: %d %d %d, all: %d\n", (int)einsumKernelGetNumThreads(one),
         (int)einsumKernelGetNumThreads(two),
         (int)einsumKernelGetNumThreads(four),
         einsumKernelGetNumThreads(all) >= 1);
  printf("none: %d\n", (int)einsumKernelGetNumThreads(NULL));

  run(one);
  memcpy(expected, c, sizeof c);
  run(two);
  printf("two: %d\n", memcmp(c, expected, sizeof c) == 0);
  run(four);
  printf("four: %d\n", memcmp(c, expected, sizeof c) == 0);
  run(all);
  printf("all: %d\n",
         c[7] / expected[7] > 0.999f && c[7] / expected[7] < 1.001f);
  einsumShutDownThreads();
  run(four);
  printf("restarted: %d\n", memcmp(c, expected, sizeof c) == 0);

  /* Partial sums, and their sum, which is too little for several tasks. */
  einsumSetParallelFor(execute, &seen);
  run(four);
  einsumSetParallelFor(NULL, NULL);
  printf("executor: %d, %d\n", (int)seen, memcmp(c, expected, sizeof c) == 0);

  compile(-2, 0);
  compile(1025, 0);

  /* Options of before there were threads. */
  old.size = offsetof(EinsumOptions, threads);
  old.threads = -5;
  if (einsumCompilerEmit(compiler, equation, EINSUM_STAGE_OBJECT, &old,
                         &artifact, NULL) == EINSUM_OK)
    printf("alone: %d\n",
           !strstr(einsumArtifactGetHeader(artifact), "Runtime"));
  einsumArtifactDestroy(artifact);
  old.size = sizeof old;
  old.threads = 2;
  if (einsumCompilerEmit(compiler, equation, EINSUM_STAGE_OBJECT, &old,
                         &artifact, NULL) == EINSUM_OK)
    printf("runtime: %d\n",
           !!strstr(einsumArtifactGetHeader(artifact), "libeinsumc_rt.a"));
  einsumArtifactDestroy(artifact);

  einsumKernelDestroy(one);
  einsumKernelDestroy(two);
  einsumKernelDestroy(four);
  einsumKernelDestroy(all);
  einsumEquationDestroy(equation);
  einsumCompilerDestroy(compiler);
  return 0;
}

/* CHECK: threads: 1 2 4, all: 1
   CHECK-NEXT: none: -1
   CHECK-NEXT: two: 1
   CHECK-NEXT: four: 1
   CHECK-NEXT: all: 1
   CHECK-NEXT: restarted: 1
   CHECK-NEXT: executor: 4, 1
   CHECK-NEXT: options->threads is -2, expected 0 to 1024 or EINSUM_ALL_THREADS
   CHECK-NEXT: options->threads is 1025, expected 0 to 1024 or EINSUM_ALL_THREADS
   CHECK-NEXT: alone: 1
   CHECK-NEXT: runtime: 1
*/
