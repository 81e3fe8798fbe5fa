//===- CompilerTest.cpp - From an equation to any stage -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Compiler/Compiler.h"
#include "gtest/gtest.h"

using namespace einsumc;

namespace {

OperandType type(llvm::StringRef text) {
  Diagnostic diagnostic;
  llvm::FailureOr<OperandType> parsed =
      parseOperandType(text, "operand", diagnostic);
  EXPECT_TRUE(succeeded(parsed)) << diagnostic.render();
  return *parsed;
}

template <typename T> T take(llvm::Expected<T> value) {
  if (!value) {
    ADD_FAILURE() << llvm::toString(value.takeError());
    std::abort();
  }
  return std::move(*value);
}

template <typename T> std::string messageOf(llvm::Expected<T> value) {
  EXPECT_FALSE(bool(value));
  return value ? "" : llvm::toString(value.takeError());
}

mlir::OwningOpRef<mlir::ModuleOp> matmul(Compiler &compiler,
                                         const ImportOptions &options = {}) {
  ResolvedEquation equation = take(Compiler::resolveEquation(
      "ij,jk->ik", {type("4x?xf32"), type("?x6xf32")}));
  return take(compiler.importEquation(equation, options));
}

TEST(Compiler, StagesHaveNames) {
  for (size_t i = 0; i < allStages().size(); ++i)
    EXPECT_EQ(size_t(allStages()[i]), i);
  for (Stage stage : allStages()) {
    EXPECT_EQ(parseStage(stageName(stage)), stage);
    EXPECT_TRUE(hasStage(TargetKind::cpu, stage) ||
                hasStage(TargetKind::nvptx, stage))
        << stageName(stage).str();
  }
  EXPECT_FALSE(parseStage("object").has_value());
  EXPECT_EQ(allStages().back(), Stage::sharedLibrary);
}

/// Passes and target machines are kept: what was compiled before, for whom and
/// how, leaves no trace.
TEST(Compiler, EarlierCompilationsLeaveNoTrace) {
  auto emit = [](Compiler &compiler, llvm::StringRef cpu,
                 llvm::StringRef schedule = "") {
    CompileOptions options;
    options.cpu = cpu.str();
    options.schedule = schedule.str();
    auto module = matmul(compiler);
    return take(compiler.compile(module.get(), Stage::object, options)).output;
  };
  Compiler used;
  std::string wide = emit(used, "znver4"), narrow = emit(used, "x86-64");
  // An error in the middle of a pipeline, too.
  CompileOptions wrong;
  wrong.cpu = "znver4";
  wrong.schedule = "#kernel.cpu_schedule<";
  auto module = matmul(used);
  EXPECT_NE(messageOf(used.compile(module.get(), Stage::object, wrong)), "");
  EXPECT_NE(wide, narrow);
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(emit(used, "znver4"), wide);
    EXPECT_EQ(emit(used, "x86-64"), narrow);
  }
  Compiler fresh;
  EXPECT_EQ(emit(fresh, "x86-64"), narrow);
  // More pipelines than are kept.
  for (int mr = 1; mr <= 40; ++mr) {
    CompileOptions options;
    options.cpu = "znver4";
    options.memoryLimit = mr;
    auto other = matmul(used);
    take(used.compile(other.get(), Stage::linalg, options));
  }
  EXPECT_EQ(emit(used, "znver4"), wide);
}

TEST(Compiler, TargetsHaveNames) {
  for (TargetKind target : {TargetKind::cpu, TargetKind::nvptx})
    EXPECT_EQ(parseTarget(targetName(target)), target);
  EXPECT_FALSE(parseTarget("gpu").has_value());
}

void expectEveryStage(TargetKind target) {
  Compiler compiler;
  CompileOptions options;
  options.target = target;
  for (Stage stage : allStages()) {
    SCOPED_TRACE(stageName(stage).str());
    auto module = matmul(compiler);
    llvm::Expected<Compilation> compiled =
        compiler.compile(*module, stage, options);
    if (!compiled) {
      std::string message = llvm::toString(compiled.takeError());
      // NVIDIA's tools may not be there.
      bool needsTool = stage == Stage::cubin || stage == Stage::fatBinary;
      if (!hasStage(target, stage))
        EXPECT_NE(message.find("has no stage"), std::string::npos) << message;
      else if (!needsTool || message.find("is made by") == std::string::npos)
        ADD_FAILURE() << message;
      continue;
    }
    EXPECT_TRUE(hasStage(target, stage));
    EXPECT_FALSE(compiled->output.empty());
    EXPECT_EQ(!compiled->header.empty(), isLinkable(stage));
    bool hasPlan = target == TargetKind::nvptx && !isMLIR(stage);
    EXPECT_EQ(compiled->plans.size(), hasPlan ? 1u : 0u);
    if (stage > Stage::linalg) {
      ASSERT_EQ(compiled->kernels.size(), 1u);
      EXPECT_EQ(compiled->kernels[0].operands.size(), 3u);
      EXPECT_TRUE(compiled->kernels[0].hasDynamicExtents());
    }
  }
}

TEST(Compiler, EveryStageComesOut) { expectEveryStage(TargetKind::cpu); }

TEST(Compiler, EveryStageComesOutForGpus) {
  expectEveryStage(TargetKind::nvptx);
}

TEST(Compiler, InstancesDoNotDisturbOneAnother) {
  Compiler first, second;
  auto a = matmul(first);
  auto b = matmul(second);
  std::string x = take(first.compile(*a, Stage::object)).output;
  std::string y = take(second.compile(*b, Stage::object)).output;
  EXPECT_EQ(x, y);
}

TEST(Compiler, EquationErrorsPoint) {
  EXPECT_EQ(messageOf(Compiler::resolveEquation("ij->k", {type("2x3xf32")})),
            "error: output index 'k' appears in no operand: expected one of "
            "'i', 'j'\n  ij->k\n      ^");
}

TEST(Compiler, NamesAreChecked) {
  Compiler compiler;
  ResolvedEquation equation =
      take(Compiler::resolveEquation("i", {type("2xf32")}));
  for (const char *name : {"", "2x", "a-b", "int", "a b"}) {
    ImportOptions options;
    options.name = name;
    EXPECT_NE(messageOf(compiler.importEquation(equation, options))
                  .find("cannot be a kernel's name"),
              std::string::npos)
        << name;
  }
}

TEST(Compiler, ModuleErrorsHaveAPlace) {
  Compiler compiler;
  std::string message = messageOf(compiler.parseModule(
      llvm::MemoryBuffer::getMemBuffer("func.func @f(", "file.mlir")));
  EXPECT_EQ(message.find("file.mlir:1:"), 0u) << message;
  // Dialects that are not ours are an error, not an abort.
  EXPECT_NE(messageOf(compiler.parseModule(llvm::MemoryBuffer::getMemBuffer(
                          "\"other.op\"() : () -> ()", "file.mlir")))
                .find("other"),
            std::string::npos);
  // After an error the instance goes on working.
  auto module = matmul(compiler);
  EXPECT_FALSE(take(compiler.compile(*module, Stage::object)).output.empty());
}

TEST(Compiler, UnknownCpusAndSchedulesAreRefused) {
  Compiler compiler;
  CompileOptions options;
  options.cpu = "z80";
  auto module = matmul(compiler);
  EXPECT_EQ(messageOf(compiler.compile(*module, Stage::object, options))
                .find("unknown CPU 'z80'"),
            0u);
  options.cpu = "native";
  options.scheduleCpu = "6502";
  EXPECT_EQ(messageOf(compiler.compile(*module, Stage::object, options))
                .find("unknown CPU '6502'"),
            0u);
  options.scheduleCpu.clear();
  options.schedule = "#kernel.loops<[m]>";
  EXPECT_NE(messageOf(compiler.compile(*module, Stage::object, options))
                .find("expected the schedule to be a #kernel.cpu_schedule"),
            std::string::npos);
}

} // namespace
