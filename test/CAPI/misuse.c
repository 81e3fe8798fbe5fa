/* Everything that a host can get wrong is a status and a message.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <stdio.h>
#include <string.h>

static EinsumError *error;

/* Prints what went wrong, and forgets it. */
static void show(const char *what, EinsumStatus status) {
  printf("%s: %d", what, (int)status);
  if (error) {
    printf(" %s", einsumErrorGetMessage(error));
    if (einsumErrorGetStatus(error) != status)
      printf(" BUT %d", (int)einsumErrorGetStatus(error));
  }
  printf("\n");
  einsumErrorDestroy(error);
  /* Not read by the library. */
  error = (EinsumError *)1;
}

static void badEquations(void) {
  const char *types[] = {"2x3xf32", "5x4xf32"}, *noType[] = {"2x3xf32", "2xq7"};
  const char *nullType[] = {"2x3xf32", NULL};
  const int64_t ij[] = {0, 1}, negative[] = {0, -1};
  EinsumSublist lists[2], output = {NULL, 1};
  EinsumEquation *equation = (EinsumEquation *)1;

  show("extents",
       einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, &error));
  printf("result is %s\n", equation ? "there" : "null");
  // CHECK: extents: 5 index 'j' is 3 in operand 0 but 5 in operand 1
  // CHECK-NEXT: {{^}}  ij,jk->ik
  // CHECK-NEXT: {{^}}     ^
  // CHECK-NEXT: note: first used here
  // CHECK-NEXT: {{^}}  ij,jk->ik
  // CHECK-NEXT: {{^}}   ^
  // CHECK-NEXT: result is null
  einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, &error);
  printf("place: %s %d+%d: %s\n", einsumErrorGetText(error),
         (int)einsumErrorGetOffset(error), (int)einsumErrorGetLength(error),
         einsumErrorGetSummary(error));
  einsumErrorDestroy(error);
  // CHECK-NEXT: place: ij,jk->ik 3+1: index 'j' is 3 in operand 0 but 5 in operand 1{{$}}

  show("grammar",
       einsumEquationCreate("ij->>k", types, 1, NULL, &equation, &error));
  // CHECK: grammar: 5
  // CHECK-NEXT: {{^}}  ij->>k
  show("type",
       einsumEquationCreate("ij,j->i", noType, 2, NULL, &equation, &error));
  // CHECK: type: 5 {{.*}}operand 1
  // CHECK-NEXT: {{^}}  2xq7
  show("result type",
       einsumEquationCreate("ij->i", types, 1, "3xf32", &equation, &error));
  // CHECK: result type: 5 {{.*}}3
  show("operands",
       einsumEquationCreate("ij,jk", types, 1, NULL, &equation, &error));
  // CHECK: operands: 5 {{.*}}2
  show("no operand",
       einsumEquationCreate("ij", NULL, 0, NULL, &equation, &error));
  // CHECK: no operand: 5
  show("too many",
       einsumEquationCreate("ij", types, (size_t)-1, NULL, &equation, &error));
  // CHECK: too many: 5 expected 1 to 4096 operands
  show("null text",
       einsumEquationCreate(NULL, types, 1, NULL, &equation, &error));
  // CHECK: null text: 4 text is a null pointer
  show("null types",
       einsumEquationCreate("ij", NULL, 1, NULL, &equation, &error));
  // CHECK: null types: 4 operandTypes is a null pointer
  show("null type",
       einsumEquationCreate("ij,jk", nullType, 2, NULL, &equation, &error));
  // CHECK: null type: 4 operandTypes[1] is a null pointer
  show("null result", einsumEquationCreate("ij", types, 1, NULL, NULL, &error));
  // CHECK: null result: 4 equation is a null pointer
  /* Without an error object. */
  printf("status alone: %d\n",
         (int)einsumEquationCreate("ij", NULL, 1, NULL, &equation, NULL));
  // CHECK: status alone: 4

  lists[0].labels = ij;
  lists[1].labels = negative;
  lists[0].numLabels = lists[1].numLabels = 2;
  show("negative label",
       einsumEquationCreateFromSublists(lists, 2, NULL, types, 2, NULL,
                                        &equation, &error));
  // CHECK: negative label: 5 expected a non-negative label but found -1 in operand 1
  // CHECK-NEXT: {{^}}  [0,1],[0,-1
  // CHECK-NEXT: {{^}}           ^~
  show("null output list",
       einsumEquationCreateFromSublists(lists, 1, &output, types, 1, NULL,
                                        &equation, &error));
  // CHECK: null output list: 4 output->labels is a null pointer
  show("lists and types",
       einsumEquationCreateFromSublists(lists, 1, NULL, types, 2, NULL,
                                        &equation, &error));
  // CHECK: lists and types: 5 {{.*}}2
}

static void badOptions(EinsumCompiler *compiler, EinsumEquation *equation) {
  struct {
    EinsumOptions options;
    int newMember;
  } newer;
  EinsumOptions options = EINSUM_OPTIONS_INIT;
  EinsumKernel *kernel = NULL;
  EinsumArtifact *artifact = NULL;

  options.size = 4;
  show("options' size",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: options' size: 4 {{.*}}4
  memset(&newer, 0, sizeof newer);
  newer.options.size = sizeof newer;
  show("newer options with defaults",
       einsumCompilerEmit(compiler, equation, EINSUM_STAGE_EINSUM,
                          &newer.options, &artifact, &error));
  // CHECK: newer options with defaults: 0
  einsumArtifactDestroy(artifact);
  newer.newMember = 1;
  show("newer options",
       einsumCompilerEmit(compiler, equation, EINSUM_STAGE_EINSUM,
                          &newer.options, &artifact, &error));
  // CHECK: newer options: 4 options of a newer version than this library's, 0.1.0

  options.size = sizeof options;
  options.cpu = "z80";
  show("cpu",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: cpu: 6 unknown CPU 'z80'
  options.cpu = "neoverse-n1";
  options.triple = "aarch64-linux-gnu";
  show("triple",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: triple: 6 code for triple 'aarch64-linux-gnu' cannot run here
  options.triple = NULL;
  options.cpu = NULL;
  options.name = "2mm";
  show("name",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: name: 5 {{.*}}2mm
  options.name = NULL;
  options.alpha = "one";
  show("alpha",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: alpha: 5 alpha: expected a number or ?
  options.alpha = NULL;
  options.schedule = "#kernel.cpu_schedule<";
  show("schedule",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: schedule: 6
  options.schedule = NULL;
  options.memoryLimit = -1;
  show("memory limit",
       einsumCompilerCompile(compiler, equation, &options, &kernel, &error));
  // CHECK: memory limit: 4 {{.*}}-1
  show("stage", einsumCompilerEmit(compiler, equation, (EinsumStage)77, NULL,
                                   &artifact, &error));
  // CHECK: stage: 4 77 is no stage
  show("module",
       einsumCompilerEmitModule(compiler, "func.fun", 8, EINSUM_STAGE_LINALG,
                                NULL, &artifact, &error));
  // CHECK: module: 5 {{.*}}func.fun
  show("null compiler",
       einsumCompilerCompile(NULL, equation, NULL, &kernel, &error));
  // CHECK: null compiler: 4 compiler is a null pointer
  show("null equation",
       einsumCompilerCompile(compiler, NULL, NULL, &kernel, &error));
  // CHECK: null equation: 4 equation is a null pointer
  show("null kernel",
       einsumCompilerCompile(compiler, equation, NULL, NULL, &error));
  // CHECK: null kernel: 4 kernel is a null pointer
  printf("results are %s\n", kernel || artifact ? "there" : "null");
  // CHECK: results are null
}

/* An intermediate too large for any memory, between operands of one element. */
static void hugeIntermediate(EinsumCompiler *compiler) {
  const char *types[] = {"?x?xf32,strided<[?,?]>", "?x?xf32,strided<[?,?]>",
                         "?x?xf32"};
  const int64_t sizes[] = {INT64_C(1) << 40, 8}, none[] = {0, 8},
                outSizes[] = {INT64_C(1) << 40, INT64_C(1) << 40, 0},
                strides[] = {0, 0};
  float x = 1;
  EinsumTensor t[4];
  EinsumEquation *equation;
  EinsumKernel *kernel;
  t[0].data = t[1].data = &x, t[2].data = t[3].data = NULL;
  t[0].sizes = t[1].sizes = sizes, t[2].sizes = none, t[3].sizes = outSizes;
  t[0].strides = t[1].strides = strides, t[2].strides = t[3].strides = NULL;
  if (einsumEquationCreate("ai,bi,ci->abc", types, 3, NULL, &equation, NULL) ||
      einsumCompilerCompile(compiler, equation, NULL, &kernel, NULL))
    return;
  show("intermediate", einsumKernelRun(kernel, t, 4, NULL, 0, &error));
  // CHECK: intermediate: 1 {{.*}}larger than 2^56 bytes
  einsumKernelDestroy(kernel);
  einsumEquationDestroy(equation);
}

static void badCalls(const EinsumKernel *kernel) {
  float a[10] = {1, 2, 3, 4, 5, 6}, b[6] = {1, 1, 1, 1, 1, 1}, c[8];
  const int64_t a23[] = {2, 3}, b32[] = {3, 2}, b22[] = {2, 2}, c22[] = {2, 2},
                none[] = {1, 0}, hugeA[] = {INT64_MAX, 3},
                hugeC[] = {INT64_MAX, 2};
  void *pointers[3];
  int64_t sizes[3], strides[6];
  EinsumTensor t[3];
#define RESET()                                                                \
  (t[0].data = a, t[0].sizes = a23, t[0].strides = NULL, t[1].data = b,        \
   t[1].sizes = b32, t[1].strides = NULL, t[2].data = c, t[2].sizes = c22,     \
   t[2].strides = NULL)
#define RUN(what) show(what, einsumKernelRun(kernel, t, 3, NULL, 0, &error))
  RESET();
  RUN("fine");
  // CHECK: fine: 0{{$}}
  show("count", einsumKernelRun(kernel, t, 2, NULL, 0, &error));
  // CHECK: count: 1 expected 3 operands, outputs included, but found 2
  show("scalars",
       einsumKernelRun(kernel, t, 3, (const void *const *)t, 1, &error));
  // CHECK: scalars: 1 expected 0 scalar parameters but found 1
  show("null operands", einsumKernelRun(kernel, NULL, 3, NULL, 0, &error));
  // CHECK: null operands: 4 operands is a null pointer
  show("null kernel to run", einsumKernelRun(NULL, t, 3, NULL, 0, &error));
  // CHECK: null kernel to run: 4 kernel is a null pointer
  t[1].sizes = b22;
  RUN("extent");
  // CHECK: extent: 1 axis 0 of in1 is 2, but label 'j' is 3
  RESET();
  t[0].sizes = NULL;
  RUN("no sizes");
  // CHECK: no sizes: 1 axis 0 of in0 is `?`: its size must be given
  RESET();
  t[1].strides = none;
  RUN("strides");
  // CHECK: strides: 1 stride 0 of in1 is 1, expected 2
  RESET();
  t[0].sizes = hugeA;
  t[2].sizes = hugeC;
  RUN("overflow");
  // CHECK: overflow: 1 {{.*}}in0
  RESET();
  t[0].data = NULL;
  RUN("null data");
  // CHECK: null data: 3 in0 is a null pointer
  RESET();
  t[2].data = b + 2;
  RUN("overlap");
  // CHECK: overlap: 1 out overlaps in1
  RESET();
  t[2].data = a + 6;
  RUN("beside");
  // CHECK: beside: 0{{$}}

  RESET();
  show("null array", einsumKernelBind(kernel, t, 3, NULL, 0, pointers, NULL,
                                      strides, &error));
  // CHECK: null array: 4 sizes is a null pointer
  t[2].data = b;
  show("bind", einsumKernelBind(kernel, t, 3, NULL, 0, pointers, sizes, strides,
                                &error));
  // CHECK: bind: 1 out overlaps in1
  sizes[0] = 2, sizes[1] = -3, sizes[2] = 2;
  printf("scratch: %d %d\n", (int)einsumKernelGetScratchBytes(kernel, NULL),
         (int)einsumKernelGetScratchBytes(kernel, sizes));
  // CHECK: scratch: -1 -1
}

/* Indices behind the end. */
static void badIndices(const EinsumKernel *kernel) {
  const int bad =
      einsumKernelGetOperandName(kernel, 3) ||
      einsumKernelGetOperandType(kernel, (size_t)-1) ||
      einsumKernelGetOperandShape(kernel, 3) ||
      einsumKernelGetOperandRank(kernel, 3) ||
      einsumKernelGetOperandElementType(kernel, 3) != EINSUM_NO_ELEMENT_TYPE ||
      einsumKernelGetOperandAccess(kernel, 3) != EINSUM_NO_ACCESS ||
      einsumKernelGetLabelName(kernel, 3) ||
      einsumKernelGetLabelExtent(kernel, 3) != -1 ||
      einsumKernelGetScalarName(kernel, 0);
  printf("indices: %s\n", bad ? "wrong" : "right");
  // CHECK: indices: right
}

/* No handle: a value that means nothing. */
static void nullHandles(void) {
  size_t size = 1;
  int bad = 0;
  einsumErrorDestroy(NULL);
  einsumEquationDestroy(NULL);
  einsumCompilerDestroy(NULL);
  einsumKernelDestroy(NULL);
  einsumArtifactDestroy(NULL);
  einsumStringDestroy(NULL);
  bad |= einsumErrorGetStatus(NULL) != EINSUM_OK;
  bad |= einsumErrorGetMessage(NULL) || einsumErrorGetSummary(NULL) ||
         einsumErrorGetText(NULL) || einsumErrorGetOffset(NULL) ||
         einsumErrorGetLength(NULL);
  bad |= einsumEquationGetText(NULL) || einsumEquationGetNumOperands(NULL) ||
         einsumEquationGetOperandType(NULL, 0) ||
         einsumEquationGetResultType(NULL);
  bad |= einsumArtifactGetData(NULL, &size) || size ||
         einsumArtifactGetData(NULL, NULL) || einsumArtifactGetHeader(NULL) ||
         einsumArtifactGetNumRemarks(NULL) || einsumArtifactGetRemark(NULL, 0);
  bad |= einsumKernelGetName(NULL) || einsumKernelGetEquation(NULL) ||
         einsumKernelGetNumOperands(NULL) || einsumKernelGetNumAxes(NULL) ||
         einsumKernelGetNumLabels(NULL) || einsumKernelGetNumScalars(NULL) ||
         einsumKernelGetOperandName(NULL, 0) ||
         einsumKernelGetOperandType(NULL, 0) ||
         einsumKernelGetOperandRank(NULL, 0) ||
         einsumKernelGetOperandShape(NULL, 0) ||
         einsumKernelGetOperandStrides(NULL, 0) ||
         einsumKernelGetOperandLabels(NULL, 0) ||
         einsumKernelGetLabelName(NULL, 0) ||
         einsumKernelGetScalarName(NULL, 0) || einsumKernelGetEntry(NULL) ||
         einsumKernelGetTasks(NULL);
  bad |= einsumKernelIsDynamic(NULL) != -1 ||
         einsumKernelGetLabelExtent(NULL, 0) != -1 ||
         einsumKernelGetScratchBytes(NULL, NULL) != -1;
  bad |= einsumKernelGetOperandElementType(NULL, 0) != EINSUM_NO_ELEMENT_TYPE ||
         einsumKernelGetScalarElementType(NULL, 0) != EINSUM_NO_ELEMENT_TYPE ||
         einsumKernelGetOperandAccess(NULL, 0) != EINSUM_NO_ACCESS;
  bad |= einsumStatusGetName((EinsumStatus)99) ||
         einsumElementTypeGetName((EinsumElementType)99) ||
         einsumElementTypeGetName(EINSUM_NO_ELEMENT_TYPE) ||
         einsumElementTypeGetSize((EinsumElementType)99) ||
         einsumStageGetName((EinsumStage)-1);
  bad |= einsumStageFromName(NULL, NULL) != EINSUM_INVALID_ARGUMENT ||
         einsumCompilerCreate(NULL, NULL) != EINSUM_INVALID_ARGUMENT;
  printf("null handles: %s\n", bad ? "wrong" : "right");
  // CHECK: null handles: right
}

int main(void) {
  const char *types[] = {"?x?xf32", "?x2xf32"},
             *large[] = {"1000000x1000000xf64"};
  EinsumCompiler *compiler;
  EinsumEquation *equation;
  EinsumKernel *kernel = NULL;
  badEquations();
  if (einsumCompilerCreate(&compiler, NULL) ||
      einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, NULL))
    return 1;
  badOptions(compiler, equation);
  if (einsumCompilerCompile(compiler, equation, NULL, &kernel, NULL))
    return 1;
  hugeIntermediate(compiler);
  badCalls(kernel);
  badIndices(kernel);
  nullHandles();
  einsumKernelDestroy(kernel);
  einsumEquationDestroy(equation);

  if (einsumEquationCreate("ij->i", large, 1, NULL, &equation, NULL))
    return 1;
  show("memory",
       einsumCompilerCompile(compiler, equation, NULL, &kernel, &error));
  // CHECK: memory: 2 the operands need 80000{{[0-9]*}} bytes
  einsumEquationDestroy(equation);
  einsumCompilerDestroy(compiler);
  return 0;
}
