/* mm of numbers of which the sums are known. */
#include "mm.h"
#include <einsumc/Runtime/Gpu.h>
#include <stdio.h>

int main(void) {
  float a[6] = {1, 1, 1, 1, 1, 3}, b[12] = {0}, c[8];
  void *da, *db, *dc;
  int32_t code;
  b[4] = 1;
  b[8] = 2;
  if (einsumcGpuAllocate(&da, sizeof(a)) ||
      einsumcGpuAllocate(&db, sizeof(b)) ||
      einsumcGpuAllocate(&dc, sizeof(c)) ||
      einsumcGpuCopyIn(da, a, sizeof(a), NULL) ||
      einsumcGpuCopyIn(db, b, sizeof(b), NULL))
    return 1;
  code = mm(da, db, dc, NULL);
  if (einsumcGpuCopyOut(c, dc, sizeof(c), NULL))
    return 2;
  printf("%d: %g %g\n", (int)code, c[0], c[4]);
  return 0;
}
