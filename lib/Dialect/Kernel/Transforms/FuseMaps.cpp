//===- FuseMaps.cpp - Maps into what reads them ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SmallSet.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_FUSEMAPS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using linalg::GenericOp;

/// Inputs that one sweep reads at most: the hardware follows some streams only.
static constexpr unsigned kMostInputs = 8;

/// The loop whose steps are beside each other in memory; none for a scalar, or
/// where the last axis is broadcast.
static std::optional<unsigned> innermost(AffineMap map) {
  if (map.getNumResults() == 0)
    return std::nullopt;
  auto dim = dyn_cast<AffineDimExpr>(map.getResults().back());
  return dim ? std::optional(dim.getPosition()) : std::nullopt;
}

/// Whether a sweep goes along all of these maps: in order along one loop, but
/// for inputs of a map that are transposed from one other loop, all alike.
static bool sweepsAlong(ArrayRef<AffineMap> inputs, unsigned along,
                        bool transposes) {
  llvm::SmallSet<int64_t, 4> others;
  for (AffineMap map : inputs) {
    if (!map.isFunctionOfDim(along))
      continue;
    std::optional<unsigned> last = innermost(map);
    if (!last)
      others.insert(-1);
    else if (*last != along)
      others.insert(*last);
  }
  return others.size() <= (transposes ? 1 : 0) && !others.contains(-1);
}

/// Whether the map that makes the operand is better computed where it is read:
/// once for every element, and along with what else is read there.
static bool isWorthFusing(OpOperand &operand) {
  auto producer = operand.get().getDefiningOp<GenericOp>();
  auto consumer = dyn_cast<GenericOp>(operand.getOwner());
  if (!producer || !consumer || !consumer.isDpsInput(&operand) ||
      !operand.get().hasOneUse() || producer.getNumResults() != 1 ||
      consumer.getNumResults() != 1 ||
      !linalg::areElementwiseOpsFusable(&operand) ||
      producer.payloadUsesValueFromOperand(producer.getDpsInitOperand(0)) ||
      producer.getNumDpsInputs() + consumer.getNumDpsInputs() - 1 > kMostInputs)
    return false;
  AffineMap read = consumer.getMatchingIndexingMap(&operand);
  AffineMap written = producer.getIndexingMapsArray().back();
  if (!read.isPermutation() || !written.isPermutation())
    return false;

  AffineMap loops = inversePermutation(written).compose(read);
  SmallVector<AffineMap> inputs;
  for (OpOperand *input : producer.getDpsInputOperands())
    inputs.push_back(producer.getMatchingIndexingMap(input).compose(loops));
  for (OpOperand *input : consumer.getDpsInputOperands())
    if (input != &operand)
      inputs.push_back(consumer.getMatchingIndexingMap(input));
  bool isMap = consumer.getNumReductionLoops() == 0;
  std::optional<unsigned> along =
      innermost(isMap ? consumer.getIndexingMapsArray().back() : read);
  return along && sweepsAlong(inputs, *along, /*transposes=*/isMap);
}

namespace {
struct FuseMaps : einsumc::kernel::impl::FuseMapsBase<FuseMaps> {
  using FuseMapsBase::FuseMapsBase;

  /// Fuses into the operation until nothing is left to fuse; gives what it has
  /// become.
  GenericOp fuseInto(IRRewriter &rewriter, GenericOp consumer) {
    while (true) {
      OpOperand *operand = nullptr;
      for (OpOperand &each : consumer->getOpOperands())
        if (isWorthFusing(each)) {
          operand = &each;
          break;
        }
      if (!operand)
        return consumer;
      Operation *producer = operand->get().getDefiningOp();
      rewriter.setInsertionPoint(consumer);
      auto fused = linalg::fuseElementwiseOps(rewriter, operand);
      if (failed(fused))
        return consumer;
      for (Value result : consumer->getResults())
        rewriter.replaceAllUsesWith(result, fused->replacements.lookup(result));
      rewriter.eraseOp(consumer);
      rewriter.eraseOp(producer);
      consumer = cast<GenericOp>(fused->fusedOp);
      ++numFused;
    }
  }

  void runOnOperation() override {
    // From the last reader up: what an operation has taken in is gone.
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](Block *block) {
      Operation *op = block->empty() ? nullptr : &block->back();
      while (op) {
        if (auto reader = dyn_cast<GenericOp>(op))
          op = fuseInto(rewriter, reader);
        op = op->getPrevNode();
      }
    });
  }
};
} // namespace
