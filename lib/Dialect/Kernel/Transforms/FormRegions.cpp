//===- FormRegions.cpp - linalg on tensors to kernel.region ===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Support/Counters.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/Matchers.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_FORMREGIONS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// Survives in release builds, where the statistic prints nothing.
static einsumc::Counter notTiled("kernel-form-regions.not-tiled");

/// Whether memory holds the type as vectors of it expect: no i1 (a byte each),
/// no index.
static bool isSupportedElement(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type))
    type = complex.getElementType();
  if (isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type))
    return true;
  auto integer = dyn_cast<IntegerType>(type);
  return integer && integer.isSignless() &&
         llvm::is_contained({8u, 16u, 32u, 64u}, integer.getWidth());
}

static bool isSupportedMap(AffineMap map) {
  return llvm::all_of(map.getResults(), [](AffineExpr e) {
    auto constant = dyn_cast<AffineConstantExpr>(e);
    return isa<AffineDimExpr>(e) || (constant && constant.getValue() == 0);
  });
}

/// The body computes element by element, with what it is given. Of complex
/// arithmetic only what has a form on vectors of real and imaginary parts.
static bool isSupportedBody(Block &body) {
  return llvm::all_of(body.without_terminator(), [](Operation &op) {
    if (op.getNumRegions() != 0 || op.getNumResults() != 1 ||
        !isMemoryEffectFree(&op))
      return false;
    if (isa<complex::ComplexDialect>(op.getDialect()))
      return isa<complex::ConstantOp, complex::CreateOp, complex::ReOp,
                 complex::ImOp, complex::AddOp, complex::SubOp, complex::NegOp,
                 complex::ConjOp, complex::MulOp>(op);
    return op.hasTrait<OpTrait::Elementwise>() ||
           op.hasTrait<OpTrait::ConstantLike>();
  });
}

/// Whether the body is `accumulator + something` (or `|` on bool's bytes).
static bool isSum(Block &body) {
  BlockArgument accumulator = body.getArguments().back();
  Operation *sum = body.getTerminator()->getOperand(0).getDefiningOp();
  if (!sum || !accumulator.hasOneUse() || *accumulator.user_begin() != sum)
    return false;
  return isa<arith::AddFOp, arith::AddIOp, arith::OrIOp, complex::AddOp>(sum);
}

/// Why the op cannot become a region; empty when it can.
static StringRef whyNotTiled(linalg::GenericOp op) {
  if (op.getNumResults() != 1)
    return "it has several results";
  if (!llvm::all_of(op.getIndexingMapsArray(), isSupportedMap))
    return "an indexing map is not made of loops and the constant 0";
  if (op.hasIndexSemantics())
    return "its body uses the loop indices";
  for (Value operand : op->getOperands())
    if (!isSupportedElement(getElementTypeOrSelf(operand.getType())))
      return "an element type is not one of the language's";
  Block &body = *op.getBody();
  if (!isSupportedBody(body))
    return "its body is not element-wise";
  // The output's map decides what is a reduction, not what a loop is called.
  AffineMap output = op.getIndexingMapsArray().back();
  for (unsigned loop = 0; loop < output.getNumDims(); ++loop)
    if (!output.isFunctionOfDim(loop) && !isSum(body))
      return "it combines with something other than a sum";
  // A step is a region of its own; loops around it would have to be one too.
  if (!isa<func::FuncOp>(op->getParentOp()))
    return "it stands inside of another operation";
  return {};
}

/// Whether the tensor is filled with (positive) zeros; gives what was filled.
static Value getZeroFilled(Value tensor) {
  auto fill = tensor.getDefiningOp<linalg::FillOp>();
  if (!fill)
    return {};
  Attribute value;
  if (!matchPattern(fill.getInputs()[0], m_Constant(&value))) {
    return {};
  }
  auto isZero = [](Attribute attr) {
    if (auto real = dyn_cast<FloatAttr>(attr))
      return real.getValue().isPosZero();
    auto integer = dyn_cast<IntegerAttr>(attr);
    return integer && integer.getValue().isZero();
  };
  if (auto parts = dyn_cast<ArrayAttr>(value))
    return llvm::all_of(parts, isZero) ? fill.getOutputs()[0] : Value();
  return isZero(value) ? fill.getOutputs()[0] : Value();
}

/// Whether every element of the output is written: each axis has a loop of its
/// own (or extent 1).
static bool writesEveryElement(AffineMap map, RankedTensorType type) {
  llvm::SmallBitVector seen(map.getNumDims());
  for (auto [axis, e] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(e);
    if (!dim) {
      if (type.getDimSize(axis) != 1)
        return false;
      continue;
    }
    if (seen.test(dim.getPosition()))
      return false;
    seen.set(dim.getPosition());
  }
  return true;
}

/// Values from outside that the body uses: constants are cloned into it, other
/// scalars become scalar inputs.
static void captureScalars(RewriterBase &rewriter, Block &body,
                           SmallVectorImpl<Value> &inputs,
                           SmallVectorImpl<AffineMap> &maps,
                           unsigned numLoops) {
  SetVector<Value> captured;
  body.walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (operand.getParentBlock() != &body)
        captured.insert(operand);
  });
  // Scalar inputs that are constants belong inside too.
  for (unsigned i = inputs.size(); i-- > 0;) {
    if (isa<ShapedType>(inputs[i].getType()) ||
        !matchPattern(inputs[i], m_Constant()))
      continue;
    captured.insert(inputs[i]);
    body.getArgument(i).replaceAllUsesWith(inputs[i]);
    body.eraseArgument(i);
    inputs.erase(inputs.begin() + i);
    maps.erase(maps.begin() + i);
  }
  for (Value value : captured) {
    OpBuilder::InsertionGuard guard(rewriter);
    Value inside;
    if (matchPattern(value, m_Constant())) {
      rewriter.setInsertionPointToStart(&body);
      inside = rewriter.clone(*value.getDefiningOp())->getResult(0);
    } else {
      inside =
          body.insertArgument(inputs.size(), value.getType(), value.getLoc());
      inputs.push_back(value);
      maps.push_back(AffineMap::get(numLoops, 0, rewriter.getContext()));
    }
    rewriter.replaceUsesWithIf(value, inside, [&](OpOperand &use) {
      return use.getOwner()->getBlock() == &body;
    });
  }
}

namespace {
struct FormRegions : einsumc::kernel::impl::FormRegionsBase<FormRegions> {
  using FormRegionsBase::FormRegionsBase;

  void formRegion(RewriterBase &rewriter, linalg::GenericOp op);
  void runOnOperation() override;
};
} // namespace

void FormRegions::formRegion(RewriterBase &rewriter, linalg::GenericOp op) {
  rewriter.setInsertionPoint(op);
  SmallVector<Value> inputs(op.getInputs());
  Value output = op.getOutputs()[0];
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  AffineMap outputMap = maps.pop_back_val();
  auto type = cast<RankedTensorType>(output.getType());

  InitKind init = InitKind::load;
  bool covers = writesEveryElement(outputMap, type);
  if (Value filled = getZeroFilled(output); filled && covers) {
    init = InitKind::zero;
    output = filled;
    ++numFillsFolded;
  } else if (op.getBody()->getArguments().back().use_empty() && covers) {
    init = InitKind::zero;
  }

  // Inputs and maps follow once scalars are sorted out.
  auto region = RegionOp::create(rewriter, op.getLoc(), type, inputs, output,
                                 ArrayAttr(), init, LoopsAttr(), nullptr);
  rewriter.inlineRegionBefore(op.getRegion(), region.getBody(),
                              region.getBody().begin());
  Block &body = region.getBody().front();
  captureScalars(rewriter, body, inputs, maps, outputMap.getNumDims());
  region.getInputsMutable().assign(inputs);
  maps.push_back(outputMap);
  region.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
  Operation *yield = body.getTerminator();
  rewriter.setInsertionPoint(yield);
  rewriter.replaceOpWithNewOp<YieldOp>(yield, yield->getOperand(0));
  rewriter.replaceOp(op, region.getResult());
  ++numRegions;
}

void FormRegions::runOnOperation() {
  IRRewriter rewriter(&getContext());
  // Named operations are generics that somebody gave a name; fills are looked
  // at as what they are first.
  SmallVector<linalg::LinalgOp> named;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (!isa<linalg::GenericOp, linalg::FillOp>(op.getOperation()) &&
        op.hasPureTensorSemantics())
      named.push_back(op);
  });
  for (linalg::LinalgOp op : named) {
    rewriter.setInsertionPoint(op);
    (void)linalg::generalizeNamedOp(rewriter, op);
  }

  SmallVector<linalg::GenericOp> generics;
  getOperation().walk([&](linalg::GenericOp op) {
    if (op.hasPureTensorSemantics())
      generics.push_back(op);
  });
  for (linalg::GenericOp op : generics) {
    StringRef reason = whyNotTiled(op);
    if (!reason.empty()) {
      op.emitRemark("left as loops: ") << reason;
      ++numNotTiled;
      notTiled += 1;
      continue;
    }
    formRegion(rewriter, op);
  }

  // The fills that are left (a diagonal's surroundings, a constant result).
  SmallVector<linalg::FillOp> fills;
  getOperation().walk([&](linalg::FillOp op) {
    if (op.use_empty())
      rewriter.eraseOp(op);
    else if (op.hasPureTensorSemantics())
      fills.push_back(op);
  });
  for (linalg::FillOp op : fills) {
    rewriter.setInsertionPoint(op);
    FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(
        rewriter, cast<linalg::LinalgOp>(op.getOperation()));
    if (succeeded(generic) && whyNotTiled(*generic).empty())
      formRegion(rewriter, *generic);
  }
}
