//===- CompileKernel.cpp - Just in time -----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/CompileKernel.h"

#include "einsumc/Target/Emission.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace einsumc;

/// Refuses operands that cannot exist here.
static Error checkMemory(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (!function.isPublic())
      continue;
    // What is wrong with a signature is the compiler's to say.
    mlir::ScopedDiagnosticHandler quiet(
        module.getContext(), [](mlir::Diagnostic &) { return success(); });
    FailureOr<kernel::Signature> signature = kernel::getSignature(function);
    if (succeeded(signature))
      if (Error error = checkFitsMemory(signature->operands))
        return error;
  }
  return Error::success();
}

/// Refuses code that this machine cannot execute.
static Error checkRunsHere(const CompileOptions &options) {
  std::string here = defaultTriple();
  if (!options.triple.empty() &&
      Triple(options.triple).getArch() != Triple(here).getArch())
    return createStringError("code for triple '" + options.triple +
                             "' cannot run here, on '" + here + "'");
  if (options.cpu == "native")
    return Error::success();
  Expected<CpuInfo> cpu = lookupCpu(options.cpu);
  if (!cpu)
    return cpu.takeError();
  auto machine = createTargetMachine(*cpu, options.triple);
  if (!machine)
    return machine.takeError();
  // Features that instructions are chosen by; others (of the system, of tuning)
  // make no difference to kernels.
  StringMap<bool> present = sys::getHostCPUFeatures();
  SmallVector<StringRef> missing;
  for (const SubtargetFeatureKV &feature :
       (*machine)->getMCSubtargetInfo()->getEnabledProcessorFeatures()) {
    StringRef name = feature.Key;
    auto found = present.find(name);
    if (found == present.end() || found->second)
      continue;
    if (name.starts_with("sse") || name.starts_with("ssse") ||
        name.starts_with("avx") || name.starts_with("amx") ||
        is_contained({"fma", "f16c", "bmi", "bmi2", "lzcnt", "popcnt", "movbe",
                      "adx", "cx16", "gfni"},
                     name) ||
        Triple(here).isAArch64())
      missing.push_back(name);
  }
  if (missing.empty())
    return Error::success();
  return createStringError("code for CPU '" + options.cpu +
                           "' cannot run here: this CPU lacks " +
                           join(missing, ", "));
}

Expected<std::vector<Kernel>>
einsumc::compileKernels(Compiler &compiler, mlir::ModuleOp module,
                        const CompileOptions &options) {
  if (options.target != TargetKind::cpu)
    return createStringError("a kernel that runs in this process is for its "
                             "CPU, not for GPU '" +
                             options.gpu + "'");
  if (Error error = checkMemory(module))
    return std::move(error);
  if (Error error = checkRunsHere(options))
    return std::move(error);
  Expected<Compilation> compilation =
      compiler.compile(module, Stage::object, options);
  if (!compilation)
    return compilation.takeError();
  auto phase = TimeReport::phase(options.timing, "linking");
  return Kernel::load(
      MemoryBuffer::getMemBufferCopy(compilation->output, "einsumc"),
      std::move(compilation->kernels), compilation->threads);
}

Expected<Kernel> einsumc::compileKernel(Compiler &compiler,
                                        const ResolvedEquation &equation,
                                        const ImportOptions &import,
                                        const CompileOptions &options) {
  auto module = compiler.importEquation(equation, import);
  if (!module)
    return module.takeError();
  auto kernels = compileKernels(compiler, module->get(), options);
  if (!kernels)
    return kernels.takeError();
  return std::move(kernels->front());
}
