//===- Permute.h - Copies between two layouts -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_PERMUTE_H
#define EINSUMC_LIB_BENCHMARK_PEERS_PERMUTE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace einsumc::bench {

/// An axis of a copy: extent and strides, in elements.
struct CopyDim {
  int64_t extent = 1;
  int64_t from = 0, to = 0;
};

/// The axes with those fused that lie one behind the other on both sides; the
/// axis with the smallest destination stride is first.
llvm::SmallVector<CopyDim, 6> fuseCopyDims(llvm::ArrayRef<CopyDim> dims);

/// Copies elements of `elementSize` bytes (1, 2, 4, 8 or 16). Written well
/// enough that a peer which is handed permuted operands isn't held back by it:
/// rows as a whole where both sides have the same innermost axis, else squares
/// that are turned in registers, tile by tile.
class Permutation {
public:
  Permutation(llvm::ArrayRef<CopyDim> dims, unsigned elementSize);
  void operator()(const void *from, void *to) const;

private:
  llvm::SmallVector<CopyDim, 6> loops; ///< outermost first
  CopyDim row;                         ///< contiguous in the destination
  CopyDim column;                      ///< contiguous in the source, if another
  bool turned = false;
  unsigned size;
};

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_PERMUTE_H
