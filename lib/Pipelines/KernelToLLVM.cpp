//===- KernelToLLVM.cpp - Scheduled regions to the llvm dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace einsumc;

void einsumc::buildLoopsPipeline(OpPassManager &manager,
                                 const PipelineOptions &) {
  manager.addNestedPass<func::FuncOp>(kernel::createApplyCpuSchedule());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void einsumc::buildVectorPipeline(OpPassManager &manager,
                                  const PipelineOptions &) {
  manager.addNestedPass<func::FuncOp>(kernel::createLowerPack());
  manager.addNestedPass<func::FuncOp>(kernel::createLowerMicroKernel());
  manager.addNestedPass<func::FuncOp>(kernel::createExpandConversions());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

/// Upstream's lowering of what the entries are made of.
static void buildUpstreamLowering(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createConvertVectorToSCFPass());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createSCFToControlFlowPass());
  ConvertVectorToLLVMPassOptions vectorOptions;
  vectorOptions.x86Vector = true;
  manager.addPass(createConvertVectorToLLVMPass(vectorOptions));
  manager.addNestedPass<func::FuncOp>(createConvertMathToLLVMPass());
  manager.addPass(createConvertComplexToLLVMPass());
  manager.addPass(arith::createArithExpandOpsPass());
  // Without it translation to LLVM IR fails on ub.poison.
  manager.addPass(createUBToLLVMConversionPass());
  manager.addPass(createConvertIndexToLLVMPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addPass(kernel::createVerifyLowered());
}

void einsumc::buildLLVMPipeline(OpPassManager &manager,
                                const PipelineOptions &) {
  manager.addPass(kernel::createLowerEntry());
  buildUpstreamLowering(manager);
}

void einsumc::buildGpuHostPipeline(OpPassManager &manager,
                                   const PipelineOptions &) {
  manager.addPass(kernel::createLowerGpuEntry());
  buildUpstreamLowering(manager);
}

void einsumc::buildKernelToLLVMPipeline(OpPassManager &manager,
                                        const PipelineOptions &options) {
  buildLoopsPipeline(manager, options);
  buildVectorPipeline(manager, options);
  buildLLVMPipeline(manager, options);
}

void einsumc::registerKernelToLLVMPipeline() {
  PassPipelineRegistration<PipelineOptions>(
      "kernel-to-llvm", "scheduled kernel regions to the llvm dialect",
      buildKernelToLLVMPipeline);
}
