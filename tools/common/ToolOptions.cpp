//===- ToolOptions.cpp - What command lines have in common ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/ToolOptions.h"

#include "einsumc/Frontend/Assumptions.h"
#include "einsumc/Frontend/Builders.h"
#include "einsumc/Runtime/Threads.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/TargetParser/Host.h"

using namespace einsumc;
namespace cl = llvm::cl;

//===----------------------------------------------------------------------===//
// Command line and version
//===----------------------------------------------------------------------===//

/// A blank in front makes a positional argument of `->…`, and means nothing in
/// an equation.
static constexpr llvm::StringLiteral kMarkedArrow = " ->";

std::string tools::describeCpu() {
  std::string model;
  // A file of procfs has no size, so it is read as a stream.
  if (auto file = llvm::MemoryBuffer::getFileAsStream("/proc/cpuinfo")) {
    llvm::StringRef rest = (*file)->getBuffer();
    while (!rest.empty() && model.empty()) {
      auto [line, next] = rest.split('\n');
      rest = next;
      if (line.starts_with("model name"))
        model = line.split(':').second.trim().str();
    }
  }
  if (model.empty())
    model = "unknown model";
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  llvm::SmallVector<llvm::StringRef> present;
  for (llvm::StringRef feature :
       {"sse4.2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512vl",
        "avx512vnni", "avx512bf16", "avx512fp16", "amx-tile", "neon", "sve"})
    if (features.lookup(feature))
      present.push_back(feature);
  return model + " (" + llvm::sys::getHostCPUName().str() +
         "): " + llvm::join(present, " ");
}

/// --version, and what --help ends with.
static void setVersionAndEpilog(llvm::StringRef epilog) {
  cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "einsumc " EINSUMC_VERSION "\n"
       << "LLVM " LLVM_VERSION_STRING "\n"
       << "CPU " << tools::describeCpu() << "\n";
  });
  // What is printed may be printed when the process exits.
  static std::string text;
  text = "\n" + epilog.str();
  static cl::extrahelp help(text);
}

void tools::describeTool(llvm::StringRef epilog) {
  // Upstream declares its options later, so that this hides LLVM's alone.
  static cl::OptionCategory none("none");
  cl::HideUnrelatedOptions(none);
  setVersionAndEpilog(epilog);
}

void tools::parseCommandLine(int argc, char **argv,
                             cl::OptionCategory &category,
                             llvm::StringRef overview, llvm::StringRef epilog) {
  std::vector<std::string> marked;
  marked.reserve(argc);
  llvm::SmallVector<const char *> arguments;
  for (int i = 0; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    if (i == 0 || !argument.starts_with("->")) {
      arguments.push_back(argv[i]);
      continue;
    }
    marked.push_back(" " + argument.str());
    arguments.push_back(marked.back().c_str());
  }
  cl::HideUnrelatedOptions(category);
  setVersionAndEpilog(epilog);
  cl::ParseCommandLineOptions(arguments.size(), arguments.data(), overview);
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

int tools::fail(const llvm::Twine &message) {
  // Rendered diagnostics come with the word.
  std::string text = message.str();
  llvm::StringRef rest = text;
  // What MLIR says begins with a place in a file.
  if (rest.split('\n').first.contains(": error: ")) {
    llvm::errs() << rest.rtrim('\n') << "\n";
    return 1;
  }
  rest.consume_front("error: ");
  llvm::WithColor::error() << rest.rtrim('\n') << "\n";
  return 1;
}

int tools::fail(const Diagnostic &diagnostic) {
  return fail(diagnostic.render());
}

int tools::fail(llvm::Error error) {
  return fail(llvm::toString(std::move(error)));
}

//===----------------------------------------------------------------------===//
// Equations
//===----------------------------------------------------------------------===//

tools::EquationOptions::EquationOptions(cl::OptionCategory &category)
    : projection("projection",
                 cl::desc("Equation of a dense projection, instead of one "
                          "written out: free=2,bound=1,output=2"),
                 cl::value_desc("free=N,bound=N,output=N"), cl::cat(category)),
      attention("attention",
                cl::desc("Equation of an attention's scores: rank=4,axes=1 or "
                         "short,rank=4"),
                cl::value_desc("[short,]rank=N[,axes=N:N]"), cl::cat(category)),
      combine("combine",
              cl::desc("With --attention: the product of scores and values"),
              cl::cat(category)) {}

bool tools::EquationOptions::hasBuilder() const {
  return projection.getNumOccurrences() || attention.getNumOccurrences();
}

llvm::FailureOr<Equation>
tools::EquationOptions::build(Diagnostic &diagnostic) const {
  bool project = projection.getNumOccurrences();
  if (project && attention.getNumOccurrences()) {
    diagnostic.message = "expected one of --projection and --attention but "
                         "found both";
    return llvm::failure();
  }
  if (project) {
    if (combine) {
      diagnostic.message = "--combine needs --attention";
      return llvm::failure();
    }
    llvm::FailureOr<Projection> built =
        parseProjection(projection.getValue(), diagnostic);
    if (failed(built))
      return llvm::failure();
    return built->equation;
  }
  llvm::FailureOr<Attention> built =
      parseAttention(attention.getValue(), diagnostic);
  if (failed(built))
    return llvm::failure();
  if (!combine)
    return built->dotProduct;
  if (built->combine.operands.empty()) {
    diagnostic.message = "the short form of --attention has scores only, no "
                         "--combine";
    return llvm::failure();
  }
  return built->combine;
}

llvm::FailureOr<std::string>
tools::EquationOptions::describe(Diagnostic &diagnostic) const {
  if (failed(build(diagnostic)))
    return llvm::failure();
  std::string text;
  llvm::raw_string_ostream os(text);
  if (projection.getNumOccurrences()) {
    Projection built = *parseProjection(projection.getValue(), diagnostic);
    os << built.equation.text << "\nbias axes: " << built.biasAxes
       << "\noutput rank: " << built.outputRank << "\n";
    return text;
  }
  Attention built = *parseAttention(attention.getValue(), diagnostic);
  os << built.dotProduct.text << "\n";
  if (built.combine.operands.empty())
    return text;
  os << built.combine.text << "\nscores rank: " << built.scoresRank
     << "\nsoftmax axes: ";
  llvm::interleaveComma(built.softmaxAxes, os);
  os << "\n";
  return text;
}

llvm::FailureOr<Equation> tools::parseEquationArgument(llvm::StringRef argument,
                                                       Diagnostic &diagnostic) {
  if (argument.starts_with(kMarkedArrow))
    argument = argument.drop_front();
  return argument.ltrim(' ').starts_with("[")
             ? parseSublists(argument, diagnostic)
             : parseEquation(argument, diagnostic);
}

//===----------------------------------------------------------------------===//
// Result and target
//===----------------------------------------------------------------------===//

tools::AssumeOptions::AssumeOptions(cl::OptionCategory &category)
    : assumptions("assume",
                  cl::desc("What a kernel may assume of extents written `?`; "
                           "calls that break it are refused: q%16==0, q>=64, "
                           "q<=512, q==128, several joined by commas"),
                  cl::value_desc("q%16==0"), cl::cat(category)) {}

llvm::LogicalResult tools::AssumeOptions::apply(ResolvedEquation &equation,
                                                Diagnostic &diagnostic) const {
  return llvm::success(llvm::all_of(assumptions, [&](const auto &text) {
    return succeeded(assumeExtents(equation, text, diagnostic));
  }));
}

tools::ResultOptions::ResultOptions(cl::OptionCategory &category)
    : result("result",
             cl::desc("The result's element type, or its whole type: f32, "
                      "3x4xf32,strided<[8,1]>"),
             cl::value_desc("TYPE"), cl::cat(category)),
      accumulate("accumulate", cl::desc("C = alpha*product + beta*C"),
                 cl::cat(category)),
      alpha("alpha", cl::desc("With --accumulate: factor of the product"),
            cl::value_desc("NUMBER"), cl::init("1"), cl::cat(category)),
      beta("beta",
           cl::desc("With --accumulate: factor of what was there; 0 does not "
                    "read it"),
           cl::value_desc("NUMBER"), cl::init("1"), cl::cat(category)) {}

llvm::FailureOr<ResolveOptions>
tools::ResultOptions::resolveOptions(Diagnostic &diagnostic) const {
  ResolveOptions options;
  if (!result.getNumOccurrences())
    return options;
  options.resultElement = parseElementType(result.getValue());
  if (options.resultElement)
    return options;
  llvm::FailureOr<OperandType> type =
      parseOperandType(result.getValue(), "result", diagnostic);
  if (failed(type))
    return llvm::failure();
  options.result = *type;
  return options;
}

llvm::FailureOr<std::optional<AccumulateFactors>>
tools::ResultOptions::factors(ElementType type, Diagnostic &diagnostic) const {
  std::optional<AccumulateFactors> factors;
  if (!accumulate) {
    if (!alpha.getNumOccurrences() && !beta.getNumOccurrences())
      return factors;
    diagnostic.message = "--alpha and --beta need --accumulate";
    return llvm::failure();
  }
  llvm::FailureOr<Factor> first =
      parseFactor(alpha.getValue(), type, "alpha", diagnostic);
  if (failed(first))
    return llvm::failure();
  llvm::FailureOr<Factor> second =
      parseFactor(beta.getValue(), type, "beta", diagnostic);
  if (failed(second))
    return llvm::failure();
  factors = AccumulateFactors{*first, *second};
  return factors;
}

/// LLVM's own options share one list with ours. One that has this name leaves
/// it.
static llvm::StringRef takeName(llvm::StringRef name) {
  auto &options = cl::getRegisteredOptions();
  if (auto found = options.find(name); found != options.end())
    found->second->removeArgument();
  return name;
}

tools::TargetOptions::TargetOptions(cl::OptionCategory &category)
    : target("target", cl::desc("What kernels run on"),
             cl::values(
                 clEnumValN(TargetKind::cpu, "cpu", "a CPU"),
                 clEnumValN(TargetKind::nvptx, "nvptx", "a GPU of NVIDIA's")),
             cl::init(TargetKind::cpu), cl::cat(category)),
      cpu("cpu",
          cl::desc("CPU to make code for: native, znver4, x86-64-v3, ..."),
          cl::value_desc("NAME"), cl::init("native"), cl::cat(category)),
      scheduleCpu("schedule-cpu",
                  cl::desc("Decide schedules as if for this CPU"),
                  cl::value_desc("NAME"), cl::cat(category)),
      gpu("gpu",
          cl::desc("With --target=nvptx: GPU to make code for: sm_75 to "
                   "sm_121, t4, a100, h100, ..."),
          cl::value_desc("NAME"), cl::init("sm_75"), cl::cat(category)),
      schedule("schedule", cl::desc("Schedule to force on every region"),
               cl::value_desc("#kernel.cpu_schedule<...>"), cl::cat(category)),
      threads(takeName("threads"),
              cl::desc("Threads that a kernel runs on, 1 to 1024, or all: as "
                       "many as cores; objects for several are linked with "
                       "libeinsumc_rt.a"),
              cl::value_desc("N"), cl::init("1"), cl::cat(category)),
      deterministic("deterministic",
                    cl::desc("The same bits with any number of threads"),
                    cl::cat(category)),
      memoryLimit("memory-limit",
                  cl::desc("Largest intermediate of a product of several "
                           "operands, in elements; 0: none"),
                  cl::value_desc("N"), cl::init(0), cl::cat(category)) {}

int64_t tools::TargetOptions::numThreads() const {
  if (threads == "all")
    return std::min<int64_t>(einsumcThreadsAvailable(), EINSUMC_MAX_THREADS);
  int64_t number;
  bool isNumber = !llvm::StringRef(threads).getAsInteger(10, number);
  return isNumber && number >= 1 && number <= EINSUMC_MAX_THREADS ? number : 0;
}

llvm::Error tools::TargetOptions::check() const {
  if (threads.getNumOccurrences() && target == TargetKind::nvptx)
    return llvm::createStringError("--threads needs --target=cpu");
  if (deterministic && target == TargetKind::nvptx)
    return llvm::createStringError("--deterministic needs --target=cpu");
  if (numThreads() == 0)
    return llvm::createStringError("--threads: expected a number from 1 to " +
                                   llvm::Twine(int(EINSUMC_MAX_THREADS)) +
                                   ", or all, but found '" + threads + "'");
  if (gpu.getNumOccurrences() && target != TargetKind::nvptx)
    return llvm::createStringError("--gpu needs --target=nvptx");
  if (scheduleCpu.getNumOccurrences() && target == TargetKind::nvptx)
    return llvm::createStringError("--schedule-cpu needs --target=cpu");
  return llvm::Error::success();
}

CompileOptions tools::TargetOptions::compileOptions() const {
  CompileOptions options;
  options.target = target;
  options.cpu = cpu;
  options.gpu = gpu;
  options.scheduleCpu = scheduleCpu;
  options.schedule = schedule;
  options.threads = numThreads();
  options.deterministic = deterministic;
  options.memoryLimit = memoryLimit;
  return options;
}

//===----------------------------------------------------------------------===//
// Time
//===----------------------------------------------------------------------===//

tools::TimingOptions::TimingOptions(cl::OptionCategory &category)
    : timing("timing",
             cl::desc("Print where compiling spends its time: phases, passes "
                      "of MLIR and of LLVM"),
             cl::cat(category)) {}

TimeReport *tools::TimingOptions::report() {
  if (timing && !times)
    times = std::make_unique<TimeReport>();
  return times.get();
}

void tools::TimingOptions::print() {
  if (times)
    times->print(llvm::errs());
}
