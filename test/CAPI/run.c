/* An equation compiled and run in process; the kernel outlives what made it.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <stdio.h>
#include <stdlib.h>

static EinsumCompiler *compiler;

static EinsumKernel *compile(const char *text, const char *const *types,
                             size_t count, const char *result,
                             const EinsumOptions *options) {
  EinsumEquation *equation;
  EinsumKernel *kernel;
  EinsumError *error;
  if (einsumEquationCreate(text, types, count, result, &equation, &error) ||
      einsumCompilerCompile(compiler, equation, options, &kernel, &error)) {
    fprintf(stderr, "%s\n", einsumErrorGetMessage(error));
    exit(1);
  }
  einsumEquationDestroy(equation);
  return kernel;
}

static void run(const EinsumKernel *kernel, const EinsumTensor *operands,
                size_t count, const void *const *scalars, size_t numScalars) {
  EinsumError *error;
  if (einsumKernelRun(kernel, operands, count, scalars, numScalars, &error)) {
    fprintf(stderr, "%s\n", einsumErrorGetMessage(error));
    exit(1);
  }
  if (error)
    exit(2);
}

static void print(const char *name, const float *values, int count) {
  int i;
  printf("%s:", name);
  for (i = 0; i < count; ++i)
    printf(" %g", values[i]);
  printf("\n");
}

int main(void) {
  const float a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 1, 0, 3};
  float c[9];
  if (einsumCompilerCreate(&compiler, NULL))
    return 1;

  {
    const char *types[] = {"2x3xf32", "3x2xf32"};
    EinsumKernel *kernel = compile("ij,jk->ik", types, 2, NULL, NULL);
    EinsumTensor operands[] = {
        {(void *)a, NULL, NULL}, {(void *)b, NULL, NULL}, {c, NULL, NULL}};
    run(kernel, operands, 3, NULL, 0);
    print("static", c, 4);
    // CHECK: static: 5 11 14 23
    einsumKernelDestroy(kernel);
  }
  {
    /* The second operand is b transposed, by strides, and the output has
       padding that is left alone. */
    const char *types[] = {"?x?xf32", "?x?xf32,strided<[?,?]>"};
    const int64_t aSizes[] = {2, 3}, bSizes[] = {3, 2}, bStrides[] = {1, 3},
                  cSizes[] = {2, 2}, cStrides[] = {3, 1};
    EinsumKernel *kernel =
        compile("ij,jk->ik", types, 2, "?x?xf32,strided<[?,1]>", NULL);
    EinsumTensor operands[3];
    int i;
    operands[0].data = (void *)a;
    operands[0].sizes = aSizes;
    operands[0].strides = NULL;
    operands[1].data = (void *)b;
    operands[1].sizes = bSizes;
    operands[1].strides = bStrides;
    operands[2].data = c;
    operands[2].sizes = cSizes;
    operands[2].strides = cStrides;
    for (i = 0; i < 9; ++i)
      c[i] = -1;
    run(kernel, operands, 3, NULL, 0);
    print("strided", c, 6);
    // CHECK: strided: 7 10 -1 16 22 -1
    einsumKernelDestroy(kernel);
  }
  {
    /* c = alpha * a b + 10 c; alpha at run time. */
    const char *types[] = {"2x3xf32", "3x2xf32"};
    const float alpha = 0.5f;
    const void *scalars[1];
    EinsumOptions options = EINSUM_OPTIONS_INIT;
    EinsumKernel *kernel;
    EinsumTensor operands[] = {
        {(void *)a, NULL, NULL}, {(void *)b, NULL, NULL}, {c, NULL, NULL}};
    options.alpha = "?";
    options.beta = "10";
    kernel = compile("ij,jk->ik", types, 2, NULL, &options);
    c[0] = c[1] = c[2] = c[3] = 1;
    scalars[0] = &alpha;
    /* The kernel lives without its compiler. */
    einsumCompilerDestroy(compiler);
    run(kernel, operands, 3, scalars, 1);
    print("accumulated", c, 4);
    // CHECK: accumulated: 12.5 15.5 17 21.5
    einsumKernelDestroy(kernel);
  }
  return 0;
}
