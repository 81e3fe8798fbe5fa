//===- notebooks.cpp - The main job of tools/demo -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles the notebooks' equations ahead of time, into an object and a header
// each, runs those very objects on real arrays, runs the same equations on a
// GPU or in the PTX interpreter, and prints a table. Exit code 1 when a result
// is wrong.
//
//===----------------------------------------------------------------------===//

#include "GpuRows.h"
#include "NotebookRows.h"
#include "common/Measure.h"
#include "common/OutputFiles.h"
#include "common/ToolOptions.h"
#include "einsumc/ExecutionEngine/CompileKernel.h"
#include "einsumc/Reference/Compare.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include <chrono>

using namespace einsumc;
using namespace einsumc::notebooks;
using namespace einsumc::reference;
namespace cl = llvm::cl;

static cl::OptionCategory category("notebooks options");
static cl::opt<std::string> outputDir("output-dir",
                                      cl::desc("Folder for the kernels' files"),
                                      cl::value_desc("DIR"), cl::init("."),
                                      cl::cat(category));

namespace {

/// A row compiled, run, judged and timed.
struct Outcome {
  ResolvedEquation equation;
  double compileSeconds = 0;
  double operations = 0; ///< multiplications and additions of one call
  Tensor result;
  std::optional<Evaluation> reference;
  Verdict verdict;
  tools::Timing time;
  double bytes = 0; ///< read and written by one call
};

/// The fastest of all measurements of the run.
struct Peaks {
  double f32 = 0, f64 = 0;

  double of(ElementType accumulate) const {
    return accumulate == ElementType::f32   ? f32
           : accumulate == ElementType::f64 ? f64
                                            : 0;
  }
  void measure(ElementType accumulate) {
    double now = tools::measureFmaPeak(accumulate);
    if (accumulate == ElementType::f32)
      f32 = std::max(f32, now);
    else if (accumulate == ElementType::f64)
      f64 = std::max(f64, now);
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// One row
//===----------------------------------------------------------------------===//

static OperandType typeOf(const TensorView &view) {
  OperandType type{view.element, view.shape, std::nullopt};
  if (view.strides != rowMajorStrides(view.shape))
    type.strides = view.strides;
  return type;
}

static std::string pathOf(const Row &row, llvm::StringRef extension) {
  llvm::SmallString<128> path(outputDir);
  llvm::sys::path::append(path, row.name + extension);
  return path.str().str();
}

/// Writes NAME.o and NAME.h, and links that object into this process.
static llvm::Expected<Kernel> compileRow(Compiler &compiler, const Row &row,
                                         Outcome &outcome) {
  auto start = std::chrono::steady_clock::now();
  ImportOptions import;
  import.name = row.name;
  auto module = compiler.importEquation(outcome.equation, import);
  if (!module)
    return module.takeError();
  auto linalg = compiler.compile(module->get(), Stage::linalg);
  if (!linalg)
    return linalg.takeError();
  outcome.operations = tools::countOperations(module->get());
  auto object = compiler.compile(module->get(), Stage::object);
  if (!object)
    return object.takeError();
  outcome.compileSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  if (llvm::Error error =
          tools::writeOutputFiles({{pathOf(row, ".o"), object->output},
                                   {pathOf(row, ".h"), object->header}}))
    return std::move(error);
  auto kernels = Kernel::load(
      llvm::MemoryBuffer::getMemBufferCopy(object->output, row.name + ".o"),
      std::move(object->kernels));
  if (!kernels)
    return kernels.takeError();
  return kernels->front();
}

static llvm::Error judge(const Row &row, Outcome &outcome) {
  llvm::Expected<Evaluation> reference =
      evaluate(outcome.equation, row.operands);
  if (!reference)
    return reference.takeError();
  outcome.reference = std::move(*reference);
  const TensorView &result = outcome.result.view();
  outcome.verdict = compare(*outcome.reference, result, Comparison::bounded);
  if (!outcome.verdict.ok())
    return llvm::createStringError(outcome.verdict.str());
  if (row.expected.empty())
    return llvm::Error::success();
  llvm::ArrayRef values(static_cast<const int64_t *>(result.data),
                        result.size());
  if (values != llvm::ArrayRef(row.expected))
    return llvm::createStringError("the notebook has another result than " +
                                   format(result));
  return llvm::Error::success();
}

static llvm::Error runRow(Compiler &compiler, const Row &row, Peaks &peaks,
                          Outcome &outcome) {
  auto types = llvm::map_to_vector(row.operands, typeOf);
  auto equation = Compiler::resolveEquation(row.equation, types);
  if (!equation)
    return equation.takeError();
  outcome.equation = std::move(*equation);
  llvm::Expected<Kernel> kernel = compileRow(compiler, row, outcome);
  if (!kernel)
    return kernel.takeError();

  outcome.result =
      Tensor(outcome.equation.result.element, outcome.equation.result.shape);
  // What no kernel writes: NaN, or an unlikely integer.
  bool isInexact = isFloat(outcome.equation.result.element);
  llvm::fill(outcome.result.memory(), isInexact ? 0xff : 0xa5);
  llvm::SmallVector<RunOperand> operands;
  for (const TensorView &view : row.operands) {
    operands.push_back({view.data, view.shape, view.strides});
    outcome.bytes += tools::distinctBytes(view);
  }
  const TensorView &result = outcome.result.view();
  operands.push_back({result.data, result.shape, result.strides});
  outcome.bytes += tools::distinctBytes(result);
  if (RunResult status = kernel->run(operands); !status)
    return llvm::createStringError(status.message);
  if (llvm::Error error = judge(row, outcome))
    return error;
  peaks.measure(outcome.equation.accumulate);
  outcome.time = tools::timeCalls([&] { (void)kernel->run(operands); });
  peaks.measure(outcome.equation.accumulate);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

using Cells = llvm::SmallVector<std::string>;

static std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

static Cells cellsOf(const Row &row, const Outcome &outcome,
                     const GpuOutcome &gpu, const Peaks &peaks) {
  const ResolvedEquation &equation = outcome.equation;
  std::string shapes;
  for (const OperandType &type : equation.operands)
    shapes += (shapes.empty() ? "" : ", ") + shapeText(type.shape) +
              (type.strides ? " view" : "");
  shapes += " -> " + shapeText(equation.result.shape);
  bool isInexact = isFloat(equation.result.element);
  double rate = outcome.operations / outcome.time.seconds;
  double peak = peaks.of(equation.accumulate);
  auto number = [](const char *format, double value) {
    return llvm::formatv(format, value).str();
  };
  return {row.equation,
          shapes,
          elementTypeName(equation.result.element).str(),
          row.name + ".o",
          isInexact ? number("{0:e1}", outcome.verdict.error) : "exact",
          isInexact ? number("{0:e1}", outcome.verdict.bound) : "0",
          (outcome.time.isBusy ? "~" : "") +
              tools::formatSeconds(outcome.time.seconds),
          outcome.operations ? number("{0:f2}", rate * 1e-9) : "-",
          outcome.operations && peak ? number("{0:f1}", 100 * rate / peak)
                                     : "-",
          number("{0:f2}", outcome.bytes / outcome.time.seconds * 1e-9),
          number("{0:f1}", outcome.compileSeconds * 1e3),
          gpu.seconds ? "measured " + tools::formatSeconds(*gpu.seconds)
                      : "interpreted",
          isInexact ? number("{0:e1}", gpu.verdict.error) : "exact",
          number("{0:f1}", gpu.compileSeconds * 1e3)};
}

static void printTable(llvm::ArrayRef<Cells> table) {
  llvm::SmallVector<size_t> widths(table.front().size(), 0);
  for (const Cells &cells : table)
    for (auto [width, cell] : llvm::zip_equal(widths, cells))
      width = std::max(width, cell.size());
  // Text to the left, numbers to the right.
  constexpr size_t kTextColumns = 4;
  for (const Cells &cells : table) {
    for (auto [column, cell] : llvm::enumerate(cells)) {
      std::string padding(widths[column] - cell.size(), ' ');
      llvm::outs() << (column ? "  " : "")
                   << (column < kTextColumns ? cell + padding : padding + cell);
    }
    llvm::outs() << "\n";
  }
}

static void printIntegers(llvm::ArrayRef<Row> rows,
                          llvm::ArrayRef<Outcome> outcomes) {
  llvm::outs() << "\nInteger results, as in the notebooks:\n";
  for (auto [row, outcome] : llvm::zip_equal(rows, outcomes))
    if (!row.expected.empty())
      llvm::outs() << row.equation << "\n"
                   << format(outcome.result.view()) << "\n";
}

static void printBuilders(llvm::ArrayRef<Row> rows) {
  llvm::outs() << "\nEquations from builders:\n";
  for (const Row &row : rows)
    if (!row.builder.empty())
      llvm::outs() << row.name << ": " << row.builder << " gives "
                   << row.equation << "\n";
}

static int runAll() {
  if (std::error_code code = llvm::sys::fs::create_directories(outputDir))
    return tools::fail("cannot make '" + outputDir + "': " + code.message());
  llvm::outs() << "CPU: " << tools::describeCpu() << "\n";
  llvm::outs().flush();
  llvm::Expected<Rows> made = notebookRows();
  if (!made)
    return tools::fail(made.takeError());
  llvm::ArrayRef<Row> rows = made->rows;

  Compiler compiler;
  Peaks peaks;
  std::vector<Outcome> outcomes(rows.size());
  int exitCode = 0;
  for (auto [row, outcome] : llvm::zip_equal(rows, outcomes))
    if (llvm::Error error = runRow(compiler, row, peaks, outcome))
      exitCode = tools::fail(row.equation + " (" + row.name +
                             "): " + llvm::toString(std::move(error)));
  if (exitCode)
    return exitCode;

  std::vector<const ResolvedEquation *> equations;
  std::vector<const Evaluation *> references;
  for (const Outcome &outcome : outcomes) {
    equations.push_back(&outcome.equation);
    references.push_back(&*outcome.reference);
  }
  llvm::Expected<GpuOutcomes> gpu =
      runOnGpu(compiler, rows, equations, references);
  if (!gpu)
    return tools::fail(gpu.takeError());

  llvm::outs() << llvm::formatv(
      "FMA peak of one core in this run: {0:f1} GFLOP/s (f32), {1:f1} GFLOP/s "
      "(f64)\nGPU: {2}\nKernels, with a header each, are in {3}; every result "
      "is within its bound of the reference.\n\n",
      peaks.f32 * 1e-9, peaks.f64 * 1e-9, gpu->where, outputDir.getValue());
  std::vector<Cells> table = {{"equation", "shapes", "type", "kernel", "error",
                               "bound", "time", "GFLOP/s", "% of peak", "GB/s",
                               "compile ms", "GPU", "GPU error", "PTX ms"}};
  for (auto [row, outcome, its] : llvm::zip_equal(rows, outcomes, gpu->rows))
    table.push_back(cellsOf(row, outcome, its, peaks));
  printTable(table);
  if (llvm::any_of(outcomes, [](const Outcome &o) { return o.time.isBusy; }))
    llvm::outs() << "~: the machine was busy; time that the thread was on a "
                    "core\n";
  printIntegers(rows, outcomes);
  printBuilders(rows);
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tools::parseCommandLine(
      argc, argv, category,
      "compiles and runs the notebooks' equations and prints a table\n",
      "EXAMPLES:\n  notebooks --output-dir kernels\n\nEXIT CODES:\n"
      "  0  all results are right\n  1  some result is wrong, or a file cannot "
      "be written\n");
  return runAll();
}
