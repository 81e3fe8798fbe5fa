//===- EinsumOps.cpp - Operations of the einsum dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

using namespace mlir;
using namespace einsumc::einsum;

ArrayRef<int64_t> ContractOp::getOperandLabels(unsigned operand) {
  return cast<DenseI64ArrayAttr>(getLabels()[operand]).asArrayRef();
}
int64_t ContractOp::getLabelExtent(int64_t label) { return 0; }
std::string ContractOp::getEquation() { return {}; }
ParseResult ContractOp::parse(OpAsmParser &, OperationState &) {
  return failure();
}
void ContractOp::print(OpAsmPrinter &) {}
LogicalResult ContractOp::verify() { return success(); }
OpFoldResult ContractOp::fold(FoldAdaptor) { return {}; }
void ContractOp::getCanonicalizationPatterns(RewritePatternSet &,
                                             MLIRContext *) {}

#define GET_OP_CLASSES
#include "einsumc/Dialect/Einsum/IR/EinsumOps.cpp.inc"
