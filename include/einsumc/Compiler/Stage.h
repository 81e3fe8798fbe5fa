//===- Stage.h - What --emit asks for ---------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_COMPILER_STAGE_H
#define EINSUMC_COMPILER_STAGE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace einsumc {

/// Whom code is made for.
enum class TargetKind {
  cpu,
  nvptx ///< NVIDIA's GPUs
};

/// "cpu", "nvptx".
llvm::StringRef targetName(TargetKind target);
std::optional<TargetKind> parseTarget(llvm::StringRef name);

/// What `--emit` asks for, in the order in which it comes about.
enum class Stage {
  einsum,        ///< einsum.contract on tensors
  linalg,        ///< the midpoint: linalg on signless tensors
  kernel,        ///< kernel.region on memrefs, one a step function
  schedule,      ///< loops classed, schedules chosen
  loops,         ///< CPU: schedules carried out: tasks, blocks, packing
  vector,        ///< CPU: loops over vectors
  llvmDialect,   ///< CPU: MLIR's llvm dialect, the C ABI in place
  gpu,           ///< GPU: kernels and their launches
  nvvm,          ///< GPU: kernels in the llvm and nvvm dialects
  llvm,          ///< optimised LLVM IR
  assembly,      ///< CPU: for the target's assembler
  plan,          ///< GPU: how the kernels are launched, in JSON
  ptx,           ///< GPU: PTX text
  cubin,         ///< GPU: machine code, by ptxas
  fatBinary,     ///< GPU: machine code and PTX, by fatbinary
  object,        ///< one relocatable object
  staticLibrary, ///< an archive with that object
  sharedLibrary  ///< linked by the C compiler
};

/// "einsum", "linalg", … "llvm-dialect", "llvm", "asm", "obj", "static",
/// "shared".
llvm::StringRef stageName(Stage stage);
std::optional<Stage> parseStage(llvm::StringRef name);
/// Every stage, in order.
llvm::ArrayRef<Stage> allStages();
/// Whether code for the target goes through the stage.
bool hasStage(TargetKind target, Stage stage);
/// Whether a stage is MLIR, which can be written as bytecode.
inline bool isMLIR(Stage stage) { return stage <= Stage::nvvm; }
/// Whether a stage is bytes, not text.
inline bool isBinary(Stage stage) { return stage >= Stage::cubin; }
/// Whether a stage is code that a C program links, with a header beside it.
inline bool isLinkable(Stage stage) { return stage >= Stage::object; }

} // namespace einsumc

#endif // EINSUMC_COMPILER_STAGE_H
