//===- OutlineSteps.cpp - one function a step -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_OUTLINESTEPS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// What may stand in a kernel function beside calls of steps.
static bool staysInKernel(Operation &op) {
  return isa<memref::AllocOp, func::ReturnOp, func::CallOp>(op) ||
         (isMemoryEffectFree(&op) && op.getNumRegions() == 0);
}

/// memref.copy as an element-wise region.
static void copyToRegion(RewriterBase &rewriter, memref::CopyOp copy) {
  auto type = cast<MemRefType>(copy.getTarget().getType());
  AffineMap map =
      rewriter.getMultiDimIdentityMap(static_cast<unsigned>(type.getRank()));
  rewriter.setInsertionPoint(copy);
  auto region = RegionOp::create(rewriter, copy.getLoc(), Type(),
                                 copy.getSource(), copy.getTarget(),
                                 rewriter.getAffineMapArrayAttr({map, map}),
                                 InitKind::zero, LoopsAttr(), nullptr);
  Type element = type.getElementType();
  Block &body = region.getBody().emplaceBlock();
  body.addArguments({element, element}, {copy.getLoc(), copy.getLoc()});
  rewriter.setInsertionPointToStart(&body);
  YieldOp::create(rewriter, copy.getLoc(), body.getArgument(0));
  rewriter.eraseOp(copy);
}

namespace {
struct OutlineSteps : einsumc::kernel::impl::OutlineStepsBase<OutlineSteps> {
  using OutlineStepsBase::OutlineStepsBase;

  /// A private function of the values that `ops` use, holding `ops`; `serial`
  /// wraps them into a loop of one task.
  func::FuncOp makeStep(ArrayRef<Operation *> ops, ArrayRef<Value> used,
                        bool serial);
  void outline(func::FuncOp kernel);
  LogicalResult prepare(func::FuncOp kernel);
  void runOnOperation() override;

  /// Steps by their text, so that equal products become one function.
  llvm::StringMap<func::FuncOp> steps;
};
} // namespace

func::FuncOp OutlineSteps::makeStep(ArrayRef<Operation *> ops,
                                    ArrayRef<Value> used, bool serial) {
  MLIRContext *context = &getContext();
  Location loc = ops[0]->getLoc();
  SmallVector<Type> types;
  for (Value value : used)
    types.push_back(value.getType());
  auto step =
      func::FuncOp::create(loc, "step", FunctionType::get(context, types, {}));
  step.setPrivate();
  Block *body = step.addEntryBlock();
  OpBuilder builder = OpBuilder::atBlockEnd(body);
  IRMapping mapping;
  mapping.map(used, body->getArguments());
  func::ReturnOp::create(builder, loc);
  builder.setInsertionPointToStart(body);
  if (serial) {
    auto forall = scf::ForallOp::create(
        builder, loc, ArrayRef<OpFoldResult>(builder.getIndexAttr(1)),
        ValueRange(), builder.getArrayAttr({TaskAttr::get(&getContext())}));
    builder.setInsertionPointToStart(forall.getBody());
  }
  for (Operation *op : ops)
    builder.clone(*op, mapping);
  return step;
}

LogicalResult OutlineSteps::prepare(func::FuncOp kernel) {
  IRRewriter rewriter(&getContext());
  SmallVector<Operation *> ops;
  kernel.walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops) {
    if (auto copy = dyn_cast<memref::CopyOp>(op)) {
      if (copy->getParentOp() == kernel) {
        copyToRegion(rewriter, copy);
        continue;
      }
      // Inside of a loop it becomes part of the step that the loop is.
      rewriter.setInsertionPoint(op);
      linalg::GenericOp generic = linalg::makeMemRefCopyOp(
          rewriter, op->getLoc(), copy.getSource(), copy.getTarget());
      (void)linalg::linalgOpToLoops(rewriter, generic);
      rewriter.eraseOp(generic);
      rewriter.eraseOp(op);
    } else if (isa<memref::DeallocOp>(op)) {
      rewriter.eraseOp(op);
    } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::linalgOpToLoops(rewriter, linalgOp)))
        return op->emitError("cannot be lowered to loops");
      rewriter.eraseOp(op);
    }
  }
  return success();
}

/// What a step computes itself instead of getting it: constants, and views, for
/// the memrefs that a step gets must not overlap (their pointers say so).
static bool belongsToStep(Operation *definition) {
  return definition &&
         (matchPattern(definition, m_Constant()) ||
          isa<memref::GetGlobalOp, ViewLikeOpInterface>(definition));
}

/// Values from outside that `ops` use. What belongs to the step is put in front
/// of `ops` instead.
static SmallVector<Value> usedValues(SmallVectorImpl<Operation *> &ops) {
  SetVector<Value> used;
  SetVector<Operation *> own;
  llvm::SmallPtrSet<Operation *, 8> inside(ops.begin(), ops.end());
  std::function<void(Value)> use = [&](Value value) {
    Operation *definition = value.getDefiningOp();
    if (!belongsToStep(definition)) {
      used.insert(value);
      return;
    }
    if (own.contains(definition))
      return;
    for (Value operand : definition->getOperands())
      use(operand);
    own.insert(definition);
  };
  for (Operation *outer : ops)
    outer->walk([&](Operation *op) {
      for (Value operand : op->getOperands()) {
        Operation *owner = operand.getParentBlock()->getParentOp();
        Operation *definition = operand.getDefiningOp();
        if (!outer->isAncestor(owner) &&
            !(definition && inside.contains(definition)))
          use(operand);
      }
    });
  ops.insert(ops.begin(), own.begin(), own.end());
  return SmallVector<Value>(used.begin(), used.end());
}

void OutlineSteps::outline(func::FuncOp kernel) {
  OpBuilder builder(kernel.getContext());
  SymbolTable symbols(getOperation());
  SmallVector<SmallVector<Operation *>> groups;
  // A region is a step of its own; other effects are taken in runs.
  bool open = false;
  for (Operation &op : kernel.getBody().front()) {
    if (isa<RegionOp>(op)) {
      groups.push_back({&op});
      open = false;
    } else if (!staysInKernel(op)) {
      if (!open)
        groups.emplace_back();
      groups.back().push_back(&op);
      open = true;
    }
  }
  for (SmallVector<Operation *> &group : groups) {
    SmallVector<Operation *> original(group);
    bool serial = !isa<RegionOp>(original[0]);
    for (Operation *op : original)
      for (Operation *user : op->getUsers())
        if (!llvm::is_contained(original, user)) {
          op->emitError("a value read from memory decides about the kernel: "
                        "only the tensors' elements may depend on it");
          return signalPassFailure();
        }
    SmallVector<Value> used = usedValues(group);
    func::FuncOp step = makeStep(group, used, serial);
    std::string text;
    llvm::raw_string_ostream os(text);
    step->print(os, OpPrintingFlags().useLocalScope());
    auto [it, isNew] = steps.try_emplace(text, step);
    if (isNew) {
      step.setSymName(
          (kernel.getSymName() + ".step" + Twine(steps.size() - 1)).str());
      symbols.insert(step);
      ++numSteps;
    } else {
      step->erase();
      ++numMerged;
    }
    // Pure operations between the group's may define what later ones use.
    builder.setInsertionPoint(original.back());
    func::CallOp::create(builder, original[0]->getLoc(), it->second, used);
    for (Operation *op : llvm::reverse(original))
      op->erase();
  }
  // What the steps took with them.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(kernel.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

void OutlineSteps::runOnOperation() {
  steps.clear();
  SmallVector<func::FuncOp> kernels;
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      kernels.push_back(function);
  for (func::FuncOp kernel : kernels) {
    if (!kernel.getBody().hasOneBlock()) {
      kernel.emitError("a kernel must be one block");
      return signalPassFailure();
    }
    if (failed(prepare(kernel)))
      return signalPassFailure();
    outline(kernel);
  }
}
