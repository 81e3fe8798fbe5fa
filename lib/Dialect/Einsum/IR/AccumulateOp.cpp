//===- AccumulateOp.cpp - einsum.accumulate -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::einsum;

/// Whether a factor is the constant `value` (0 or 1).
static bool isConstant(OpFoldResult factor, int64_t value) {
  auto attribute = dyn_cast_if_present<Attribute>(factor);
  if (auto number = dyn_cast_if_present<FloatAttr>(attribute))
    return number.getValue().isExactlyValue(value);
  if (auto number = dyn_cast_if_present<IntegerAttr>(attribute))
    return number.getValue() == static_cast<uint64_t>(value);
  if (auto number = dyn_cast_if_present<complex::NumberAttr>(attribute))
    return number.getReal().isExactlyValue(value) && number.getImag().isZero();
  return false;
}

OpFoldResult AccumulateOp::getAlphaFactor() {
  if (getAlpha())
    return getAlpha();
  return getAlphaValueAttr();
}

OpFoldResult AccumulateOp::getBetaFactor() {
  if (getBeta())
    return getBeta();
  return getBetaValueAttr();
}

bool AccumulateOp::ignoresC() {
  OpFoldResult beta = getBetaFactor();
  // -0.0 is 0 here as it is at run time.
  if (auto number =
          dyn_cast_if_present<FloatAttr>(dyn_cast_if_present<Attribute>(beta)))
    return !getC() || number.getValue().isZero();
  return !getC() || isConstant(beta, 0);
}

void AccumulateOp::build(OpBuilder &builder, OperationState &state, Type result,
                         Value product, Value c, OpFoldResult alpha,
                         OpFoldResult beta) {
  auto constant = [](OpFoldResult factor) {
    return dyn_cast_if_present<TypedAttr>(
        dyn_cast_if_present<Attribute>(factor));
  };
  build(builder, state, result, product, c, dyn_cast_if_present<Value>(alpha),
        dyn_cast_if_present<Value>(beta), constant(alpha), constant(beta));
}

//===----------------------------------------------------------------------===//
// Syntax: %product, %c alpha(…) beta(…) : types -> type
//===----------------------------------------------------------------------===//

ParseResult AccumulateOp::parse(OpAsmParser &parser, OperationState &state) {
  Builder &builder = parser.getBuilder();
  OpAsmParser::UnresolvedOperand product, c;
  std::optional<OpAsmParser::UnresolvedOperand> factors[2];
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOperand(product))
    return failure();
  bool hasC = succeeded(parser.parseOptionalComma());
  if (hasC && parser.parseOperand(c))
    return failure();
  for (int i : {0, 1}) {
    StringRef keyword = i == 0 ? "alpha" : "beta";
    if (failed(parser.parseOptionalKeyword(keyword)))
      continue;
    if (parser.parseLParen())
      return failure();
    OpAsmParser::UnresolvedOperand factor;
    OptionalParseResult value = parser.parseOptionalOperand(factor);
    if (value.has_value()) {
      if (failed(*value))
        return failure();
      factors[i] = factor;
    } else {
      TypedAttr constant;
      if (parser.parseAttribute(constant))
        return failure();
      state.addAttribute(i == 0 ? "alpha_value" : "beta_value", constant);
    }
    if (parser.parseRParen())
      return failure();
  }
  Type productType, cType, resultType;
  if (parser.parseOptionalAttrDict(state.attributes) || parser.parseColon() ||
      parser.parseType(productType) ||
      (hasC && (parser.parseComma() || parser.parseType(cType))) ||
      parser.parseArrow() || parser.parseType(resultType))
    return failure();
  state.addTypes(resultType);
  // Factors have the result's element type, which is why none is written.
  Type factorType = getElementTypeOrSelf(resultType);
  if (parser.resolveOperand(product, productType, state.operands) ||
      (hasC && parser.resolveOperand(c, cType, state.operands)))
    return failure();
  for (auto &factor : factors)
    if (factor && parser.resolveOperand(*factor, factorType, state.operands))
      return failure();
  int32_t segments[] = {1, hasC, factors[0].has_value(),
                        factors[1].has_value()};
  if (state.attributes.get(getOperandSegmentSizesAttrName(state.name)))
    return parser.emitError(loc) << "operand segments follow from the operands";
  state.addAttribute(getOperandSegmentSizesAttrName(state.name),
                     builder.getDenseI32ArrayAttr(segments));
  return success();
}

void AccumulateOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getProduct();
  if (getC())
    printer << ", " << getC();
  auto printFactor = [&](StringRef keyword, OpFoldResult factor) {
    if (!factor)
      return;
    printer << ' ' << keyword << '(';
    if (auto value = dyn_cast<Value>(factor))
      printer << value;
    else
      printer << cast<Attribute>(factor);
    printer << ')';
  };
  printFactor("alpha", getAlphaFactor());
  printFactor("beta", getBetaFactor());
  printer.printOptionalAttrDict(
      (*this)->getAttrs(),
      {"alpha_value", "beta_value", getOperandSegmentSizesAttrName()});
  printer << " : " << getProduct().getType();
  if (getC())
    printer << ", " << getC().getType();
  printer << " -> " << getType();
}

LogicalResult AccumulateOp::verify() {
  RankedTensorType result = getType();
  Type element = result.getElementType();
  RankedTensorType product = getProduct().getType();
  if (!getElementType(element) || !getElementType(product.getElementType()))
    return emitOpError() << "element types " << product.getElementType()
                         << " and " << element
                         << " are not both of the language";
  if (product.getShape() != result.getShape())
    return emitOpError() << "product is " << product << " but the result is "
                         << result << "; expected equal shapes";
  if (getC() && getC().getType() != result)
    return emitOpError() << "c is " << getC().getType() << " but the result is "
                         << result;
  if (isa<ComplexType>(product.getElementType()) && !isa<ComplexType>(element))
    return emitOpError() << "cannot convert the product from "
                         << product.getElementType() << " to " << element;
  auto verifyFactor = [&](StringRef name, Value value,
                          TypedAttr constant) -> LogicalResult {
    if (value && constant)
      return emitOpError() << name << " is both a value and a constant";
    if (value && value.getType() != element)
      return emitOpError() << name << " is " << value.getType()
                           << " but the result's elements are " << element;
    if (!constant)
      return success();
    if (constant.getType() != element)
      return emitOpError() << name << " is " << constant.getType()
                           << " but the result's elements are " << element;
    if (!isa<FloatAttr, IntegerAttr, complex::NumberAttr>(constant))
      return emitOpError() << name << " is no number";
    return success();
  };
  if (failed(verifyFactor("alpha", getAlpha(), getAlphaValueAttr())) ||
      failed(verifyFactor("beta", getBeta(), getBetaValueAttr())))
    return failure();
  if (getBetaFactor() && !getC())
    return emitOpError("beta has no tensor c to scale");
  return success();
}

OpFoldResult AccumulateOp::fold(FoldAdaptor adaptor) {
  // A factor that turned out constant becomes an attribute.
  bool changed = false;
  auto absorb = [&](MutableOperandRange value, Attribute constant) {
    auto typed = dyn_cast_if_present<TypedAttr>(constant);
    if (!typed || !isa<FloatAttr, IntegerAttr, complex::NumberAttr>(typed))
      return TypedAttr();
    value.clear();
    changed = true;
    return typed;
  };
  if (TypedAttr alpha = absorb(getAlphaMutable(), adaptor.getAlpha()))
    setAlphaValueAttr(alpha);
  if (TypedAttr beta = absorb(getBetaMutable(), adaptor.getBeta()))
    setBetaValueAttr(beta);
  if (getAlphaValueAttr() && isConstant(getAlphaValueAttr(), 1)) {
    removeAlphaValueAttr();
    changed = true;
  }
  if (getC() && ignoresC()) {
    getBetaMutable().clear();
    removeBetaValueAttr();
    getCMutable().clear();
    changed = true;
  }
  if (!getC() && !getAlphaFactor() && getProduct().getType() == getType())
    return getProduct();
  return changed ? OpFoldResult(getResult()) : OpFoldResult();
}

namespace {
/// beta = 1 is what an absent beta means.
struct DropUnitBeta : OpRewritePattern<AccumulateOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AccumulateOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getBetaValueAttr() || !isConstant(op.getBetaValueAttr(), 1))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.removeBetaValueAttr(); });
    return success();
  }
};
} // namespace

void AccumulateOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<DropUnitBeta>(context);
}
