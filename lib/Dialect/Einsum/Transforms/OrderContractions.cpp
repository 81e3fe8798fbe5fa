//===- OrderContractions.cpp - n-ary contractions as binary ones ----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductTree.h"
#include "einsumc/Analysis/ContractionPath.h"
#include "einsumc/Dialect/Einsum/Transforms/Passes.h"
#include "llvm/Support/Format.h"

namespace einsumc::einsum {
#define GEN_PASS_DEF_ORDERCONTRACTIONS
#include "einsumc/Dialect/Einsum/Transforms/Passes.h.inc"
} // namespace einsumc::einsum

using namespace mlir;
using namespace einsumc;
using namespace einsumc::einsum;

static ContractionProblem describe(ContractOp op) {
  ContractionProblem problem;
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    problem.labels.emplace_back(llvm::to_vector(op.getOperandLabels(i)));
    problem.shapes.emplace_back(
        llvm::to_vector(cast<ShapedType>(operand.getType()).getShape()));
  }
  problem.output = llvm::to_vector(op.getOutputLabels());
  return problem;
}

static bool hasDynamicExtents(ContractOp op) {
  return llvm::any_of(op->getOperandTypes(), [](Type type) {
    return !cast<ShapedType>(type).hasStaticShape();
  });
}

/// An estimate for people: all digits while they are few.
static std::string showNumber(double number) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (number < 1e7)
    os << static_cast<uint64_t>(number);
  else
    os << llvm::format("%.3e", number);
  return text;
}

namespace {
struct OrderContractions
    : einsumc::einsum::impl::OrderContractionsBase<OrderContractions> {
  using OrderContractionsBase::OrderContractionsBase;

  LogicalResult order(IRRewriter &rewriter, ContractOp op);
  void reportMissingPath(ContractOp op, const ContractionProblem &problem);
  void runOnOperation() override;
};
} // namespace

void OrderContractions::reportMissingPath(ContractOp op,
                                          const ContractionProblem &problem) {
  bool isExact = op.getNumOperands() <= kMaxExactOperands;
  InFlightDiagnostic diagnostic =
      op.emitError() << (isExact ? "no contraction order keeps"
                                 : "found no contraction order "
                                   "that keeps")
                     << " every intermediate within "
                     << static_cast<int64_t>(memoryLimit) << " elements";
  diagnostic << "; the smallest limit " << (isExact ? "possible" : "known")
             << " is " << showNumber(findSmallestMemoryLimit(problem));
  if (hasDynamicExtents(op))
    diagnostic.attachNote()
        << "each dynamic extent counts as " << kDynamicExtentStandIn;
}

LogicalResult OrderContractions::order(IRRewriter &rewriter, ContractOp op) {
  ContractionProblem problem = describe(op);
  ContractionPathOptions options;
  if (memoryLimit != 0)
    options.memoryLimit = static_cast<double>(memoryLimit);
  std::optional<ContractionPath> path = findContractionPath(problem, options);
  if (!path) {
    reportMissingPath(op, problem);
    return failure();
  }
  if (op.getNumOperands() == 2 && path->preSummed.none())
    return success();
  if (report)
    op.emitRemark() << "products: " << path->steps.size()
                    << ", operands summed before: " << path->preSummed.count()
                    << ", FLOPs: " << showNumber(path->flops)
                    << (path->isExact ? " (the least)" : " (the least found)")
                    << ", largest intermediate: "
                    << showNumber(path->largestIntermediate) << " elements";
  if (memoryLimit != 0 && hasDynamicExtents(op))
    op.emitRemark() << "the memory limit holds if dynamic extents are "
                    << kDynamicExtentStandIn << " at most";

  ++numOrdered;
  numProducts += path->steps.size();
  numPreSummed += path->preSummed.count();
  if (!path->isExact)
    ++numInexact;
  rewriter.setInsertionPoint(op);
  rewriter.replaceOp(op, ProductTree(op, *path).create(rewriter));
  return success();
}

void OrderContractions::runOnOperation() {
  if (memoryLimit < 0) {
    getOperation().emitError() << "memory-limit must not be negative, got "
                               << static_cast<int64_t>(memoryLimit);
    return signalPassFailure();
  }
  SmallVector<ContractOp> contractions;
  getOperation().walk([&](ContractOp op) {
    if (op.getNumOperands() >= 2)
      contractions.push_back(op);
  });
  IRRewriter rewriter(&getContext());
  for (ContractOp op : contractions)
    if (failed(order(rewriter, op)))
      return signalPassFailure();
}
