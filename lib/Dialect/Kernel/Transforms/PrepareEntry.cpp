//===- PrepareEntry.cpp - functions of tensors to functions of memrefs ===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferLabels.h"

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_PREPAREENTRY
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// Elements between the lowest address of a tensor and its first element: more
/// than 0 where a stride is negative. Flat indices from the lowest address are
/// never negative.
static int64_t offsetOf(RankedTensorType type, ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (auto [extent, stride] : llvm::zip_equal(type.getShape(), strides)) {
    if (ShapedType::isDynamic(stride) ||
        (stride < 0 && ShapedType::isDynamic(extent)))
      return ShapedType::kDynamic;
    if (stride < 0)
      offset -= std::max<int64_t>(extent - 1, 0) * stride;
  }
  return offset;
}

/// The memref that holds an operand of this tensor type. Inputs, not outputs,
/// may have negative strides.
static FailureOr<MemRefType> memrefOf(func::FuncOp function,
                                      RankedTensorType type,
                                      Attribute layoutAttr, bool isInput) {
  if (type.getEncoding())
    return function.emitError("a kernel's tensors must not have an encoding");
  MemRefLayoutAttrInterface layout;
  if (layoutAttr) {
    layout = dyn_cast<StridedLayoutAttr>(layoutAttr);
    if (!layout)
      return function.emitError()
             << kLayoutAttrName << " must be strided<[...]>, got "
             << layoutAttr;
    auto strided = cast<StridedLayoutAttr>(layoutAttr);
    if (int64_t(strided.getStrides().size()) != type.getRank() ||
        strided.getOffset() != 0)
      return function.emitError()
             << kLayoutAttrName << " must give " << type.getRank()
             << " strides and no offset, got " << layoutAttr;
    if (isInput)
      layout = StridedLayoutAttr::get(function.getContext(),
                                      offsetOf(type, strided.getStrides()),
                                      strided.getStrides());
  }
  return MemRefType::get(type.getShape(), type.getElementType(), layout);
}

/// Function on tensors → the same on memrefs, results as trailing arguments.
static LogicalResult prepare(func::FuncOp function) {
  FunctionType type = function.getFunctionType();
  Block &entry = function.getBody().front();
  OpBuilder builder = OpBuilder::atBlockBegin(&entry);
  MLIRContext *context = function.getContext();
  Location loc = function.getLoc();

  std::optional<unsigned> inOut;
  SmallVector<Type> arguments(type.getInputs());
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    auto tensor = dyn_cast<RankedTensorType>(argument);
    if (!tensor) {
      if (isa<UnrankedTensorType>(argument))
        return function.emitError("a kernel's tensors must be ranked");
      continue;
    }
    bool isInOut = bool(function.getArgAttr(i, kInOutAttrName));
    if (isInOut) {
      if (inOut)
        return function.emitError()
               << "only one argument may be " << kInOutAttrName;
      if (type.getNumResults() == 0 || type.getResult(0) != argument)
        return function.emitError()
               << kInOutAttrName << " needs a first result of its type";
      inOut = i;
    }
    FailureOr<MemRefType> memref =
        memrefOf(function, tensor, function.getArgAttr(i, kLayoutAttrName),
                 /*isInput=*/!isInOut);
    if (failed(memref))
      return failure();
    BlockArgument value = entry.getArgument(i);
    value.setType(*memref);
    arguments[i] = *memref;
    auto asTensor = bufferization::ToTensorOp::create(
        builder, loc, tensor, value, /*restrict=*/true, /*writable=*/isInOut);
    value.replaceAllUsesExcept(asTensor.getResult(), asTensor);
  }

  SmallVector<Value> destinations;
  SmallVector<DictionaryAttr> argumentAttrs;
  function.getAllArgAttrs(argumentAttrs);
  argumentAttrs.resize(arguments.size(), DictionaryAttr::get(context));
  SmallVector<func::ReturnOp> returns;
  function.walk([&](func::ReturnOp op) { returns.push_back(op); });
  if (returns.size() != 1 || returns[0]->getBlock() != &entry)
    return function.emitError(
        "a kernel must return once, from its first block");

  for (auto [i, result] : llvm::enumerate(type.getResults())) {
    auto tensor = dyn_cast<RankedTensorType>(result);
    if (!tensor)
      return function.emitError("a kernel's results must be ranked tensors");
    if (i == 0 && inOut) {
      destinations.push_back(entry.getArgument(*inOut));
      continue;
    }
    FailureOr<MemRefType> memref =
        memrefOf(function, tensor, function.getResultAttr(i, kLayoutAttrName),
                 /*isInput=*/false);
    if (failed(memref))
      return failure();
    destinations.push_back(entry.addArgument(*memref, loc));
    arguments.push_back(*memref);
    NamedAttrList attributes(function.getResultAttrDict(i));
    attributes.set(kOutputAttrName, UnitAttr::get(context));
    argumentAttrs.push_back(attributes.getDictionary(context));
  }

  func::ReturnOp ret = returns[0];
  builder.setInsertionPoint(ret);
  for (auto [value, destination] : llvm::zip(ret.getOperands(), destinations))
    bufferization::MaterializeInDestinationOp::create(
        builder, ret.getLoc(), Type(), value, destination, /*restrict=*/true,
        /*writable=*/true);
  func::ReturnOp::create(builder, ret.getLoc());
  ret.erase();
  function.removeResAttrsAttr();
  function.setFunctionType(FunctionType::get(context, arguments, {}));
  function.setAllArgAttrs(argumentAttrs);
  return success();
}

namespace {
struct PrepareEntry : einsumc::kernel::impl::PrepareEntryBase<PrepareEntry> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function.isPublic() || function.isExternal())
        continue;
      FunctionType type = function.getFunctionType();
      auto isTensor = [](Type t) { return isa<TensorType>(t); };
      if (type.getNumResults() == 0 &&
          llvm::none_of(type.getInputs(), isTensor))
        continue;
      if (failed(inferLabels(function)) || failed(prepare(function)))
        return signalPassFailure();
      ++numPrepared;
    }
  }
};
} // namespace
