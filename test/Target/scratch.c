/* Scratch memory: NAME allocates and frees it and says when there is none,
   NAME_ws takes the caller's and never allocates.
   RUN: rm -rf %t.dir && mkdir %t.dir
   RUN: einsumc 'ij,kj->ik' --operand '?x?xf32' --operand '?x?xf32' --name mt -o %t.dir/mt.o
   RUN: %c99 -D_POSIX_C_SOURCE=200809L -I%t.dir %s %t.dir/mt.o -Wl,--wrap=malloc,--wrap=free -o %t
   RUN: %t
 */
#include "mt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { M = 40, N = 50, K = 600 };

static float a[M * K], b[N * K], out[M * N];
static int live, fail, calls, failures;

void *__real_malloc(size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void __wrap_free(void *memory);

void *__wrap_malloc(size_t size) {
  ++calls;
  if (fail)
    return NULL;
  ++live;
  return __real_malloc(size);
}

void __wrap_free(void *memory) {
  live -= memory != NULL;
  __real_free(memory);
}

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                  \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static int isProduct(void) {
  int i, j, k;
  for (i = 0; i < M; ++i)
    for (j = 0; j < N; ++j) {
      float sum = 0;
      for (k = 0; k < K; ++k)
        sum += a[i * K + k] * b[j * K + k];
      if (out[i * N + j] != sum)
        return 0;
    }
  return 1;
}

int main(void) {
  const int64_t bytes = mt_scratch_bytes(M, K, N);
  unsigned char *scratch;
  void *memory;
  int64_t i;
  for (i = 0; i < M * K; ++i)
    a[i] = (float)(i * 7 % 11 - 5);
  for (i = 0; i < N * K; ++i)
    b[i] = (float)(i * 5 % 13 - 6);
  EXPECT(bytes > 0 && bytes % 64 == 0);

  EXPECT(mt(a, b, out, M, K, N) == 0);
  EXPECT(isProduct());
  EXPECT(calls > 0 && live == 0);

  fail = 1;
  memset(out, 0xff, sizeof out);
  EXPECT(mt(a, b, out, M, K, N) == 2);
  EXPECT(live == 0);
  fail = 0;

  /* Exactly `bytes` are written at most, and their contents do not matter. */
  if (posix_memalign(&memory, 64, (size_t)bytes + 64))
    return 1;
  scratch = memory;
  memset(scratch, 0xff, (size_t)bytes + 64);
  calls = 0;
  EXPECT(mt_ws(a, b, out, M, K, N, scratch) == 0);
  EXPECT(isProduct());
  EXPECT(calls == 0);
  for (i = 0; i < 64; ++i)
    EXPECT(scratch[bytes + i] == 0xff);
  EXPECT(mt_ws(a, b, out, M, K, N, NULL) == 3);
  EXPECT(mt_ws(a, b, out, M, K, N, scratch + 32) == 1);
  __real_free(memory);
  return failures != 0;
}
