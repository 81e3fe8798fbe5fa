/* Calls a kernel for 'ij,jk,kl->il' (aot.test) and compares with a loop. */
#include "chain.h"
#include <einsumc/Runtime/Gpu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { I = 30, J = 7, K = 6, L = 5, ROW = 25 };
static float a[I * ROW], b[J * K], c[K * L], out[I * L], expected[I * L];

static void require(int32_t code) {
  if (code == 0)
    return;
  fprintf(stderr, "%d: %s\n", (int)code, einsumcGpuGetLastError());
  exit(1);
}

static void *toDevice(const void *host, size_t bytes) {
  void *device;
  require(einsumcGpuAllocate(&device, bytes));
  require(einsumcGpuCopyIn(device, host, bytes, NULL));
  return device;
}

int main(void) {
  const float alpha = 0.5f;
  void *da, *db, *dc, *dout, *stream, *begin, *end;
  float milliseconds = -1;
  char text[100];
  int i, j, k, l;

  for (i = 0; i < I * ROW; ++i)
    a[i] = (float)(i % 13 - 6);
  for (i = 0; i < J * K; ++i)
    b[i] = (float)(i % 5 - 2);
  for (i = 0; i < K * L; ++i)
    c[i] = (float)(i % 7 - 3);
  for (i = 0; i < I; ++i)
    for (l = 0; l < L; ++l) {
      float sum = 0;
      for (j = 0; j < J; ++j)
        for (k = 0; k < K; ++k)
          sum += a[i * ROW + j] * b[j * K + k] * c[k * L + l];
      out[i * L + l] = (float)i;
      expected[i * L + l] = alpha * sum + (float)i;
    }

  require(einsumcGpuDescribe(text, sizeof(text)));
  printf("%s\n", text);
  da = toDevice(a, sizeof(a));
  db = toDevice(b, sizeof(b));
  dc = toDevice(c, sizeof(c));
  dout = toDevice(out, sizeof(out));
  require(einsumcGpuCreateStream(&stream));
  require(einsumcGpuCreateEvent(&begin));
  require(einsumcGpuCreateEvent(&end));
  require(einsumcGpuRecordEvent(begin, stream));
  require(chain(da, db, dc, dout, I, J, ROW, alpha, stream));
  require(einsumcGpuRecordEvent(end, stream));
  require(einsumcGpuGetElapsed(begin, end, &milliseconds));
  require(einsumcGpuCopyOut(out, dout, sizeof(out), stream));

  for (i = 0; i < I * L; ++i)
    if (out[i] != expected[i]) {
      printf("element %d: expected %g, got %g\n", i, expected[i], out[i]);
      return 1;
    }
  printf("equal, %s\n", milliseconds >= 0 ? "timed" : "not timed");

  /* The checks of the ABI, before anything is launched. */
  printf("%d ", chain(da, db, dc, dout, -1, J, ROW, alpha, NULL));
  printf("%d ", chain(NULL, db, dc, dout, I, J, ROW, alpha, NULL));
  printf("%d\n", chain(NULL, db, dc, NULL, 0, J, ROW, alpha, NULL));

  /* No output: as it was. */
  require(chain(da, db, dc, dout, I, 0, ROW, alpha, NULL));
  require(einsumcGpuSynchronize(NULL));

  /* A kernel that leaves its operands: later calls fail. */
  require(einsumcGpuFree(da));
  printf("%d ", chain(da, db, dc, dout, I, J, ROW, alpha, stream));
  printf("%d ", einsumcGpuSynchronize(stream));
  printf("%s\n", einsumcGpuGetLastError());
  return 0;
}
