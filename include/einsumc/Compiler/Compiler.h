//===- Compiler.h - The whole way, from IR to code --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every tool and host drives: an equation or a module goes in, any stage
// of it comes out. Nothing here prints or aborts; errors come back in words.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_COMPILER_COMPILER_H
#define EINSUMC_COMPILER_COMPILER_H

#include "einsumc/Compiler/Explain.h"
#include "einsumc/Compiler/Stage.h"
#include "einsumc/Dialect/Kernel/IR/Signature.h"
#include "einsumc/Frontend/ImportEquation.h"
#include "einsumc/Support/TimeReport.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include <memory>
#include <string>
#include <vector>

namespace einsumc {

struct CompileOptions {
  /// What the kernels run on. First looked at when schedules are chosen.
  TargetKind target = TargetKind::cpu;
  /// GPU that code is made for: "sm_90", "h100", … PTX for the oldest one runs
  /// on all.
  std::string gpu = "sm_75";
  /// CPU that code is made for: "native", "znver4", "x86-64-v3", …
  std::string cpu = "native";
  /// CPU that schedules are made for; empty: `cpu`. LLVM splits vectors that
  /// are too wide for the former, so every schedule runs everywhere.
  std::string scheduleCpu;
  /// A `#kernel.cpu_schedule<…>` or `#kernel.simt_schedule<…>` that every
  /// region gets; empty: a formula decides.
  std::string schedule;
  /// Threads that one call of a kernel for a CPU runs on, 1 to 1024. With more
  /// than one, objects need einsumc's runtime (einsumc/Runtime/Threads.h).
  int64_t threads = 1;
  /// Results are the same bits with any number of threads.
  bool deterministic = false;
  /// Empty: this machine's.
  std::string triple;
  /// Largest intermediate of a product of several operands, in elements; 0:
  /// none.
  int64_t memoryLimit = 0;
  /// Line tables (`-g`).
  bool lineTables = false;
  /// MLIR stages as bytecode instead of text.
  bool bytecode = false;
  /// Verify the IR after every pass (tests do).
  bool verifyEach = false;
  /// Say what was decided and why, in Compilation::explanation.
  bool explain = false;
  /// Where to say what took how long; null: nowhere. LLVM's own timers are the
  /// process', so one compilation at a time may have it.
  TimeReport *timing = nullptr;
};

/// What one compilation gave.
struct Compilation {
  /// Text or bytes of the stage that was asked for.
  std::string output;
  /// C header; for linkable stages.
  std::string header;
  /// For a GPU, from stage `plan` on: how each kernel is launched
  /// (docs/GPU.md).
  std::vector<std::string> plans;
  /// The public functions, for stages from `kernel` on.
  std::vector<kernel::Signature> kernels;
  /// With CompileOptions::explain, for CPUs from stage `schedule` on.
  Explanation explanation;
  /// Threads that the kernels run on: the options', or those of a module that
  /// says so itself.
  int64_t threads = 1;
  /// Remarks and warnings of passes, rendered.
  std::vector<std::string> remarks;
};

/// Dialects, passes and LLVM's targets, loaded once. One thread at a time may
/// use an instance; different threads may have instances of their own. What
/// it returns does not depend on it, except modules, which live in its context.
class Compiler {
public:
  Compiler();
  ~Compiler();

  mlir::MLIRContext *getContext() { return context.get(); }

  /// Parses and resolves; the message shows the equation with a caret.
  static llvm::Expected<ResolvedEquation>
  resolveEquation(llvm::StringRef equation,
                  llvm::ArrayRef<OperandType> operands,
                  const ResolveOptions &options = {});

  /// A module of one einsum.contract.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
  importEquation(const ResolvedEquation &equation,
                 const ImportOptions &options = {});

  /// Text or bytecode that holds einsum or linalg on tensors.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>>
  parseModule(std::unique_ptr<llvm::MemoryBuffer> buffer);

  /// Takes the module, which holds einsum or linalg on tensors, to `stage`. It
  /// is changed on the way.
  llvm::Expected<Compilation> compile(mlir::ModuleOp module, Stage stage,
                                      const CompileOptions &options = {});

  struct Cache;

private:
  std::unique_ptr<mlir::MLIRContext> context;
  /// What one compilation leaves for the next.
  std::unique_ptr<Cache> cache;
  /// What the last module was made from: diagnostics show it.
  std::unique_ptr<llvm::SourceMgr> sources;
};

} // namespace einsumc

#endif // EINSUMC_COMPILER_COMPILER_H
