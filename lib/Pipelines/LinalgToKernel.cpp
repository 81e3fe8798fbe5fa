//===- LinalgToKernel.cpp - linalg on tensors to scheduled regions -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Pipelines/Pipelines.h"

#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace einsumc;

void einsumc::buildFormKernelsPipeline(OpPassManager &manager,
                                       const PipelineOptions &) {
  manager.addPass(createInlinerPass());
  manager.addPass(createSymbolDCEPass());
  manager.addNestedPass<func::FuncOp>(kernel::createFuseMaps());
  manager.addNestedPass<func::FuncOp>(kernel::createFormRegions());
  manager.addNestedPass<func::FuncOp>(kernel::createFuseEpilogues());
  manager.addPass(kernel::createPrepareEntry());
  manager.addPass(bufferization::createEmptyTensorEliminationPass());
  manager.addPass(bufferization::createOneShotBufferizePass());
  manager.addPass(createCSEPass());
  manager.addPass(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(kernel::createAssumeExtents());
  manager.addPass(kernel::createOutlineSteps());
}

void einsumc::buildSchedulePipeline(OpPassManager &manager,
                                    const PipelineOptions &options) {
  manager.addNestedPass<func::FuncOp>(kernel::createClassifyLoops());
  kernel::SelectScheduleOptions selection;
  selection.cpu = options.cpu;
  selection.gpu = options.gpu;
  selection.schedule = options.schedule;
  selection.explain = options.explain;
  selection.threads = options.threads;
  selection.deterministic = options.deterministic;
  manager.addPass(kernel::createSelectSchedule(selection));
}

void einsumc::buildLinalgToKernelPipeline(OpPassManager &manager,
                                          const PipelineOptions &options) {
  buildFormKernelsPipeline(manager, options);
  buildSchedulePipeline(manager, options);
}

void einsumc::registerLinalgToKernelPipeline() {
  PassPipelineRegistration<PipelineOptions>(
      "linalg-to-kernel",
      "linalg on tensors to scheduled kernel regions on memrefs",
      buildLinalgToKernelPipeline);
}
