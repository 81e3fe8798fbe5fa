//===- SelectSchedule.cpp - Decide how regions run ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleFormula.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "einsumc/TargetInfo/GpuInfo.h"

#include "mlir/AsmParser/AsmParser.h"

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

  template <typename ScheduleAttr>
  LogicalResult
  select(Attribute target,
         llvm::function_ref<ScheduleAttr(RegionOp, ScheduleAttr)> choose);
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

/// The forced schedule as this region can carry it out: as written where that
/// is legal; otherwise packing what can be packed, if the schedule packs
/// anything; otherwise, too, with vectors that fill the target's registers and
/// as many vectors as written.
static CpuScheduleAttr fit(CpuScheduleAttr forced, RegionOp region,
                           TargetAttr target) {
  auto isLegal = [&](CpuScheduleAttr schedule) {
    ScopedDiagnosticHandler quiet(region.getContext(),
                                  [](Diagnostic &) { return success(); });
    return succeeded(schedule.verifySchedule(
        region, target, [&] { return region.emitOpError(); }));
  };
  if (isLegal(forced))
    return forced;
  RegionShape shape = RegionShape::get(region);
  ArrayRef<bool> asked = forced.getPack();
  SmallVector<bool> pack;
  for (size_t input = 0; input < region.getInputs().size(); ++input)
    pack.push_back(shape.canPack(input) &&
                   (asked.size() == region.getInputs().size()
                        ? asked[input]
                        : llvm::is_contained(asked, true)));
  auto with = [&](int64_t width) {
    return CpuScheduleAttr::get(
        region.getContext(), forced.getMr(), forced.getNv(), width,
        forced.getMc(), forced.getNc() / forced.getWidth() * width,
        forced.getKc(), pack, forced.getMaxTasks(), Lanes::columns);
  };
  CpuScheduleAttr schedule = with(forced.getWidth());
  return isLegal(schedule) ? schedule
                           : with(AccumulatorShape::get(region).lanes(
                                 target.getVectorBits()));
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
template <typename ScheduleAttr>
static ScheduleAttr parseSchedule(ModuleOp module, StringRef text) {
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
  auto schedule = dyn_cast_if_present<ScheduleAttr>(attribute);
  if (!schedule) {
    InFlightDiagnostic error = module.emitError()
                               << "expected the schedule to be a #kernel."
                               << ScheduleAttr::getMnemonic() << ", got '"
                               << text << "'";
    if (!reason.empty())
      error << ": " << reason;
  }
  return schedule;
}

/// Gives every region that has none the schedule that `choose` makes for it.
template <typename ScheduleAttr>
LogicalResult SelectSchedule::select(
    Attribute target,
    llvm::function_ref<ScheduleAttr(RegionOp, ScheduleAttr)> choose) {
  ScheduleAttr forced;
  if (!schedule.empty()) {
    forced = parseSchedule<ScheduleAttr>(getOperation(), schedule);
    if (!forced)
      return failure();
  }
  WalkResult result = getOperation().walk([&](RegionOp region) {
    if (region.getSchedule())
      return WalkResult::advance();
    if (!region.isNormalForm()) {
      region.emitError("expected a region in normal form: run "
                       "kernel-classify-loops first");
      return WalkResult::interrupt();
    }
    ScheduleAttr chosen = choose(region, forced);
    if (failed(chosen.verifySchedule(region, target,
                                     [&] { return region.emitOpError(); })))
      return WalkResult::interrupt();
    region.setScheduleAttr(chosen);
    ++numScheduled;
    if (auto cpuSchedule = dyn_cast<CpuScheduleAttr>(Attribute(chosen)))
      numInputsToPack += llvm::count(cpuSchedule.getPack(), true);
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void SelectSchedule::runOnOperation() {
  Attribute target = ensureTarget(getOperation(), cpu, gpu);
  if (!target)
    return signalPassFailure();
  LogicalResult result = success();
  if (auto gpuTarget = dyn_cast<GpuTargetAttr>(target)) {
    result = select<SimtScheduleAttr>(
        target, [&](RegionOp region, SimtScheduleAttr forced) {
          return forced ? fitSimtSchedule(forced, region)
                        : computeSimtSchedule(region, gpuTarget);
        });
  } else {
    auto cpuTarget = cast<TargetAttr>(target);
    result = select<CpuScheduleAttr>(
        target, [&](RegionOp region, CpuScheduleAttr forced) {
          Reasons reasons;
          CpuScheduleAttr chosen =
              forced ? fit(forced, region, cpuTarget)
                     : computeSchedule(region, cpuTarget,
                                       explain ? &reasons : nullptr);
          if (forced)
            reasons.why.push_back("the schedule is a given one");
          if (explain)
            attach(reasons, region);
          return chosen;
        });
  }
  if (failed(result))
    signalPassFailure();
}
