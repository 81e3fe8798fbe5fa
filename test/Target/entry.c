/* NAME_entry and NAME_tasks as threads use them: the tasks of a step in any
   order and in ranges of any length give the same bits.
   RUN: rm -rf %t.dir && mkdir %t.dir
   DEFINE: %{tile} = mr = 4, nv = 1, width = 16, mc = 8, nc = 32, kc = 128
   DEFINE: %{tasks} = max_tasks = 16, row_tasks = 3
   DEFINE: %{pack} = pack = [true, true]
   DEFINE: %{all} = %{tile}, %{pack}, %{tasks}
   DEFINE: %{schedule} = --schedule '#kernel.cpu_schedule<%{all}>'
   RUN: einsumc 'bij,kj->bki' --operand '?x?x?xf32' --operand '?x?xf32' --name dynamic %{schedule} -o %t.dir/dynamic.o
   RUN: einsumc 'bij,kj->bki' --operand 3x90x700xf32 --operand 200x700xf32 --name fixed %{schedule} -o %t.dir/fixed.o
   RUN: einsumc 'bij,kj->bki' --operand '3x90x700xf32,strided<[?,?,?]>' --operand '?x700xf32' --name strided %{schedule} -o %t.dir/strided.o
   RUN: %c99 -I%t.dir %s %t.dir/dynamic.o %t.dir/fixed.o %t.dir/strided.o -o %t
   RUN: %t
 */
#include "dynamic.h"
#include "fixed.h"
#include "strided.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { B = 3, I = 90, J = 700, K = 200 };

static float a[B * I * J], reversed[B * I * J], b[K * J];
static float expected[B * K * I], out[B * K * I];
static unsigned state = 1;
static int failures;

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                  \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static unsigned next(unsigned below) {
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % below;
}

typedef int64_t Tasks(const int64_t *, int64_t);
typedef int32_t Entry(void *const *, const int64_t *, const int64_t *, void *,
                      int64_t, int64_t, int64_t);

/* Cuts each step's tasks into random ranges and runs these in random order.
   Returns the number of ranges. */
static int runShuffled(Tasks *tasks, Entry *entry, const float *first,
                       const int64_t *sizes, const int64_t *strides,
                       int64_t bytes) {
  void *memory = malloc((size_t)bytes + 64);
  void *scratch = (void *)(((uintptr_t)memory + 63) / 64 * 64);
  void *operands[3];
  int64_t step, count;
  int numRanges = 0;
  operands[0] = (void *)first;
  operands[1] = b;
  operands[2] = out;
  memset(out, 0xff, sizeof out);
  memset(memory, 0xff, (size_t)bytes + 64);
  for (step = 0; (count = tasks(sizes, step)) >= 0; ++step) {
    int64_t begins[1024], ends[1024], begin = 0;
    unsigned n = 0, i;
    while (begin < count && n < 1024) {
      begins[n] = begin;
      begin += 1 + next(3);
      begin = begin > count ? count : begin;
      ends[n++] = begin;
    }
    for (i = n; i > 1; --i) {
      const unsigned other = next(i);
      int64_t t = begins[i - 1];
      begins[i - 1] = begins[other];
      begins[other] = t;
      t = ends[i - 1];
      ends[i - 1] = ends[other];
      ends[other] = t;
    }
    for (i = 0; i < n; ++i)
      EXPECT(entry(operands, sizes, strides, scratch, step, begins[i],
                   ends[i]) == 0);
    numRanges += (int)n;
  }
  EXPECT(tasks(sizes, step + 1) < 0 && tasks(sizes, -1) < 0);
  EXPECT(entry(operands, sizes, strides, scratch, step, 0, 1) == 1);
  EXPECT(memcmp(out, expected, sizeof out) == 0);
  free(memory);
  return numRanges;
}

int main(void) {
  const int64_t sizes[] = {B, I, J, K}; /* b, i, j, k */
  const int64_t strides[] = {I * J, J, 1, J, 1, K * I, I, 1};
  const int64_t backwards[] = {-I * J, J, -1, J, 1, K * I, I, 1};
  const float *last = reversed + (B - 1) * I * J + J - 1;
  int i, round, ranges = 0;
  for (i = 0; i < B * I * J; ++i)
    a[i] = (float)(int)next(17) - 8;
  for (i = 0; i < B; ++i) {
    int j, k;
    for (j = 0; j < I; ++j)
      for (k = 0; k < J; ++k)
        reversed[((B - 1 - i) * I + j) * J + J - 1 - k] =
            a[(i * I + j) * J + k];
  }
  for (i = 0; i < K * J; ++i)
    b[i] = (float)(int)next(17) - 8;
  for (i = 0; i < B * K * I; ++i) {
    const float *row = a + (i / (K * I) * I + i % I) * J;
    const float *column = b + i / I % K * J;
    int j;
    for (j = 0; j < J; ++j)
      expected[i] += row[j] * column[j];
  }

  for (round = 0; round < 5; ++round) {
    ranges += runShuffled(fixed_tasks, fixed_entry, a, NULL, NULL,
                          fixed_scratch_bytes());
    ranges += runShuffled(fixed_tasks, fixed_entry, a, sizes, strides,
                          fixed_scratch_bytes());
    ranges += runShuffled(dynamic_tasks, dynamic_entry, a, sizes, strides,
                          dynamic_scratch_bytes(B, I, J, K));
    ranges += runShuffled(strided_tasks, strided_entry, last, sizes, backwards,
                          strided_scratch_bytes(K));
  }
  /* There was something to shuffle. */
  EXPECT(ranges > 5 * 4 * 2);
  memset(out, 0xff, sizeof out);
  EXPECT(fixed(a, b, out) == 0 && !memcmp(out, expected, sizeof out));
  memset(out, 0xff, sizeof out);
  EXPECT(strided(last, b, out, K, -I * J, J, -1) == 0 &&
         !memcmp(out, expected, sizeof out));
  return failures != 0;
}
