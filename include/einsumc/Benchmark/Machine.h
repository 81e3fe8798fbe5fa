//===- Machine.h - What this machine can do at most -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_MACHINE_H
#define EINSUMC_BENCHMARK_MACHINE_H

#include "einsumc/Support/ElementType.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace einsumc::bench {

/// The calling thread, and what it starts meanwhile, bound to one of the cores
/// that it may run on: the last one, since interrupts tend to go to the first.
/// Its end gives all cores back.
class CorePin {
public:
  static llvm::Expected<std::unique_ptr<CorePin>> create();
  CorePin(const CorePin &) = delete;
  ~CorePin();

  unsigned getCore() const { return core; }

private:
  CorePin(unsigned core, std::vector<unsigned> allowed)
      : core(core), allowed(std::move(allowed)) {}
  unsigned core;
  std::vector<unsigned> allowed;
};

/// How many bytes a second one core copies, read and written bytes together,
/// when all of them fit into a cache or not.
struct BandwidthLevel {
  std::string name;    ///< "L1", "L2", "L3", "memory"
  double capacity = 0; ///< bytes; infinite for memory
  double bytesPerSecond = 0;
};

/// Copies by vector loads and stores, beyond the caches also by streaming
/// stores: the better of them. Takes about a second.
std::vector<BandwidthLevel> measureCopyBandwidth();
/// Of the first level that holds so many bytes.
double bandwidthFor(llvm::ArrayRef<BandwidthLevel> levels, double bytes);

/// The core's peak, measured for some milliseconds now, in operations a second,
/// for products of such operands that accumulate in such a type: of fused
/// multiply-adds, or of dot-product instructions where the CPU has them for the
/// type; 0 where there is no loop for it.
double measurePeak(ElementType operand, ElementType accumulate,
                   double milliseconds);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_MACHINE_H
