//===- Stage.cpp - What --emit asks for -----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Compiler/Stage.h"

#include "llvm/ADT/SmallVector.h"

using namespace llvm;
using namespace einsumc;

namespace {
struct StageRow {
  Stage stage;
  StringLiteral name;
  bool cpu, nvptx;
};
constexpr StageRow stageRows[] = {
    {Stage::einsum, "einsum", true, true},
    {Stage::linalg, "linalg", true, true},
    {Stage::kernel, "kernel", true, true},
    {Stage::schedule, "schedule", true, true},
    {Stage::loops, "loops", true, false},
    {Stage::vector, "vector", true, false},
    {Stage::llvmDialect, "llvm-dialect", true, false},
    {Stage::gpu, "gpu", false, true},
    {Stage::nvvm, "nvvm", false, true},
    {Stage::llvm, "llvm", true, true},
    {Stage::assembly, "asm", true, false},
    {Stage::plan, "plan", false, true},
    {Stage::ptx, "ptx", false, true},
    {Stage::cubin, "cubin", false, true},
    {Stage::fatBinary, "fatbin", false, true},
    {Stage::object, "obj", true, true},
    {Stage::staticLibrary, "static", true, true},
    {Stage::sharedLibrary, "shared", true, true}};
} // namespace

StringRef einsumc::targetName(TargetKind target) {
  return target == TargetKind::cpu ? "cpu" : "nvptx";
}

std::optional<TargetKind> einsumc::parseTarget(StringRef name) {
  for (TargetKind target : {TargetKind::cpu, TargetKind::nvptx})
    if (targetName(target) == name)
      return target;
  return std::nullopt;
}

StringRef einsumc::stageName(Stage stage) {
  return stageRows[unsigned(stage)].name;
}

std::optional<Stage> einsumc::parseStage(StringRef name) {
  for (const StageRow &row : stageRows)
    if (row.name == name)
      return row.stage;
  return std::nullopt;
}

ArrayRef<Stage> einsumc::allStages() {
  static const SmallVector<Stage> stages = [] {
    SmallVector<Stage> list;
    for (const StageRow &row : stageRows)
      list.push_back(row.stage);
    return list;
  }();
  return stages;
}

bool einsumc::hasStage(TargetKind target, Stage stage) {
  const StageRow &row = stageRows[unsigned(stage)];
  return target == TargetKind::cpu ? row.cpu : row.nvptx;
}
