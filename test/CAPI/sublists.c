/* numpy's sublist form, in lists and written, and equations that builders make.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <inttypes.h>
#include <stdio.h>

static EinsumCompiler *compiler;

/* Runs a matrix product of 1 2 / 3 4 with itself, its result transposed. */
static void runSquare(EinsumEquation *equation) {
  float a[] = {1, 2, 3, 4}, out[4];
  EinsumTensor operands[3] = {
      {NULL, NULL, NULL}, {NULL, NULL, NULL}, {NULL, NULL, NULL}};
  EinsumKernel *kernel;
  operands[0].data = operands[1].data = a;
  operands[2].data = out;
  if (einsumCompilerCompile(compiler, equation, NULL, &kernel, NULL) ||
      einsumKernelRun(kernel, operands, 3, NULL, 0, NULL))
    return;
  printf("%s: %g %g %g %g\n", einsumEquationGetText(equation), out[0], out[1],
         out[2], out[3]);
  einsumKernelDestroy(kernel);
  einsumEquationDestroy(equation);
}

static void attention(int64_t rank, const int64_t *axes, size_t numAxes) {
  char *scores, *combine;
  int64_t scoresRank, softmaxAxes[8];
  size_t count, i;
  if (einsumBuildAttention(rank, axes, numAxes, &scores, &combine, &scoresRank,
                           softmaxAxes, 8, &count, NULL)) {
    printf("failed\n");
    return;
  }
  printf("%s %s %" PRId64 " over", scores, combine, scoresRank);
  for (i = 0; i < count; ++i)
    printf(" %" PRId64, softmaxAxes[i]);
  printf("\n");
  einsumStringDestroy(scores);
  einsumStringDestroy(combine);
}

int main(void) {
  const char *types[] = {"2x2xf32", "2x2xf32"};
  const int64_t left[] = {700, 3}, right[] = {3, 1000000007},
                output[] = {1000000007, 700}, rows[] = {EINSUM_ELLIPSIS, 0};
  EinsumSublist lists[2], outputList;
  EinsumEquation *equation;
  EinsumError *error;
  char *text, *bias;
  int64_t rank;
  if (einsumCompilerCreate(&compiler, NULL))
    return 1;

  lists[0].labels = left;
  lists[1].labels = right;
  outputList.labels = output;
  lists[0].numLabels = lists[1].numLabels = outputList.numLabels = 2;
  if (einsumEquationCreateFromSublists(lists, 2, &outputList, types, 2, NULL,
                                       &equation, NULL))
    return 1;
  runSquare(equation);
  // CHECK: [700,3],[3,1000000007]->[1000000007,700]: 7 15 10 22
  /* Implicit output sorts by integer. */
  if (einsumEquationCreateFromSublists(lists, 2, NULL, types, 2, NULL,
                                       &equation, NULL))
    return 1;
  runSquare(equation);
  // CHECK: [700,3],[3,1000000007]: 7 10 15 22
  if (einsumEquationCreate("[0,1],[1,2]->[2,0]", types, 2, NULL, &equation,
                           NULL))
    return 1;
  runSquare(equation);
  // CHECK: [0,1],[1,2]->[2,0]: 7 15 10 22

  lists[0].labels = rows;
  if (einsumEquationCreateFromSublists(lists, 1, NULL, types, 1, "f64",
                                       &equation, NULL))
    return 1;
  printf("%s: %s\n", einsumEquationGetText(equation),
         einsumEquationGetResultType(equation));
  einsumEquationDestroy(equation);
  // CHECK: [...,0]: 2x2xf64

  if (einsumBuildProjection(2, 1, 2, &text, &bias, &rank, &error))
    return 1;
  printf("%s %s %" PRId64 "\n", text, bias, rank);
  einsumStringDestroy(text);
  einsumStringDestroy(bias);
  // CHECK: abc,cde->abde de 4
  if (einsumBuildProjection(2, 1, 2, NULL, NULL, NULL, NULL))
    return 1;

  {
    const int64_t one[] = {1}, two[] = {1, 2}, last[] = {-1};
    attention(4, one, 1);
    // CHECK: aecd,abcd->acbe acbe,aecd->abcd 4 over 3
    attention(5, two, 2);
    // CHECK: afgde,abcde->adbcfg adbcfg,afgde->abcde 6 over 4 5
    attention(4, last, 1);
    // CHECK: abed,abcd->abce abce,abed->abcd 4 over 3
    attention(5, NULL, 0);
    // CHECK: afgde,abcde->adbcfg adbcfg,afgde->abcde 6 over 4 5
    attention(4, two, 0);
    // CHECK: abcd,abcd->abc abc,abcd->abcd 3 over{{$}}
  }
  if (einsumBuildShortAttention(4, &text, NULL))
    return 1;
  printf("%s\n", text);
  einsumStringDestroy(text);
  // CHECK: abce,abde->abcd

  /* More labels than letters. */
  if (einsumBuildProjection(1, 1, 60, &text, NULL, NULL, NULL))
    return 1;
  printf("%.12s\n", text);
  einsumStringDestroy(text);
  // CHECK: [0,1],[1,2,3

  printf("%d", (int)einsumBuildShortAttention(2, &text, &error));
  printf(" %s, %s\n", einsumErrorGetMessage(error), text ? "text" : "no text");
  einsumErrorDestroy(error);
  // CHECK: 5 attention: expected a rank from 3 to 64 for the short form but found 2, no text
  {
    const int64_t two[] = {1, 2};
    int64_t softmaxAxes[1];
    printf("%d", (int)einsumBuildAttention(5, two, 2, NULL, NULL, NULL,
                                           softmaxAxes, 1, NULL, &error));
    printf(" %s\n", einsumErrorGetMessage(error));
    einsumErrorDestroy(error);
    // CHECK: 4 softmaxAxes has room for 1 numbers, but there are 2
  }
  einsumCompilerDestroy(compiler);
  return 0;
}
