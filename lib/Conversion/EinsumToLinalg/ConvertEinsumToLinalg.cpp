//===- ConvertEinsumToLinalg.cpp - einsum on tensors to the midpoint ------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Conversion/Passes.h"

#include "ElementArithmetic.h"
#include "OpPatterns.h"
#include "einsumc/Dialect/Einsum/IR/Einsum.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"

namespace einsumc::conversion {
#define GEN_PASS_DEF_CONVERTEINSUMTOLINALG
#include "einsumc/Conversion/Passes.h.inc"
} // namespace einsumc::conversion

using namespace mlir;
using namespace einsumc;
using namespace einsumc::conversion;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static bool isUnsignedElement(Type type) {
  return getElementTypeOrSelf(type).isUnsignedInteger();
}

static bool isBoolElement(Type type) {
  return getElementTypeOrSelf(type).isSignlessInteger(1);
}

/// A bool's byte for an i1 and the other way round, element by element in a
/// tensor. What is not einsum's keeps its i1.
static Value convertBool(OpBuilder &builder, Type type, ValueRange values,
                         Location loc) {
  if (values.size() != 1)
    return {};
  Value value = values[0];
  Type from = getElementTypeOrSelf(value.getType());
  Type to = getElementTypeOrSelf(type);
  bool toByte = from.isSignlessInteger(1) && to.isSignlessInteger(8);
  bool fromByte = from.isSignlessInteger(8) && to.isSignlessInteger(1);
  if (!toByte && !fromByte)
    return {};
  auto convert = [&](OpBuilder &b, Location l, ValueRange arguments) -> Value {
    if (toByte)
      return arith::ExtUIOp::create(b, l, to, arguments[0]);
    return isNonzero(b, l, arguments[0], ElementType::boolean);
  };
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return convert(builder, loc, value);
  Value output = createEmpty(builder, loc, tensor.getShape(), to,
                             getDynamicExtents(builder, loc, value));
  return createElementwise(builder, loc, value, output, convert);
}

namespace {
struct SignlessTypes : TypeConverter {
  SignlessTypes() {
    addConversion([](Type type) { return getSignlessType(type); });
    addConversion([](RankedTensorType type) -> Type {
      return type.clone(getSignlessType(type.getElementType()));
    });
    addSourceMaterialization(convertBool);
    addTargetMaterialization(convertBool);
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// What is converted
//===----------------------------------------------------------------------===//

/// Functions of scalars alone are none of ours, unless they take ui8 and its
/// like, which nothing behind the midpoint knows.
static bool isConverted(func::FuncOp function) {
  FunctionType type = function.getFunctionType();
  auto concernsUs = [](Type type) {
    return isa<RankedTensorType>(type) || isUnsignedElement(type);
  };
  return llvm::any_of(type.getInputs(), concernsUs) ||
         llvm::any_of(type.getResults(), concernsUs);
}

/// Whether the call is one of a function that is converted with it.
static bool isConverted(func::CallOp call) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  return callee && isConverted(callee);
}

/// Operations that do not mind their elements' type: they move them.
static bool movesElements(Operation *op) {
  return isa<tensor::TensorDialect>(op->getDialect()) &&
         op->getNumRegions() == 0;
}

static bool isTensorConstant(Operation *op) {
  return isa<arith::ConstantOp>(op) &&
         isa<RankedTensorType>(op->getResult(0).getType());
}

/// Constants of bools stay i1 where somebody else reads them, too.
static bool feedsEinsumAlone(Operation *op) {
  return llvm::all_of(op->getUsers(), [](Operation *user) {
    return isa<einsum::EinsumDialect>(user->getDialect()) ||
           isa<func::ReturnOp>(user);
  });
}

/// Says what cannot be converted before anything has changed.
static LogicalResult verifyConvertible(Operation *op) {
  if (auto contract = dyn_cast<einsum::ContractOp>(op))
    if (contract.getNumOperands() > 2)
      return contract.emitOpError()
             << "has " << contract.getNumOperands()
             << " operands but can be converted with at most 2: run "
                "einsum-order-contractions first";
  auto isUnrankedUnsigned = [](Type type) {
    return isa<UnrankedTensorType>(type) && isUnsignedElement(type);
  };
  SmallVector<Type> types(op->getOperandTypes());
  llvm::append_range(types, op->getResultTypes());
  if (auto function = dyn_cast<func::FuncOp>(op)) {
    llvm::append_range(types, function.getArgumentTypes());
    llvm::append_range(types, function.getResultTypes());
  }
  if (const Type *type = llvm::find_if(types, isUnrankedUnsigned);
      type != types.end())
    return op->emitOpError("cannot be converted: ") << *type << " has no rank";
  if (isa<einsum::EinsumDialect>(op->getDialect()) ||
      isa<func::FuncOp, func::CallOp, func::ReturnOp>(op) ||
      movesElements(op) || isTensorConstant(op))
    return success();
  auto refuse = [&](TypeRange types) {
    return llvm::any_of(types, isUnsignedElement);
  };
  if (refuse(types))
    return op->emitOpError("cannot be converted: only operations of the "
                           "einsum dialect compute with unsigned elements");
  for (Region &region : op->getRegions())
    for (Block &block : region)
      if (refuse(block.getArgumentTypes()))
        return op->emitOpError("cannot be converted: a block of it takes "
                               "unsigned elements");
  return success();
}

/// Says in attributes what the signless types of the signature will not.
static void recordElements(func::FuncOp function) {
  auto nameOf = [&](Type type) -> StringAttr {
    Type element = getElementTypeOrSelf(type);
    std::optional<ElementType> known = einsum::getElementType(element);
    if (!known || getSignlessType(element) == element)
      return {};
    return StringAttr::get(function.getContext(), elementTypeName(*known));
  };
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (StringAttr name = nameOf(type))
      function.setArgAttr(i, kernel::kElementAttrName, name);
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    if (StringAttr name = nameOf(type))
      function.setResultAttr(i, kernel::kElementAttrName, name);
}

//===----------------------------------------------------------------------===//
// Patterns of operations that only move elements
//===----------------------------------------------------------------------===//

namespace {
struct ConvertTensorOp : ConversionPattern {
  ConvertTensorOp(TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/1,
                          context) {}

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (!movesElements(op))
      return failure();
    FailureOr<Operation *> converted =
        convertOpResultTypes(op, operands, *getTypeConverter(), rewriter);
    if (failed(converted))
      return failure();
    rewriter.replaceOp(op, *converted);
    return success();
  }
};

struct ConvertConstant : OpConversionPattern<arith::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::ConstantOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto elements = dyn_cast<DenseIntElementsAttr>(op.getValue());
    Type type = getTypeConverter()->convertType(op.getType());
    if (!elements || !type)
      return failure();
    Type element = getElementTypeOrSelf(type);
    unsigned width = element.getIntOrFloatBitWidth();
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, elements.mapValues(element, [&](const APInt &value) {
          return value.zext(width);
        }));
    return success();
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct ConvertEinsumToLinalg
    : einsumc::conversion::impl::ConvertEinsumToLinalgBase<
          ConvertEinsumToLinalg> {
  void runOnOperation() override;
};
} // namespace

void ConvertEinsumToLinalg::runOnOperation() {
  ModuleOp module = getOperation();
  WalkResult walked = module.walk<WalkOrder::PreOrder>([](Operation *op) {
    return failed(verifyConvertible(op)) ? WalkResult::interrupt()
                                         : WalkResult::advance();
  });
  if (walked.wasInterrupted())
    return signalPassFailure();

  SignlessTypes converter;
  module.walk([&](func::FuncOp function) {
    if (!isConverted(function) ||
        converter.isSignatureLegal(function.getFunctionType()))
      return;
    recordElements(function);
    ++numSignatures;
  });

  ConversionTarget target(getContext());
  target.addIllegalDialect<einsum::EinsumDialect>();
  target.addDynamicallyLegalOp<func::FuncOp>([&](func::FuncOp op) {
    return !isConverted(op) || converter.isSignatureLegal(op.getFunctionType());
  });
  target.addDynamicallyLegalOp<func::CallOp>([&](func::CallOp op) {
    return !isConverted(op) || converter.isLegal(op);
  });
  target.addDynamicallyLegalOp<func::ReturnOp>([&](func::ReturnOp op) {
    return !isConverted(op->getParentOfType<func::FuncOp>()) ||
           converter.isLegal(op);
  });
  target.markUnknownOpDynamicallyLegal([&](Operation *op) {
    auto isUnsigned = [](TypeRange types) {
      return llvm::any_of(types, isUnsignedElement);
    };
    if (isTensorConstant(op) && isBoolElement(op->getResult(0).getType()))
      return !feedsEinsumAlone(op);
    return !isUnsigned(op->getOperandTypes()) &&
           !isUnsigned(op->getResultTypes());
  });

  RewritePatternSet patterns(&getContext());
  populateContractPattern(patterns, converter, numContractions, numNarrowings);
  populateAccumulatePattern(patterns, converter, numAccumulations);
  populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                 converter);
  populateCallOpTypeConversionPattern(patterns, converter);
  populateReturnOpTypeConversionPattern(patterns, converter);
  patterns.add<ConvertTensorOp, ConvertConstant>(converter, &getContext());
  if (failed(applyFullConversion(module, target, std::move(patterns))))
    signalPassFailure();
}
