#include <stdio.h>

int mm(const float *in0, const float *in1, float *out);

int main(void) {
  static float a[17][33], b[33][19], c[17][19];
  for (int i = 0; i < 17; ++i)
    for (int j = 0; j < 33; ++j)
      a[i][j] = (float)((i * 7 + j * 3) % 11 - 5);
  for (int j = 0; j < 33; ++j)
    for (int k = 0; k < 19; ++k)
      b[j][k] = (float)((j * 5 + k * 2) % 13 - 6);
  int status = mm(&a[0][0], &b[0][0], &c[0][0]);
  int wrong = 0;
  for (int i = 0; i < 17; ++i)
    for (int k = 0; k < 19; ++k) {
      float sum = 0;
      for (int j = 0; j < 33; ++j)
        sum += a[i][j] * b[j][k];
      wrong += sum != c[i][k];
    }
  printf("status %d, %d of 323 elements wrong\n", status, wrong);
  return 0;
}
