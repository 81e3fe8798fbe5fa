//===- IndexRange.h - How wide indices must be ------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_INDEXRANGE_H
#define EINSUMC_DIALECT_KERNEL_IR_INDEXRANGE_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"

namespace einsumc::kernel {

/// Whether signed 32-bit numbers hold all that a grid of at most `maxBlocks`
/// blocks of `block` threads counts and all offsets, in elements, that it adds
/// up for this region in normal form. What is not known statically does not
/// fit.
bool fitsIndices32(RegionOp region, int64_t block, int64_t maxBlocks);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_IR_INDEXRANGE_H
