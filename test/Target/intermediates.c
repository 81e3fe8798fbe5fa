/* Kernels of several products: intermediates live in scratch memory, from step
   to step; their sizes are checked, too, as they may exceed every operand's.
   RUN: rm -rf %t.dir && mkdir %t.dir
   RUN: einsumc 'ij,jk,kl,lm->im' --operand '?x?xf64' --operand '?x?xf64' --operand '?x?xf64' --operand '?x?xf64' --name chain -o %t.dir/chain.o
   RUN: einsumc 'ai,bi,ci->abc' --operand '?x?xf32,strided<[?,?]>' --operand '?x?xf32,strided<[?,?]>' --operand '?x?xf32' --name outer -o %t.dir/outer.o
   RUN: %c99 -I%t.dir %s %t.dir/chain.o %t.dir/outer.o -o %t
   RUN: %t
 */
#include "chain.h"
#include "outer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { I = 70, J = 50, K = 90, L = 33, M = 61, LARGEST = 90 * 90 };

static double in[4][LARGEST], expected[LARGEST], temporary[LARGEST],
    out[LARGEST];
static int failures;

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                  \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static void multiply(const double *a, const double *b, double *c, int m, int k,
                     int n) {
  int i, j, l;
  for (i = 0; i < m; ++i)
    for (j = 0; j < n; ++j) {
      double sum = 0;
      for (l = 0; l < k; ++l)
        sum += a[i * k + l] * b[l * n + j];
      c[i * n + j] = sum;
    }
}

static void runChain(void) {
  const int64_t sizes[] = {I, J, K, L, M};
  const int64_t strides[] = {J, 1, K, 1, L, 1, M, 1, M, 1};
  const int64_t bytes = chain_scratch_bytes(I, J, K, L, M);
  void *operands[5], *memory = malloc((size_t)bytes + 64);
  void *scratch = (void *)(((uintptr_t)memory + 63) / 64 * 64);
  int64_t step, task;
  int i, j;
  for (i = 0; i < 4; ++i) {
    operands[i] = in[i];
    for (j = 0; j < LARGEST; ++j)
      in[i][j] = (j * 7 + i) % 5 - 2;
  }
  operands[4] = out;
  /* Integers of this size are exact in any order. */
  multiply(in[0], in[1], expected, I, J, K);
  multiply(expected, in[2], temporary, I, K, L);
  multiply(temporary, in[3], expected, I, L, M);

  memset(out, 0xff, sizeof out);
  EXPECT(chain(in[0], in[1], in[2], in[3], out, I, J, K, L, M) == 0);
  EXPECT(memcmp(out, expected, I * M * sizeof *out) == 0);

  EXPECT(bytes > 0);
  memset(memory, 0xff, (size_t)bytes + 64);
  memset(out, 0xff, sizeof out);
  for (step = 0; chain_tasks(sizes, step) >= 0; ++step)
    for (task = chain_tasks(sizes, step); task-- > 0;)
      EXPECT(chain_entry(operands, sizes, strides, scratch, step, task,
                         task + 1) == 0);
  EXPECT(step >= 3);
  EXPECT(memcmp(out, expected, I * M * sizeof *out) == 0);
  free(memory);

  /* Sums over nothing on the way, and nothing at all. */
  memset(out, 0xff, sizeof out);
  EXPECT(chain(in[0], in[1], in[2], in[3], out, I, J, 0, L, M) == 0);
  for (i = 0; i < I * M; ++i)
    EXPECT(out[i] == 0);
  EXPECT(chain(NULL, in[1], in[2], in[3], NULL, 0, J, K, L, M) == 0);
  EXPECT(chain(in[0], in[1], in[2], in[3], out, I, J, -1, L, M) == 1);
}

/* By broadcasting strides operands of any size fit a single element. */
static void runOuter(void) {
  const float x = 1;
  float none = 1;
  const int64_t huge = INT64_C(1) << 40;
  EXPECT(outer(&x, &x, NULL, &none, huge, 8, huge, 0, 0, 0, 0, 0) == 1);
  EXPECT(outer_scratch_bytes(huge, 8, huge, 0) == -1);
  EXPECT(outer_scratch_bytes(4, 8, 4, 0) >= 0);
}

int main(void) {
  runChain();
  runOuter();
  return failures != 0;
}
