/* What a kernel assumes of extents: calls that keep to it run, others are
   refused before anything is written.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <stdio.h>
#include <stdlib.h>

static EinsumCompiler *compiler;

static EinsumKernel *compile(const char *assume, EinsumError **error) {
  const char *types[] = {"?x?xf32", "?x?xf32"};
  EinsumOptions options = EINSUM_OPTIONS_INIT;
  EinsumEquation *equation;
  EinsumKernel *kernel = NULL;
  options.assume = assume;
  if (einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, error))
    exit(1);
  einsumCompilerCompile(compiler, equation, &options, &kernel, error);
  einsumEquationDestroy(equation);
  return kernel;
}

/* Multiplies matrices of ones; says what the first and last element are. */
static void run(const EinsumKernel *kernel, int64_t i, int64_t j, int64_t k) {
  static float a[96 * 96], b[96 * 96], c[96 * 96];
  const int64_t aSizes[] = {i, j}, bSizes[] = {j, k}, cSizes[] = {i, k};
  EinsumTensor operands[] = {
      {a, aSizes, NULL}, {b, bSizes, NULL}, {c, cSizes, NULL}};
  EinsumError *error;
  int64_t n;
  for (n = 0; n < 96 * 96; ++n) {
    a[n] = b[n] = 1;
    c[n] = -1;
  }
  if (einsumKernelRun(kernel, operands, 3, NULL, 0, &error))
    printf("%s; %g\n", einsumErrorGetMessage(error), c[0]);
  else
    printf("%g %g %g\n", c[0], c[i * k - 1], c[i * k]);
  einsumErrorDestroy(error);
}

int main(void) {
  EinsumKernel *kernel;
  EinsumError *error;
  if (einsumCompilerCreate(&compiler, NULL))
    return 1;

  kernel = compile("i%16==0, j>=8, j<=20, k == 24", &error);
  if (!kernel)
    return 2;
  run(kernel, 32, 8, 24);
  // CHECK: 8 8 -1
  run(kernel, 0, 20, 24);
  // CHECK: -1 {{.*}} -1
  run(kernel, 48, 20, 24);
  // CHECK: 20 20 -1
  run(kernel, 33, 8, 24);
  // CHECK: label 'i' is 33, but the kernel assumes i % 16 == 0; -1
  run(kernel, 32, 7, 24);
  // CHECK: label 'j' is 7, but the kernel assumes j >= 8, j <= 20; -1
  run(kernel, 32, 21, 24);
  // CHECK: label 'j' is 21, but the kernel assumes j >= 8, j <= 20; -1
  run(kernel, 32, 8, 25);
  // CHECK: axis 1 of in1 is 25, expected 24; -1
  einsumKernelDestroy(kernel);

  if (compile("i%16==0, m>=3", &error))
    return 3;
  printf("%s, at %d\n", einsumErrorGetMessage(error),
         (int)einsumErrorGetOffset(error));
  // CHECK: index 'm' appears in no operand of 'ij,jk->ik'
  // CHECK: at 9
  einsumErrorDestroy(error);

  /* A module says itself what it assumes. */
  {
    const char *text =
        "func.func @f(%x: tensor<?xf32> {kernel.labels = [\"q\"]}) "
        "-> (tensor<?xf32> {kernel.labels = [\"q\"]}) "
        "attributes {kernel.assume = {q = #kernel.extent<multiple = 4>}} {\n"
        "  return %x : tensor<?xf32>\n}\n";
    EinsumOptions options = EINSUM_OPTIONS_INIT;
    float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, y[8];
    int64_t size;
    size_t length = 0;
    while (text[length])
      ++length;
    if (einsumCompilerCompileModule(compiler, text, length, &options, &kernel,
                                    &error))
      return 4;
    for (size = 7; size <= 8; ++size) {
      EinsumTensor operands[2];
      operands[0].data = x;
      operands[1].data = y;
      operands[0].sizes = operands[1].sizes = &size;
      operands[0].strides = operands[1].strides = NULL;
      if (einsumKernelRun(kernel, operands, 2, NULL, 0, &error))
        printf("%s\n", einsumErrorGetMessage(error));
      else
        printf("%g\n", y[7]);
      einsumErrorDestroy(error);
    }
    // CHECK: label 'q' is 7, but the kernel assumes q % 4 == 0
    // CHECK: 8
    einsumKernelDestroy(kernel);
    options.assume = "q>=4";
    if (!einsumCompilerCompileModule(compiler, text, length, &options, &kernel,
                                     &error))
      return 5;
    printf("%s\n", einsumErrorGetMessage(error));
    // CHECK: options->assume is for equations
    einsumErrorDestroy(error);
  }
  einsumCompilerDestroy(compiler);
  return 0;
}
