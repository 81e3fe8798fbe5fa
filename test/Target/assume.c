/* By the C functions: sizes that break what is assumed give status 1, and have
   no scratch; nothing is written.
   RUN: rm -rf %t && mkdir %t
   RUN: einsumc 'ij,jk->ik' --operand '?x?xf32' --operand '?x?xf32' --assume 'i%%8==0,j>=4,k<=20,k%%2==0' --name ka -o %t/ka.o
   RUN: %c99 -I%t %s %t/ka.o -o %t/run && %t/run
 */
#include "ka.h"

#include <stdio.h>
#include <stdlib.h>

enum { Most = 64 };

int main(void) {
  static float a[Most * Most], b[Most * Most], c[Most * Most];
  int64_t i, j, k, n;
  for (n = 0; n < Most * Most; ++n) {
    a[n] = (float)(n % 5);
    b[n] = (float)(n % 3);
  }
  for (i = 0; i <= 40; ++i)
    for (j = 1; j <= 9; j += 4)
      for (k = 1; k <= 23; ++k) {
        int wanted = i % 8 || j < 4 || k > 20 || k % 2 ? 1 : 0;
        for (n = 0; n < Most * Most; ++n)
          c[n] = -1;
        if (ka(a, b, c, i, j, k) != wanted ||
            (ka_scratch_bytes(i, j, k) < 0) != wanted) {
          printf("%d %d %d: expected status %d\n", (int)i, (int)j, (int)k,
                 wanted);
          return 1;
        }
        for (n = 0; n < Most * Most; ++n) {
          float sum = -1;
          if (!wanted && n < i * k) {
            int64_t m;
            for (sum = 0, m = 0; m < j; ++m)
              sum += a[n / k * j + m] * b[m * k + n % k];
          }
          if (c[n] != sum) {
            printf("%d %d %d: element %d is %g, not %g\n", (int)i, (int)j,
                   (int)k, (int)n, c[n], sum);
            return 1;
          }
        }
      }
  return 0;
}
