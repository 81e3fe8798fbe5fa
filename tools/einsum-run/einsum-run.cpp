//===- einsum-run.cpp - Equations on arrays, just in time -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads or draws operands, compiles the equation for their types, runs it once;
// then checks, prints, writes and times what was asked for.
//
//===----------------------------------------------------------------------===//

#include "Call.h"
#include "common/Measure.h"
#include "common/OutputFiles.h"
#include "common/ToolOptions.h"
#include "einsumc/Benchmark/Machine.h"
#include "einsumc/ExecutionEngine/Kernel.h"
#include "einsumc/Reference/Compare.h"
#include "einsumc/Reference/Npy.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include <chrono>

using namespace einsumc;
using namespace einsumc::reference;
using namespace einsumc::run;
namespace cl = llvm::cl;

static cl::OptionCategory category("einsum-run options");
static cl::list<std::string> arguments(cl::Positional,
                                       cl::desc("EQUATION OPERAND.npy..."),
                                       cl::cat(category));
static cl::list<std::string>
    randomTypes("random",
                cl::desc("An operand of random elements, in its turn between "
                         "the files: 3x4xf32, 3x4xf32,strided<[1,3]>"),
                cl::value_desc("TYPE"), cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::desc("Seed of random operands"),
                              cl::value_desc("N"), cl::init(0),
                              cl::cat(category));
static cl::opt<std::string> outputPath("o",
                                       cl::desc("File for the result (.npy)"),
                                       cl::value_desc("FILE"),
                                       cl::cat(category));
static cl::opt<std::string>
    previousPath("c",
                 cl::desc("With --accumulate: file that C is read from; "
                          "without it, C is random"),
                 cl::value_desc("FILE"), cl::cat(category));
static cl::opt<bool>
    check("check",
          cl::desc("Compare with the reference evaluator: prints the error and "
                   "its bound, and fails when that is exceeded"),
          cl::cat(category));
static cl::opt<bool> timing("time",
                            cl::desc("Time the kernel: median, GFLOP/s, GB/s, "
                                     "share of the measured FMA peak"),
                            cl::cat(category));
static cl::opt<bool>
    explain("explain",
            cl::desc("Say what was decided and why: contraction path, loops, "
                     "tiles, packing; with --time also predicted and measured "
                     "time and the share of the roofline"),
            cl::cat(category));
static cl::opt<bool>
    print("print",
          cl::desc("Print the result as numpy does (the default without -o, "
                   "--check and --time)"),
          cl::cat(category));
static cl::opt<bool>
    dynamic("dynamic",
            cl::desc("Compile for any extents and strides (`?`), and for any "
                     "alpha and beta; pass them when running"),
            cl::cat(category));
static cl::opt<bool>
    interpret("interpret",
              cl::desc("With --target=nvptx: run the kernel in the interpreter "
                       "of PTX instead of on a GPU"),
              cl::cat(category));
static tools::EquationOptions equationOptions(category);
static tools::ResultOptions resultOptions(category);
static tools::AssumeOptions assumeOptions(category);
static tools::TargetOptions targetOptions(category);
static tools::TimingOptions timingOptions(category);

static constexpr llvm::StringLiteral kEpilog = R"(EXAMPLES:
  einsum-run 'ij,jk->ik' a.npy b.npy -o c.npy
  einsum-run 'ij,jk->ik' a.npy --random 4x5xf32 --check --print
  einsum-run 'bhqd,bhkd->bhqk' --random 2x8x128x64xf32 --random 2x8x128x64xf32 --check --time
  einsum-run --projection free=2,bound=1,output=2 --random 2x8x512xf32 --random 512x8x64xf32 --time
  einsum-run 'ij,jk->ik' a.npy b.npy --accumulate --alpha 0.5 --beta 2 --c c.npy -o c.npy
  einsum-run '[0,1],[1,2]->[0,2]' a.npy b.npy
  einsum-run 'ij,jk->ik' a.npy b.npy --dynamic --assume 'i%16==0,k%16==0' --check
  einsum-run 'ij,jk->ik' a.npy b.npy --target=nvptx --interpret --check

EXIT CODES:
  0  done
  1  wrong arguments, or the result differs from the reference: a message on
     stderr; the output file is not written
)";

static llvm::Error error(const Diagnostic &diagnostic) {
  return llvm::createStringError(diagnostic.render());
}

//===----------------------------------------------------------------------===//
// From the command line to a job
//===----------------------------------------------------------------------===//

/// Files and random operands in the order of the command line.
static std::vector<OperandSource> operandSources(size_t firstFile) {
  std::vector<OperandSource> sources;
  size_t file = firstFile, drawn = 0;
  while (file < arguments.size() || drawn < randomTypes.size()) {
    bool isRandom =
        file == arguments.size() ||
        (drawn < randomTypes.size() &&
         randomTypes.getPosition(drawn) < arguments.getPosition(file));
    sources.push_back(isRandom ? OperandSource{randomTypes[drawn++], true}
                               : OperandSource{arguments[file++], false});
  }
  return sources;
}

/// Memory that the reference evaluator takes: copies of the operands in its
/// own, wider type, and three values an element of the result.
static std::optional<uint64_t>
referenceBytes(const ResolvedEquation &equation) {
  constexpr uint64_t kWide = sizeof(std::complex<long double>);
  std::optional<uint64_t> elements = checkedSize(equation.result.shape);
  if (elements)
    elements = 2 * *elements;
  for (const OperandType &type : equation.operands)
    elements = add(elements, checkedSize(type.shape));
  if (!elements || *elements > INT64_MAX / kWide)
    return std::nullopt;
  return *elements * kWide;
}

/// In bytes, gaps included: all tensors, the reference's for --check too.
static std::optional<uint64_t> memoryOf(const Job &job) {
  std::optional<uint64_t> bytes = bytesOf(job.equation.result);
  for (const OperandType &type : job.equation.operands)
    bytes = add(bytes, bytesOf(type));
  if (job.readsPrevious())
    bytes = add(bytes, bytesOf(job.previous.type));
  return check ? add(bytes, referenceBytes(job.equation)) : bytes;
}

static llvm::Error readPrevious(Job &job) {
  const OperandType &result = job.equation.result;
  job.previous.type = {result.element, result.shape, std::nullopt};
  job.previous.isRandom = true;
  if (!previousPath.getNumOccurrences())
    return llvm::Error::success();
  auto read = readOperands(OperandSource{previousPath, false});
  if (!read)
    return read.takeError();
  const OperandType &found = read->front().type;
  if (found.element != result.element || found.shape != result.shape)
    return llvm::createStringError(
        previousPath + ": expected " + job.previous.type.str() +
        ", as the result is, but found " + found.str());
  job.previous = std::move(read->front());
  return llvm::Error::success();
}

static llvm::Expected<Job> readJob() {
  bool built = equationOptions.hasBuilder();
  if (!built && arguments.empty())
    return llvm::createStringError(
        "expected an equation, as in einsum-run 'ij,jk->ik' a.npy b.npy");
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation =
      built ? equationOptions.build(diagnostic)
            : tools::parseEquationArgument(arguments.front(), diagnostic);
  if (failed(equation))
    return error(diagnostic);
  llvm::FailureOr<ResolveOptions> options =
      resultOptions.resolveOptions(diagnostic);
  if (failed(options))
    return error(diagnostic);

  Job job;
  auto operands = readOperands(operandSources(built ? 0 : 1));
  if (!operands)
    return operands.takeError();
  job.operands = std::move(*operands);
  auto types = llvm::map_to_vector(
      job.operands, [](const Operand &operand) { return operand.type; });
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(*equation, types, *options, diagnostic);
  if (failed(resolved))
    return error(diagnostic);
  // With --dynamic, the kernel's concern: it refuses other sizes itself.
  if (!dynamic && failed(assumeOptions.apply(*resolved, diagnostic)))
    return error(diagnostic);
  job.equation = std::move(*resolved);
  OperandType &result = job.equation.result;
  if (result.strides && llvm::is_contained(*result.strides, kDynamicExtent))
    return llvm::createStringError(
        "result: expected numbers for all strides but found '" + result.str() +
        "'");

  auto factors = resultOptions.factors(result.element, diagnostic);
  if (failed(factors))
    return error(diagnostic);
  job.factors = *factors;
  if (job.factors && (job.factors->alpha.runTime || job.factors->beta.runTime))
    return llvm::createStringError(
        "--alpha and --beta: expected numbers but found '?'");
  if (previousPath.getNumOccurrences() && !job.factors)
    return llvm::createStringError("--c needs --accumulate");
  if (job.factors)
    if (llvm::Error failure = readPrevious(job))
      return std::move(failure);
  if (llvm::Error failure =
          checkMemory(memoryOf(job), check ? "operands, result and reference"
                                           : "operands and result"))
    return std::move(failure);
  return job;
}

//===----------------------------------------------------------------------===//
// Compile and run
//===----------------------------------------------------------------------===//

/// The equation that is compiled: the job's own, or for any extents.
static llvm::Expected<ResolvedEquation> equationToCompile(const Job &job) {
  if (!dynamic)
    return job.equation;
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation =
      equationOptions.hasBuilder()
          ? equationOptions.build(diagnostic)
          : tools::parseEquationArgument(arguments.front(), diagnostic);
  ResolveOptions options;
  options.resultElement = job.equation.result.element;
  if (const auto &strides = job.equation.result.strides) {
    size_t rank = strides->size();
    options.result = OperandType{job.equation.result.element, {}, {}};
    options.result->shape.assign(rank, kDynamicExtent);
    options.result->strides.emplace(rank, kDynamicExtent);
  }
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(*equation, makeDynamic(job.equation), options, diagnostic);
  if (failed(resolved) || failed(assumeOptions.apply(*resolved, diagnostic)))
    return error(diagnostic);
  return *resolved;
}

//===----------------------------------------------------------------------===//
// What becomes of the result
//===----------------------------------------------------------------------===//

/// Where to speak: stdout, unless the result goes there.
static llvm::raw_ostream &report() {
  return outputPath == "-" ? llvm::errs() : llvm::outs();
}

static llvm::Error checkResult(const Job &job, const Call &call) {
  llvm::SmallVector<TensorView> views;
  for (const Operand &operand : job.operands)
    views.push_back(operand.tensor.view());
  std::optional<Accumulate> accumulate;
  ElementType type = job.equation.result.element;
  if (job.factors)
    accumulate = Accumulate{rounded(job.factors->alpha, type),
                            rounded(job.factors->beta, type),
                            job.previous.tensor.view()};
  llvm::Expected<Evaluation> reference =
      evaluate(job.equation, views, accumulate ? &*accumulate : nullptr);
  if (!reference)
    return reference.takeError();
  Verdict verdict = compare(*reference, call.result(), Comparison::bounded);
  if (!verdict.ok())
    return llvm::createStringError("the result differs from the reference: " +
                                   verdict.str());
  if (call.wroteBetweenElements())
    return llvm::createStringError(
        "the kernel wrote between the elements of the result");
  report() << "check: " << verdict.elements << " elements agree; error "
           << llvm::formatv("{0:e2}, bound {1:e2}\n", verdict.error,
                            verdict.bound);
  return llvm::Error::success();
}

/// The model's time beside the measured one, and both beside the roofline.
static void reportRoofline(const Explanation &explanation, double seconds,
                           double operations, double bytes, double peak) {
  auto levels = bench::measureCopyBandwidth();
  double bandwidth = bench::bandwidthFor(levels, bytes);
  double predicted = 0;
  for (const StepCost &step : explanation.steps)
    predicted += step.seconds(peak, bandwidth);
  double arithmetic = peak > 0 ? operations / peak : 0,
         memory = bytes / bandwidth, roof = std::max(arithmetic, memory);
  report() << "predicted: " << tools::formatSeconds(predicted)
           << ", measured: " << tools::formatSeconds(seconds)
           << llvm::formatv("; {0:f1}% of the roofline, where {1} is the limit "
                            "({2} of arithmetic, {3} of memory at {4:f1} "
                            "GB/s)\n",
                            100 * roof / seconds,
                            arithmetic > memory ? "arithmetic" : "memory",
                            tools::formatSeconds(arithmetic),
                            tools::formatSeconds(memory), bandwidth * 1e-9);
}

static void timeCall(const Job &job, const Call &call, double operations,
                     const Explanation &explanation) {
  ElementType accumulate = job.equation.accumulate;
  int64_t threads = targetOptions.numThreads();
  double peak = tools::measureFmaPeak(accumulate, threads);
  tools::Timing time =
      tools::timeCalls([&] { llvm::consumeError(call.run()); });
  // The faster of two: the core's clock may have changed meanwhile.
  peak = std::max(peak, tools::measureFmaPeak(accumulate, threads));
  double bytes =
      tools::distinctBytes(call.result()) * (job.readsPrevious() ? 2 : 1);
  for (const Operand &operand : job.operands)
    bytes += tools::distinctBytes(operand.tensor.view());
  report() << "time: " << tools::formatSeconds(time.seconds) << " (median of "
           << time.samples
           << (time.isBusy ? ", of time on a core as the machine is busy" : "")
           << "), "
           << llvm::formatv(
                  "{0:f2} {1}, {2:f2} GB/s", operations / time.seconds * 1e-9,
                  peak ? "GFLOP/s" : "GOP/s", bytes / time.seconds * 1e-9);
  if (peak)
    report() << llvm::formatv(", {0:f1}% of the FMA peak of {1:f1} GFLOP/s",
                              100 * operations / time.seconds / peak,
                              peak * 1e-9);
  if (threads > 1)
    report() << " on " << threads << " threads";
  report() << "\n";
  report() << llvm::formatv("scratch: {0:f2} MiB\n",
                            double(threadScratchBytes()) / (1 << 20));
  if (explain)
    reportRoofline(explanation, time.seconds, operations, bytes, peak);
}

/// On a GPU, without the copies to it and back.
static llvm::Error timeGpuCall(const Call &call, double operations) {
  std::optional<double> seconds = call.gpuSeconds();
  if (!seconds)
    return llvm::createStringError(
        "--time needs a GPU: how long an interpreter takes tells nothing");
  report() << "time: " << tools::formatSeconds(*seconds) << ", "
           << llvm::formatv("{0:f2} GOP/s\n", operations / *seconds * 1e-9);
  return llvm::Error::success();
}

static llvm::Error writeResult(const TensorView &result) {
  std::vector<uint8_t> bytes = formatNpy(result);
  llvm::StringRef file(reinterpret_cast<char *>(bytes.data()), bytes.size());
  if (outputPath != "-")
    return tools::writeOutputFiles(tools::OutputFile{outputPath, file});
  llvm::outs() << file;
  return llvm::Error::success();
}

/// On the way that the kernel takes, too, but no further than is needed.
static llvm::Expected<Explanation>
explainDecisions(Compiler &compiler, const ResolvedEquation &equation,
                 const ImportOptions &import, CompileOptions options) {
  if (!explain)
    return Explanation();
  if (options.target != TargetKind::cpu)
    return llvm::createStringError("--explain is for kernels of a CPU");
  options.explain = true;
  options.timing = nullptr;
  auto module = compiler.importEquation(equation, import);
  if (!module)
    return module.takeError();
  auto compilation = compiler.compile(module->get(), Stage::schedule, options);
  if (!compilation)
    return compilation.takeError();
  return std::move(compilation->explanation);
}

static llvm::Error runJob() {
  if (llvm::Error error = targetOptions.check())
    return error;
  llvm::Expected<Job> job = readJob();
  if (!job)
    return job.takeError();
  if (timing)
    report() << "cpu: " << tools::describeCpu() << "\n";

  Compiler compiler;
  ImportOptions import;
  import.accumulate = job->factors;
  double operations = 0;
  if (timing) {
    auto module = compiler.importEquation(job->equation, import);
    if (!module)
      return module.takeError();
    auto linalg = compiler.compile(module->get(), Stage::linalg,
                                   targetOptions.compileOptions());
    if (!linalg)
      return linalg.takeError();
    operations = tools::countOperations(module->get());
  }
  llvm::Expected<ResolvedEquation> equation = equationToCompile(*job);
  if (!equation)
    return equation.takeError();
  if (dynamic && import.accumulate)
    import.accumulate->alpha.runTime = import.accumulate->beta.runTime = true;
  CompileOptions options = targetOptions.compileOptions();
  options.timing = timingOptions.report();
  llvm::Expected<Explanation> explanation =
      explainDecisions(compiler, *equation, import, options);
  if (!explanation)
    return explanation.takeError();
  report() << explanation->text;
  auto start = std::chrono::steady_clock::now();
  llvm::Expected<Runner> kernel =
      makeRunner(compiler, *equation, import, options, interpret);
  if (!kernel)
    return kernel.takeError();
  if (timing)
    report() << "compile: "
             << tools::formatSeconds(
                    std::chrono::duration<double>(
                        std::chrono::steady_clock::now() - start)
                        .count())
             << "\n";
  timingOptions.print();

  bool isGpu = !kernel->where.empty();
  if (isGpu)
    report() << "gpu: " << kernel->where << "\n";
  drawRandom(job->operands, seed);
  if (job->readsPrevious())
    drawRandom(job->previous, seed + 1);
  Call call(*job, *kernel);
  call.reset();
  if (llvm::Error error = call.run())
    return error;
  if (check)
    if (llvm::Error error = checkResult(*job, call))
      return error;
  bool silent = outputPath.getNumOccurrences() || check || timing || explain;
  if (print || !silent)
    report() << format(call.result()) << "\n";
  if (outputPath.getNumOccurrences()) {
    if (llvm::Error error = writeResult(call.result()))
      return error;
  }
  if (timing && isGpu)
    return timeGpuCall(call, operations);
  if (timing)
    timeCall(*job, call, operations, *explanation);
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tools::parseCommandLine(argc, argv, category,
                          "runs an einsum equation on arrays\n", kEpilog);
  if (llvm::Error error = runJob())
    return tools::fail(std::move(error));
  llvm::outs().flush();
  if (std::error_code code = llvm::outs().error()) {
    llvm::outs().clear_error();
    return tools::fail("cannot write to stdout: " + code.message());
  }
  return 0;
}
