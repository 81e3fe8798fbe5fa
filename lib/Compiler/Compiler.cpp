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
#include "einsumc/Target/Nvptx.h"
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
  Error lookUpTarget(Stage stage);
  Error lookUpCpus();
  /// Runs the passes up to an MLIR stage.
  Error lower(Stage stage);
  Expected<std::string> print();
  Expected<std::string> emit(Stage stage);
  Expected<std::string> emitForGpu(Stage stage);
  /// Replaces what launches by functions that hold plans and code.
  Error lowerGpuHost(StringRef code);
  Error readSignatures();
  Error readPlans();
  /// Gives the module the numbers that schedules are made from.
  void setTarget();

  ModuleOp module;
  const CompileOptions &options;
  DiagnosticCollector &collector;
  CpuInfo cpu, scheduleCpu;
  GpuInfo gpu;
  std::vector<LaunchPlan> plans;
  /// For the CPU, and for the GPU.
  std::unique_ptr<TargetMachine> machine, deviceMachine;
  Stage reached = Stage::einsum;
  Compilation result;
};

} // namespace

Error Pipeline::lookUpTarget(Stage stage) {
  // The host's side of a GPU's kernels runs on a CPU.
  if (options.target == TargetKind::cpu || isLinkable(stage))
    if (Error error = lookUpCpus())
      return error;
  if (options.target == TargetKind::cpu)
    return Error::success();
  Expected<GpuInfo> found = lookupGpu(options.gpu);
  if (!found)
    return found.takeError();
  gpu = *found;
  auto created = createNvptxMachine(gpu);
  if (!created)
    return created.takeError();
  deviceMachine = std::move(*created);
  return Error::success();
}

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
      {Stage::llvmDialect, buildLLVMPipeline},
      {Stage::gpu, buildGpuPipeline},
      {Stage::nvvm, buildNvvmPipeline}};
  PipelineOptions passOptions;
  passOptions.cpu = scheduleCpu.name;
  passOptions.schedule = options.schedule;
  passOptions.memoryLimit = options.memoryLimit;
  mlir::PassManager manager(module.getContext());
  manager.enableVerifier(options.verifyEach);
  for (auto [end, build] : builders)
    if (reached < end && end <= stage && hasStage(options.target, end))
      build(manager, passOptions);
  auto phase = TimeReport::phase(options.timing, "MLIR passes");
  if (options.timing)
    manager.enableTiming(phase);
  reached = std::min(stage, Stage::nvvm);
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
  auto phase = TimeReport::phase(options.timing, "translation to LLVM IR");
  Expected<std::unique_ptr<llvm::Module>> code =
      translateToLLVM(module, llvmContext, *machine, cpu, options.lineTables);
  phase.stop();
  if (!code) {
    // MLIR says more than the error does.
    std::string message = toString(code.takeError());
    return collector.takeError(message);
  }
  optimize(**code, *machine, options.timing);
  if (stage == Stage::llvm)
    return emitText(**code);
  if (stage == Stage::assembly)
    return emitCode(**code, *machine, CodeGenFileType::AssemblyFile,
                    options.timing);
  Expected<std::string> object =
      emitCode(**code, *machine, CodeGenFileType::ObjectFile, options.timing);
  if (!object || stage == Stage::object)
    return object;
  if (stage == Stage::staticLibrary)
    return emitArchive(*object, result.kernels.front().name + ".o");
  return emitSharedLibrary(*object);
}

Expected<std::string> Pipeline::emitForGpu(Stage stage) {
  if (stage == Stage::plan) {
    if (plans.size() != 1)
      return createStringError("a launch plan is of one kernel, but the module "
                               "has " +
                               Twine(plans.size()));
    return result.plans.front();
  }
  LLVMContext llvmContext;
  auto device =
      module.lookupSymbol<mlir::gpu::GPUModuleOp>(kernel::kDeviceModuleName);
  Expected<std::unique_ptr<llvm::Module>> code =
      translateDevice(device, llvmContext, *deviceMachine);
  if (!code)
    return collector.takeError(toString(code.takeError()));
  optimize(**code, *deviceMachine, options.timing);
  if (stage == Stage::llvm)
    return emitText(**code);
  Expected<std::string> ptx = emitPtx(**code, *deviceMachine, plans);
  if (!ptx || stage == Stage::ptx)
    return ptx;
  if (stage == Stage::cubin)
    return emitCubin(*ptx, gpu);
  if (stage == Stage::fatBinary)
    return emitFatBinary(*ptx, gpu);
  if (Error error = lowerGpuHost(*ptx))
    return std::move(error);
  return emit(stage);
}

Error Pipeline::lowerGpuHost(StringRef code) {
  mlir::Builder builder(module.getContext());
  module->setAttr(kernel::kCodeAttrName, builder.getStringAttr(code));
  size_t number = 0;
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function.isPublic())
      function->setAttr(
          kernel::kPlanAttrName,
          builder.getStringAttr(plans[number++].text(/*pretty=*/false)));
  mlir::PassManager manager(module.getContext());
  manager.enableVerifier(options.verifyEach);
  buildGpuHostPipeline(manager, PipelineOptions());
  if (failed(manager.run(module)) || failed(mlir::verify(module)))
    return collector.takeError();
  return Error::success();
}

Error Pipeline::readPlans() {
  for (auto [function, signature] :
       zip_equal(make_filter_range(
                     module.getOps<mlir::func::FuncOp>(),
                     [](mlir::func::FuncOp op) { return op.isPublic(); }),
                 result.kernels)) {
    FailureOr<LaunchPlan> plan = getLaunchPlan(function, signature, gpu);
    if (failed(plan))
      return collector.takeError();
    plans.push_back(std::move(*plan));
    result.plans.push_back(plans.back().text());
  }
  return Error::success();
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
  if (options.target == TargetKind::nvptx) {
    module->setAttr(kernel::kTargetAttrName,
                    gpuTargetAttr(module.getContext(), gpu));
    return;
  }
  CpuInfo facts = scheduleCpu;
  // Which conversions there are is a matter of the code, not of the schedule.
  facts.f16c = cpu.f16c;
  module->setAttr(kernel::kTargetAttrName,
                  targetAttr(module.getContext(), facts));
}

Expected<Compilation> Pipeline::run(Stage stage) {
  if (!hasStage(options.target, stage))
    return createStringError("code for " + targetName(options.target) +
                             " has no stage '" + stageName(stage) + "'");
  {
    auto phase = TimeReport::phase(options.timing, "target");
    if (Error error = lookUpTarget(stage))
      return std::move(error);
  }
  if (Error error = lower(std::min(stage, Stage::linalg)))
    return std::move(error);
  if (stage > Stage::linalg) {
    if (Error error = lower(Stage::kernel))
      return std::move(error);
    // They are complete now; entries' lowering uses them up.
    if (Error error = readSignatures())
      return std::move(error);
    // Nothing before schedules depends on it.
    if (stage > Stage::kernel)
      setTarget();
    // Launches are read where they are complete.
    bool hasPlans = options.target == TargetKind::nvptx && !isMLIR(stage);
    if (hasPlans) {
      if (Error error = lower(Stage::gpu))
        return std::move(error);
      if (Error error = readPlans())
        return std::move(error);
    }
    if (stage != Stage::plan)
      if (Error error = lower(stage))
        return std::move(error);
  }
  Expected<std::string> output = isMLIR(stage) ? print()
                                 : options.target == TargetKind::nvptx
                                     ? emitForGpu(stage)
                                     : emit(stage);
  if (!output)
    return output.takeError();
  result.output = std::move(*output);
  if (isLinkable(stage))
    result.header = options.target == TargetKind::cpu
                        ? emitHeader(result.kernels)
                        : emitGpuHeader(result.kernels);
  result.remarks = collector.takeRemarks();
  return std::move(result);
}

Expected<Compilation> Compiler::compile(ModuleOp module, Stage stage,
                                        const CompileOptions &options) {
  DiagnosticCollector collector(context.get(), *sources);
  return Pipeline(module, options, collector).run(stage);
}
