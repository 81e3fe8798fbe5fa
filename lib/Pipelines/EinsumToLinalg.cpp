//===- EinsumToLinalg.cpp - The einsum dialect to linalg on tensors -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Conversion/Passes.h"
#include "einsumc/Dialect/Einsum/Transforms/Passes.h"
#include "einsumc/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace einsumc;

void einsumc::buildEinsumToLinalgPipeline(OpPassManager &manager,
                                          const PipelineOptions &options) {
  // Transpositions and sums merge into the products that read them.
  manager.addPass(createCanonicalizerPass());
  einsum::OrderContractionsOptions orderOptions;
  orderOptions.memoryLimit = options.memoryLimit;
  manager.addPass(einsum::createOrderContractions(orderOptions));
  manager.addPass(conversion::createConvertEinsumToLinalg());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void einsumc::registerEinsumToLinalgPipeline() {
  PassPipelineRegistration<PipelineOptions>(
      "einsum-to-linalg", "the einsum dialect to linalg on signless tensors",
      buildEinsumToLinalgPipeline);
}
