//===- HostRunner.h - A kernel on host memory, its layout checked -*- C++
//-*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PTX_HOSTRUNNER_H
#define EINSUMC_PTX_HOSTRUNNER_H

#include "einsumc/PTX/Device.h"
#include "einsumc/Runtime/Plan.h"

namespace einsumc::ptx {

/// What a call gives besides its operands, as in docs/abi.md (NAME_entry); each
/// may be null where the plan uses none.
struct PlanCall {
  const int64_t *sizes = nullptr, *strides = nullptr;
  const void *const *scalars = nullptr;
};

/// Where the elements of an operand lie, in bytes from the one whose indices
/// are all 0: [low, high). Empty without elements.
struct OperandRange {
  int64_t low = 0, high = 0;
  uint64_t bytes() const { return uint64_t(high - low); }
};
Result<OperandRange> operandRange(const runtime::PlanOperand &operand,
                                  const PlanCall &call);

/// Runs a kernel on host memory, in a device of its own: `operands` point to
/// the elements whose indices are all 0. Beyond what Device checks, these are
/// errors: a read of what lies between the elements of a strided operand, a
/// write there, and an element of an output that is never written.
Result<Statistics> runOnHost(std::string_view ptx, std::string_view plan,
                             std::span<void *const> operands,
                             const PlanCall &call,
                             const LaunchOptions &options = {});

} // namespace einsumc::ptx

#endif // EINSUMC_PTX_HOSTRUNNER_H
