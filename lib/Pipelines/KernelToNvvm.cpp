//===- KernelToNvvm.cpp - Scheduled regions to NVIDIA GPUs ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace einsumc;

void einsumc::buildGpuPipeline(OpPassManager &manager,
                               const PipelineOptions &) {
  // The host's function holds its steps itself: what they compute from sizes
  // becomes part of the launches. Nothing is simplified before schedules are
  // carried out: upstream folds a memref.reinterpret_cast whose type is its
  // source's, even where it exchanges dynamic strides.
  manager.addPass(createInlinerPass({}, [](OpPassManager &) {}));
  manager.addPass(createSymbolDCEPass());
  manager.addPass(createCSEPass());
  manager.addPass(kernel::createApplySimtSchedule());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void einsumc::buildNvvmPipeline(OpPassManager &manager,
                                const PipelineOptions &) {
  OpPassManager &device = manager.nest<gpu::GPUModuleOp>();
  device.addPass(memref::createExpandStridedMetadataPass());
  device.addPass(createLowerAffinePass());
  device.addPass(createSCFToControlFlowPass());
  device.addPass(createConvertGpuOpsToNVVMOps());
  device.addPass(createCanonicalizerPass());
  device.addPass(createCSEPass());
  device.addPass(createReconcileUnrealizedCastsPass());
  device.addPass(kernel::createVerifyLowered());
}

void einsumc::buildKernelToNvvmPipeline(OpPassManager &manager,
                                        const PipelineOptions &options) {
  buildGpuPipeline(manager, options);
  buildNvvmPipeline(manager, options);
}

void einsumc::registerKernelToNvvmPipeline() {
  PassPipelineRegistration<PipelineOptions>(
      "kernel-to-nvvm",
      "regions scheduled for a GPU to launches and the nvvm dialect",
      buildKernelToNvvmPipeline);
}
