//===- Header.h - C headers of kernels --------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TARGET_HEADER_H
#define EINSUMC_TARGET_HEADER_H

#include "einsumc/Dialect/Kernel/IR/Signature.h"

namespace einsumc {

/// The header of an object with these kernels: C99 and C++17. It depends on the
/// signatures and the number of threads alone, not on the file's name.
std::string emitHeader(llvm::ArrayRef<kernel::Signature> kernels,
                       int64_t threads = 1);

/// The same for kernels that run on a GPU: pointers are the device's, and a
/// stream comes last.
std::string emitGpuHeader(llvm::ArrayRef<kernel::Signature> kernels);

} // namespace einsumc

#endif // EINSUMC_TARGET_HEADER_H
