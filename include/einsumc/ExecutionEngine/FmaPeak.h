//===- FmaPeak.h - What the core can do at most -----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_EXECUTIONENGINE_FMAPEAK_H
#define EINSUMC_EXECUTIONENGINE_FMAPEAK_H

#include <cstdint>

namespace einsumc {

/// Runs a loop of independent fused multiply-adds on the widest vectors of this
/// core for about `milliseconds` and returns floating-point operations per
/// second (two an element and instruction). Measured, not looked up: call it
/// next to what it is compared with. With several `threads`, of as many cores
/// at once.
double measureFmaPeakF32(double milliseconds = 2.0, int64_t threads = 1);
double measureFmaPeakF64(double milliseconds = 2.0, int64_t threads = 1);

} // namespace einsumc

#endif // EINSUMC_EXECUTIONENGINE_FMAPEAK_H
