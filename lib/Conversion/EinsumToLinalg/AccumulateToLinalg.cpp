//===- AccumulateToLinalg.cpp - einsum.accumulate to linalg.generic -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementArithmetic.h"
#include "OpPatterns.h"
#include "einsumc/Dialect/Einsum/IR/Einsum.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::conversion;
using einsumc::einsum::AccumulateOp;

namespace {
class AccumulatePattern : public OpConversionPattern<AccumulateOp> {
public:
  AccumulatePattern(TypeConverter &converter, MLIRContext *context,
                    Pass::Statistic &numAccumulations)
      : OpConversionPattern(converter, context),
        numAccumulations(numAccumulations) {}

  LogicalResult
  matchAndRewrite(AccumulateOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override;

private:
  Pass::Statistic &numAccumulations;
};
} // namespace

LogicalResult
AccumulatePattern::matchAndRewrite(AccumulateOp op, OpAdaptor adaptor,
                                   ConversionPatternRewriter &rewriter) const {
  Location loc = op.getLoc();
  RankedTensorType resultType = op.getType();
  ElementType sumType = getElementTypeOf(op.getProduct().getType());
  ElementType resultElement = getElementTypeOf(resultType);

  SmallVector<Value> inputs = {adaptor.getProduct()};
  bool readsC = !op.ignoresC();
  if (readsC)
    inputs.push_back(adaptor.getC());
  Value output =
      createEmpty(rewriter, loc, resultType.getShape(),
                  getStorageType(getContext(), resultElement),
                  getDynamicExtents(rewriter, loc, adaptor.getProduct()));

  auto element = [&](OpBuilder &b, Location l, ValueRange arguments) -> Value {
    // `factor · value` in the accumulator's type; an absent factor is 1.
    auto scale = [&](Value factor, TypedAttr constant, Value value) {
      if (constant)
        factor = createConstant(b, l, constant);
      if (!factor)
        return value;
      factor = convertElement(b, l, factor, resultElement, sumType);
      return multiply(b, l, factor, value, sumType);
    };
    Value scaled =
        scale(adaptor.getAlpha(), op.getAlphaValueAttr(), arguments[0]);
    if (!readsC)
      return convertElement(b, l, scaled, sumType, resultElement);
    Value old = convertElement(b, l, arguments[1], resultElement, sumType);
    Value sum =
        add(b, l, scaled, scale(adaptor.getBeta(), op.getBetaValueAttr(), old),
            sumType);
    // What c holds must not show where beta is 0: 0 · NaN is NaN. (Integers
    // have no such values.)
    if (adaptor.getBeta() &&
        (isFloat(resultElement) || isComplex(resultElement)))
      sum = arith::SelectOp::create(
          b, l, isZero(b, l, adaptor.getBeta(), resultElement), scaled, sum);
    return convertElement(b, l, sum, sumType, resultElement);
  };
  rewriter.replaceOp(op,
                     createElementwise(rewriter, loc, inputs, output, element));
  ++numAccumulations;
  return success();
}

void conversion::populateAccumulatePattern(RewritePatternSet &patterns,
                                           TypeConverter &converter,
                                           Pass::Statistic &numAccumulations) {
  patterns.add<AccumulatePattern>(converter, patterns.getContext(),
                                  numAccumulations);
}
