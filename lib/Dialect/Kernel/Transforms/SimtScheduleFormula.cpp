//===- SimtScheduleFormula.cpp - One thread an output element -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleFormula.h"

#include "einsumc/Dialect/Kernel/IR/IndexRange.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Threads of a block: enough to hide latency, few enough that a multiprocessor
/// holds several blocks.
static constexpr int64_t kBlockThreads = 256, kWarp = 32;

/// Blocks a multiprocessor over the whole grid: several rounds, so that the
/// last one is short.
static constexpr int64_t kBlocksPerMultiprocessor = 32;

/// The loops that are not reductions, those that move farthest in the output
/// first; unknown strides count as far. Consecutive threads then write, and
/// mostly read, consecutive elements.
static SmallVector<int64_t> threadOrder(RegionOp region) {
  RegionShape shape = RegionShape::get(region);
  ArrayRef<int64_t> strides = shape.strides.back();
  SmallVector<int64_t> order;
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop)
    if (!region.isReduction(loop))
      order.push_back(loop);
  auto nearness = [&](int64_t loop) {
    return ShapedType::isDynamic(strides[loop])
               ? std::numeric_limits<int64_t>::min()
               : -std::abs(strides[loop]);
  };
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return std::pair(nearness(a), a) < std::pair(nearness(b), b);
  });
  return order;
}

static SimtScheduleAttr withFittingIndices(RegionOp region, int64_t block,
                                           int64_t maxBlocks,
                                           ArrayRef<int64_t> order) {
  return SimtScheduleAttr::get(region.getContext(), block, maxBlocks, order,
                               fitsIndices32(region, block, maxBlocks) ? 32
                                                                       : 64);
}

SimtScheduleAttr einsumc::kernel::computeSimtSchedule(RegionOp region,
                                                      GpuTargetAttr target) {
  int64_t elements = 1;
  for (unsigned loop = 0; loop < region.getNumLoops(); ++loop) {
    if (region.isReduction(loop))
      continue;
    int64_t extent = region.getLoopExtent(loop);
    // Saturates: one block is full with far fewer.
    elements = ShapedType::isDynamic(extent)
                   ? kBlockThreads
                   : std::min(kBlockThreads,
                              elements * std::min(extent, kBlockThreads));
    if (elements == 0)
      break;
  }
  int64_t block = std::max(
      kWarp, std::min(kBlockThreads, int64_t(llvm::alignTo(elements, kWarp))));
  return withFittingIndices(
      region, block, target.getMultiprocessors() * kBlocksPerMultiprocessor,
      threadOrder(region));
}

SimtScheduleAttr einsumc::kernel::fitSimtSchedule(SimtScheduleAttr forced,
                                                  RegionOp region) {
  SmallVector<int64_t> order = threadOrder(region), given(forced.getOrder()),
                       loops(order);
  llvm::sort(given);
  llvm::sort(loops);
  SimtScheduleAttr fitting = withFittingIndices(
      region, forced.getBlock(), forced.getMaxBlocks(),
      given == loops ? forced.getOrder() : ArrayRef<int64_t>(order));
  // Wider than necessary is legal.
  if (forced.getIndexBits() == 64)
    fitting =
        SimtScheduleAttr::get(region.getContext(), fitting.getBlock(),
                              fitting.getMaxBlocks(), fitting.getOrder(), 64);
  return fitting;
}
