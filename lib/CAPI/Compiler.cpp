//===- Compiler.cpp - The compiler of the C API ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Internal.h"
#include "einsumc/Frontend/Assumptions.h"
#include "einsumc/Runtime/Threads.h"
#include <cstring>

using namespace einsumc;
using namespace einsumc::capi;
using mlir::ModuleOp;
using mlir::OwningOpRef;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

/// Size of the first version of EinsumOptions.
static constexpr size_t kMinOptionsSize =
    offsetof(EinsumOptions, bytecode) + sizeof(int32_t);

/// Copies the host's options, which may be of an older or newer version: what
/// it does not know has its default, and what we do not know must have.
static EinsumStatus readOptions(const EinsumOptions *given,
                                EinsumOptions &options, EinsumError **error) {
  options = EINSUM_OPTIONS_INIT;
  if (!given)
    return EINSUM_OK;
  if (given->size < kMinOptionsSize)
    return fail(error, EINSUM_INVALID_ARGUMENT,
                "options->size is " + llvm::Twine(given->size) +
                    ", expected sizeof(EinsumOptions)");
  const char *bytes = reinterpret_cast<const char *>(given);
  for (size_t i = sizeof(EinsumOptions); i < given->size; ++i)
    if (bytes[i] != 0)
      return fail(error, EINSUM_INVALID_ARGUMENT,
                  "options of a newer version than this library's, " +
                      llvm::Twine(einsumGetVersionString()));
  std::memcpy(&options, given, std::min(given->size, sizeof(EinsumOptions)));
  if (options.memoryLimit < 0)
    return fail(error, EINSUM_INVALID_ARGUMENT,
                "options->memoryLimit is " + llvm::Twine(options.memoryLimit) +
                    ", expected 0 or more");
  if (options.threads < EINSUM_ALL_THREADS ||
      options.threads > EINSUMC_MAX_THREADS)
    return fail(error, EINSUM_INVALID_ARGUMENT,
                "options->threads is " + llvm::Twine(options.threads) +
                    ", expected 0 to " + llvm::Twine(int(EINSUMC_MAX_THREADS)) +
                    " or EINSUM_ALL_THREADS");
  return EINSUM_OK;
}

static CompileOptions toCompileOptions(const EinsumOptions &options) {
  CompileOptions result;
  auto assign = [](std::string &target, const char *text) {
    if (text)
      target = text;
  };
  if (options.gpu) {
    result.target = TargetKind::nvptx;
    result.gpu = options.gpu;
  }
  assign(result.cpu, options.cpu);
  assign(result.scheduleCpu, options.scheduleCpu);
  assign(result.schedule, options.schedule);
  assign(result.triple, options.triple);
  result.memoryLimit = options.memoryLimit;
  if (options.threads == EINSUM_ALL_THREADS)
    result.threads =
        std::min<int64_t>(einsumcThreadsAvailable(), EINSUMC_MAX_THREADS);
  else if (options.threads > 1)
    result.threads = options.threads;
  result.deterministic = options.deterministic;
  result.lineTables = options.lineTables;
  result.bytecode = options.bytecode;
  return result;
}

static EinsumStatus toImportOptions(const EinsumOptions &options,
                                    const ResolvedEquation &equation,
                                    ImportOptions &result,
                                    EinsumError **error) {
  if (options.name)
    result.name = options.name;
  if (!kernel::isValidKernelName(result.name))
    return fail(error, EINSUM_INVALID_INPUT,
                "'" + llvm::Twine(result.name) +
                    "' cannot be a kernel's name: it is no C identifier");
  if (!options.alpha && !options.beta)
    return EINSUM_OK;
  Diagnostic diagnostic;
  auto parse = [&](const char *text, llvm::StringRef what) {
    return parseFactor(text ? text : "1", equation.result.element, what,
                       diagnostic);
  };
  llvm::FailureOr<Factor> alpha = parse(options.alpha, "alpha");
  if (failed(alpha))
    return fail(error, diagnostic);
  llvm::FailureOr<Factor> beta = parse(options.beta, "beta");
  if (failed(beta))
    return fail(error, diagnostic);
  result.accumulate = AccumulateFactors{*alpha, *beta};
  return EINSUM_OK;
}

/// The equation with what the options promise of its extents.
static EinsumStatus assume(const EinsumOptions &options,
                           ResolvedEquation &equation, EinsumError **error) {
  Diagnostic diagnostic;
  if (options.assume &&
      failed(assumeExtents(equation, options.assume, diagnostic)))
    return fail(error, diagnostic);
  return EINSUM_OK;
}

//===----------------------------------------------------------------------===//
// Compiler
//===----------------------------------------------------------------------===//

EinsumStatus einsumCompilerCreate(EinsumCompiler **compiler,
                                  EinsumError **error) {
  if (!compiler)
    return failNull(error, "compiler");
  *compiler = new EinsumCompiler();
  return ok(error);
}

void einsumCompilerDestroy(EinsumCompiler *compiler) { delete compiler; }

static EinsumStatus returnKernel(llvm::Expected<Kernel> compiled,
                                 EinsumKernel **kernel, EinsumError **error) {
  if (!compiled)
    return fail(error, compiled.takeError());
  *kernel = new EinsumKernel(std::move(*compiled));
  return ok(error);
}

static EinsumStatus returnArtifact(llvm::Expected<Compilation> compiled,
                                   EinsumArtifact **artifact,
                                   EinsumError **error) {
  if (!compiled)
    return fail(error, compiled.takeError());
  *artifact = new EinsumArtifact{std::move(*compiled)};
  return ok(error);
}

EinsumStatus einsumCompilerCompile(EinsumCompiler *compiler,
                                   const EinsumEquation *equation,
                                   const EinsumOptions *options,
                                   EinsumKernel **kernel, EinsumError **error) {
  if (!kernel)
    return failNull(error, "kernel");
  *kernel = nullptr;
  if (!compiler)
    return failNull(error, "compiler");
  if (!equation)
    return failNull(error, "equation");
  EinsumOptions given;
  ImportOptions import;
  if (EinsumStatus status = readOptions(options, given, error))
    return status;
  ResolvedEquation assumed = equation->equation;
  if (EinsumStatus status = assume(given, assumed, error))
    return status;
  if (EinsumStatus status = toImportOptions(given, assumed, import, error))
    return status;
  std::lock_guard lock(compiler->mutex);
  return returnKernel(compileKernel(compiler->compiler, assumed, import,
                                    toCompileOptions(given)),
                      kernel, error);
}

EinsumStatus einsumCompilerEmit(EinsumCompiler *compiler,
                                const EinsumEquation *equation,
                                EinsumStage stage, const EinsumOptions *options,
                                EinsumArtifact **artifact,
                                EinsumError **error) {
  if (!artifact)
    return failNull(error, "artifact");
  *artifact = nullptr;
  if (!compiler)
    return failNull(error, "compiler");
  if (!equation)
    return failNull(error, "equation");
  if (!einsumStageGetName(stage))
    return fail(error, EINSUM_INVALID_ARGUMENT,
                llvm::Twine(int(stage)) + " is no stage");
  EinsumOptions given;
  ImportOptions import;
  if (EinsumStatus status = readOptions(options, given, error))
    return status;
  ResolvedEquation assumed = equation->equation;
  if (EinsumStatus status = assume(given, assumed, error))
    return status;
  if (EinsumStatus status = toImportOptions(given, assumed, import, error))
    return status;
  std::lock_guard lock(compiler->mutex);
  llvm::Expected<OwningOpRef<ModuleOp>> module =
      compiler->compiler.importEquation(assumed, import);
  if (!module)
    return fail(error, module.takeError());
  return returnArtifact(compiler->compiler.compile(**module, Stage(stage),
                                                   toCompileOptions(given)),
                        artifact, error);
}

/// Reads options and module; alpha and beta are said in the module itself.
static llvm::Expected<OwningOpRef<ModuleOp>>
parseModule(EinsumCompiler &compiler, llvm::StringRef text) {
  return compiler.compiler.parseModule(
      llvm::MemoryBuffer::getMemBufferCopy(text, "module"));
}

static EinsumStatus readModuleOptions(const EinsumOptions *options,
                                      EinsumOptions &given,
                                      EinsumError **error) {
  if (EinsumStatus status = readOptions(options, given, error))
    return status;
  if (given.alpha || given.beta)
    return fail(error, EINSUM_INVALID_ARGUMENT,
                "options->alpha and options->beta are for equations: a module "
                "says itself what it computes");
  if (given.assume)
    return fail(error, EINSUM_INVALID_ARGUMENT,
                "options->assume is for equations: a module says itself what "
                "it assumes, by kernel.assume");
  return EINSUM_OK;
}

static EinsumStatus failInput(EinsumError **error, llvm::Error failure) {
  return fail(error, EINSUM_INVALID_INPUT, llvm::toString(std::move(failure)));
}

EinsumStatus einsumCompilerCompileModule(EinsumCompiler *compiler,
                                         const char *module, size_t length,
                                         const EinsumOptions *options,
                                         EinsumKernel **kernel,
                                         EinsumError **error) {
  if (!kernel)
    return failNull(error, "kernel");
  *kernel = nullptr;
  if (!compiler)
    return failNull(error, "compiler");
  if (!module)
    return failNull(error, "module");
  EinsumOptions given;
  if (EinsumStatus status = readModuleOptions(options, given, error))
    return status;
  std::lock_guard lock(compiler->mutex);
  llvm::Expected<OwningOpRef<ModuleOp>> parsed =
      parseModule(*compiler, {module, length});
  if (!parsed)
    return failInput(error, parsed.takeError());
  // Only the chosen function is compiled.
  llvm::SmallVector<mlir::func::FuncOp> functions;
  for (auto function : (**parsed).getOps<mlir::func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      functions.push_back(function);
  std::string names;
  mlir::func::FuncOp chosen;
  for (mlir::func::FuncOp function : functions) {
    names += (names.empty() ? "" : ", ") + function.getName().str();
    if (given.name ? function.getName() == given.name : functions.size() == 1)
      chosen = function;
  }
  if (!chosen)
    return fail(error, EINSUM_INVALID_INPUT,
                given.name ? "the module has no kernel '" +
                                 llvm::Twine(given.name) + "', but: " + names
                           : "the module has " + llvm::Twine(functions.size()) +
                                 " kernels, expected one, or a name: " + names);
  for (mlir::func::FuncOp function : functions)
    if (function != chosen)
      function.setPrivate();
  llvm::Expected<std::vector<Kernel>> kernels =
      compileKernels(compiler->compiler, **parsed, toCompileOptions(given));
  if (!kernels)
    return fail(error, kernels.takeError());
  if (kernels->size() != 1)
    return fail(error, EINSUM_COMPILE_FAILED,
                "the module gave " + llvm::Twine(kernels->size()) +
                    " kernels, expected one");
  *kernel = new EinsumKernel(std::move(kernels->front()));
  return ok(error);
}

EinsumStatus einsumCompilerEmitModule(EinsumCompiler *compiler,
                                      const char *module, size_t length,
                                      EinsumStage stage,
                                      const EinsumOptions *options,
                                      EinsumArtifact **artifact,
                                      EinsumError **error) {
  if (!artifact)
    return failNull(error, "artifact");
  *artifact = nullptr;
  if (!compiler)
    return failNull(error, "compiler");
  if (!module)
    return failNull(error, "module");
  if (!einsumStageGetName(stage))
    return fail(error, EINSUM_INVALID_ARGUMENT,
                llvm::Twine(int(stage)) + " is no stage");
  EinsumOptions given;
  if (EinsumStatus status = readModuleOptions(options, given, error))
    return status;
  std::lock_guard lock(compiler->mutex);
  llvm::Expected<OwningOpRef<ModuleOp>> parsed =
      parseModule(*compiler, {module, length});
  if (!parsed)
    return failInput(error, parsed.takeError());
  return returnArtifact(compiler->compiler.compile(**parsed, Stage(stage),
                                                   toCompileOptions(given)),
                        artifact, error);
}

//===----------------------------------------------------------------------===//
// Artifacts
//===----------------------------------------------------------------------===//

void einsumArtifactDestroy(EinsumArtifact *artifact) { delete artifact; }

const char *einsumArtifactGetData(const EinsumArtifact *artifact,
                                  size_t *size) {
  if (size)
    *size = artifact ? artifact->compilation.output.size() : 0;
  return artifact ? artifact->compilation.output.c_str() : nullptr;
}

const char *einsumArtifactGetHeader(const EinsumArtifact *artifact) {
  return artifact ? artifact->compilation.header.c_str() : nullptr;
}

size_t einsumArtifactGetNumRemarks(const EinsumArtifact *artifact) {
  return artifact ? artifact->compilation.remarks.size() : 0;
}

const char *einsumArtifactGetRemark(const EinsumArtifact *artifact,
                                    size_t index) {
  return index < einsumArtifactGetNumRemarks(artifact)
             ? artifact->compilation.remarks[index].c_str()
             : nullptr;
}
