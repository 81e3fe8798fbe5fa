//===- Backend.h - What runs the kernel of a case ---------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXECUTION_BACKEND_H
#define EINSUMC_TEST_EXECUTION_BACKEND_H

#include "GuardedMemory.h"
#include "einsumc/Compiler/Compiler.h"
#include "einsumc/Reference/Random.h"

#include <array>
#include <vector>

namespace einsumc::test {

/// 0xFF makes NaNs of every floating-point type, 0xA5 a number that no test
/// computes.
inline constexpr uint8_t kPoison[] = {0xFF, 0xA5};

enum class Data { smallIntegers, normal };

/// One call of the kernel.
struct CallSpec {
  const char *name; ///< "by NAME" stands in the report of a failure
  Data data;
  /// Of the result, and what it holds before.
  Flush flush;
  uint8_t poison;
};

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

/// The extent of every label (docs/abi.md, `sizes`).
llvm::SmallVector<int64_t> sizesOf(const kernel::Signature &signature,
                                   const KernelArguments &arguments);

/// Compiles a case's kernel, and calls it in one way or several.
class Backend {
public:
  virtual ~Backend() = default;

  /// Keeps the kernel for the calls.
  virtual llvm::Error compile(Compiler &compiler,
                              const ResolvedEquation &equation,
                              const ImportOptions &import,
                              const CompileOptions &options) = 0;
  /// Calls with equal data stand together.
  virtual llvm::ArrayRef<CallSpec> calls() const = 0;
  /// Says what went wrong, or nothing.
  virtual std::string call(size_t number, const KernelArguments &arguments,
                           reference::Random &random) = 0;
};

} // namespace einsumc::test

#endif // EINSUMC_TEST_EXECUTION_BACKEND_H
