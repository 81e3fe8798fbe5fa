//===- ThreadedPeak.h - The peak loop on several cores ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_THREADEDPEAK_H
#define EINSUMC_LIB_BENCHMARK_THREADEDPEAK_H

namespace einsumc::bench {

/// How many times as much `threads` threads compute together, each on a core of
/// its own, as one of them does alone; 0 where there are not so many cores.
double measurePeakSpeedUp(unsigned threads, double milliseconds);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_THREADEDPEAK_H
