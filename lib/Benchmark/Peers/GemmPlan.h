//===- GemmPlan.h - A binary product as calls of a matrix product -*- C++
//-*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_GEMMPLAN_H
#define EINSUMC_LIB_BENCHMARK_PEERS_GEMMPLAN_H

#include "Contraction.h"
#include "Gemm.h"
#include "Permute.h"

namespace einsumc::bench {

/// An operand (or the result) that is copied into another layout.
struct LayoutCopy {
  bool used = false;
  int64_t elements = 0;
  llvm::SmallVector<CopyDim, 6> dims;
};

/// How a library that knows matrices only does a contraction: which tensors
/// are transposed as a whole, which labels are rows and columns of one call
/// (through leading dimensions and transposition flags), and which are loops
/// around the calls.
struct GemmPlan {
  GemmShape shape;
  /// The call computes Cᵀ = Bᵀ·Aᵀ: its first operand is B.
  bool swapped = false;
  ContractionDims loops;    ///< of batch, M and N
  ContractionDims sumLoops; ///< of K; calls after the first add to C
  LayoutCopy copyA, copyB, copyC;
  double estimate = 0; ///< seconds, by a rough model
};

/// The most promising plans, best estimate first.
llvm::SmallVector<GemmPlan, 4> planGemm(const Contraction &contraction,
                                        unsigned count);

/// The matrix product of the contraction's sizes: plain row-major operands,
/// one after the other in a batch.
GemmShape equalSizeGemm(const Contraction &contraction);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_GEMMPLAN_H
