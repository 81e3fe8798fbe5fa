//===- SelectSchedule.cpp - Decide how regions run ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleFormula.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/TargetInfo/CpuInfo.h"

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
};
} // namespace

/// The module's target; set from the CPU's name where it has none.
static TargetAttr ensureTarget(ModuleOp module, StringRef cpu) {
  if (Attribute attribute = module->getAttr(kTargetAttrName)) {
    auto target = dyn_cast<TargetAttr>(attribute);
    if (!target)
      module.emitError() << "expected '" << kTargetAttrName
                         << "' to be a #kernel.target, got " << attribute;
    return target;
  }
  llvm::Expected<CpuInfo> info = lookupCpu(cpu);
  if (!info) {
    module.emitError() << llvm::toString(info.takeError());
    return {};
  }
  TargetAttr target = targetAttr(module.getContext(), *info);
  module->setAttr(kTargetAttrName, target);
  return target;
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
    return CpuScheduleAttr::get(region.getContext(), forced.getMr(),
                                forced.getNv(), width, forced.getMc(),
                                forced.getNc() / forced.getWidth() * width,
                                forced.getKc(), pack, forced.getMaxTasks());
  };
  CpuScheduleAttr schedule = with(forced.getWidth());
  return isLegal(schedule) ? schedule
                           : with(AccumulatorShape::get(region).lanes(
                                 target.getVectorBits()));
}

/// Reads the option; says on the module what is wrong with it.
static CpuScheduleAttr parseSchedule(ModuleOp module, StringRef text) {
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
  auto schedule = dyn_cast_if_present<CpuScheduleAttr>(attribute);
  if (!schedule) {
    InFlightDiagnostic error = module.emitError()
                               << "expected the schedule to be a "
                                  "#kernel.cpu_schedule, got '"
                               << text << "'";
    if (!reason.empty())
      error << ": " << reason;
  }
  return schedule;
}

void SelectSchedule::runOnOperation() {
  ModuleOp module = getOperation();
  TargetAttr target = ensureTarget(module, cpu);
  if (!target)
    return signalPassFailure();

  CpuScheduleAttr forced;
  if (!schedule.empty()) {
    forced = parseSchedule(module, schedule);
    if (!forced)
      return signalPassFailure();
  }

  WalkResult result = module.walk([&](RegionOp region) {
    if (region.getSchedule())
      return WalkResult::advance();
    if (!region.isNormalForm()) {
      region.emitError("expected a region in normal form: run "
                       "kernel-classify-loops first");
      return WalkResult::interrupt();
    }
    CpuScheduleAttr chosen =
        forced ? fit(forced, region, target) : computeSchedule(region, target);
    if (failed(chosen.verifySchedule(region, target,
                                     [&] { return region.emitOpError(); })))
      return WalkResult::interrupt();
    region.setScheduleAttr(chosen);
    ++numScheduled;
    numInputsToPack += llvm::count(chosen.getPack(), true);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    signalPassFailure();
}
