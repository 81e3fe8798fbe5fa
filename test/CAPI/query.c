/* What can be asked of equations, kernels and the library.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void number(int64_t value) {
  if (value == EINSUM_DYNAMIC)
    printf(" ?");
  else
    printf(" %" PRId64, value);
}

static void printKernel(const EinsumKernel *kernel) {
  size_t i, axis;
  printf("%s \"%s\" dynamic=%d axes=%d\n", einsumKernelGetName(kernel),
         einsumKernelGetEquation(kernel), einsumKernelIsDynamic(kernel),
         (int)einsumKernelGetNumAxes(kernel));
  for (i = 0; i < einsumKernelGetNumOperands(kernel); ++i) {
    const size_t rank = einsumKernelGetOperandRank(kernel, i);
    const int64_t *strides = einsumKernelGetOperandStrides(kernel, i);
    printf(
        "  %s %s %s access=%d shape", einsumKernelGetOperandName(kernel, i),
        einsumKernelGetOperandType(kernel, i),
        einsumElementTypeGetName(einsumKernelGetOperandElementType(kernel, i)),
        (int)einsumKernelGetOperandAccess(kernel, i));
    for (axis = 0; axis < rank; ++axis)
      number(einsumKernelGetOperandShape(kernel, i)[axis]);
    printf(" labels");
    for (axis = 0; axis < rank; ++axis)
      number(einsumKernelGetOperandLabels(kernel, i)[axis]);
    if (strides)
      printf(" strides");
    for (axis = 0; strides && axis < rank; ++axis)
      number(strides[axis]);
    printf("\n");
  }
  printf("  labels");
  for (i = 0; i < einsumKernelGetNumLabels(kernel); ++i) {
    printf(" %s", einsumKernelGetLabelName(kernel, i));
    number(einsumKernelGetLabelExtent(kernel, i));
  }
  printf("\n  scalars");
  for (i = 0; i < einsumKernelGetNumScalars(kernel); ++i)
    printf(
        " %s %s", einsumKernelGetScalarName(kernel, i),
        einsumElementTypeGetName(einsumKernelGetScalarElementType(kernel, i)));
  printf("\n");
}

int main(void) {
  const char *types[] = {"?x33xu8,strided<[?,1]>", "33x19xf32"};
  EinsumEquation *equation;
  EinsumCompiler *compiler;
  EinsumKernel *kernel;
  EinsumOptions options = EINSUM_OPTIONS_INIT;
  EinsumStage stage;
  int major, minor, patch;
  char version[32];

  if (einsumEquationCreate("i\xce\xb2, \xce\xb2k", types, 2, NULL, &equation,
                           NULL) ||
      einsumCompilerCreate(&compiler, NULL))
    return 1;
  printf("%s\n", einsumEquationGetText(equation));
  printf("%d operands, %s -> %s\n", (int)einsumEquationGetNumOperands(equation),
         einsumEquationGetOperandType(equation, 1),
         einsumEquationGetResultType(equation));
  assert(!einsumEquationGetOperandType(equation, 2));
  // Implicit output: what occurs once, in order of code points.
  // CHECK: iβ, βk
  // CHECK: 2 operands, 33x19xf32 -> ?x19xf32

  options.name = "mix";
  options.alpha = "?";
  options.beta = "?";
  if (einsumCompilerCompile(compiler, equation, &options, &kernel, NULL))
    return 1;
  printKernel(kernel);
  // CHECK: mix "alpha * (iβ, βk) + beta * out" dynamic=1 axes=6
  // CHECK:   in0 ?x33xu8,strided<[?,1]> u8 access=0 shape ? 33 labels 0 1 strides ? 1
  // CHECK:   in1 33x19xf32 f32 access=0 shape 33 19 labels 1 2{{$}}
  // CHECK:   out ?x19xf32 f32 access=2 shape ? 19 labels 0 2{{$}}
  // CHECK:   labels i ? u03B2 33 k 19
  // CHECK:   scalars alpha f32 beta f32
  einsumKernelDestroy(kernel);
  einsumCompilerDestroy(compiler);
  einsumEquationDestroy(equation);

  einsumGetVersion(&major, &minor, &patch);
  sprintf(version, "%d.%d.%d", major, minor, patch);
  assert(!strcmp(version, einsumGetVersionString()));
  assert(major == EINSUM_VERSION_MAJOR && minor == EINSUM_VERSION_MINOR &&
         patch == EINSUM_VERSION_PATCH);
  einsumGetVersion(NULL, NULL, NULL);
  assert(!strncmp(einsumGetLLVMVersionString(), "22.", 3));
  assert(einsumGetNativeCpu()[0]);

  for (stage = EINSUM_STAGE_EINSUM; einsumStageGetName(stage);
       stage = (EinsumStage)(stage + 1)) {
    EinsumStage same = -1;
    assert(!einsumStageFromName(einsumStageGetName(stage), &same));
    assert(same == stage);
    printf("%s ", einsumStageGetName(stage));
  }
  printf("\n");
  // CHECK: einsum linalg kernel schedule loops vector llvm-dialect gpu nvvm llvm asm plan ptx cubin fatbin obj static shared
  assert(stage == EINSUM_STAGE_SHARED + 1);

  {
    int type;
    for (type = 0; einsumElementTypeGetSize((EinsumElementType)type) != 0;
         ++type)
      printf("%s:%d ", einsumElementTypeGetName((EinsumElementType)type),
             (int)einsumElementTypeGetSize((EinsumElementType)type));
    printf("\n");
  }
  // CHECK: f16:2 bf16:2 f32:4 f64:8 i8:1 i16:2 i32:4 i64:8 u8:1 u16:2 u32:4 u64:8 bool:1 c64:8 c128:16
  return 0;
}
