//===- NativeModule.cpp - linalg as machine code in this process ----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeModule.h"
#include "einsumc/Pipelines/Pipelines.h"
#include "einsumc/Pipelines/RegisterAll.h"
#include "einsumc/Target/Emission.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/TargetParser/Host.h"
#include <cstdlib>
#include <cstring>

using namespace einsumc;
using namespace einsumc::test;
using namespace llvm;

bool NativeModule::canRun(StringRef cpu) {
  StringMap<bool> has = sys::getHostCPUFeatures();
  if (cpu == "x86-64-v3")
    return has["avx2"] && has["fma"] && has["f16c"] && has["bmi2"];
  if (cpu == "znver4")
    return sys::getHostCPUName() == "znver4" ||
           sys::getHostCPUName() == "znver5";
  return cpu == "native" || has["sse2"];
}

Expected<NativeModule>
NativeModule::compile(StringRef source, StringRef cpuName, StringRef schedule) {
  Expected<CpuInfo> cpu = lookupCpu(cpuName);
  if (!cpu)
    return cpu.takeError();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registerDialects(registry);
  registerTranslations(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  if (!module)
    return createStringError("the module does not parse");
  PipelineOptions options;
  options.cpu = cpuName.str();
  options.schedule = schedule.str();
  mlir::PassManager passes(&context);
  buildLinalgToKernelPipeline(passes, options);
  buildKernelToLLVMPipeline(passes, options);
  if (failed(passes.run(*module)))
    return createStringError("a pass failed");

  Expected<std::unique_ptr<TargetMachine>> machine =
      createTargetMachine(*cpu, "");
  if (!machine)
    return machine.takeError();
  LLVMContext llvmContext;
  Expected<std::unique_ptr<Module>> llvmModule =
      translateToLLVM(*module, llvmContext, **machine, *cpu, false);
  if (!llvmModule)
    return llvmModule.takeError();
  optimize(**llvmModule, **machine);
  Expected<std::string> object =
      emitCode(**llvmModule, **machine, CodeGenFileType::ObjectFile);
  if (!object)
    return object.takeError();

  Expected<std::unique_ptr<orc::LLJIT>> jit =
      orc::LLJITBuilder()
          .setLinkProcessSymbolsByDefault(false)
          .setPlatformSetUp(orc::setUpInactivePlatform)
          .create();
  if (!jit)
    return jit.takeError();
  orc::SymbolMap symbols;
  auto define = [&](StringRef name, auto *function) {
    symbols[(*jit)->mangleAndIntern(name)] = {
        orc::ExecutorAddr::fromPtr(function), JITSymbolFlags::Exported};
  };
  define("malloc", &std::malloc);
  define("aligned_alloc", &::aligned_alloc);
  define("free", &std::free);
  define("memcpy",
         static_cast<void *(*)(void *, const void *, size_t)>(&memcpy));
  define("memset", static_cast<void *(*)(void *, int, size_t)>(&memset));
  if (Error error = (*jit)->getMainJITDylib().define(
          orc::absoluteSymbols(std::move(symbols))))
    return error;
  if (Error error =
          (*jit)->addObjectFile(MemoryBuffer::getMemBufferCopy(*object)))
    return error;
  NativeModule native;
  native.jit = std::move(*jit);
  return native;
}

Expected<void *> NativeModule::lookup(StringRef name) {
  Expected<orc::ExecutorAddr> address = jit->lookup(name);
  if (!address)
    return address.takeError();
  return address->toPtr<void *>();
}
