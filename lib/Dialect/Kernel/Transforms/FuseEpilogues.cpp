//===- FuseEpilogues.cpp - Maps as epilogues of products ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Support/Counters.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// For tests in one process.
static einsumc::Counter fusedCounter("kernel-fuse-epilogues.fused");

/// Whether each operand is used several times, and something is summed. Where
/// some operand has an element for every point of the loops, those are run in
/// the order of memory.
static bool isProduct(RegionOp region) {
  unsigned loops = region.getNumLoops();
  bool sums = false;
  for (unsigned loop = 0; loop < loops; ++loop)
    sums |= region.isReduction(loop);
  return sums &&
         llvm::all_of(llvm::seq<unsigned>(0, region->getNumOperands()),
                      [&](unsigned operand) {
                        AffineMap map = region.getOperandMap(operand);
                        return llvm::any_of(
                            llvm::seq<unsigned>(0, loops), [&](unsigned loop) {
                              return !map.isFunctionOfDim(loop) &&
                                     region.getLoopExtent(loop) != 1;
                            });
                      });
}

/// The product whose sums, and nothing else, the region maps element by
/// element; null where there is none.
static RegionOp findProduct(RegionOp map) {
  if (map.isNormalForm() || map.hasEpilogue() || map.getInputs().size() != 1 ||
      map.getInit() != InitKind::zero ||
      !map.getBody().front().getArguments().back().use_empty())
    return {};
  AffineMap input = map.getOperandMap(0);
  if (!input.isPermutation() || input != map.getOperandMap(1))
    return {};
  auto product = map.getInputs().front().getDefiningOp<RegionOp>();
  if (!product || product.isNormalForm() || product.hasEpilogue() ||
      product.getInit() != InitKind::zero || !product.getResult().hasOneUse() ||
      product->getBlock() != map->getBlock() || !isProduct(product))
    return {};
  return product;
}

namespace {
struct FuseEpilogues : einsumc::kernel::impl::FuseEpiloguesBase<FuseEpilogues> {
  using FuseEpiloguesBase::FuseEpiloguesBase;

  void runOnOperation() override {
    SmallVector<RegionOp> maps;
    getOperation().walk([&](RegionOp region) { maps.push_back(region); });
    IRRewriter rewriter(&getContext());
    for (RegionOp map : maps) {
      RegionOp product = findProduct(map);
      if (!product)
        continue;
      rewriter.setInsertionPoint(map);
      auto fused = RegionOp::create(
          rewriter, map.getLoc(), map.getResult().getType(),
          product.getInputs(), map.getOutput(), product.getIndexingMapsAttr(),
          InitKind::zero, LoopsAttr(), nullptr);
      fused.getBody().takeBody(product.getBody());
      fused.getEpilogue().takeBody(map.getBody());
      fused.getEpilogue().front().eraseArgument(1);
      rewriter.replaceOp(map, fused.getResult());
      Operation *sums = product.getOutput().getDefiningOp();
      rewriter.eraseOp(product);
      if (sums && isOpTriviallyDead(sums))
        rewriter.eraseOp(sums);
      ++numFused;
      fusedCounter += 1;
    }
  }
};
} // namespace
