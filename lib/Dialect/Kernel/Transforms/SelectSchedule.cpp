//===- SelectSchedule.cpp - Decide how regions run ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlatOperand.h"
#include "ScheduleFormula.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "einsumc/TargetInfo/GpuInfo.h"

#include "mlir/AsmParser/AsmParser.h"
#include "llvm/Support/FormatVariadic.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_SELECTSCHEDULE
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

namespace {
struct SelectSchedule
    : einsumc::kernel::impl::SelectScheduleBase<SelectSchedule> {
  using SelectScheduleBase::SelectScheduleBase;
  void runOnOperation() override;

  /// Gives every region that has none the schedule that `choose` makes for it,
  /// of the given one where that is forced.
  LogicalResult select(
      Attribute target, ScheduleAttrInterface forced,
      llvm::function_ref<ScheduleAttrInterface(RegionOp, ScheduleAttrInterface)>
          choose);
};
} // namespace

/// The module's target; set from the CPU's or the GPU's name where it has none.
static Attribute ensureTarget(ModuleOp module, StringRef cpu, StringRef gpu) {
  if (Attribute target = module->getAttr(kTargetAttrName)) {
    if (isa<TargetAttr, GpuTargetAttr>(target))
      return target;
    module.emitError() << "expected '" << kTargetAttrName
                       << "' to be a #kernel.target or #kernel.gpu_target, "
                          "got "
                       << target;
    return {};
  }
  auto lookUp = [&]() -> llvm::Expected<Attribute> {
    if (!gpu.empty()) {
      llvm::Expected<GpuInfo> info = lookupGpu(gpu);
      if (!info)
        return info.takeError();
      return gpuTargetAttr(module.getContext(), *info);
    }
    llvm::Expected<CpuInfo> info = lookupCpu(cpu);
    if (!info)
      return info.takeError();
    return targetAttr(module.getContext(), *info);
  };
  llvm::Expected<Attribute> target = lookUp();
  if (!target) {
    module.emitError() << llvm::toString(target.takeError());
    return {};
  }
  module->setAttr(kTargetAttrName, *target);
  return *target;
}

/// The module's number of threads; set from the option where it has none and
/// that is more than one. 0 where it is none.
static int64_t ensureThreads(ModuleOp module, int64_t threads) {
  constexpr int64_t kMost = 1024; // the runtime's
  if (Attribute given = module->getAttr(kThreadsAttrName)) {
    auto number = dyn_cast<IntegerAttr>(given);
    if (number && number.getType().isInteger(64) && number.getInt() >= 1 &&
        number.getInt() <= kMost)
      return number.getInt();
    module.emitError() << "expected '" << kThreadsAttrName
                       << "' to be an i64 from 1 to " << kMost << ", got "
                       << given;
    return 0;
  }
  if (threads < 1 || threads > kMost) {
    module.emitError() << "expected 1 to " << kMost << " threads, got "
                       << threads;
    return 0;
  }
  if (threads > 1)
    module->setAttr(kThreadsAttrName,
                    Builder(module.getContext()).getI64IntegerAttr(threads));
  return threads;
}

static bool isLegal(ScheduleAttrInterface schedule, RegionOp region,
                    TargetAttr target) {
  ScopedDiagnosticHandler quiet(region.getContext(),
                                [](Diagnostic &) { return success(); });
  return succeeded(schedule.verifySchedule(
      region, target, [&] { return region.emitOpError(); }));
}

/// The forced schedule as this region can carry it out: as written where that
/// is legal; otherwise packing what can be packed, if the schedule packs
/// anything, and splitting the terms where they can be split; otherwise, too,
/// with vectors that fill the target's registers and as many vectors as
/// written; otherwise by the body itself.
static CpuScheduleAttr fit(CpuScheduleAttr forced, RegionOp region,
                           TargetAttr target) {
  if (isLegal(forced, region, target))
    return forced;
  RegionShape shape = RegionShape::get(region);
  ArrayRef<bool> asked = forced.getPack();
  SmallVector<bool> pack;
  for (size_t input = 0; input < region.getInputs().size(); ++input)
    pack.push_back(shape.canPack(input) &&
                   (asked.size() == region.getInputs().size()
                        ? asked[input]
                        : llvm::is_contained(asked, true)));
  bool canSplit = !shape.terms.empty() && getCombiner(region.getBody().front());
  int64_t lanes = AccumulatorShape::get(region).lanes(target.getVectorBits());
  CpuScheduleAttr schedule;
  for (TileKind kind : {forced.getKind(), TileKind::fma})
    for (int64_t width : {forced.getWidth(), lanes}) {
      schedule = CpuScheduleAttr::get(
          region.getContext(), forced.getMr(), forced.getNv(), width,
          forced.getMc(), forced.getNc() / forced.getWidth() * width,
          forced.getKc(), pack, forced.getMaxTasks(), Lanes::columns,
          forced.getRowTasks(), canSplit ? forced.getSplitK() : 1,
          forced.getGrain(), kind, forced.getPrefetch(), forced.getOrder());
      if (isLegal(schedule, region, target))
        return schedule;
    }
  return schedule;
}

/// Whether packing was decided on for extents that may turn out to be small.
static bool dependsOnSizes(ScheduleAttrInterface chosen, RegionOp region) {
  auto schedule = dyn_cast<CpuScheduleAttr>(chosen);
  if (!schedule || !llvm::is_contained(schedule.getPack(), true))
    return false;
  RegionShape shape = RegionShape::get(region);
  for (unsigned loop = 0; loop < shape.extents.size(); ++loop)
    if (ShapedType::isDynamic(shape.extents[loop]) &&
        !llvm::is_contained(shape.batch, loop))
      return true;
  return false;
}

/// Leaves the reasons on the region, where they are printed and read.
static void attach(const Reasons &reasons, RegionOp region) {
  Builder builder(region.getContext());
  SmallVector<StringRef> why(reasons.why.begin(), reasons.why.end());
  region->setAttr(kWhyAttrName, builder.getStrArrayAttr(why));
  if (reasons.efficiency > 0)
    region->setAttr(kEfficiencyAttrName,
                    builder.getF64FloatAttr(reasons.efficiency));
}

/// Reads the option; says on the module what is wrong with it.
template <typename... ScheduleAttrs>
static ScheduleAttrInterface parseSchedule(ModuleOp module, StringRef text) {
  std::string reason;
  Attribute attribute;
  {
    // The parser's own message has no place in the module.
    ScopedDiagnosticHandler collect(module.getContext(),
                                    [&](Diagnostic &diagnostic) {
                                      if (reason.empty())
                                        reason = diagnostic.str();
                                      return success();
                                    });
    attribute = parseAttribute(text, module.getContext());
  }
  if (isa_and_present<ScheduleAttrs...>(attribute))
    return cast<ScheduleAttrInterface>(attribute);
  InFlightDiagnostic error = module.emitError()
                             << "expected the schedule to be a ";
  llvm::interleave(
      ArrayRef<StringRef>{ScheduleAttrs::getMnemonic()...},
      [&](StringRef mnemonic) { error << "#kernel." << mnemonic; },
      [&] { error << " or "; });
  error << ", got '" << text << "'";
  if (!reason.empty())
    error << ": " << reason;
  return {};
}

LogicalResult SelectSchedule::select(
    Attribute target, ScheduleAttrInterface forced,
    llvm::function_ref<ScheduleAttrInterface(RegionOp, ScheduleAttrInterface)>
        choose) {
  WalkResult result = getOperation().walk([&](RegionOp region) {
    if (region.getSchedule())
      return WalkResult::advance();
    if (!region.isNormalForm()) {
      region.emitError("expected a region in normal form: run "
                       "kernel-classify-loops first");
      return WalkResult::interrupt();
    }
    ScheduleAttrInterface chosen = choose(region, forced);
    if (failed(chosen.verifySchedule(region, target,
                                     [&] { return region.emitOpError(); })))
      return WalkResult::interrupt();
    region.setScheduleAttr(chosen);
    ++numScheduled;
    if (auto cpuSchedule = dyn_cast<CpuScheduleAttr>(chosen)) {
      numInputsToPack += llvm::count(cpuSchedule.getPack(), true);
      numToSplit += cpuSchedule.getSplitK() > 1;
    }
    if (isa<SweepScheduleAttr>(chosen))
      ++numSweeps;
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void SelectSchedule::runOnOperation() {
  Attribute target = ensureTarget(getOperation(), cpu, gpu);
  if (!target)
    return signalPassFailure();
  auto gpuTarget = dyn_cast<GpuTargetAttr>(target);
  Threading threading{1, deterministic};
  if (!gpuTarget) {
    threading.threads = ensureThreads(getOperation(), threads);
    if (threading.threads == 0)
      return signalPassFailure();
  }
  ScheduleAttrInterface forced;
  if (!schedule.empty()) {
    forced = gpuTarget
                 ? parseSchedule<SimtScheduleAttr>(getOperation(), schedule)
                 : parseSchedule<CpuScheduleAttr, SweepScheduleAttr>(
                       getOperation(), schedule);
    if (!forced)
      return signalPassFailure();
  }
  auto chooseSimt = [&](RegionOp region,
                        ScheduleAttrInterface given) -> ScheduleAttrInterface {
    return given ? fitSimtSchedule(cast<SimtScheduleAttr>(given), region)
                 : computeSimtSchedule(region, gpuTarget);
  };
  auto chooseCpu = [&](RegionOp region,
                       ScheduleAttrInterface given) -> ScheduleAttrInterface {
    auto numbers = cast<TargetAttr>(target);
    Reasons reasons;
    ScheduleAttrInterface chosen = given;
    if (auto product = dyn_cast_if_present<CpuScheduleAttr>(given))
      chosen = fit(product, region, numbers);
    // Which loops there are is a matter of one region.
    else if (given && !isLegal(given, region, numbers))
      chosen = given = {};
    if (given)
      reasons.why.push_back("the schedule is a given one");
    else
      chosen = computeSchedule(region, numbers, threading,
                               explain ? &reasons : nullptr);
    if (!given && dependsOnSizes(chosen, region)) {
      region->setAttr(
          kPackAboveAttrName,
          Builder(&getContext()).getI64IntegerAttr(numbers.getL2()));
      if (explain)
        reasons.why.push_back(
            llvm::formatv("what may stay is packed where more than {0} KiB are "
                          "touched: the second-level cache",
                          numbers.getL2() / 1024));
    }
    if (explain)
      attach(reasons, region);
    return chosen;
  };
  if (failed(gpuTarget ? select(target, forced, chooseSimt)
                       : select(target, forced, chooseCpu)))
    signalPassFailure();
}
