//===- LowerEntry.cpp - The C ABI of a kernel -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerEntryInternal.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringSet.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_LOWERENTRY
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

//===----------------------------------------------------------------------===//
// Reading the input
//===----------------------------------------------------------------------===//

/// Finds the steps and the scratch of a private function.
static LogicalResult readStepFunction(StepFunction &callee) {
  func::FuncOp function = callee.function;
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError("expected a step function with one block");
  for (Operation &op : function.getBody().front()) {
    if (auto scratch = dyn_cast<ScratchOp>(op)) {
      callee.sharedScratch.push_back(scratch);
    } else if (auto forall = dyn_cast<scf::ForallOp>(op)) {
      if (forall.getRank() != 1 || forall.getNumResults() != 0)
        return forall.emitError(
            "expected one induction variable and no result");
      Step step{forall, {}, ""};
      forall.walk(
          [&](ScratchOp scratch) { step.ownScratch.push_back(scratch); });
      callee.steps.push_back(step);
    } else if (isa<func::ReturnOp>(op) ? op.getNumOperands() != 0
                                       : !isPure(&op)) {
      return op.emitError("expected no side effect outside of scf.forall");
    }
  }
  // Symbols with a dot cannot clash with a kernel's.
  for (auto [number, step] : llvm::enumerate(callee.steps))
    step.name = (function.getName() + "." + Twine(number)).str();
  return success();
}

/// The allocation or argument that a memref is a view of.
static Value getRoot(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (isa<memref::AllocOp>(op))
      break;
    auto source = llvm::find_if(op->getOperands(), [](Value operand) {
      return isa<BaseMemRefType>(operand.getType());
    });
    if (source == op->operand_end())
      break;
    value = *source;
  }
  return value;
}

/// Marks arguments of the callee that share memory with another in this call.
static void restrictAliases(func::CallOp call, StepFunction &callee) {
  DenseMap<Value, unsigned> firstUse;
  for (auto [number, operand] : llvm::enumerate(call.getOperands())) {
    if (!isa<BaseMemRefType>(operand.getType())) {
      callee.noAlias.reset(number);
      continue;
    }
    auto [it, inserted] = firstUse.try_emplace(getRoot(operand), number);
    if (inserted)
      continue;
    callee.noAlias.reset(it->second);
    callee.noAlias.reset(number);
  }
}

namespace {
/// Callees by their function, in order of first call.
using StepFunctions =
    llvm::MapVector<Operation *, std::unique_ptr<StepFunction>>;
} // namespace

LogicalResult entry::readSignature(Kernel &kernel) {
  func::FuncOp function = kernel.function;
  if (!llvm::all_of(function.getArgumentTypes(), [](Type type) {
        return !isa<ShapedType>(type) || isa<MemRefType>(type);
      }))
    return function.emitError("expected a kernel on memrefs");
  if (!function.getBody().hasOneBlock())
    return function.emitError("expected a kernel with one block");
  FailureOr<Signature> signature = getSignature(function);
  if (failed(signature))
    return failure();
  kernel.signature = std::move(*signature);

  unsigned number = 0, firstAxis = 0;
  for (const SignatureOperand &operand : kernel.signature.operands) {
    kernel.argumentNumbers[operand.index] = {number++, firstAxis};
    firstAxis += operand.rank();
  }
  for (const SignatureScalar &scalar : kernel.signature.scalars)
    kernel.argumentNumbers[scalar.index] = {number++, 0};
  return success();
}

static LogicalResult readKernel(Kernel &kernel, StepFunctions &stepFunctions,
                                SymbolTableCollection &symbols) {
  if (failed(readSignature(kernel)))
    return failure();
  func::FuncOp function = kernel.function;
  for (Operation &op : function.getBody().front()) {
    auto call = dyn_cast<func::CallOp>(op);
    if (!call) {
      if (isa<func::ReturnOp>(op)
              ? op.getNumOperands() != 0
              : !isPure(&op) && !isa<memref::AllocOp, memref::DeallocOp>(op))
        return op.emitError("expected pure operations, allocations and calls "
                            "of step functions");
      continue;
    }
    auto target = symbols.lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    if (!target || !target.isPrivate() || call.getNumResults() != 0)
      return call.emitError("expected a call of a private step function");
    std::unique_ptr<StepFunction> &callee = stepFunctions[target];
    if (!callee) {
      callee = std::make_unique<StepFunction>();
      callee->function = target;
      callee->noAlias.resize(target.getNumArguments(), true);
      if (failed(readStepFunction(*callee)))
        return failure();
    }
    restrictAliases(call, *callee);
    kernel.calls.push_back(call);
    kernel.callees.push_back(callee.get());
    kernel.numSteps += callee->steps.size();
  }
  return collectBuffers(kernel);
}

//===----------------------------------------------------------------------===//
// NAME_tasks, NAME_entry and the size of scratch
//===----------------------------------------------------------------------===//

/// Ends the block with a switch over steps; `fill` builds the block of each.
static LogicalResult
buildSwitch(ImplicitLocOpBuilder &b, Kernel &kernel, Value stepNumber,
            Value otherwise,
            function_ref<LogicalResult(unsigned call, unsigned step)> fill) {
  Block *entry = b.getInsertionBlock();
  Region *region = entry->getParent();
  SmallVector<Block *> blocks;
  SmallVector<APInt> values;
  for (auto [callNumber, callee] : llvm::enumerate(kernel.callees))
    for (unsigned step = 0; step < callee->steps.size(); ++step) {
      values.push_back(APInt(64, blocks.size()));
      blocks.push_back(b.createBlock(region, region->end()));
      if (failed(fill(callNumber, step)))
        return failure();
    }
  Block *none = b.createBlock(region, region->end());
  func::ReturnOp::create(b, otherwise);
  b.setInsertionPointToEnd(entry);
  SmallVector<ValueRange> operands(blocks.size());
  cf::SwitchOp::create(b, stepNumber, none, ValueRange(), values,
                       BlockRange(blocks), operands);
  return success();
}

static LogicalResult buildTasks(Kernel &kernel, OpBuilder &moduleBuilder) {
  Location loc = kernel.function.getLoc();
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  func::FuncOp function = createFunction(
      moduleBuilder, loc, Twine(kernel.signature.name) + "_tasks",
      {pointer, b.getI64Type()}, b.getI64Type(), true);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Memory memory;
  memory.sizes = block.getArgument(0);
  Value none = constantI64(b, -1);
  return buildSwitch(
      b, kernel, block.getArgument(1), none,
      [&](unsigned call, unsigned step) -> LogicalResult {
        SliceCloner cloner = kernelCloner(b, kernel, memory);
        SliceCloner inCallee = calleeCloner(b, kernel.calls[call], cloner);
        FailureOr<Value> count =
            taskCount(b, kernel.callees[call]->steps[step], inCallee);
        if (failed(count))
          return failure();
        func::ReturnOp::create(
            b, b.createOrFold<arith::IndexCastOp>(b.getI64Type(), *count));
        return success();
      });
}

/// NAME.bytes(sizes): everything that scratch holds. Lays the buffers out.
static LogicalResult buildBytes(Kernel &kernel, OpBuilder &moduleBuilder) {
  Location loc = kernel.function.getLoc();
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  func::FuncOp function = createFunction(
      moduleBuilder, loc, Twine(kernel.signature.name) + ".bytes", pointer,
      b.getI64Type(), false);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Memory memory;
  memory.sizes = block.getArgument(0);
  SliceCloner cloner = kernelCloner(b, kernel, memory);
  if (failed(layOut(b, kernel, cloner)))
    return failure();
  FailureOr<SmallVector<Value>> offsets = slotOffsets(b, kernel, cloner);
  if (failed(offsets))
    return failure();

  Value largest = constantIndex(b, 0);
  for (auto [call, callee] : llvm::zip(kernel.calls, kernel.callees)) {
    SliceCloner inCallee = calleeCloner(b, call, cloner);
    for (Step &step : callee->steps) {
      FailureOr<Value> bytes = ownScratchBytes(b, step, inCallee);
      if (failed(bytes))
        return failure();
      if (getConstant(*bytes) == 0)
        continue;
      FailureOr<Value> tasks = taskCount(b, step, inCallee);
      if (failed(tasks))
        return failure();
      largest = maximum(b, largest, mul(b, *bytes, *tasks));
    }
  }
  Value total = add(b, offsets->back(), largest);
  func::ReturnOp::create(
      b, b.createOrFold<arith::IndexCastOp>(b.getI64Type(), total));
  return success();
}

static LogicalResult buildEntry(Kernel &kernel, OpBuilder &moduleBuilder) {
  Location loc = kernel.function.getLoc();
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Type i64 = b.getI64Type();
  const std::string &name = kernel.signature.name;
  func::FuncOp function =
      createFunction(moduleBuilder, loc, Twine(name) + "_entry",
                     {pointer, pointer, pointer, pointer, i64, i64, i64},
                     b.getI32Type(), true);
  function.setArgAttr(3, "llvm.align", b.getI64IntegerAttr(kAlignment));
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Memory memory{block.getArgument(0),
                block.getArgument(1),
                block.getArgument(2),
                block.getArgument(3),
                {}};
  Value begin = block.getArgument(5), end = block.getArgument(6);
  {
    // From sizes alone, as in NAME.bytes: where buffers lie is only known
    // afterwards.
    Memory sizesOnly;
    sizesOnly.sizes = memory.sizes;
    SliceCloner cloner = kernelCloner(b, kernel, sizesOnly);
    FailureOr<SmallVector<Value>> offsets = slotOffsets(b, kernel, cloner);
    if (failed(offsets))
      return failure();
    memory.slotOffsets = std::move(*offsets);
  }
  Value illegal = arith::ConstantOp::create(b, b.getI32IntegerAttr(1));
  Value done = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));

  // Shared scratch of each call, in the order of the callee's.
  DenseMap<std::pair<Operation *, unsigned>, const Buffer *> shared;
  for (const Buffer &buffer : kernel.buffers)
    if (isa<ScratchOp>(buffer.op))
      shared[{buffer.op, buffer.call}] = &buffer;

  return buildSwitch(
      b, kernel, block.getArgument(4), illegal,
      [&](unsigned callNumber, unsigned stepNumber) -> LogicalResult {
        func::CallOp call = kernel.calls[callNumber];
        StepFunction &callee = *kernel.callees[callNumber];
        Step &step = callee.steps[stepNumber];
        SliceCloner cloner = kernelCloner(b, kernel, memory);
        SmallVector<Value> arguments;
        for (Value operand : call.getOperands()) {
          FailureOr<Value> value = cloner.get(operand);
          if (failed(value))
            return failure();
          if (isa<MemRefType>(operand.getType()))
            arguments.append(explodeMemRef(b, *value));
          else
            arguments.push_back(*value);
        }
        for (ScratchOp scratch : callee.sharedScratch) {
          const Buffer *buffer = shared.lookup({scratch, callNumber});
          Value offset = buffer->slot < 0 ? constantIndex(b, buffer->offset)
                                          : memory.slotOffsets[buffer->slot];
          arguments.push_back(offsetPointer(b, memory.scratch, offset));
        }
        SliceCloner inCallee = calleeCloner(b, call, cloner);
        FailureOr<Value> bytes = ownScratchBytes(b, step, inCallee);
        if (failed(bytes))
          return failure();
        Value slot = memory.scratch;
        if (getConstant(*bytes) != 0) {
          Value first = arith::IndexCastOp::create(b, b.getIndexType(), begin);
          slot = offsetPointer(
              b, slot,
              add(b, memory.slotOffsets.back(), mul(b, first, *bytes)));
        }
        arguments.append({slot, begin, end});
        func::CallOp::create(b, step.name, TypeRange(), arguments);
        func::ReturnOp::create(b, done);
        return success();
      });
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct LowerEntry : einsumc::kernel::impl::LowerEntryBase<LowerEntry> {
  void runOnOperation() override;
};
} // namespace

void LowerEntry::runOnOperation() {
  ModuleOp module = getOperation();
  SymbolTableCollection symbols;
  std::vector<Kernel> kernels;
  StepFunctions stepFunctions;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal()) {
      kernels.emplace_back();
      kernels.back().function = function;
    }
  llvm::StringSet<> names;
  for (Kernel &kernel : kernels) {
    if (failed(readKernel(kernel, stepFunctions, symbols)))
      return signalPassFailure();
    for (StringRef suffix : {"", "_ws", "_scratch_bytes", "_tasks", "_entry"})
      if (!names.insert((kernel.signature.name + suffix).str()).second) {
        kernel.function.emitError("another kernel already defines '")
            << kernel.signature.name << suffix << "'";
        return signalPassFailure();
      }
  }

  for (Kernel &kernel : kernels) {
    OpBuilder moduleBuilder(kernel.function);
    // NAME itself is defined anew.
    kernel.function.setName((kernel.signature.name + ".tensors"));
    if (failed(buildBytes(kernel, moduleBuilder)) ||
        failed(buildTasks(kernel, moduleBuilder)) ||
        failed(buildEntry(kernel, moduleBuilder)) ||
        failed(buildCheck(kernel, moduleBuilder)) ||
        failed(buildWrappers(kernel, moduleBuilder)))
      return signalPassFailure();
    ++numKernels;
    numSteps += kernel.numSteps;
    numBuffers += kernel.buffers.size();
  }
  for (Kernel &kernel : kernels)
    kernel.function.erase();
  for (auto &[operation, stepFunction] : stepFunctions)
    if (failed(splitStepFunction(*stepFunction)))
      return signalPassFailure();
  // All decisions have been carried out; tools that read what follows need not
  // know our attributes.
  module->removeAttr(kTargetAttrName);
  module->removeAttr(kThreadsAttrName);
}
