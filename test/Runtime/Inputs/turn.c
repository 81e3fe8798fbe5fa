/* Calls a kernel and says what came of it. */
#include "turn.h"
#include <einsumc/Runtime/Gpu.h>
#include <stdio.h>

int main(void) {
  int code = turn((const float *)256, (float *)512, NULL);
  printf("%d %s\n", code, einsumcGpuGetLastError());
  return 0;
}
