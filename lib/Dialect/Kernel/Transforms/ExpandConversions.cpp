//===- ExpandConversions.cpp - f16 and bf16 by integer arithmetic ---------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In two conversions. The first leaves no arithmetic on f16 and bf16: it is
// done in f32. The second leaves no values of these types: what was loaded is
// a bit pattern until it becomes an f32. LLVM moves bf16 about by library calls
// on some targets (a masked load of a vector is enough), and i16 on none.
//
//===----------------------------------------------------------------------===//

#include "FloatConversions.h"
#include "MemRefView.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/DialectConversion.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_EXPANDCONVERSIONS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// Scalars and vectors of f16 or bf16.
static bool isNarrow(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    type = vector.getElementType();
  return isa<Float16Type, BFloat16Type>(type);
}

/// The integers that hold the bits of such scalars and vectors.
static Type patternType(Type type) {
  Type pattern = IntegerType::get(type.getContext(), 16);
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(pattern);
  return pattern;
}

static LogicalResult checkRounding(arith::TruncFOp op) {
  Type from = getElementTypeOrSelf(op.getIn()),
       to = getElementTypeOrSelf(op.getType());
  arith::RoundingMode mode =
      op.getRoundingmode().value_or(arith::RoundingMode::to_nearest_even);
  if (mode != arith::RoundingMode::to_nearest_even)
    return op.emitError("cannot round to ")
           << to << " by '" << arith::stringifyRoundingMode(mode)
           << "': conversions round to nearest even";
  if (!from.isF32() && !from.isF64())
    return op.emitError("expected a conversion from f32 or f64 to ")
           << to << ", got " << from;
  return success();
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

/// Each result is rounded once more, which for single sums, products, quotients
/// and roots gives what the narrow type itself would (24 bits are twice 11 and
/// two: Figueroa, "When is double rounding innocuous?", 1995).
static LogicalResult computeInSingle(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  TypeConverter converter;
  arith::populateEmulateUnsupportedFloatsConversions(
      converter, {Float16Type::get(context), BFloat16Type::get(context)},
      Float32Type::get(context));
  ConversionTarget target(*context);
  arith::populateEmulateUnsupportedFloatsLegality(target, converter);
  target.addDynamicallyLegalDialect<math::MathDialect>(
      [&](Operation *op) { return converter.isLegal(op); });
  // These round by themselves; by way of f32 integers would be rounded twice.
  target.addLegalOp<arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp,
                    arith::FPToUIOp>();
  RewritePatternSet patterns(context);
  arith::populateEmulateUnsupportedFloatsPatterns(patterns, converter);
  if (failed(applyPartialConversion(function, target, std::move(patterns))))
    return failure();
  // Upstream lets conversions contract: a value rounded between two operations
  // would not be, and how far that goes would depend on folding.
  function.walk([](Operation *op) {
    if (isa<arith::ExtFOp, arith::TruncFOp>(op))
      op->removeAttr("fastmath");
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Bit patterns
//===----------------------------------------------------------------------===//

namespace {

/// Conversions with a narrow side; the operand is a bit pattern already.
template <typename Op> struct ExpandConversion : OpConversionPattern<Op> {
  ExpandConversion(const TypeConverter &converter, MLIRContext *context,
                   bool hasHalf, int64_t &count)
      : OpConversionPattern<Op>(converter, context), hasHalf(hasHalf),
        count(count) {}

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FloatConversions conversions(rewriter, op.getLoc(), hasHalf);
    Value in = adaptor.getIn();
    Type from = getElementTypeOrSelf(op.getIn()),
         to = getElementTypeOrSelf(op.getType());
    Value result;
    if constexpr (std::is_same_v<Op, arith::ExtFOp>)
      result = conversions.widen(in, from, to);
    else if constexpr (std::is_same_v<Op, arith::TruncFOp>)
      result = conversions.narrow(in, to);
    else if constexpr (std::is_same_v<Op, arith::SIToFPOp>)
      result = conversions.fromInteger(in, to, /*isSigned=*/true);
    else if constexpr (std::is_same_v<Op, arith::UIToFPOp>)
      result = conversions.fromInteger(in, to, /*isSigned=*/false);
    else
      result = Op::create(rewriter, op.getLoc(), op.getType(),
                          conversions.widen(in, from, rewriter.getF32Type()));
    rewriter.replaceOp(op, result);
    ++count;
    return success();
  }

  bool hasHalf;
  int64_t &count;
};

struct ConvertConstant : OpConversionPattern<arith::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::ConstantOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type pattern = rewriter.getI16Type();
    auto bits = [](const APFloat &value) { return value.bitcastToAPInt(); };
    TypedAttr value;
    if (auto scalar = dyn_cast<FloatAttr>(op.getValue()))
      value = rewriter.getIntegerAttr(pattern, bits(scalar.getValue()));
    else if (auto elements = dyn_cast<DenseFPElementsAttr>(op.getValue()))
      value = elements.mapValues(pattern, bits);
    else
      return failure();
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, value);
    return success();
  }
};

/// What moves values without looking at them: loads and stores, selections,
/// broadcasts, shuffles. Memory is viewed as bit patterns, too.
struct MovePatterns : ConversionPattern {
  MovePatterns(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/0,
                          context) {}

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (op->getNumRegions() || op->getNumSuccessors())
      return failure();
    SmallVector<Value> moved;
    for (Value operand : operands) {
      auto type = dyn_cast<MemRefType>(operand.getType());
      if (type && isNarrow(type.getElementType()))
        operand = viewAs(
            rewriter, op->getLoc(), operand,
            MemRefType::Builder(type).setElementType(rewriter.getI16Type()));
      moved.push_back(operand);
    }
    FailureOr<Operation *> converted =
        convertOpResultTypes(op, moved, *getTypeConverter(), rewriter);
    if (failed(converted))
      return failure();
    rewriter.replaceOp(op, *converted);
    return success();
  }
};

} // namespace

static LogicalResult convertToPatterns(func::FuncOp function, bool hasHalf,
                                       int64_t &count) {
  MLIRContext *context = function.getContext();
  TypeConverter converter;
  converter.addConversion([](Type type) { return type; });
  converter.addConversion([](Type type) -> std::optional<Type> {
    if (!isNarrow(type))
      return std::nullopt;
    return patternType(type);
  });
  // Functions keep their types.
  auto bitcast = [](OpBuilder &builder, Type type, ValueRange values,
                    Location loc) -> Value {
    return arith::BitcastOp::create(builder, loc, type, values.front());
  };
  converter.addSourceMaterialization(bitcast);
  converter.addTargetMaterialization(bitcast);

  ConversionTarget target(*context);
  auto isLegal = [&](Operation *op) { return converter.isLegal(op); };
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  target.addDynamicallyLegalDialect<arith::ArithDialect, vector::VectorDialect,
                                    memref::MemRefDialect, ub::UBDialect>(
      isLegal);
  target.addLegalOp<arith::BitcastOp>();
  // The two that hardware may carry out.
  target.addDynamicallyLegalOp<arith::ExtFOp, arith::TruncFOp>(
      [=](Operation *op) {
        Type from = getElementTypeOrSelf(op->getOperand(0)),
             to = getElementTypeOrSelf(op->getResult(0));
        if (!isNarrow(from) && !isNarrow(to))
          return true;
        return hasHalf &&
               ((from.isF16() && to.isF32()) || (from.isF32() && to.isF16()));
      });
  RewritePatternSet patterns(context);
  patterns.add<
      ExpandConversion<arith::ExtFOp>, ExpandConversion<arith::TruncFOp>,
      ExpandConversion<arith::SIToFPOp>, ExpandConversion<arith::UIToFPOp>,
      ExpandConversion<arith::FPToSIOp>, ExpandConversion<arith::FPToUIOp>>(
      converter, context, hasHalf, count);
  patterns.add<ConvertConstant, MovePatterns>(converter, context);
  scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                       target);
  return applyPartialConversion(function, target, std::move(patterns));
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct ExpandConversions
    : einsumc::kernel::impl::ExpandConversionsBase<ExpandConversions> {
  using ExpandConversionsBase::ExpandConversionsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    TargetAttr target = findTarget(function);
    bool hasHalf = target && target.getF16c(), anyNarrow = false;
    WalkResult checked = function.walk([&](Operation *op) {
      anyNarrow |= llvm::any_of(op->getOperandTypes(), isNarrow) ||
                   llvm::any_of(op->getResultTypes(), isNarrow);
      if (auto truncate = dyn_cast<arith::TruncFOp>(op);
          truncate && isNarrow(truncate.getType()) &&
          failed(checkRounding(truncate)))
        return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (checked.wasInterrupted())
      return signalPassFailure();
    if (!anyNarrow)
      return;
    int64_t count = 0;
    if (failed(computeInSingle(function)) ||
        failed(convertToPatterns(function, hasHalf, count)))
      return signalPassFailure();
    numExpanded += count;
  }
};
} // namespace
