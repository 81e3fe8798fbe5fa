//===- Mutations.h - Mistakes that the tests must notice --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_MUTATIONS_H
#define EINSUMC_TEST_EXECUTION_MUTATIONS_H

#include "Case.h"

namespace einsumc::test {

/// Mistakes that a compiler could make, each put into the PTX of one kernel.
size_t numMutations();
/// The kernel that the mistake is made in; the case's name is the mistake's.
Case mutationCase(size_t number);
/// Runs the kernel as it is, which must pass, and with the mistake, which must
/// not. A mistake that cannot be made, because the text does not hold what it
/// replaces, is a failure.
Outcome runMutation(Compiler &compiler, const Case &c, size_t number);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_MUTATIONS_H
