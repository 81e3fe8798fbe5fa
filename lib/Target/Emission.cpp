//===- Emission.cpp - From the llvm dialect to code -------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Target/Emission.h"

#include "HideLoopInvariants.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SaveAndRestore.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/Timer.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include <mutex>

using namespace llvm;
using namespace einsumc;

void einsumc::registerTranslations(mlir::DialectRegistry &registry) {
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  mlir::registerGPUDialectTranslation(registry);
  mlir::registerNVVMDialectTranslation(registry);
}

void einsumc::initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
  });
}

std::string einsumc::defaultTriple() { return sys::getDefaultTargetTriple(); }

Expected<std::unique_ptr<TargetMachine>>
einsumc::createTargetMachine(const CpuInfo &cpu, StringRef tripleName) {
  initializeTargets();
  Triple triple(Triple::normalize(
      tripleName.empty() ? StringRef(defaultTriple()) : tripleName));
  std::string message;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target || triple.getArch() == Triple::UnknownArch)
    return createStringError("unknown triple '" + triple.str() + "'");
  if (!cpu.matches(triple))
    return createStringError("CPU '" + cpu.name + "' is " + cpu.arch +
                             " but the triple '" + triple.str() + "' is " +
                             triple.getArchName());
  // An x32 or ILP32 triple has the architecture but not the ABI's int64_t.
  if (!triple.isArch64Bit() || triple.isX32() ||
      triple.getEnvironment() == Triple::GNUILP32)
    return createStringError("triple '" + triple.str() +
                             "' does not have 64-bit pointers");
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      triple, cpu.llvmCpu, cpu.llvmFeatures, TargetOptions(), Reloc::PIC_,
      std::nullopt, CodeGenOptLevel::Default));
  if (!machine)
    return createStringError("LLVM cannot make code for triple '" +
                             triple.str() + "'");
  return machine;
}

Expected<std::unique_ptr<llvm::Module>>
einsumc::translateToLLVM(mlir::ModuleOp source, LLVMContext &context,
                         TargetMachine &machine, const CpuInfo &cpu,
                         bool lineTables) {
  if (lineTables) {
    // Function scopes, without which locations are not translated.
    mlir::PassManager passes(source.getContext());
    mlir::LLVM::DIScopeForLLVMFuncOpPassOptions options;
    options.emissionKind = mlir::LLVM::DIEmissionKind::LineTablesOnly;
    passes.addPass(mlir::LLVM::createDIScopeForLLVMFuncOpPass(options));
    if (failed(passes.run(source)))
      return createStringError("cannot describe source lines");
  }
  std::unique_ptr<llvm::Module> module =
      mlir::translateModuleToLLVMIR(source, context, "einsumc");
  if (!module)
    return createStringError("cannot translate to LLVM IR");
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  module->setPICLevel(PICLevel::BigPIC);
  for (Function &function : *module) {
    if (function.isDeclaration())
      continue;
    // Calls of one of our functions by another need no indirection.
    function.setDSOLocal(true);
    function.addFnAttr(Attribute::NoUnwind);
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty())
      function.addFnAttr("target-features", machine.getTargetFeatureString());
    // Some CPUs' tuning prefers vectors narrower than their registers.
    function.addFnAttr("prefer-vector-width", std::to_string(cpu.vectorBits));
    // NAME and NAME_ws share one copy of the loops.
    if (function.getName().ends_with("_entry") ||
        function.getName().ends_with(".run"))
      function.addFnAttr(Attribute::NoInline);
    // A step has one caller. Narrow floats as its arguments would be converted
    // by libgcc where the CPU has no registers for them.
    if (function.hasInternalLinkage() && function.getName().contains(".step"))
      function.addFnAttr(Attribute::AlwaysInline);
  }
  return module;
}

/// A row for each of LLVM's passes, except those that run others.
static void timePasses(PassInstrumentationCallbacks &callbacks,
                       TimeReport *timing,
                       SmallVectorImpl<mlir::TimingScope> &running) {
  auto isPass = [](StringRef name) {
    return !isSpecialPass(name, {"PassManager", "PassAdaptor", "WrapperPass",
                                 "DevirtSCCRepeatedPass"});
  };
  callbacks.registerBeforeNonSkippedPassCallback(
      [=, &running](StringRef name, Any) {
        if (isPass(name))
          running.push_back(TimeReport::phase(timing, name));
      });
  auto stop = [=, &running](StringRef name) {
    if (isPass(name))
      running.pop_back();
  };
  callbacks.registerAfterPassCallback(
      [=](StringRef name, Any, const PreservedAnalyses &) { stop(name); });
  callbacks.registerAfterPassInvalidatedCallback(
      [=](StringRef name, const PreservedAnalyses &) { stop(name); });
}

/// Runs what `build` gives.
static void runPasses(llvm::Module &module, TargetMachine &machine,
                      TimeReport *timing,
                      function_ref<ModulePassManager(PassBuilder &)> build) {
  auto phase = TimeReport::phase(timing, "LLVM optimisation");
  PipelineTuningOptions options;
  options.LoopVectorization = false;
  options.SLPVectorization = false;
  options.LoopUnrolling = false;
  options.LoopInterleaving = false;
  options.CallGraphProfile = false;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassInstrumentationCallbacks callbacks;
  SmallVector<mlir::TimingScope> running;
  if (timing)
    timePasses(callbacks, timing, running);
  PassBuilder builder(&machine, options, std::nullopt, &callbacks);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  build(builder).run(module, modules);
}

void einsumc::optimize(llvm::Module &module, TargetMachine &machine,
                       TimeReport *timing) {
  runPasses(module, machine, timing, [](PassBuilder &) {
    FunctionPassManager passes;
    passes.addPass(SROAPass(SROAOptions::ModifyCFG));
    passes.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
    passes.addPass(SimplifyCFGPass());
    passes.addPass(InstCombinePass());
    // Loops test at their end, and start with what does not change in them.
    LoopPassManager loopPasses;
    loopPasses.addPass(LoopRotatePass());
    loopPasses.addPass(LICMPass(LICMOptions()));
    passes.addPass(createFunctionToLoopPassAdaptor(std::move(loopPasses),
                                                   /*UseMemorySSA=*/true));
    passes.addPass(SimplifyCFGPass());
    passes.addPass(InstCombinePass());
    passes.addPass(HideLoopInvariantsPass());
    ModulePassManager pipeline;
    pipeline.addPass(AlwaysInlinerPass());
    pipeline.addPass(createModuleToFunctionPassAdaptor(std::move(passes)));
    return pipeline;
  });
}

void einsumc::optimizeDevice(llvm::Module &module, TargetMachine &machine,
                             TimeReport *timing) {
  runPasses(module, machine, timing, [](PassBuilder &builder) {
    return builder.buildPerModuleDefaultPipeline(OptimizationLevel::O2);
  });
}

/// The timers of the legacy pass manager, read and cleared.
static void addLegacyTimers(TimeReport &timing) {
  std::string text;
  raw_string_ostream os(text);
  TimerGroup::printAllJSONValues(os, "");
  TimerGroup::clearAll();
  Expected<json::Value> values = json::parse("{" + text + "}");
  if (!values) {
    consumeError(values.takeError());
    return;
  }
  for (const auto &[key, value] : *values->getAsObject()) {
    StringRef name = key;
    if (name.consume_front("time.pass.") && name.consume_back(".wall"))
      timing.add(name, value.getAsNumber().value_or(0));
  }
}

Expected<std::string> einsumc::emitCode(llvm::Module &module,
                                        TargetMachine &machine,
                                        CodeGenFileType kind,
                                        TimeReport *timing) {
  auto phase = TimeReport::phase(timing, "LLVM code generation");
  // The legacy pass manager has no callbacks, but timers of its own.
  SaveAndRestore timePasses(TimePassesIsEnabled, TimePassesIsEnabled || timing);
  SmallString<0> buffer;
  raw_svector_ostream stream(buffer);
  legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind,
                                  /*DisableVerify=*/true))
    return createStringError("LLVM cannot emit this kind of file for '" +
                             machine.getTargetTriple().str() + "'");
  passes.run(module);
  if (timing)
    addLegacyTimers(*timing);
  return std::string(buffer);
}

std::string einsumc::emitText(const llvm::Module &module) {
  std::string text;
  raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}
