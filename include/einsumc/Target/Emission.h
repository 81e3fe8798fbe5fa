//===- Emission.h - From the llvm dialect to files --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TARGET_EMISSION_H
#define EINSUMC_TARGET_EMISSION_H

#include "einsumc/Support/TimeReport.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>
#include <string>

namespace einsumc {

/// The interfaces that translation from MLIR needs.
void registerTranslations(mlir::DialectRegistry &registry);

/// Makes LLVM's targets known, once, whoever asks.
void initializeTargets();

/// The triple of this machine, that code is made for unless told otherwise.
std::string defaultTriple();

/// A machine that makes position independent code. Refuses triples that LLVM
/// does not know, that do not fit the CPU, or whose pointers are not 64 bits.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const CpuInfo &cpu, llvm::StringRef triple);

/// Translates a module of the llvm dialect. `lineTables` describes where in the
/// source its operations stand.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                llvm::TargetMachine &machine, const CpuInfo &cpu,
                bool lineTables);

/// The optimisations of LLVM that kernels for a CPU gain from. What its
/// vectorisers and its unroller would do has been decided by the schedule; most
/// of the rest finds nothing in code that was lowered from one place.
void optimize(llvm::Module &module, llvm::TargetMachine &machine,
              TimeReport *timing = nullptr);
/// The same for a GPU: all of -O2, but for vectorisers and unroller.
void optimizeDevice(llvm::Module &module, llvm::TargetMachine &machine,
                    TimeReport *timing = nullptr);

/// Code for the module: its bytes depend on nothing but the module.
llvm::Expected<std::string> emitCode(llvm::Module &module,
                                     llvm::TargetMachine &machine,
                                     llvm::CodeGenFileType kind,
                                     TimeReport *timing = nullptr);
/// The optimised module as text.
std::string emitText(const llvm::Module &module);

/// A static library with the one object.
llvm::Expected<std::string> emitArchive(llvm::StringRef object,
                                        llvm::StringRef memberName);
/// A shared library of the object, linked by the C compiler.
llvm::Expected<std::string> emitSharedLibrary(llvm::StringRef object);

} // namespace einsumc

#endif // EINSUMC_TARGET_EMISSION_H
