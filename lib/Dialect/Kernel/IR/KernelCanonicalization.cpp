//===- KernelCanonicalization.cpp - Simpler forms of kernel operations ----===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/Kernel.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace einsumc::kernel;

//===----------------------------------------------------------------------===//
// RegionOp
//===----------------------------------------------------------------------===//

/// A cast that only forgets extents or strides tells the region less.
LogicalResult RegionOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &) {
  bool changed = false;
  for (OpOperand &operand : (*this)->getOpOperands()) {
    auto cast = operand.get().getDefiningOp<memref::CastOp>();
    if (!cast || !memref::CastOp::canFoldIntoConsumerOp(cast))
      continue;
    operand.set(cast.getSource());
    changed = true;
  }
  return success(changed);
}

/// Whether some other operand says how far every loop runs that input `i` uses.
static bool extentsKnownWithout(RegionOp op, unsigned i) {
  for (unsigned loop = 0, e = op.getNumLoops(); loop < e; ++loop) {
    if (!op.getOperandMap(i).isFunctionOfDim(loop))
      continue;
    bool other = false;
    for (unsigned j = 0, n = op->getNumOperands(); j < n && !other; ++j)
      other = j != i && op.getOperandMap(j).isFunctionOfDim(loop);
    if (!other)
      return false;
  }
  return true;
}

static void eraseInput(PatternRewriter &rewriter, RegionOp op, unsigned i) {
  rewriter.modifyOpInPlace(op, [&] {
    SmallVector<Attribute> maps(op.getIndexingMaps()->getValue());
    maps.erase(maps.begin() + i);
    op.setIndexingMapsAttr(rewriter.getArrayAttr(maps));
    op.getInputsMutable().erase(i);
    op.getBody().front().eraseArgument(i);
  });
}

namespace {
/// Inputs that the body does not look at, and inputs given twice. In normal
/// form classes and schedule are about the inputs as they are.
struct SimplifyInputs : OpRewritePattern<RegionOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RegionOp op,
                                PatternRewriter &rewriter) const override {
    if (op.isNormalForm())
      return failure();
    Block &body = op.getBody().front();
    for (unsigned i = 0, n = op.getInputs().size(); i < n; ++i) {
      if (body.getArgument(i).use_empty() && extentsKnownWithout(op, i)) {
        eraseInput(rewriter, op, i);
        return success();
      }
      for (unsigned j = 0; j < i; ++j)
        if (op.getInputs()[i] == op.getInputs()[j] &&
            op.getOperandMap(i) == op.getOperandMap(j)) {
          rewriter.replaceAllUsesWith(body.getArgument(i), body.getArgument(j));
          eraseInput(rewriter, op, i);
          return success();
        }
    }
    return failure();
  }
};
} // namespace

void RegionOp::getCanonicalizationPatterns(RewritePatternSet &results,
                                           MLIRContext *context) {
  results.add<SimplifyInputs>(context);
}

//===----------------------------------------------------------------------===//
// PackOp, MicroKernelOp
//===----------------------------------------------------------------------===//

/// The summed digits that are more than one term; none where all are.
static std::optional<SmallVector<unsigned>> longDigits(ValueRange extents) {
  SmallVector<unsigned> kept;
  for (auto [i, extent] : llvm::enumerate(extents))
    if (!isConstantIntValue(extent, 1))
      kept.push_back(i);
  if (kept.size() == extents.size())
    return std::nullopt;
  return kept;
}

/// For each of `operands` groups of strides, those of the kept digits.
static SmallVector<Value> pick(ValueRange values, ArrayRef<unsigned> kept,
                               unsigned groups) {
  SmallVector<Value> result;
  unsigned digits = groups ? values.size() / groups : 0;
  for (unsigned group = 0; group < groups; ++group)
    for (unsigned digit : kept)
      result.push_back(values[group * digits + digit]);
  return result;
}

namespace {
/// Digits of one term, and outer ones of one index, say nothing; nothing is
/// copied from a block without rows or terms.
struct SimplifyPack : OpRewritePattern<PackOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PackOp op,
                                PatternRewriter &rewriter) const override {
    auto isZero = [](Value value) { return isConstantIntValue(value, 0); };
    // A correction is written even where there are no terms: zeros.
    if (isZero(op.getCount()) ||
        (!op.getFlipCorrection() && llvm::any_of(op.getExtents(), isZero)) ||
        llvm::any_of(op.getOuterExtents(), isZero)) {
      rewriter.eraseOp(op);
      return success();
    }
    auto terms = longDigits(op.getExtents());
    // Groups lie along the last digit, even where it has but one term.
    unsigned digits = op.getExtents().size();
    if (terms && op.getGroup() &&
        (terms->empty() || terms->back() != digits - 1)) {
      terms->push_back(digits - 1);
      if (terms->size() == digits)
        terms.reset();
    }
    // A range of operands is out of date once another one has changed.
    if (terms) {
      SmallVector<Value> extents = pick(op.getExtents(), *terms, 1);
      SmallVector<Value> strides = pick(op.getKStrides(), *terms, 1);
      rewriter.modifyOpInPlace(op, [&] {
        op.getExtentsMutable().assign(extents);
        op.getKStridesMutable().assign(strides);
      });
    }
    auto outer = longDigits(op.getOuterExtents());
    if (outer) {
      SmallVector<Value> extents = pick(op.getOuterExtents(), *outer, 1);
      SmallVector<Value> strides = pick(op.getOuterStrides(), *outer, 1);
      SmallVector<Value> destination =
          pick(op.getOuterDestStrides(), *outer, 1);
      rewriter.modifyOpInPlace(op, [&] {
        op.getOuterExtentsMutable().assign(extents);
        op.getOuterStridesMutable().assign(strides);
        op.getOuterDestStridesMutable().assign(destination);
      });
    }
    return success(terms || outer);
  }
};

/// Digits of one term say nothing; neither does a tail that fills its vector.
struct SimplifyMicroKernel : OpRewritePattern<MicroKernelOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MicroKernelOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getTail() && isConstantIntValue(op.getTail(), op.getWidth())) {
      rewriter.modifyOpInPlace(op, [&] {
        op.getTailMutable().clear();
        op.removePaddedAttr();
      });
      return success();
    }
    auto kept = longDigits(op.getExtents());
    if (!kept)
      return failure();
    SmallVector<Value> strides =
        pick(op.getKStrides(), *kept, op.getInputs().size());
    SmallVector<Value> extents = pick(op.getExtents(), *kept, 1);
    rewriter.modifyOpInPlace(op, [&] {
      op.getExtentsMutable().assign(extents);
      op.getKStridesMutable().assign(strides);
    });
    return success();
  }
};
} // namespace

void PackOp::getCanonicalizationPatterns(RewritePatternSet &results,
                                         MLIRContext *context) {
  results.add<SimplifyPack>(context);
}

void MicroKernelOp::getCanonicalizationPatterns(RewritePatternSet &results,
                                                MLIRContext *context) {
  results.add<SimplifyMicroKernel>(context);
}
