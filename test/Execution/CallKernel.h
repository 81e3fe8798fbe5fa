//===- CallKernel.h - Every way to call a kernel ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_CALLKERNEL_H
#define EINSUMC_TEST_EXECUTION_CALLKERNEL_H

#include "GuardedMemory.h"
#include "einsumc/ExecutionEngine/Kernel.h"
#include "einsumc/Reference/Random.h"

#include <array>
#include <vector>

namespace einsumc::test {

enum class CallKind {
  run,      ///< Kernel::run
  tasks,    ///< by NAME_entry, in random ranges and order, partly at once
  cFunction ///< NAME_ws with guarded scratch, or NAME
};
std::string callKindName(CallKind kind);

/// Tensors, outputs last, and run-time scalars.
struct KernelArguments {
  std::vector<const GuardedTensor *> tensors;

  void addScalar(ElementType element, const reference::Number &value);
  struct Scalar {
    ElementType element;
    alignas(16) std::array<uint8_t, 16> bytes;
  };
  std::vector<Scalar> scalars;
};

/// Calls the kernel; says what went wrong, or nothing.
std::string callKernel(const Kernel &kernel, const KernelArguments &arguments,
                       CallKind kind, reference::Random &random);

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_CALLKERNEL_H
