//===- Compiler.cpp - The whole way, from IR to code ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Compiler/Compiler.h"

#include "DiagnosticCollector.h"
#include "einsumc/Dialect/Einsum/IR/Einsum.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Pipelines/Pipelines.h"
#include "einsumc/Pipelines/RegisterAll.h"
#include "einsumc/Target/Emission.h"
#include "einsumc/Target/Header.h"
#include "einsumc/TargetInfo/CpuInfo.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

using namespace llvm;
using namespace einsumc;
using mlir::ModuleOp;
using mlir::OwningOpRef;

Compiler::Compiler() : sources(std::make_unique<SourceMgr>()) {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  registerUpstreamDialects(registry);
  registerTranslations(registry);
  context = std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  // Users read these messages, not the operations behind them.
  context->printOpOnDiagnostic(false);
}

Compiler::~Compiler() = default;

Expected<ResolvedEquation>
Compiler::resolveEquation(StringRef text, ArrayRef<OperandType> operands,
                          const ResolveOptions &options) {
  Diagnostic diagnostic;
  FailureOr<Equation> equation = parseEquation(text, diagnostic);
  if (failed(equation))
    return createStringError(diagnostic.render());
  FailureOr<ResolvedEquation> resolved =
      resolve(*equation, operands, options, diagnostic);
  if (failed(resolved))
    return createStringError(diagnostic.render());
  return *resolved;
}

Expected<OwningOpRef<ModuleOp>>
Compiler::importEquation(const ResolvedEquation &equation,
                         const ImportOptions &options) {
  if (!kernel::isValidKernelName(options.name))
    return createStringError("error: '" + options.name +
                             "' cannot be a kernel's name: expected a C "
                             "identifier that is no keyword");
  sources = std::make_unique<SourceMgr>();
  sources->AddNewSourceBuffer(
      MemoryBuffer::getMemBufferCopy(equation.text, kEquationFileName),
      SMLoc());
  DiagnosticCollector collector(context.get(), *sources);
  OwningOpRef<ModuleOp> module =
      einsumc::importEquation(context.get(), equation, options);
  if (failed(mlir::verify(*module)))
    return collector.takeError();
  return module;
}

Expected<OwningOpRef<ModuleOp>>
Compiler::parseModule(std::unique_ptr<MemoryBuffer> buffer) {
  sources = std::make_unique<SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), SMLoc());
  DiagnosticCollector collector(context.get(), *sources);
  OwningOpRef<ModuleOp> module =
      mlir::parseSourceFile<ModuleOp>(*sources, context.get());
  if (!module)
    return collector.takeError();
  return module;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

namespace {
struct StageRow {
  Stage stage;
  StringLiteral name;
};
constexpr StageRow stageRows[] = {{Stage::einsum, "einsum"},
                                  {Stage::linalg, "linalg"},
                                  {Stage::kernel, "kernel"},
                                  {Stage::schedule, "schedule"},
                                  {Stage::loops, "loops"},
                                  {Stage::vector, "vector"},
                                  {Stage::llvmDialect, "llvm-dialect"},
                                  {Stage::llvm, "llvm"},
                                  {Stage::assembly, "asm"},
                                  {Stage::object, "obj"},
                                  {Stage::staticLibrary, "static"},
                                  {Stage::sharedLibrary, "shared"}};
} // namespace

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

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

namespace {

/// One way through the stages.
class Pipeline {
public:
  Pipeline(ModuleOp module, const CompileOptions &options,
           DiagnosticCollector &collector)
      : module(module), options(options), collector(collector) {}

  Expected<Compilation> run(Stage stage);

private:
  Error lookUpCpus();
  /// Runs the passes up to an MLIR stage.
  Error lower(Stage stage);
  Expected<std::string> print();
  Expected<std::string> emit(Stage stage);
  Error readSignatures();
  /// Gives the module the numbers that schedules are made from.
  void setTarget();

  ModuleOp module;
  const CompileOptions &options;
  DiagnosticCollector &collector;
  CpuInfo cpu, scheduleCpu;
  std::unique_ptr<TargetMachine> machine;
  Stage reached = Stage::einsum;
  Compilation result;
};

} // namespace

Error Pipeline::lookUpCpus() {
  Expected<CpuInfo> found = lookupCpu(options.cpu);
  if (!found)
    return found.takeError();
  cpu = scheduleCpu = *found;
  if (!options.scheduleCpu.empty()) {
    found = lookupCpu(options.scheduleCpu);
    if (!found)
      return found.takeError();
    scheduleCpu = *found;
  }
  auto created = createTargetMachine(cpu, options.triple);
  if (!created)
    return created.takeError();
  machine = std::move(*created);
  return Error::success();
}

Error Pipeline::lower(Stage stage) {
  using Builder = void (*)(mlir::OpPassManager &, const PipelineOptions &);
  static constexpr std::pair<Stage, Builder> builders[] = {
      {Stage::linalg, buildEinsumToLinalgPipeline},
      {Stage::kernel, buildFormKernelsPipeline},
      {Stage::schedule, buildSchedulePipeline},
      {Stage::loops, buildLoopsPipeline},
      {Stage::vector, buildVectorPipeline},
      {Stage::llvmDialect, buildLLVMPipeline}};
  PipelineOptions passOptions;
  passOptions.cpu = scheduleCpu.name;
  passOptions.schedule = options.schedule;
  passOptions.memoryLimit = options.memoryLimit;
  mlir::PassManager manager(module.getContext());
  manager.enableVerifier(options.verifyEach);
  for (auto [end, build] : builders)
    if (reached < end && end <= stage)
      build(manager, passOptions);
  reached = std::min(stage, Stage::llvmDialect);
  // Without verification after every pass there is one at the end.
  if (failed(manager.run(module)) || failed(mlir::verify(module)))
    return collector.takeError();
  return Error::success();
}

Expected<std::string> Pipeline::print() {
  std::string text;
  raw_string_ostream os(text);
  if (!options.bytecode) {
    module->print(os);
    os << '\n';
  } else if (failed(mlir::writeBytecodeToFile(module, os))) {
    return collector.takeError();
  }
  return text;
}

Expected<std::string> Pipeline::emit(Stage stage) {
  LLVMContext llvmContext;
  Expected<std::unique_ptr<llvm::Module>> code =
      translateToLLVM(module, llvmContext, *machine, cpu, options.lineTables);
  if (!code) {
    // MLIR says more than the error does.
    std::string message = toString(code.takeError());
    return collector.takeError(message);
  }
  optimize(**code, *machine);
  if (stage == Stage::llvm)
    return emitText(**code);
  if (stage == Stage::assembly)
    return emitCode(**code, *machine, CodeGenFileType::AssemblyFile);
  Expected<std::string> object =
      emitCode(**code, *machine, CodeGenFileType::ObjectFile);
  if (!object || stage == Stage::object)
    return object;
  if (stage == Stage::staticLibrary)
    return emitArchive(*object, result.kernels.front().name + ".o");
  return emitSharedLibrary(*object);
}

Error Pipeline::readSignatures() {
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (!function.isPublic())
      continue;
    FailureOr<kernel::Signature> signature = kernel::getSignature(function);
    if (failed(signature))
      return collector.takeError();
    result.kernels.push_back(std::move(*signature));
  }
  if (result.kernels.empty())
    return createStringError(
        "the module has no public function of tensors: nothing to compile");
  return Error::success();
}

void Pipeline::setTarget() {
  if (module->hasAttr(kernel::kTargetAttrName))
    return;
  CpuInfo facts = scheduleCpu;
  // Which conversions there are is a matter of the code, not of the schedule.
  facts.f16c = cpu.f16c;
  module->setAttr(kernel::kTargetAttrName,
                  targetAttr(module.getContext(), facts));
}

Expected<Compilation> Pipeline::run(Stage stage) {
  if (Error error = lookUpCpus())
    return std::move(error);
  if (Error error = lower(std::min(stage, Stage::linalg)))
    return std::move(error);
  if (stage > Stage::linalg) {
    if (Error error = lower(Stage::kernel))
      return std::move(error);
    // They are complete now; entries' lowering uses them up.
    if (Error error = readSignatures())
      return std::move(error);
    setTarget();
    if (Error error = lower(stage))
      return std::move(error);
  }
  Expected<std::string> output = isMLIR(stage) ? print() : emit(stage);
  if (!output)
    return output.takeError();
  result.output = std::move(*output);
  if (isLinkable(stage))
    result.header = emitHeader(result.kernels);
  result.remarks = collector.takeRemarks();
  return std::move(result);
}

Expected<Compilation> Compiler::compile(ModuleOp module, Stage stage,
                                        const CompileOptions &options) {
  DiagnosticCollector collector(context.get(), *sources);
  return Pipeline(module, options, collector).run(stage);
}
