//===- EigenTensor.h - Eigen's tensor contraction ---------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_EIGENTENSOR_H
#define EINSUMC_LIB_BENCHMARK_PEERS_EIGENTENSOR_H

#include "Loadable/Eigen.h"
#include "einsumc/Benchmark/Peer.h"

namespace einsumc::bench {

std::optional<EigenScalar> eigenScalar(ElementType type);

/// Whole equations of two dense operands without batches.
std::unique_ptr<Peer>
makeEigenTensorPeer(decltype(einsumcEigenFindContract) *find,
                    std::string version);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_EIGENTENSOR_H
