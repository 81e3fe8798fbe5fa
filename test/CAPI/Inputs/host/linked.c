#include "rowsum.h"
#include <stdio.h>

int main(void) {
  const float in[] = {1, 2, 3, 4};
  float out[2];
  if (rowsum(in, out) != 0)
    return 1;
  printf("%g %g\n", out[0], out[1]);
  return 0;
}
