//===- Passes.td - Passes on the kernel dialect ------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES

include "einsumc/Dialect/Kernel/Transforms/CommonPasses.td"
include "einsumc/Dialect/Kernel/Transforms/CpuPasses.td"
include "einsumc/Dialect/Kernel/Transforms/GpuPasses.td"

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES
