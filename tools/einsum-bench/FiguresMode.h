//===- FiguresMode.h - The table of figures ---------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_BENCH_FIGURESMODE_H
#define EINSUMC_TOOLS_EINSUM_BENCH_FIGURESMODE_H

#include "Session.h"

namespace einsumc::bench {

/// Measures the suites (all: no names) on tables in `folder`, and prints the
/// table of figures.
llvm::Error runFigures(const SessionOptions &options,
                       llvm::ArrayRef<std::string> names,
                       llvm::StringRef folder);

/// Names that --suite takes.
std::string suiteNames();

} // namespace einsumc::bench

#endif // EINSUMC_TOOLS_EINSUM_BENCH_FIGURESMODE_H
