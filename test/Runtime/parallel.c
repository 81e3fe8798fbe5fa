/* An object for four threads from C: by the pool, by the host's own threads,
   by many callers at once; always the same bits. It needs no library but
   einsumc's runtime, libc and libpthread.
   RUN: rm -rf %t && mkdir %t && cd %t
   RUN: einsumc 'ij,jk->ik' --operand 300x200xf32 --operand 200x400xf32 \
   RUN:   --name mm --threads=4 -o mm.o
   RUN: einsumc 'i,i->' --operand '?xf32' --operand '?xf32' --name dot \
   RUN:   --threads=4 -o dot.o
   RUN: einsumc 'i,i->' --operand '?xf32' --operand '?xf32' --name alone \
   RUN:   -o alone.o
   RUN: %c99 -I. %s mm.o dot.o alone.o %libthreads -o program && ./program
*/
#define _POSIX_C_SOURCE 200809L
#include "alone.h"
#include "dot.h"
#include "mm.h"
#include <einsumc/Runtime/Threads.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { I = 300, J = 200, K = 400, N = 500000, CALLERS = 4, ROUNDS = 20 };
static float a[I * J], b[J * K], expected[I * K];
static float x[N], y[N], expectedDot;

static int isExpected(void) {
  int ok;
  float *c = malloc(sizeof(expected)), sum = -1;
  void *scratch;
  if (posix_memalign(&scratch, 64, (size_t)mm_scratch_bytes() + 64) != 0)
    return 0;
  memset(c, 0xff, sizeof(expected));
  ok = mm(a, b, c) == 0 && memcmp(c, expected, sizeof(expected)) == 0;
  memset(c, 0xff, sizeof(expected));
  ok &= mm_ws(a, b, c, scratch) == 0 &&
        memcmp(c, expected, sizeof(expected)) == 0;
  ok &= dot(x, y, &sum, N) == 0 && sum == expectedDot;
  free(scratch);
  free(c);
  return ok;
}

static void *call(void *result) {
  int round;
  for (round = 0; round < ROUNDS; ++round)
    if (!isExpected())
      return NULL;
  return result;
}

/* The host's executor: each task on a thread of its own. */
struct range {
  einsumcTasks tasks;
  void *data;
  int64_t begin;
};
static int executed;

static void *runOne(void *argument) {
  struct range *range = argument;
  range->tasks(range->data, range->begin, range->begin + 1);
  return NULL;
}

static void execute(void *context, int64_t count, int64_t threads,
                    einsumcTasks tasks, void *data) {
  pthread_t *started = malloc((size_t)count * sizeof(*started));
  struct range *ranges = malloc((size_t)count * sizeof(*ranges));
  int64_t i;
  if (threads == 4)
    ++*(int *)context;
  for (i = 0; i < count; ++i) {
    ranges[i].tasks = tasks;
    ranges[i].data = data;
    ranges[i].begin = i;
    pthread_create(&started[i], NULL, runOne, &ranges[i]);
  }
  for (i = 0; i < count; ++i)
    pthread_join(started[i], NULL);
  free(started);
  free(ranges);
}

#define CHECK(CONDITION)                                                       \
  if (!(CONDITION)) {                                                          \
    printf("%d: %s\n", __LINE__, #CONDITION);                                  \
    return 1;                                                                  \
  }

int main(void) {
  pthread_t callers[CALLERS];
  void *result;
  int i, k;
  int64_t j;
  float sum;
  for (i = 0; i < I * J; ++i)
    a[i] = (float)(i % 7 - 3);
  for (i = 0; i < J * K; ++i)
    b[i] = (float)(i % 5 - 2);
  for (i = 0; i < I; ++i)
    for (j = 0; j < J; ++j)
      for (k = 0; k < K; ++k)
        expected[i * K + k] += a[i * J + j] * b[j * K + k];
  for (i = 0; i < N; ++i)
    x[i] = 1.0f / (float)(i % 1000 + 1), y[i] = 1.0f / (float)(i % 77 + 3);

  /* Few terms are no work for a pool. */
  CHECK(dot(x, y, &expectedDot, 100) == 0 && einsumcThreadsStarted() == 0);
  CHECK(dot(x, y, &expectedDot, N) == 0 && einsumcThreadsStarted() == 3);
  CHECK(alone(x, y, &sum, N) == 0);
  CHECK(sum / expectedDot > 0.999 && sum / expectedDot < 1.001);
  CHECK(isExpected());

  for (i = 0; i < CALLERS; ++i)
    pthread_create(&callers[i], NULL, call, &executed);
  for (i = 0; i < CALLERS; ++i) {
    pthread_join(callers[i], &result);
    CHECK(result == &executed);
  }

  einsumcThreadsShutdown();
  einsumcSetParallelFor(execute, &executed);
  CHECK(isExpected());
  CHECK(executed >= 3 && einsumcThreadsStarted() == 0);
  einsumcSetParallelFor(NULL, NULL);
  CHECK(isExpected());
  CHECK(einsumcThreadsStarted() == 3);

  /* Scratch that is missing, an illegal extent: as ever. */
  CHECK(dot(x, y, &sum, -1) == 1 && dot(NULL, y, &sum, N) == 3);
  return 0;
}
