//===- Pipelines.h - The stages of compilation ------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function a stage, one options struct for all of them. Each is registered
// by its name for einsum-opt.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PIPELINES_PIPELINES_H
#define EINSUMC_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace einsumc {

struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<std::string> cpu{*this, "cpu",
                          llvm::cl::desc("CPU to decide schedules for"),
                          llvm::cl::init("native")};
  Option<std::string> gpu{*this, "gpu",
                          llvm::cl::desc("GPU to decide schedules for; empty: "
                                         "the CPU"),
                          llvm::cl::init("")};
  Option<std::string> schedule{
      *this, "schedule",
      llvm::cl::desc("Schedule to force on every region it fits")};
  Option<int64_t> threads{
      *this, "threads", llvm::cl::desc("Threads that kernels for a CPU run on"),
      llvm::cl::init(1)};
  Option<bool> deterministic{
      *this, "deterministic",
      llvm::cl::desc("Results do not depend on the number of threads"),
      llvm::cl::init(false)};
  Option<int64_t> memoryLimit{
      *this, "memory-limit",
      llvm::cl::desc("Largest intermediate of a product of several operands, "
                     "in elements; 0: none"),
      llvm::cl::init(0)};
  Option<bool> explain{
      *this, "explain",
      llvm::cl::desc("Leave on regions why their schedules are "
                     "what they are"),
      llvm::cl::init(false)};
};

/// einsum on tensors → linalg on tensors (`einsum-to-linalg`).
void buildEinsumToLinalgPipeline(mlir::OpPassManager &manager,
                                 const PipelineOptions &options = {});
/// linalg on tensors → regions on memrefs, one a function (the part of
/// `linalg-to-kernel` before decisions are taken).
void buildFormKernelsPipeline(mlir::OpPassManager &manager,
                              const PipelineOptions &options = {});
/// Loop classes and schedules (the rest of `linalg-to-kernel`).
void buildSchedulePipeline(mlir::OpPassManager &manager,
                           const PipelineOptions &options = {});
/// linalg on tensors → scheduled regions on memrefs (`linalg-to-kernel`).
void buildLinalgToKernelPipeline(mlir::OpPassManager &manager,
                                 const PipelineOptions &options = {});

/// Schedules carried out as loops, packing and micro-kernels (the first part of
/// `kernel-to-llvm`).
void buildLoopsPipeline(mlir::OpPassManager &manager,
                        const PipelineOptions &options = {});
/// Packing and micro-kernels as loops over vectors (its second part).
void buildVectorPipeline(mlir::OpPassManager &manager,
                         const PipelineOptions &options = {});
/// The C ABI and upstream's lowering to the llvm dialect (the rest).
void buildLLVMPipeline(mlir::OpPassManager &manager,
                       const PipelineOptions &options = {});
/// Scheduled regions on memrefs → the llvm dialect (`kernel-to-llvm`).
void buildKernelToLLVMPipeline(mlir::OpPassManager &manager,
                               const PipelineOptions &options = {});

/// Schedules for a GPU carried out as kernels and launches (the first part of
/// `kernel-to-nvvm`).
void buildGpuPipeline(mlir::OpPassManager &manager,
                      const PipelineOptions &options = {});
/// Kernels to the llvm and nvvm dialects (the rest).
void buildNvvmPipeline(mlir::OpPassManager &manager,
                       const PipelineOptions &options = {});
/// The host's functions, which carry plans and code, to the llvm dialect.
void buildGpuHostPipeline(mlir::OpPassManager &manager,
                          const PipelineOptions &options = {});
/// Scheduled regions on memrefs → launches, and kernels in the llvm and nvvm
/// dialects (`kernel-to-nvvm`).
void buildKernelToNvvmPipeline(mlir::OpPassManager &manager,
                               const PipelineOptions &options = {});

void registerEinsumToLinalgPipeline();
void registerLinalgToKernelPipeline();
void registerKernelToLLVMPipeline();
void registerKernelToNvvmPipeline();

} // namespace einsumc

#endif // EINSUMC_PIPELINES_PIPELINES_H
