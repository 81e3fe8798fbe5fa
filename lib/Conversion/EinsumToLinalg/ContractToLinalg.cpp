//===- ContractToLinalg.cpp - einsum.contract to linalg.generic -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementArithmetic.h"
#include "OpPatterns.h"
#include "einsumc/Dialect/Einsum/IR/Einsum.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::conversion;
using einsumc::einsum::ContractOp;
using einsumc::einsum::LabelList;

Value conversion::createEmpty(OpBuilder &builder, Location loc,
                              ArrayRef<int64_t> shape, Type element,
                              ValueRange dynamicExtents) {
  return tensor::EmptyOp::create(builder, loc, shape, element, dynamicExtents);
}

SmallVector<Value> conversion::getDynamicExtents(OpBuilder &builder,
                                                 Location loc, Value tensor) {
  SmallVector<Value> extents;
  auto type = cast<RankedTensorType>(tensor.getType());
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (type.isDynamicDim(axis))
      extents.push_back(tensor::DimOp::create(builder, loc, tensor, axis));
  return extents;
}

static linalg::GenericOp createGeneric(OpBuilder &builder, Location loc,
                                       ValueRange inputs, Value output,
                                       ArrayRef<AffineMap> maps,
                                       ArrayRef<utils::IteratorType> iterators,
                                       ElementBuilder element) {
  return linalg::GenericOp::create(
      builder, loc, output.getType(), inputs, output, maps, iterators,
      [&](OpBuilder &b, Location l, ValueRange elements) {
        linalg::YieldOp::create(b, l, element(b, l, elements));
      });
}

Value conversion::createElementwise(OpBuilder &builder, Location loc,
                                    ValueRange inputs, Value output,
                                    ElementBuilder element) {
  unsigned rank = cast<RankedTensorType>(output.getType()).getRank();
  SmallVector<AffineMap> maps(inputs.size() + 1,
                              builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return createGeneric(builder, loc, inputs, output, maps, iterators, element)
      .getResult(0);
}

namespace {

/// The loops of a contraction: one a label, the output's first, in its order,
/// then the summed ones.
class LabelLoops {
public:
  explicit LabelLoops(ContractOp op);

  bool hasReduction() const {
    return llvm::is_contained(iterators, utils::IteratorType::reduction);
  }
  ArrayRef<utils::IteratorType> getIterators() const { return iterators; }
  /// Loops that the axes of such labels move with: the constant 0 on an axis
  /// that broadcasts.
  AffineMap getMap(ArrayRef<int64_t> labels, ArrayRef<int64_t> shape);

private:
  ContractOp op;
  SmallVector<unsigned> loopOfLabel;
  SmallVector<utils::IteratorType> iterators;
};

class ContractPattern : public OpConversionPattern<ContractOp> {
public:
  ContractPattern(TypeConverter &converter, MLIRContext *context,
                  Pass::Statistic &numContractions,
                  Pass::Statistic &numNarrowings)
      : OpConversionPattern(converter, context),
        numContractions(numContractions), numNarrowings(numNarrowings) {
    // What a contraction is split into is not split again.
    setHasBoundedRewriteRecursion();
  }

  LogicalResult
  matchAndRewrite(ContractOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override;

private:
  Pass::Statistic &numContractions;
  Pass::Statistic &numNarrowings;
};

} // namespace

LabelLoops::LabelLoops(ContractOp op)
    : op(op), loopOfLabel(op.getNumLabels(), 0) {
  SmallVector<bool> seen(op.getNumLabels(), false);
  auto addLoop = [&](int64_t label, utils::IteratorType iterator) {
    if (seen[label])
      return;
    seen[label] = true;
    loopOfLabel[label] = iterators.size();
    iterators.push_back(iterator);
  };
  for (int64_t label : op.getOutputLabels())
    addLoop(label, utils::IteratorType::parallel);
  for (int64_t label = 0, e = op.getNumLabels(); label < e; ++label)
    addLoop(label, utils::IteratorType::reduction);
}

AffineMap LabelLoops::getMap(ArrayRef<int64_t> labels,
                             ArrayRef<int64_t> shape) {
  Builder builder(op.getContext());
  SmallVector<AffineExpr> results;
  for (auto [label, extent] : llvm::zip_equal(labels, shape)) {
    bool broadcasts = extent == 1 && op.getLabelExtent(label) != 1;
    results.push_back(broadcasts
                          ? builder.getAffineConstantExpr(0)
                          : builder.getAffineDimExpr(loopOfLabel[label]));
  }
  return AffineMap::get(iterators.size(), 0, results, op.getContext());
}

/// An operand's extent under a label that is known at run time only: every axis
/// with this label is `?`, or 1 and broadcast.
static Value createExtent(OpBuilder &builder, ContractOp op,
                          ValueRange operands, int64_t label) {
  for (auto [i, operand] : llvm::enumerate(operands)) {
    auto type = cast<RankedTensorType>(operand.getType());
    for (auto [axis, other] : llvm::enumerate(op.getOperandLabels(i)))
      if (other == label && type.isDynamicDim(axis))
        return tensor::DimOp::create(builder, op.getLoc(), operand, axis);
  }
  llvm_unreachable("a label of dynamic extent has a dynamic axis");
}

/// Whether an output label is repeated.
static bool writesDiagonal(ContractOp op) {
  llvm::SmallSet<int64_t, 8> labels(llvm::from_range, op.getOutputLabels());
  return labels.size() != op.getOutputLabels().size();
}

/// "ii->ii" as "ii->i" and "i->ii". A generic whose maps are equal and which
/// yields its input is what linalg's canonicalization takes for a copy of the
/// whole tensor, even where the maps walk along a diagonal.
static void splitDiagonalCopy(ContractOp op,
                              ConversionPatternRewriter &rewriter) {
  LabelList distinct;
  for (int64_t label : op.getOutputLabels())
    if (!llvm::is_contained(distinct, label))
      distinct.push_back(label);
  Location loc = op.getLoc();
  auto diagonal = ContractOp::create(
      rewriter, loc, op.getOperands(), op.getAllOperandLabels(), distinct,
      op.getNameList(), op.getAccumulate(), op.getAccumulate());
  auto written = ContractOp::create(
      rewriter, loc, op.getType(), diagonal.getResult(), {distinct},
      op.getOutputLabels(), op.getNameList(), op.getAccumulate());
  rewriter.replaceOp(op, written);
}

LogicalResult
ContractPattern::matchAndRewrite(ContractOp op, OpAdaptor adaptor,
                                 ConversionPatternRewriter &rewriter) const {
  if (op.getNumOperands() > 2)
    return rewriter.notifyMatchFailure(op, "more than two operands");
  if (op.getNumOperands() == 1 && writesDiagonal(op) &&
      op.getOperandLabels(0) == op.getOutputLabels()) {
    splitDiagonalCopy(op, rewriter);
    return success();
  }
  Location loc = op.getLoc();
  ValueRange operands = adaptor.getOperands();
  RankedTensorType resultType = op.getType();
  ElementType sumType = getElementTypeOf(op.getAccumulate());
  ElementType resultElement = getElementTypeOf(resultType);
  SmallVector<ElementType> elements =
      llvm::map_to_vector(op.getOperandTypes(), getElementTypeOf);

  LabelLoops loops(op);
  SmallVector<AffineMap> maps;
  for (auto [i, operand] : llvm::enumerate(operands))
    maps.push_back(
        loops.getMap(op.getOperandLabels(i),
                     cast<RankedTensorType>(operand.getType()).getShape()));
  maps.push_back(loops.getMap(op.getOutputLabels(), resultType.getShape()));

  SmallVector<Value> extents;
  for (auto [label, extent] :
       llvm::zip_equal(op.getOutputLabels(), resultType.getShape()))
    if (ShapedType::isDynamic(extent))
      extents.push_back(createExtent(rewriter, op, operands, label));

  // Sums are held in the accumulator's type and converted once they are
  // complete; without a sum, or where the bits are the same, the one generic
  // does both.
  bool sums = loops.hasReduction();
  Type resultStorage = getStorageType(getContext(), resultElement);
  bool narrows = sums && getStorageType(getContext(), sumType) != resultStorage;
  ElementType outputElement = narrows ? sumType : resultElement;
  Value output =
      createEmpty(rewriter, loc, resultType.getShape(),
                  getStorageType(getContext(), outputElement), extents);
  if (sums || writesDiagonal(op))
    output =
        linalg::FillOp::create(rewriter, loc,
                               createZero(rewriter, loc, outputElement), output)
            .getResult(0);

  Value result =
      createGeneric(
          rewriter, loc, operands, output, maps, loops.getIterators(),
          [&](OpBuilder &b, Location l, ValueRange arguments) {
            Value product;
            for (auto [element, argument] : llvm::zip(elements, arguments)) {
              Value factor = convertElement(b, l, argument, element, sumType);
              product =
                  product ? multiply(b, l, product, factor, sumType) : factor;
            }
            if (sums)
              return add(b, l, arguments.back(), product, sumType);
            return convertElement(b, l, product, sumType, resultElement);
          })
          .getResult(0);
  if (narrows) {
    Value narrow = createEmpty(rewriter, loc, resultType.getShape(),
                               resultStorage, extents);
    result = createElementwise(
        rewriter, loc, result, narrow,
        [&](OpBuilder &b, Location l, ValueRange arguments) {
          return convertElement(b, l, arguments[0], sumType, resultElement);
        });
    ++numNarrowings;
  }
  rewriter.replaceOp(op, result);
  ++numContractions;
  return success();
}

void conversion::populateContractPattern(RewritePatternSet &patterns,
                                         TypeConverter &converter,
                                         Pass::Statistic &numContractions,
                                         Pass::Statistic &numNarrowings) {
  patterns.add<ContractPattern>(converter, patterns.getContext(),
                                numContractions, numNarrowings);
}
