//===- BufferizableOpInterfaceImpl.cpp - kernel.region on memrefs ===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/BufferizableOpInterfaceImpl.h"

#include "einsumc/Dialect/Kernel/IR/Kernel.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace einsumc::kernel;

namespace {
struct RegionOpInterface
    : DstBufferizableOpInterfaceExternalModel<RegionOpInterface, RegionOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    auto region = cast<RegionOp>(op);
    return !region.isDpsInit(&operand) || region.getInit() == InitKind::load;
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto region = cast<RegionOp>(op);
    if (!isa<RankedTensorType>(region.getOutput().getType()))
      return success();
    rewriter.setInsertionPoint(op);
    SmallVector<Value> operands;
    for (Value operand : region->getOperands()) {
      if (!isa<TensorType>(operand.getType())) {
        operands.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      operands.push_back(*buffer);
    }
    Value output = operands.pop_back_val();
    auto onMemrefs = RegionOp::create(rewriter, op->getLoc(), Type(), operands,
                                      output, region.getIndexingMapsAttr(),
                                      region.getInit(), LoopsAttr(), nullptr);
    rewriter.inlineRegionBefore(region.getBody(), onMemrefs.getBody(),
                                onMemrefs.getBody().begin());
    onMemrefs.getEpilogue().takeBody(region.getEpilogue());
    replaceOpWithBufferizedValues(rewriter, op, output);
    return success();
  }
};
} // namespace

void einsumc::kernel::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, KernelDialect *) {
    RegionOp::attachInterface<RegionOpInterface>(*context);
  });
}
