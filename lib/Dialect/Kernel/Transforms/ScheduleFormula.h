//===- ScheduleFormula.h - A schedule from a CPU's numbers ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEFORMULA_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEFORMULA_H

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

namespace einsumc::kernel {

/// The schedule for a region in normal form: a formula over the target's
/// numbers and what is known of extents and strides. Dynamic extents count as
/// large.
CpuScheduleAttr computeSchedule(RegionOp region, TargetAttr target);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_SCHEDULEFORMULA_H
