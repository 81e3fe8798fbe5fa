//===- AssumeExtents.cpp - From labels to loops ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_ASSUMEEXTENTS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

/// What the function assumes of a memref's dynamic axis: that of the label of
/// the argument that it has its extent from.
static ExtentFacts findFacts(func::FuncOp function, DictionaryAttr assumptions,
                             Value memref, int64_t axis) {
  while (true) {
    auto type = dyn_cast<MemRefType>(memref.getType());
    if (!type || !type.isDynamicDim(axis))
      return {};
    if (auto cast = memref.getDefiningOp<memref::CastOp>()) {
      memref = cast.getSource();
      continue;
    }
    auto alloc = memref.getDefiningOp<memref::AllocOp>();
    if (!alloc)
      break;
    auto size = alloc.getDynamicSizes()[type.getDynamicDimIndex(axis)]
                    .getDefiningOp<memref::DimOp>();
    if (!size || !size.getConstantIndex())
      return {};
    memref = size.getSource();
    axis = *size.getConstantIndex();
  }
  auto argument = dyn_cast<BlockArgument>(memref);
  if (!argument || argument.getOwner() != &function.getBody().front())
    return {};
  auto labels = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(),
                                                     kLabelsAttrName);
  if (!labels || axis >= int64_t(labels.size()))
    return {};
  auto label = dyn_cast<StringAttr>(labels[axis]);
  auto extent =
      label ? assumptions.getAs<ExtentAttr>(label.getValue()) : ExtentAttr();
  return extent ? extent.getFacts() : ExtentFacts();
}

namespace {
struct AssumeExtents : einsumc::kernel::impl::AssumeExtentsBase<AssumeExtents> {
  void runOnOperation() override;
};
} // namespace

void AssumeExtents::runOnOperation() {
  func::FuncOp function = getOperation();
  auto assumptions = function->getAttrOfType<DictionaryAttr>(kAssumeAttrName);
  if (!assumptions)
    return;
  function.walk([&](RegionOp region) {
    SmallVector<ExtentFacts> facts(region.getNumLoops());
    for (auto [number, operand] : llvm::enumerate(region->getOperands())) {
      AffineMap map = region.getOperandMap(number);
      for (auto [axis, expression] : llvm::enumerate(map.getResults()))
        // Where nothing is left of several facts, no call gets so far.
        if (auto dim = dyn_cast<AffineDimExpr>(expression)) {
          ExtentFacts met = facts[dim.getPosition()];
          if (met.meet(findFacts(function, assumptions, operand, axis)))
            facts[dim.getPosition()] = met;
        }
    }
    if (llvm::none_of(facts, [](const ExtentFacts &f) { return f.any(); }))
      return;
    SmallVector<Attribute> extents;
    for (const ExtentFacts &fact : facts) {
      extents.push_back(ExtentAttr::get(&getContext(), fact));
      numAssumed += fact.any();
    }
    region->setAttr(kExtentsAttrName, ArrayAttr::get(&getContext(), extents));
  });
}
