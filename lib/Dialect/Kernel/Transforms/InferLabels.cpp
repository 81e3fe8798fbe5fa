//===- InferLabels.cpp - Axes of equal extent -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferLabels.h"

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace einsumc::kernel;

namespace {

/// Classes of axes that have one extent.
class AxisClasses {
public:
  explicit AxisClasses(func::FuncOp function);
  /// The class's number; the same for all axes in it.
  int64_t find(Value tensor, int64_t axis) {
    return classes.getLeaderValue(number(tensor, axis));
  }

private:
  using Axis = std::pair<Value, int64_t>;
  int64_t number(Value tensor, int64_t axis) {
    auto [it, isNew] = numbers.try_emplace(Axis(tensor, axis), numbers.size());
    if (isNew)
      classes.insert(it->second);
    return it->second;
  }
  void unite(Value a, int64_t axisOfA, Value b, int64_t axisOfB) {
    classes.unionSets(number(a, axisOfA), number(b, axisOfB));
  }
  void uniteAll(Value a, Value b);
  void visitMaps(ValueRange operands, ArrayRef<AffineMap> maps);
  void visit(Operation *op);

  llvm::MapVector<Axis, int64_t> numbers;
  llvm::EquivalenceClasses<int64_t> classes;
};

} // namespace

static int64_t rankOf(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor ? tensor.getRank() : 0;
}

void AxisClasses::uniteAll(Value a, Value b) {
  for (int64_t axis = 0; axis < std::min(rankOf(a), rankOf(b)); ++axis)
    unite(a, axis, b, axis);
}

/// Axes that one loop goes over.
void AxisClasses::visitMaps(ValueRange operands, ArrayRef<AffineMap> maps) {
  DenseMap<unsigned, Axis> loops;
  for (auto [operand, map] : llvm::zip(operands, maps)) {
    if (rankOf(operand) != map.getNumResults())
      continue;
    for (auto [axis, result] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(result);
      if (!dim)
        continue;
      auto [it, isNew] =
          loops.try_emplace(dim.getPosition(), Axis(operand, axis));
      if (!isNew)
        unite(it->second.first, it->second.second, operand, axis);
    }
  }
}

void AxisClasses::visit(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    visitMaps(op->getOperands(), linalgOp.getIndexingMapsArray());
  } else if (auto region = dyn_cast<RegionOp>(op)) {
    if (ArrayAttr maps = region.getIndexingMapsAttr())
      visitMaps(op->getOperands(),
                llvm::to_vector(maps.getAsValueRange<AffineMapAttr>()));
  }
  if (auto destination = dyn_cast<DestinationStyleOpInterface>(op)) {
    for (OpOperand &init : destination.getDpsInitsMutable())
      if (isa<RankedTensorType>(init.get().getType()))
        uniteAll(init.get(), destination.getTiedOpResult(&init));
  } else if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    unsigned next = 0;
    for (int64_t axis = 0; axis < rankOf(empty); ++axis) {
      if (!empty.getType().isDynamicDim(axis))
        continue;
      auto dim = empty.getDynamicSizes()[next++].getDefiningOp<tensor::DimOp>();
      if (!dim)
        continue;
      if (std::optional<int64_t> source = dim.getConstantIndex();
          source && *source >= 0 && *source < rankOf(dim.getSource()))
        unite(empty, axis, dim.getSource(), *source);
    }
  } else if (isa<tensor::CastOp>(op) ||
             OpTrait::hasElementwiseMappableTraits(op)) {
    for (Value operand : op->getOperands())
      for (Value result : op->getResults())
        uniteAll(operand, result);
  }
}

AxisClasses::AxisClasses(func::FuncOp function) {
  // Arguments first, so that every class with an axis of one of them knows.
  for (Value argument : function.getArguments())
    for (int64_t axis = 0; axis < rankOf(argument); ++axis)
      number(argument, axis);
  function.walk([&](Operation *op) { visit(op); });
}

LogicalResult einsumc::kernel::inferLabels(func::FuncOp function) {
  auto isDynamic = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && !tensor.hasStaticShape();
  };
  if (llvm::none_of(function.getArgumentTypes(), isDynamic) &&
      llvm::none_of(function.getResultTypes(), isDynamic))
    return success();
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (function.getArgAttr(i, kLabelsAttrName))
      return success();
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (function.getResultAttr(i, kLabelsAttrName))
      return success();
  if (!function.getBody().hasOneBlock())
    return success();

  AxisClasses classes(function);
  Builder builder(function.getContext());
  llvm::MapVector<int64_t, Attribute> names;
  auto labelsOf = [&](Value tensor) {
    SmallVector<Attribute> labels;
    for (int64_t axis = 0; axis < rankOf(tensor); ++axis) {
      Attribute &name = names[classes.find(tensor, axis)];
      if (!name)
        name = builder.getStringAttr("d" + Twine(names.size() - 1));
      labels.push_back(name);
    }
    return builder.getArrayAttr(labels);
  };
  for (auto [number, argument] : llvm::enumerate(function.getArguments()))
    if (isa<RankedTensorType>(argument.getType()))
      function.setArgAttr(number, kLabelsAttrName, labelsOf(argument));

  Operation *terminator = function.getBody().front().getTerminator();
  for (auto [number, result] : llvm::enumerate(terminator->getOperands())) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!type)
      continue;
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      if (type.isDynamicDim(axis) && !names.count(classes.find(result, axis)))
        return function.emitError("the extent of axis ")
               << axis << " of result " << number
               << " is dynamic, but that of no argument's axis";
    function.setResultAttr(number, kLabelsAttrName, labelsOf(result));
  }
  return success();
}
