//===- DotPeak.h - Peaks of dot-product instructions ------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_DOTPEAK_H
#define EINSUMC_LIB_BENCHMARK_DOTPEAK_H

namespace einsumc::bench {

/// Loops of independent dot-product instructions for some milliseconds, in
/// operations a second (two a product); 0 where this CPU lacks them.
double measureBf16DotPeak(double milliseconds); ///< vdpbf16ps
double measureI8DotPeak(double milliseconds);   ///< vpdpbusd, or vpmaddwd

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_DOTPEAK_H
