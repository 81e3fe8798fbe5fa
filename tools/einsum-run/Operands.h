//===- Operands.h - What a kernel is run on ---------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_EINSUM_RUN_OPERANDS_H
#define EINSUMC_TOOLS_EINSUM_RUN_OPERANDS_H

#include "einsumc/Frontend/Equation.h"
#include "einsumc/Reference/Tensor.h"

namespace einsumc::run {

/// An operand as the command line names it: a .npy file, or a type to draw
/// random elements of.
struct OperandSource {
  std::string text;
  bool isRandom = false;
};

struct Operand {
  OperandType type;
  reference::Tensor tensor; ///< no memory yet where it is to be drawn
  bool isRandom = false;
};

/// Reads files and the types of random operands. Nothing is allocated when they
/// cannot all be in memory.
llvm::Expected<std::vector<Operand>>
readOperands(llvm::ArrayRef<OperandSource> sources);

/// Gives the random operands memory and elements: standard normal, integers
/// within ±100.
void drawRandom(llvm::MutableArrayRef<Operand> operands, uint64_t seed);

/// Strides of a type whose extents are all known.
llvm::SmallVector<int64_t, 6> stridesOf(const OperandType &type);

/// An error when `bytes`, which `what` needs, exceed this machine's memory; no
/// value stands for more than 63 bits can count.
llvm::Error checkMemory(std::optional<uint64_t> bytes, llvm::StringRef what);

/// Bytes of a type's memory, the gaps of its strides included.
std::optional<uint64_t> bytesOf(const OperandType &type);
std::optional<uint64_t> add(std::optional<uint64_t> a,
                            std::optional<uint64_t> b);

/// The types for a kernel that takes extents and strides at run time. Axes that
/// broadcast stay 1: that is decided from the types.
std::vector<OperandType> makeDynamic(const ResolvedEquation &equation);

} // namespace einsumc::run

#endif // EINSUMC_TOOLS_EINSUM_RUN_OPERANDS_H
