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

/// Fills the arrays that NAME_entry takes, or says what is wrong with the call.
RunResult bindCall(const kernel::Signature &signature,
                   llvm::ArrayRef<RunOperand> arguments,
                   llvm::ArrayRef<const void *> scalars, BoundCall &call);

} // namespace einsumc

#endif // EINSUMC_LIB_EXECUTIONENGINE_BINDING_H
