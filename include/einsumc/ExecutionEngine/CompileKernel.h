//===- CompileKernel.h - Just in time ---------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_EXECUTIONENGINE_COMPILEKERNEL_H
#define EINSUMC_EXECUTIONENGINE_COMPILEKERNEL_H

#include "einsumc/Compiler/Compiler.h"
#include "einsumc/ExecutionEngine/Kernel.h"

namespace einsumc {

/// Compiles an equation for this machine and links it into the process.
/// Operands that could not exist in this machine's memory are refused before
/// anything is compiled. `options.cpu` must be one that the running CPU can
/// execute.
llvm::Expected<Kernel> compileKernel(Compiler &compiler,
                                     const ResolvedEquation &equation,
                                     const ImportOptions &import = {},
                                     const CompileOptions &options = {});

/// The same for the public functions of a module of einsum or linalg on
/// tensors, in their order. The module is changed.
llvm::Expected<std::vector<Kernel>>
compileKernels(Compiler &compiler, mlir::ModuleOp module,
               const CompileOptions &options = {});

} // namespace einsumc

#endif // EINSUMC_EXECUTIONENGINE_COMPILEKERNEL_H
