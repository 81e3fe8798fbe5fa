//===- PlainLibrary.h - A matrix product of three loops ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_UNIT_BENCHMARK_PLAINLIBRARY_H
#define EINSUMC_TEST_UNIT_BENCHMARK_PLAINLIBRARY_H

#include "../../../lib/Benchmark/Peers/Gemm.h"

namespace einsumc::bench {

/// The peer that is always there: it takes what every library takes, strictly
/// (it refuses leading dimensions that BLAS would call illegal), and shows that
/// the plans around the calls are right.
class PlainLibrary : public GemmLibrary {
public:
  llvm::StringRef name() const override { return "plain"; }
  std::string version() const override { return "1"; }
  GemmFunction prepareGemm(const GemmShape &shape) override;
  TransposeFunction prepareTranspose(const TransposeShape &shape) override;

  /// Calls with an illegal leading dimension; a plan that makes one is wrong.
  int illegal = 0;
};

} // namespace einsumc::bench

#endif // EINSUMC_TEST_UNIT_BENCHMARK_PLAINLIBRARY_H
