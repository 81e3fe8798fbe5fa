//===- ScheduleFormula.h - A schedule from a target's numbers ---*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEFORMULA_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEFORMULA_H

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

namespace einsumc::kernel {

/// Whom tasks are for.
struct Threading {
  int64_t threads = 1;
  /// The plan, and with it every bit of the result, does not depend on
  /// `threads`.
  bool deterministic = false;
};

/// What a formula decided by, for people (`--explain`).
struct Reasons {
  /// A sentence a decision, with its numbers.
  std::vector<std::string> why;
  /// Share of the FMA peak that the register tiles reach in the formula's
  /// model, edges included; 0: it has none for this kind of region.
  double efficiency = 0;
};

/// The schedule for a region in normal form: a formula over the target's
/// numbers and what is known of extents and strides. Dynamic extents count as
/// large.
ScheduleAttrInterface computeSchedule(RegionOp region, TargetAttr target,
                                      Threading threading,
                                      Reasons *reasons = nullptr);

/// The same for one thread an output element on a GPU. Neighbouring threads
/// write neighbouring elements.
SimtScheduleAttr computeSimtSchedule(RegionOp region, GpuTargetAttr target);

/// The forced schedule as this region can carry it out: with an order of its
/// own loops, and indices as wide as they must be.
SimtScheduleAttr fitSimtSchedule(SimtScheduleAttr forced, RegionOp region);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEFORMULA_H
