//===- CompileKernel.cpp - Just in time -----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/CompileKernel.h"

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

Expected<std::vector<Kernel>>
einsumc::compileKernels(Compiler &compiler, mlir::ModuleOp module,
                        const CompileOptions &options) {
  if (Error error = checkMemory(module))
    return std::move(error);
  Expected<Compilation> compilation =
      compiler.compile(module, Stage::object, options);
  if (!compilation)
    return compilation.takeError();
  return Kernel::load(
      MemoryBuffer::getMemBufferCopy(compilation->output, "einsumc"),
      std::move(compilation->kernels));
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
