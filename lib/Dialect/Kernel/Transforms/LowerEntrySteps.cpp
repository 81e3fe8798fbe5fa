//===- LowerEntrySteps.cpp - Step functions on pointers ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A step function's memrefs become pointers with their dynamic extents, so that
// the pointers can be marked: distinct operands do not alias. Each `scf.forall`
// becomes a function of its own with the range of tasks to run.
//
//===----------------------------------------------------------------------===//

#include "LowerEntryInternal.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

func::FuncOp entry::createFunction(OpBuilder &moduleBuilder, Location loc,
                                   const Twine &name, ArrayRef<Type> arguments,
                                   TypeRange results, bool isPublic) {
  auto function =
      func::FuncOp::create(moduleBuilder, loc, name.str(),
                           moduleBuilder.getFunctionType(arguments, results));
  function.addEntryBlock();
  if (!isPublic) {
    function.setPrivate();
    // Without it the conversion to the llvm dialect makes the symbol external.
    function->setAttr("llvm.linkage",
                      LLVM::LinkageAttr::get(moduleBuilder.getContext(),
                                             LLVM::Linkage::Internal));
  }
  return function;
}

static Value castToIndex(ImplicitLocOpBuilder &b, Value value) {
  return arith::IndexCastOp::create(b, b.getIndexType(), value);
}

/// The memref that a scratch op at `offset` bytes of `memory` gives.
static Value placeScratch(ImplicitLocOpBuilder &b, ScratchOp scratch,
                          Value memory, Value size) {
  auto type = cast<MemRefType>(scratch.getType());
  SmallVector<Value> dynamic;
  if (type.isDynamicDim(0))
    dynamic.push_back(size);
  return buildMemRef(b, memory, type, dynamic);
}

static LogicalResult splitStep(StepFunction &parent, Step &step) {
  func::FuncOp original = parent.function;
  MLIRContext *context = original.getContext();
  auto pointer = LLVM::LLVMPointerType::get(context);
  Type i64 = IntegerType::get(context, 64);

  // Exploded arguments; a pointer for each shared scratch; this call's slot;
  // begin and end.
  SmallVector<Type> types;
  SmallVector<unsigned> firstType;
  for (Type type : original.getArgumentTypes()) {
    firstType.push_back(types.size());
    if (auto memref = dyn_cast<MemRefType>(type))
      llvm::append_range(types, explodedTypes(memref));
    else
      types.push_back(type);
  }
  unsigned firstShared = types.size();
  types.append(parent.sharedScratch.size() + 1, pointer);
  types.append(2, i64);

  OpBuilder moduleBuilder(original);
  func::FuncOp function = createFunction(moduleBuilder, original.getLoc(),
                                         step.name, types, {}, false);
  UnitAttr unit = UnitAttr::get(context);
  IntegerAttr alignment = moduleBuilder.getI64IntegerAttr(kAlignment);
  for (unsigned i = 0; i < original.getNumArguments(); ++i)
    if (parent.noAlias.test(i))
      function.setArgAttr(firstType[i], "llvm.noalias", unit);
  for (unsigned i = 0; i <= parent.sharedScratch.size(); ++i) {
    function.setArgAttr(firstShared + i, "llvm.noalias", unit);
    function.setArgAttr(firstShared + i, "llvm.align", alignment);
  }

  Block &block = function.getBody().front();
  ImplicitLocOpBuilder b(original.getLoc(), context);
  b.setInsertionPointToStart(&block);
  SliceCloner cloner(b);
  for (auto [number, argument] : llvm::enumerate(original.getArguments())) {
    Value first = block.getArgument(firstType[number]);
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type) {
      cloner.map(argument, first);
      continue;
    }
    ValueRange dynamic =
        ValueRange(block.getArguments())
            .slice(firstType[number] + 1, explodedTypes(type).size() - 1);
    cloner.map(argument, buildMemRef(b, first, type, dynamic));
  }
  for (auto [number, scratch] : llvm::enumerate(parent.sharedScratch)) {
    FailureOr<Value> size = cloner.get(scratch.getSize());
    if (failed(size))
      return failure();
    cloner.map(scratch.getBuffer(),
               placeScratch(b, scratch, block.getArgument(firstShared + number),
                            *size));
  }

  scf::ForallOp forall = step.forall;
  // This call's own scratch: the same for every task of the range.
  Value slot = block.getArgument(firstShared + parent.sharedScratch.size());
  Value offset = constantIndex(b, 0);
  SmallVector<Value> ownBuffers;
  for (ScratchOp scratch : step.ownScratch) {
    FailureOr<Value> size = cloner.get(scratch.getSize());
    if (failed(size))
      return failure();
    ownBuffers.push_back(
        placeScratch(b, scratch, offsetPointer(b, slot, offset), *size));
    Type element = cast<MemRefType>(scratch.getType()).getElementType();
    offset =
        add(b, offset,
            alignUp(b, mul(b, *size, constantIndex(b, byteSize(element)))));
  }

  // What the forall uses from above, computed anew.
  llvm::SetVector<Value> above;
  getUsedValuesDefinedAbove(forall.getRegion(), above);
  for (Value value : above) {
    FailureOr<Value> clone = cloner.get(value);
    if (failed(clone))
      return failure();
    replaceAllUsesInRegionWith(value, *clone, forall.getRegion());
  }
  auto bound = [&](OpFoldResult bound) -> FailureOr<Value> {
    if (auto value = dyn_cast<Value>(bound))
      return cloner.get(value);
    return constantIndex(b, *getConstantIntValue(bound));
  };
  FailureOr<Value> lower = bound(forall.getMixedLowerBound()[0]);
  FailureOr<Value> stride = bound(forall.getMixedStep()[0]);
  if (failed(lower) || failed(stride))
    return failure();

  for (auto [scratch, buffer] : llvm::zip(step.ownScratch, ownBuffers)) {
    scratch.getBuffer().replaceAllUsesWith(buffer);
    scratch.erase();
  }

  unsigned firstRange = firstShared + parent.sharedScratch.size() + 1;
  Value begin = castToIndex(b, block.getArgument(firstRange));
  Value end = castToIndex(b, block.getArgument(firstRange + 1));
  auto loop = scf::ForOp::create(b, begin, end, constantIndex(b, 1));
  func::ReturnOp::create(b);
  b.setInsertionPointToStart(loop.getBody());
  Value task = add(b, *lower, mul(b, loop.getInductionVar(), *stride));
  forall.getInductionVar(0).replaceAllUsesWith(task);
  Block *body = forall.getBody();
  body->getTerminator()->erase();
  loop.getBody()->getOperations().splice(
      loop.getBody()->getTerminator()->getIterator(), body->getOperations());
  return success();
}

LogicalResult entry::splitStepFunction(StepFunction &function) {
  for (Step &step : function.steps)
    if (failed(splitStep(function, step)))
      return failure();
  function.function.erase();
  return success();
}
