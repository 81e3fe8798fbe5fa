//===- CallCost.h - What a call through the C API costs ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_BENCH_CALLCOST_H
#define EINSUMC_TOOLS_EINSUM_BENCH_CALLCOST_H

#include "einsumc/Benchmark/Costs.h"

namespace einsumc::bench {

/// Calls a compiled 8x8x8 product through the C API and by its entry, in turn.
llvm::Expected<CallCost> measureCall(CanaryRecord &canary);

} // namespace einsumc::bench

#endif // EINSUMC_TOOLS_EINSUM_BENCH_CALLCOST_H
