//===- RegisterAll.cpp - Dialects, passes and pipelines -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Pipelines/RegisterAll.h"

#include "einsumc/Conversion/Passes.h"
#include "einsumc/Dialect/Einsum/IR/Einsum.h"
#include "einsumc/Dialect/Einsum/Transforms/Passes.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/Transforms/BufferizableOpInterfaceImpl.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Pipelines/Pipelines.h"

void einsumc::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<einsum::EinsumDialect, kernel::KernelDialect>();
  kernel::registerBufferizableOpInterfaceExternalModels(registry);
}

void einsumc::registerPassesAndPipelines() {
  einsum::registerEinsumPasses();
  conversion::registerEinsumcConversionPasses();
  kernel::registerKernelPasses();
  registerEinsumToLinalgPipeline();
  registerLinalgToKernelPipeline();
  registerKernelToLLVMPipeline();
  registerKernelToNvvmPipeline();
}
