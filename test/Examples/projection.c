/* Uses a kernel that einsumc compiled ahead of time:
 *   einsumc 'abc,cde->abde' --operand 2x8x512xf32 --operand 512x8x64xf32 \
 *           --name proj -o proj.o
 * Multi-head attention's projection: 2 sequences of 8 tokens of 512 features
 * to 8 heads of 64. Prints the largest difference to plain loops. */
#include "proj.h"

#include <math.h>
#include <stdio.h>

enum { A = 2, B = 8, C = 512, D = 8, E = 64 };

static float x[A * B * C], w[C * D * E], y[A * B * D * E];

/* Uniform in [-1, 1). */
static float next(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)(*state >> 8) / 8388608.0f - 1.0f;
}

int main(void) {
  unsigned state = 1;
  double worst = 0, bound = 0;
  int i, status;
  for (i = 0; i < A * B * C; ++i)
    x[i] = next(&state);
  for (i = 0; i < C * D * E; ++i)
    w[i] = next(&state);
  for (i = 0; i < A * B * D * E; ++i)
    y[i] = NAN;
  status = proj(x, w, y);
  if (status != 0) {
    fprintf(stderr, "proj returned %d\n", status);
    return 1;
  }
  for (i = 0; i < A * B * D * E; ++i) {
    const int row = i / (D * E), column = i % (D * E);
    double sum = 0, magnitude = 0, difference;
    int c;
    for (c = 0; c < C; ++c) {
      const double product = (double)x[row * C + c] * w[c * D * E + column];
      sum += product;
      magnitude += fabs(product);
    }
    difference = fabs(sum - y[i]);
    if (!(difference <= (C + 2) * 5.97e-8 * magnitude)) {
      fprintf(stderr, "element %d is %g, expected %g\n", i, y[i], sum);
      return 1;
    }
    if (difference > worst)
      worst = difference;
    if ((C + 2) * 5.97e-8 * magnitude > bound)
      bound = (C + 2) * 5.97e-8 * magnitude;
  }
  printf("proj: %d elements agree, largest difference %.2g (bound %.2g)\n",
         A * B * D * E, worst, bound);
  return 0;
}
