//===- Binding.h - The arguments of one call, checked -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_EXECUTIONENGINE_BINDING_H
#define EINSUMC_LIB_EXECUTIONENGINE_BINDING_H

#include "einsumc/ExecutionEngine/Kernel.h"

namespace einsumc {

/// The arrays that NAME_entry takes.
struct Binding {
  llvm::SmallVector<void *> operands;
  llvm::SmallVector<int64_t> sizes;   ///< one a label
  llvm::SmallVector<int64_t> strides; ///< operand by operand, axis by axis

  /// Fills the arrays, or says what is wrong with the call.
  RunResult bind(const kernel::Signature &signature,
                 llvm::ArrayRef<RunOperand> arguments,
                 llvm::ArrayRef<const void *> scalars);
};

} // namespace einsumc

#endif // EINSUMC_LIB_EXECUTIONENGINE_BINDING_H
