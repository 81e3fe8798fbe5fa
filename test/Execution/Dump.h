//===- Dump.h - The reference's results for numpy to check ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_DUMP_H
#define EINSUMC_TEST_EXECUTION_DUMP_H

#include <string>

namespace einsumc::test {

/// Writes, for every row of the table in order, the operands and what the
/// reference evaluator makes of them, as .npy files one after the other: once
/// with normal data, once with small integers of one type or another. Gives
/// the exit code.
int dumpReference(const std::string &path);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_DUMP_H
