//===- KernelToLLVM.cpp - Scheduled regions to the llvm dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WhereNeeded.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
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
/// Vectors of more than one dimension, and transfers.
static bool isVectorToExpand(Operation *op) {
  if (!isa<vector::VectorDialect>(op->getDialect()))
    return false;
  auto isMatrix = [](Type type) {
    auto vector = dyn_cast<VectorType>(type);
    return vector && vector.getRank() > 1;
  };
  return isa<vector::TransferReadOp, vector::TransferWriteOp>(op) ||
         llvm::any_of(op->getResultTypes(), isMatrix) ||
         llvm::any_of(op->getOperandTypes(), isMatrix);
}

/// Views of memrefs whose strides and offsets are to be computed, and the
/// affine arithmetic of what computes them.
static bool isViewToExpand(Operation *op) {
  return isa<affine::AffineDialect>(op->getDialect()) ||
         isa<memref::SubViewOp, memref::CollapseShapeOp, memref::ExpandShapeOp,
             memref::TransposeOp, memref::ViewOp>(op);
}

static void buildUpstreamLowering(OpPassManager &manager) {
  manager.addPass(whereNeeded(isVectorToExpand, [](OpPassManager &passes) {
    passes.addPass(createConvertVectorToSCFPass());
  }));
  manager.addPass(whereNeeded(isViewToExpand, [](OpPassManager &passes) {
    passes.addPass(memref::createExpandStridedMetadataPass());
    passes.addPass(createLowerAffinePass());
  }));
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
