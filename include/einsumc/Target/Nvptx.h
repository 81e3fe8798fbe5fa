//===- Nvptx.h - From the nvvm dialect to NVIDIA's files --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TARGET_NVPTX_H
#define EINSUMC_TARGET_NVPTX_H

#include "einsumc/Target/LaunchPlan.h"
#include "einsumc/TargetInfo/GpuInfo.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace einsumc {

/// A machine for NVPTX. Needs no CUDA toolkit.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createNvptxMachine(const GpuInfo &gpu);

/// Translates the device's code. What it would need from a library of CUDA's
/// (exp, sin) is an error that names the function.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateDevice(mlir::gpu::GPUModuleOp device, llvm::LLVMContext &context,
                llvm::TargetMachine &machine);

/// PTX, with a comment `// grid X Y Z block X Y Z` before each entry that is
/// launched with these sizes. `module` is optimised and used up.
llvm::Expected<std::string> emitPtx(llvm::Module &module,
                                    llvm::TargetMachine &machine,
                                    llvm::ArrayRef<LaunchPlan> plans);

/// Machine code, made by ptxas, which must be in PATH or in $CUDA_HOME/bin
/// (/usr/local/cuda/bin where that is not set).
llvm::Expected<std::string> emitCubin(llvm::StringRef ptx, const GpuInfo &gpu);
/// Machine code and PTX in one file that the driver chooses from, made by
/// ptxas and fatbinary.
llvm::Expected<std::string> emitFatBinary(llvm::StringRef ptx,
                                          const GpuInfo &gpu);

} // namespace einsumc

#endif // EINSUMC_TARGET_NVPTX_H
