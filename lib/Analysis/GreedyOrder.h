//===- GreedyOrder.h - Trees by repeated cheapest product -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_ANALYSIS_GREEDYORDER_H
#define EINSUMC_LIB_ANALYSIS_GREEDYORDER_H

#include "ContractionNetwork.h"

namespace einsumc::contraction {

struct GreedyOptions {
  /// Weight of the operands' sizes, which a product frees, against that of the
  /// result.
  double freedWeight = 1;
  /// How far chance may override the sizes; 0: not at all.
  double temperature = 0;
};

/// Multiplies, again and again, the two tensors that share a label and whose
/// product adds least to what is alive; at last what shares no label.
llvm::SmallVector<ContractionStep> findGreedyOrder(const Network &network,
                                                   const GreedyOptions &options,
                                                   RandomNumbers &random,
                                                   Budget &budget);

} // namespace einsumc::contraction

#endif // EINSUMC_LIB_ANALYSIS_GREEDYORDER_H
