//===- Binding.h - The arguments of one call, checked -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_EXECUTIONENGINE_BINDING_H
#define EINSUMC_LIB_EXECUTIONENGINE_BINDING_H

#include "einsumc/ExecutionEngine/Kernel.h"

namespace einsumc {

/// Fills the arrays that NAME_entry takes, or says what is wrong with the call.
RunResult bindCall(const kernel::Signature &signature,
                   llvm::ArrayRef<RunOperand> arguments,
                   llvm::ArrayRef<const void *> scalars, BoundCall &call);

/// What all calls with the same extents and strides have in common: checked
/// once, so that a call compares these, and pointers, alone.
class StaticCall {
public:
  /// Of a kernel of static extents and strides. Nothing where one is `?`, or no
  /// call is legal.
  static std::optional<StaticCall> get(const kernel::Signature &signature);
  /// Of calls as this one is. Nothing where it is illegal, whatever pointers
  /// there are.
  static std::optional<StaticCall> get(const kernel::Signature &signature,
                                       llvm::ArrayRef<RunOperand> arguments);

  /// Fills `pointers` as NAME_entry takes them. False: something may be wrong,
  /// and bindCall says what.
  bool bind(llvm::ArrayRef<RunOperand> arguments,
            llvm::ArrayRef<const void *> scalars,
            llvm::SmallVectorImpl<void *> &pointers) const;

  const int64_t *sizes() const { return call.sizes.data(); }
  const int64_t *strides() const { return call.strides.data(); }
  llvm::ArrayRef<int64_t> extents() const { return call.sizes; }

private:
  struct Operand {
    llvm::SmallVector<int64_t, 6> shape, strides;
    /// Bytes from `data` to the first byte and to the one behind the last.
    int64_t low, high;
    bool isEmpty, isOutput;
    /// Whether the call said them itself; others are the type's.
    bool hasSizes, hasStrides;
  };
  llvm::SmallVector<Operand, 4> operands;
  size_t numScalars = 0;
  BoundCall call;
};

} // namespace einsumc

#endif // EINSUMC_LIB_EXECUTIONENGINE_BINDING_H
