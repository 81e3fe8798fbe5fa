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
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace einsumc;
using mlir::ModuleOp;
using mlir::OwningOpRef;

//===----------------------------------------------------------------------===//
// What compilations share
//===----------------------------------------------------------------------===//

/// What takes long to make and does not depend on the module: the patterns
/// inside of pass managers and the tables inside of target machines.
struct Compiler::Cache {
  /// More than there are stages and targets, fewer than a host that forces
  /// schedule after schedule would leave behind.
  static constexpr size_t kMaxEntries = 32;

  template <typename T>
  static T *find(StringMap<std::unique_ptr<T>> &entries, StringRef key) {
    auto found = entries.find(key);
    return found == entries.end() ? nullptr : found->second.get();
  }
  template <typename T>
  static T &insert(StringMap<std::unique_ptr<T>> &entries, StringRef key,
                   std::unique_ptr<T> entry) {
    if (entries.size() >= kMaxEntries)
      entries.clear();
    return *(entries[key] = std::move(entry));
  }

  StringMap<std::unique_ptr<mlir::PassManager>> managers;
  StringMap<std::unique_ptr<TargetMachine>> machines;
};

Compiler::Compiler()
    : cache(std::make_unique<Cache>()), sources(std::make_unique<SourceMgr>()) {
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
           DiagnosticCollector &collector, Compiler::Cache &cache)
      : module(module), options(options), collector(collector), cache(cache) {}

  Expected<Compilation> run(Stage stage);

private:
  Error lookUpTarget(Stage stage);
  Error lookUpCpus();
  /// A machine that was made before, or a new one.
  Error
  findMachine(const Twine &key, TargetMachine *&machine,
              function_ref<Expected<std::unique_ptr<TargetMachine>>()> create);
  /// The passes from the stage that is reached to another one.
  mlir::PassManager &findPasses(Stage stage);
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
  /// Finds out how many threads kernels will run on.
  void setThreads();

  ModuleOp module;
  const CompileOptions &options;
  DiagnosticCollector &collector;
  Compiler::Cache &cache;
  CpuInfo cpu, scheduleCpu;
  GpuInfo gpu;
  std::vector<LaunchPlan> plans;
  /// For the CPU, and for the GPU.
  TargetMachine *machine = nullptr, *deviceMachine = nullptr;
  Stage reached = Stage::einsum;
  std::unique_ptr<mlir::PassManager> timedPasses;
  Compilation result;
};

} // namespace

Error Pipeline::findMachine(
    const Twine &key, TargetMachine *&machine,
    function_ref<Expected<std::unique_ptr<TargetMachine>>()> create) {
  std::string name = key.str();
  machine = Compiler::Cache::find(cache.machines, name);
  if (machine)
    return Error::success();
  auto created = create();
  if (!created)
    return created.takeError();
  machine = &Compiler::Cache::insert(cache.machines, name, std::move(*created));
  return Error::success();
}

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
  return findMachine("gpu " + gpu.architecture + "+" + Twine(gpu.ptxVersion),
                     deviceMachine, [&] { return createNvptxMachine(gpu); });
}

Error Pipeline::lookUpCpus() {
  Expected<CpuInfo> found = lookupCpu(options.cpu);
  if (found && found->name == "native" && !options.triple.empty()) {
    // The running CPU says nothing about code for another architecture.
    Triple triple(Triple::normalize(options.triple));
    if (!found->matches(triple) && !familyOf(triple).empty())
      found = lookupCpu(familyOf(triple));
  }
  if (!found)
    return found.takeError();
  cpu = scheduleCpu = *found;
  if (!options.scheduleCpu.empty()) {
    found = lookupCpu(options.scheduleCpu);
    if (!found)
      return found.takeError();
    scheduleCpu = *found;
  }
  return findMachine(
      cpu.llvmCpu + " " + cpu.llvmFeatures + " " + options.triple, machine,
      [&] { return createTargetMachine(cpu, options.triple); });
}

mlir::PassManager &Pipeline::findPasses(Stage stage) {
  std::string key;
  raw_string_ostream(key) << int(reached) << ' ' << int(stage) << ' '
                          << int(options.target) << ' ' << options.verifyEach
                          << ' ' << options.memoryLimit << ' '
                          << options.explain << ' ' << options.threads << ' '
                          << options.deterministic << ' ' << scheduleCpu.name
                          << ' ' << options.schedule;
  // A report's scopes end with it.
  if (!options.timing)
    if (mlir::PassManager *known = Compiler::Cache::find(cache.managers, key))
      return *known;
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
  passOptions.threads = options.threads;
  passOptions.deterministic = options.deterministic;
  passOptions.memoryLimit = options.memoryLimit;
  passOptions.explain = options.explain;
  auto manager = std::make_unique<mlir::PassManager>(module.getContext());
  manager->enableVerifier(options.verifyEach);
  for (auto [end, build] : builders)
    if (reached < end && end <= stage && hasStage(options.target, end))
      build(*manager, passOptions);
  if (!options.timing)
    return Compiler::Cache::insert(cache.managers, key, std::move(manager));
  timedPasses = std::move(manager);
  return *timedPasses;
}

Error Pipeline::lower(Stage stage) {
  auto phase = TimeReport::phase(options.timing, "MLIR passes");
  mlir::PassManager &manager = findPasses(stage);
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
  optimizeDevice(**code, *deviceMachine, options.timing);
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

void Pipeline::setThreads() {
  if (options.target != TargetKind::cpu)
    return;
  if (auto given =
          module->getAttrOfType<mlir::IntegerAttr>(kernel::kThreadsAttrName))
    result.threads = given.getInt();
  else
    result.threads = options.threads;
}

void Pipeline::setTarget() {
  if (auto target =
          module->getAttrOfType<kernel::TargetAttr>(kernel::kTargetAttrName)) {
    // Whoever wrote it need not know what the code is for.
    if (options.target == TargetKind::cpu)
      module->setAttr(kernel::kTargetAttrName, restrictTarget(target, cpu));
    return;
  }
  if (module->hasAttr(kernel::kTargetAttrName))
    return;
  if (options.target == TargetKind::nvptx) {
    module->setAttr(kernel::kTargetAttrName,
                    gpuTargetAttr(module.getContext(), gpu));
    return;
  }
  // Which instructions there are is a matter of the code, not of the schedule.
  module->setAttr(
      kernel::kTargetAttrName,
      restrictTarget(targetAttr(module.getContext(), scheduleCpu), cpu));
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
    if (stage > Stage::kernel) {
      setTarget();
      setThreads();
    }
    if (options.explain && options.target == TargetKind::cpu &&
        stage > Stage::kernel) {
      if (Error error = lower(Stage::schedule))
        return std::move(error);
      result.explanation = explainSchedules(module);
    }
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
                        ? emitHeader(result.kernels, result.threads)
                        : emitGpuHeader(result.kernels);
  result.remarks = collector.takeRemarks();
  return std::move(result);
}

Expected<Compilation> Compiler::compile(ModuleOp module, Stage stage,
                                        const CompileOptions &options) {
  DiagnosticCollector collector(context.get(), *sources);
  return Pipeline(module, options, collector, *cache).run(stage);
}
