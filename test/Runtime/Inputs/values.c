/* Calls the kernels of values.test on small whole numbers. */
#include "dot.h"
#include "kernels.h"
#include "products.h"
#include "reach.h"
#include "sums.h"
#include <einsumc/Runtime/Gpu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void *fromDevice(void *host, void *device, size_t bytes) {
  require(einsumcGpuCopyOut(host, device, bytes, NULL));
  require(einsumcGpuFree(device));
  return host;
}

static const char *say(int isEqual) { return isEqual ? "equal" : "other"; }

/* alpha * a b + beta * out, all complex. */
static int runProducts(void) {
  enum { I = 4, J = 3, K = 2 };
  const float alpha[2] = {2, -1}, beta[2] = {0, 3};
  float a[I * J][2], b[J * K][2], out[I * K][2], result[I * K][2];
  void *da, *db, *dout;
  int i, j, k, isEqual = 1;
  for (i = 0; i < I * J; ++i)
    a[i][0] = (float)(i % 5 - 2), a[i][1] = (float)(i % 3 - 1);
  for (i = 0; i < J * K; ++i)
    b[i][0] = (float)(i % 4 - 2), b[i][1] = (float)(i % 2);
  for (i = 0; i < I * K; ++i)
    out[i][0] = (float)i, out[i][1] = (float)(2 - i);
  da = toDevice(a, sizeof(a));
  db = toDevice(b, sizeof(b));
  dout = toDevice(out, sizeof(out));
  require(
      products(da, db, dout, I, alpha[0], alpha[1], beta[0], beta[1], NULL));
  fromDevice(result, dout, sizeof(result));
  for (i = 0; i < I; ++i)
    for (k = 0; k < K; ++k) {
      float re = 0, im = 0, *old = out[i * K + k];
      for (j = 0; j < J; ++j) {
        const float *x = a[i * J + j], *y = b[j * K + k];
        re += x[0] * y[0] - x[1] * y[1];
        im += x[0] * y[1] + x[1] * y[0];
      }
      isEqual &= result[i * K + k][0] == alpha[0] * re - alpha[1] * im +
                                             beta[0] * old[0] -
                                             beta[1] * old[1];
      isEqual &= result[i * K + k][1] == alpha[0] * im + alpha[1] * re +
                                             beta[0] * old[1] +
                                             beta[1] * old[0];
    }
  return isEqual;
}

/* The upper half of the bits of a float. */
static uint16_t toBf16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof(bits));
  return (uint16_t)(bits >> 16);
}

/* 0.5 * the sum + out, in bf16. */
static int runSums(void) {
  enum { I = 5, J = 7 };
  uint16_t in[I * J], result[I];
  float expected[I] = {0};
  void *din, *dout;
  int i, isEqual = 1;
  for (i = 0; i < I * J; ++i) {
    in[i] = toBf16((float)(i % 6 - 2));
    expected[i / J] += (float)(i % 6 - 2);
  }
  din = toDevice(in, sizeof(in));
  for (i = 0; i < I; ++i)
    result[i] = toBf16(1);
  dout = toDevice(result, sizeof(result));
  require(sums(din, dout, toBf16(0.5f), NULL));
  fromDevice(result, dout, sizeof(result));
  for (i = 0; i < I; ++i)
    isEqual &= result[i] == toBf16(0.5f * expected[i] + 1);
  return isEqual;
}

static int runReach(void) {
  enum { I = 3, J = 4, K = 5 };
  uint8_t a[I * J], b[J * K], result[I * K];
  void *da, *db, *dout;
  int i, j, k, isEqual = 1;
  for (i = 0; i < I * J; ++i)
    a[i] = i % 5 == 0;
  for (i = 0; i < J * K; ++i)
    b[i] = i % 3 == 0;
  da = toDevice(a, sizeof(a));
  db = toDevice(b, sizeof(b));
  require(einsumcGpuAllocate(&dout, sizeof(result)));
  require(reach(da, db, dout, NULL));
  fromDevice(result, dout, sizeof(result));
  for (i = 0; i < I; ++i)
    for (k = 0; k < K; ++k) {
      int any = 0;
      for (j = 0; j < J; ++j)
        any |= a[i * J + j] & b[j * K + k];
      isEqual &= result[i * K + k] == any;
    }
  return isEqual;
}

/* The sum of in[i] * in[i], or of in[i] * in[N - 1 - i]. */
static int runDot(int isReversed) {
  enum { N = 100 };
  double in[N], result, expected = 0;
  double *din, *dout;
  void *address;
  int i;
  for (i = 0; i < N; ++i)
    in[i] = i % 7 - 2;
  for (i = 0; i < N; ++i)
    expected += in[i] * in[isReversed ? N - 1 - i : i];
  din = toDevice(in, sizeof(in));
  require(einsumcGpuAllocate(&address, sizeof(result)));
  dout = address;
  require(dot(din, isReversed ? din + N - 1 : din, dout, N, isReversed ? -1 : 1,
              NULL));
  fromDevice(&result, dout, sizeof(result));
  return result == expected;
}

static double dotOfNothing(void) {
  double result = 5;
  void *dout = toDevice(&result, sizeof(result));
  require(dot(NULL, NULL, dout, 0, 1, NULL));
  return *(double *)fromDevice(&result, dout, sizeof(result));
}

static int runTwice(void) {
  const int32_t in[4] = {1, -2, 3, 1000000};
  int32_t result[4];
  void *din = toDevice(in, sizeof(in)), *dout;
  int i, isEqual = 1;
  require(einsumcGpuAllocate(&dout, sizeof(result)));
  require(twice(din, dout, NULL));
  fromDevice(result, dout, sizeof(result));
  for (i = 0; i < 4; ++i)
    isEqual &= result[i] == 2 * in[i];
  return isEqual;
}

static int runScale(void) {
  enum { N = 300 };
  double in[N], result[N];
  void *din, *dout;
  int i, isEqual = 1;
  for (i = 0; i < N; ++i)
    in[i] = i;
  din = toDevice(in, sizeof(in));
  require(einsumcGpuAllocate(&dout, sizeof(result)));
  require(scale(din, dout, N, 2, 3, 0.5, NULL));
  fromDevice(result, dout, sizeof(result));
  for (i = 0; i < N; ++i)
    isEqual &= result[i] == 3 * i;
  return isEqual;
}

int main(void) {
  printf("products: %s\n", say(runProducts()));
  printf("sums: %s\n", say(runSums()));
  printf("reach: %s\n", say(runReach()));
  printf("dot: %s, reversed: %s, of nothing: %g\n", say(runDot(0)),
         say(runDot(1)), dotOfNothing());
  printf("twice: %s\n", say(runTwice()));
  printf("scale: %s, of nothing: %d\n", say(runScale()),
         scale(NULL, NULL, 0, 2, 3, 4, NULL));
  return 0;
}
