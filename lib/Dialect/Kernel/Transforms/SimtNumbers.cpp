//===- SimtNumbers.cpp - Equal extents become one number ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Axes with the same label have one extent (docs/abi.md), and intermediates are
// row-major: what a kernel would take as several parameters is often one. Then
// the device's compiler sees that divisions are the same, too.
//
//===----------------------------------------------------------------------===//

#include "SimtKernel.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace einsumc::kernel;

namespace {

/// One function's numbers, in the order of its operations.
class NumberUnifier {
public:
  explicit NumberUnifier(func::FuncOp function) : function(function) {}
  void run();

private:
  void unify(memref::DimOp op);
  void unify(memref::ExtractStridedMetadataOp op);
  void replaceExtent(Value memref, int64_t axis, Value extent);

  func::FuncOp function;
  /// The first value of each label's extent.
  llvm::DenseMap<Attribute, Value> extentOf;
};

} // namespace

/// Replaces an extent by what it was called before.
void NumberUnifier::replaceExtent(Value memref, int64_t axis, Value extent) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.isDynamicDim(axis))
    return;
  if (auto alloc = memref.getDefiningOp<memref::AllocOp>()) {
    extent.replaceAllUsesWith(
        alloc.getDynamicSizes()[type.getDynamicDimIndex(axis)]);
    return;
  }
  auto argument = dyn_cast<BlockArgument>(memref);
  if (!argument)
    return;
  auto labels = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(),
                                                     kLabelsAttrName);
  if (!labels || size_t(axis) >= labels.size())
    return;
  auto [known, isFirst] = extentOf.try_emplace(labels[axis], extent);
  if (!isFirst)
    extent.replaceAllUsesWith(known->second);
}

void NumberUnifier::unify(memref::DimOp op) {
  if (std::optional<int64_t> axis = op.getConstantIndex())
    replaceExtent(op.getSource(), *axis, op.getResult());
}

void NumberUnifier::unify(memref::ExtractStridedMetadataOp op) {
  auto type = cast<MemRefType>(op.getSource().getType());
  // Next to the innermost axis, a row-major stride is an extent.
  int64_t row = type.getRank() - 2;
  if (row >= 0 && type.getLayout().isIdentity() && type.isDynamicDim(row + 1))
    op.getStrides()[row].replaceAllUsesWith(op.getSizes()[row + 1]);
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    replaceExtent(op.getSource(), axis, op.getSizes()[axis]);
}

void NumberUnifier::run() {
  for (Operation &op : function.getBody().front()) {
    if (auto dim = dyn_cast<memref::DimOp>(op))
      unify(dim);
    else if (auto metadata = dyn_cast<memref::ExtractStridedMetadataOp>(op))
      unify(metadata);
  }
}

void simt::unifyNumbers(func::FuncOp function) {
  NumberUnifier(function).run();
}
