/* The runtime's headers are C99 and C++17, need no other first, and may be read
   twice.
   RUN: %c99 -I%source_dir/include -fsyntax-only %s
   RUN: %cpp17 -I%source_dir/include -fsyntax-only -x c++ %s
*/
#include <einsumc/Runtime/Gpu.h>
#include <einsumc/Runtime/Threads.h>

#include <einsumc/Runtime/Gpu.h>
#include <einsumc/Runtime/Threads.h>

/* What objects contain (lib/Dialect/Kernel/Transforms/LowerGpuEntry.cpp). */
typedef char Expected[sizeof(struct einsumcGpuImage) == 40 ? 1 : -1];
typedef char First[offsetof(struct einsumcGpuImage, code) == 24 ? 1 : -1];
