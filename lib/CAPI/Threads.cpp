//===- Threads.cpp - Threads of the C API ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Runtime/Threads.h"
#include "Internal.h"

int64_t einsumKernelGetNumThreads(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.threads() : -1;
}

void einsumSetParallelFor(EinsumExecutor executor, void *context) {
  einsumcSetParallelFor(executor, context);
}

void einsumShutDownThreads() { einsumcThreadsShutdown(); }
