//===- ApplyCpuSchedule.cpp - Carry a CPU schedule out --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuLoopNest.h"
#include "SweepNest.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Support/Counters.h"

#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_APPLYCPUSCHEDULE
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

// The same numbers as the pass's statistics, for tests in one process.
#define COUNTER(NAME, WHAT)                                                    \
  static einsumc::Counter NAME("kernel-apply-cpu-schedule." WHAT)
COUNTER(regionCounter, "regions");
COUNTER(packedRowsCounter, "packed-rows");
COUNTER(packedColumnsCounter, "packed-columns");
COUNTER(hoistedPacksCounter, "hoisted-packs");
COUNTER(microKernelCounter, "micro-kernels");
COUNTER(mainTileCounter, "main-tiles");
COUNTER(rowEdgeCounter, "row-edges");
COUNTER(columnEdgeCounter, "column-edges");
COUNTER(termBlockedCounter, "term-blocked");
COUNTER(sweepCounter, "sweeps");
COUNTER(streamedCounter, "streamed-tiles");
COUNTER(stagedCounter, "staged-blocks");
COUNTER(prefetchedCounter, "swept-prefetched-tiles");
COUNTER(prefetchedTileCounter, "prefetched-tiles");
COUNTER(outputOrderedCounter, "output-ordered");
COUNTER(sweptRowEdgeCounter, "swept-row-edges");
COUNTER(sweptColumnEdgeCounter, "swept-column-edges");
COUNTER(sweptTermBlockedCounter, "swept-term-blocked");
COUNTER(splitTermsCounter, "split-terms");
COUNTER(epilogueCounter, "epilogues");
COUNTER(lateEpilogueCounter, "late-epilogues");
COUNTER(dotTileCounter, "dot-tiles");
COUNTER(convertedPackCounter, "converted-packs");
#undef COUNTER

namespace {
struct ApplyCpuSchedule
    : einsumc::kernel::impl::ApplyCpuScheduleBase<ApplyCpuSchedule> {
  using ApplyCpuScheduleBase::ApplyCpuScheduleBase;
  void runOnOperation() override;
  LogicalResult apply(RegionOp region);
  LogicalResult applySweep(RegionOp region, SweepScheduleAttr schedule);
};
} // namespace

LogicalResult ApplyCpuSchedule::apply(RegionOp region) {
  if (!region.isNormalForm())
    return region.emitError("expected a region in normal form: run "
                            "kernel-classify-loops first");
  if (auto sweep =
          dyn_cast_or_null<SweepScheduleAttr>(region.getScheduleAttr()))
    return applySweep(region, sweep);
  auto schedule = dyn_cast_or_null<CpuScheduleAttr>(region.getScheduleAttr());
  if (!schedule)
    return region.emitError("expected a region with a #kernel.cpu_schedule or "
                            "#kernel.sweep_schedule: run "
                            "kernel-select-schedule first");

  OpBuilder builder(region);
  NestStatistics statistics = CpuLoopNest(region, schedule, builder).emit();
  ++numRegions;
  numPackedRows += statistics.packedRows;
  numPackedColumns += statistics.packedColumns;
  numHoistedPacks += statistics.hoistedPacks;
  numMicroKernels += statistics.microKernels;
  numMainTiles += statistics.mainTiles;
  numRowEdges += statistics.rowEdges;
  numColumnEdges += statistics.columnEdges;
  numTermBlocked += statistics.termBlocked;
  numSplitTerms += statistics.splitTerms;
  numDotTiles += statistics.dotTiles;
  numConvertedPacks += statistics.convertedPacks;
  numEpilogues += statistics.epilogues;
  numLateEpilogues += statistics.lateEpilogues;
  regionCounter += 1;
  packedRowsCounter += statistics.packedRows;
  packedColumnsCounter += statistics.packedColumns;
  hoistedPacksCounter += statistics.hoistedPacks;
  microKernelCounter += statistics.microKernels;
  mainTileCounter += statistics.mainTiles;
  rowEdgeCounter += statistics.rowEdges;
  columnEdgeCounter += statistics.columnEdges;
  termBlockedCounter += statistics.termBlocked;
  splitTermsCounter += statistics.splitTerms;
  dotTileCounter += statistics.dotTiles;
  convertedPackCounter += statistics.convertedPacks;
  epilogueCounter += statistics.epilogues;
  lateEpilogueCounter += statistics.lateEpilogues;
  numPrefetched += statistics.prefetched;
  prefetchedTileCounter += statistics.prefetched;
  numOutputOrdered += statistics.outputOrdered;
  outputOrderedCounter += statistics.outputOrdered;
  if (report)
    region.emitRemark() << "micro-kernels: " << statistics.microKernels
                        << ", row edges: " << statistics.rowEdges
                        << ", column edges: " << statistics.columnEdges
                        << ", blocks of terms: "
                        << (statistics.termBlocked ? "several" : "one")
                        << ", packed rows: " << statistics.packedRows
                        << ", packed columns: " << statistics.packedColumns
                        << ", hoisted: " << statistics.hoistedPacks
                        << (statistics.splitTerms ? ", terms split" : "");
  region.erase();
  return success();
}

LogicalResult ApplyCpuSchedule::applySweep(RegionOp region,
                                           SweepScheduleAttr schedule) {
  OpBuilder builder(region);
  SweepStatistics statistics = SweepNest(region, schedule, builder).emit();
  ++numRegions;
  ++numSweeps;
  numMicroKernels += statistics.microKernels;
  numStreamed += statistics.streamed;
  numStaged += statistics.staged;
  numPrefetched += statistics.prefetched;
  numRowEdges += statistics.rowEdges;
  numColumnEdges += statistics.columnEdges;
  numTermBlocked += statistics.termBlocked;
  regionCounter += 1;
  sweepCounter += 1;
  streamedCounter += statistics.streamed;
  stagedCounter += statistics.staged;
  prefetchedCounter += statistics.prefetched;
  sweptRowEdgeCounter += statistics.rowEdges;
  sweptColumnEdgeCounter += statistics.columnEdges;
  sweptTermBlockedCounter += statistics.termBlocked;
  if (report)
    region.emitRemark() << "micro-kernels: " << statistics.microKernels
                        << ", streamed: " << statistics.streamed
                        << ", staged: " << statistics.staged
                        << ", prefetching: " << statistics.prefetched
                        << ", row edges: " << statistics.rowEdges
                        << ", column edges: " << statistics.columnEdges
                        << ", blocks of terms: "
                        << (statistics.termBlocked ? "several" : "one");
  region.erase();
  return success();
}

void ApplyCpuSchedule::runOnOperation() {
  SmallVector<RegionOp> regions;
  getOperation().walk([&](RegionOp region) { regions.push_back(region); });
  for (RegionOp region : regions)
    if (failed(apply(region)))
      return signalPassFailure();
  // Arithmetic that folded away, and the views that normal form needed.
  getOperation().walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
    if (isOpTriviallyDead(op))
      op->erase();
  });
}
