/* Eight threads launch two kernels at once, each in a stream of its own; who
   comes first loads the code, once.
   RUN: rm -rf %t && mkdir %t && cd %t
   RUN: einsumc 'ij,jk,kl->il' --operand '?x8xf32' --operand 8x9xf32 \
   RUN:   --operand 9x5xf32 --name chain --target=nvptx -o chain.o
   RUN: einsumc 'ij->ji' --operand '?x40xf32' --name turn \
   RUN:   --target=nvptx -o turn.o
   RUN: %c99 -I. %s chain.o turn.o %librt -pthread -o program
   RUN: env EINSUMC_CUDA_DRIVER=%standin EINSUMC_STANDIN_LOG=1 ./program 2> log
   RUN: grep -c load log | FileCheck %s --check-prefix=LOADS
   RUN: grep -c launch log | FileCheck %s --check-prefix=LAUNCHES
   LOADS: {{^2$}}
   LAUNCHES: {{^480$}}
*/
#define _POSIX_C_SOURCE 200809L
#include "chain.h"
#include "turn.h"
#include <einsumc/Runtime/Gpu.h>
#include <pthread.h>
#include <stdio.h>

enum { THREADS = 8, ROUNDS = 20, I = 5, J = 8, K = 9, L = 5, COLUMNS = 40 };
static pthread_barrier_t barrier;

/* Small whole numbers, others for each thread. */
static void fill(float *data, int count, int seed) {
  int i;
  for (i = 0; i < count; ++i)
    data[i] = (float)((i * 7 + seed) % 5 - 2);
}

static int isChain(const float *a, const float *b, const float *c,
                   const float *out) {
  int i, j, k, l;
  for (i = 0; i < I; ++i)
    for (l = 0; l < L; ++l) {
      float sum = 0;
      for (j = 0; j < J; ++j)
        for (k = 0; k < K; ++k)
          sum += a[i * J + j] * b[j * K + k] * c[k * L + l];
      if (out[i * L + l] != sum)
        return 0;
    }
  return 1;
}

static int isTurned(const float *in, const float *out) {
  int i, j;
  for (i = 0; i < I; ++i)
    for (j = 0; j < COLUMNS; ++j)
      if (out[j * I + i] != in[i * COLUMNS + j])
        return 0;
  return 1;
}

/* Returns itself when all went well. */
static void *work(void *argument) {
  float a[I * J], b[J * K], c[K * L], d[I * COLUMNS], out[I * L],
      turned[I * COLUMNS];
  void *host[4], *device[6], *stream;
  const size_t bytes[] = {sizeof(a), sizeof(b),   sizeof(c),
                          sizeof(d), sizeof(out), sizeof(turned)};
  int seed = *(int *)argument, round, i;
  host[0] = a, host[1] = b, host[2] = c, host[3] = d;
  for (i = 0; i < 4; ++i)
    fill(host[i], (int)(bytes[i] / sizeof(float)), seed + i);
  pthread_barrier_wait(&barrier);
  if (einsumcGpuCreateStream(&stream))
    return NULL;
  for (i = 0; i < 6; ++i)
    if (einsumcGpuAllocate(&device[i], bytes[i]))
      return NULL;
  for (i = 0; i < 4; ++i)
    if (einsumcGpuCopyIn(device[i], host[i], bytes[i], stream))
      return NULL;
  for (round = 0; round < ROUNDS; ++round) {
    if (einsumcGpuFill(device[4], 0x55, bytes[4], stream) ||
        einsumcGpuFill(device[5], 0x55, bytes[5], stream) ||
        chain(device[0], device[1], device[2], device[4], I, stream) ||
        turn(device[3], device[5], I, stream) ||
        einsumcGpuCopyOut(out, device[4], bytes[4], stream) ||
        einsumcGpuCopyOut(turned, device[5], bytes[5], stream) ||
        !isChain(a, b, c, out) || !isTurned(d, turned))
      return NULL;
  }
  /* What fails on one thread is not said on another. */
  if (seed % 2 == 1 && einsumcGpuFill(NULL, 0, 1, stream) == 0)
    return NULL;
  pthread_barrier_wait(&barrier);
  if ((seed % 2 == 1) != (einsumcGpuGetLastError()[0] != '\0'))
    return NULL;
  for (i = 0; i < 6; ++i)
    if (einsumcGpuFree(device[i]))
      return NULL;
  return einsumcGpuDestroyStream(stream) ? NULL : argument;
}

int main(void) {
  pthread_t threads[THREADS];
  int seeds[THREADS], i, failures = 0;
  void *result;
  pthread_barrier_init(&barrier, NULL, THREADS);
  for (i = 0; i < THREADS; ++i) {
    seeds[i] = i;
    pthread_create(&threads[i], NULL, work, &seeds[i]);
  }
  for (i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], &result);
    failures += result != &seeds[i];
  }
  return failures;
}
