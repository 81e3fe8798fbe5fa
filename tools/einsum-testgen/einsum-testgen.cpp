//===- einsum-testgen.cpp - Tests for other compilers ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes lit-ready .mlir files: a contraction at einsum or at linalg level, a
// `main` with its inputs and expected values, and RUN lines. The linalg ones
// need nothing but upstream's mlir-opt and mlir-runner.
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/ImportEquation.h"
#include "einsumc/Pipelines/Pipelines.h"
#include "einsumc/Pipelines/RegisterAll.h"
#include "einsumc/Reference/Evaluate.h"
#include "einsumc/Reference/RandomEquation.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace einsumc;
using namespace einsumc::reference;
namespace cl = llvm::cl;

static cl::OptionCategory category("einsum-testgen options");
static cl::opt<unsigned> count("count", cl::desc("Number of equations"),
                               cl::init(10), cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::desc("Seed of the random equations"),
                              cl::init(0), cl::cat(category));
static cl::opt<std::string> outputDir("o", cl::desc("Folder to write into"),
                                      cl::value_desc("DIR"), cl::Required,
                                      cl::cat(category));

/// Upstream passes from linalg on tensors to the llvm dialect.
static constexpr llvm::StringLiteral kLowering =
    "-one-shot-bufferize=\"bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map\" "
    "-convert-linalg-to-loops -expand-strided-metadata -lower-affine "
    "-convert-scf-to-cf -arith-expand -convert-index-to-llvm "
    "-convert-arith-to-llvm -finalize-memref-to-llvm -convert-cf-to-llvm "
    "-convert-func-to-llvm -convert-ub-to-llvm -reconcile-unrealized-casts";

static std::string tensorType(const TensorView &tensor) {
  std::string text = "tensor<";
  for (int64_t extent : tensor.shape)
    text += std::to_string(extent) + "x";
  return text + elementTypeName(tensor.element).str() + ">";
}

static void printDense(llvm::raw_ostream &os, const TensorView &tensor,
                       llvm::SmallVectorImpl<int64_t> &index) {
  if (index.size() < tensor.rank()) {
    os << '[';
    for (int64_t i = 0; i < tensor.shape[index.size()]; ++i) {
      if (i)
        os << ", ";
      index.push_back(i);
      printDense(os, tensor, index);
      index.pop_back();
    }
    os << ']';
    return;
  }
  Number value = readNumber(tensor.element, tensor.at(index));
  if (isFloat(tensor.element))
    os << llvm::formatv("{0:f1}", double(value.real.real()));
  else
    os << int64_t(value.integer);
}

static std::string denseAttr(const TensorView &tensor) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::SmallVector<int64_t> index;
  os << "dense<";
  if (tensor.size())
    printDense(os, tensor, index);
  os << "> : " << tensorType(tensor);
  return text;
}

/// A function that calls `kernel` on the inputs and returns how many elements
/// of the result are wrong.
static std::string mainFunction(llvm::ArrayRef<Tensor> inputs,
                                const TensorView &expected) {
  std::string text, names, types;
  llvm::raw_string_ostream os(text);
  os << "func.func @main() -> i32 {\n";
  for (auto [i, input] : llvm::enumerate(inputs)) {
    os << "  %in" << i << " = arith.constant " << denseAttr(input.view())
       << "\n";
    names += (i ? ", %in" : "%in") + std::to_string(i);
    types += (i ? ", " : "") + tensorType(input.view());
  }
  std::string type = tensorType(expected),
              element = elementTypeName(expected.element).str();
  std::string dims, loops;
  for (unsigned i = 0; i < expected.rank(); ++i) {
    dims += (i ? ", d" : "d") + std::to_string(i);
    loops += i ? ", \"reduction\"" : "\"reduction\"";
  }
  std::string same = "affine_map<(" + dims + ") -> (" + dims + ")>";
  os << "  %want = arith.constant " << denseAttr(expected) << "\n"
     << "  %got = call @kernel(" << names << ") : (" << types << ") -> " << type
     << "\n  %zero = arith.constant 0 : i32\n"
     << "  %empty = tensor.empty() : tensor<i32>\n"
     << "  %start = linalg.fill ins(%zero : i32) outs(%empty : tensor<i32>) -> "
        "tensor<i32>\n"
     << "  %count = linalg.generic {indexing_maps = [" << same << ", " << same
     << ", affine_map<(" << dims << ") -> ()>], iterator_types = [" << loops
     << "]} ins(%got, %want : " << type << ", " << type
     << ") outs(%start : tensor<i32>) {\n  ^bb0(%g: " << element
     << ", %w: " << element << ", %n: i32):\n    %wrong = arith."
     << (isFloat(expected.element) ? "cmpf une" : "cmpi ne")
     << ", %g, %w : " << element
     << "\n    %one = arith.extui %wrong : i1 to i32\n"
     << "    %sum = arith.addi %n, %one : i32\n"
     << "    linalg.yield %sum : i32\n  } -> tensor<i32>\n"
     << "  %result = tensor.extract %count[] : tensor<i32>\n"
     << "  return %result : i32\n}\n";
  return text;
}

static std::string printFunctions(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (auto function : module.getOps<mlir::func::FuncOp>())
    os << function << "\n";
  return text;
}

static llvm::Error writeFile(const llvm::Twine &name, llvm::StringRef text) {
  llvm::SmallString<128> path(outputDir);
  llvm::sys::path::append(path, name);
  return llvm::writeToOutput(path, [&](llvm::raw_ostream &os) {
    os << text;
    return llvm::Error::success();
  });
}

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error() << message << "\n";
  return 1;
}

/// Writes the two files of one equation.
static llvm::Error generate(unsigned number, Random &random,
                            mlir::MLIRContext &context) {
  static constexpr int64_t extents[] = {1, 2, 3, 4, 5, 7, 8, 9};
  static constexpr ElementType elements[] = {
      ElementType::f32, ElementType::f64, ElementType::i8,
      ElementType::i16, ElementType::i32, ElementType::i64};
  // One element type an equation: `main` compares in it.
  ElementType element[] = {elements[random.range(0, std::size(elements) - 1)]};
  RandomEquationOptions options;
  options.extents = extents;
  options.maxMultiplyAdds = 4096;
  options.elementTypes = element;
  RandomEquation drawn = drawEquation(random, options);

  auto error = [&](const Diagnostic &diagnostic) {
    return llvm::createStringError(drawn.text + ": " + diagnostic.render());
  };
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation = parseEquation(drawn.text, diagnostic);
  if (failed(equation))
    return error(diagnostic);
  std::vector<OperandType> types(drawn.shapes.size());
  std::vector<Tensor> inputs;
  std::vector<TensorView> views;
  for (auto [i, type] : llvm::enumerate(types)) {
    type.element = drawn.elements[i];
    type.shape = drawn.shapes[i];
    inputs.emplace_back(type.element, type.shape);
    fillSmallIntegers(inputs.back().view(), random, 3);
  }
  for (const Tensor &input : inputs)
    views.push_back(input.view());
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(*equation, types, ResolveOptions(), diagnostic);
  if (failed(resolved))
    return error(diagnostic);
  llvm::Expected<Evaluation> expected = evaluate(*resolved, views);
  if (!expected)
    return expected.takeError();

  ImportOptions import;
  import.name = "kernel";
  mlir::OwningOpRef<mlir::ModuleOp> module =
      importEquation(&context, *resolved, import);
  if (!module)
    return llvm::createStringError(drawn.text + ": no module");
  std::string einsumText = printFunctions(*module);
  mlir::PassManager manager(&context);
  buildEinsumToLinalgPipeline(manager);
  if (failed(manager.run(*module)))
    return llvm::createStringError(drawn.text + ": lowering failed");
  std::string linalgText = printFunctions(*module);

  std::string check = "\n// CHECK: {{^}}0{{$}}\n";
  std::string runner =
      " | mlir-runner -e main -entry-point-result=i32 | FileCheck %s";
  std::string title =
      llvm::formatv("// {0} (einsum-testgen --seed {1}, number {2})\n",
                    drawn.text, seed.getValue(), number);
  std::string main = mainFunction(inputs, expected->result.view());
  if (llvm::Error e = writeFile(
          llvm::formatv("einsum-{0}.mlir", number).str(),
          title + "// RUN: einsum-opt --einsum-to-linalg %s | mlir-opt " +
              kLowering.str() + runner + check + "\n" + einsumText + "\n" +
              main))
    return e;
  return writeFile(llvm::formatv("linalg-{0}.mlir", number).str(),
                   title + "// RUN: mlir-opt %s " + kLowering.str() + runner +
                       check + "\n" + linalgText + "\n" + main);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "writes einsum tests for MLIR compilers\n\n"
      "  einsum-testgen --count 50 --seed 7 -o tests && lit tests\n\n"
      "writes tests/einsum-N.mlir and tests/linalg-N.mlir with inputs, "
      "expected\n"
      "values and RUN lines. Exit code 0, or 1 with a message.\n");
  if (std::error_code code = llvm::sys::fs::create_directories(outputDir))
    return fail("cannot make '" + outputDir + "': " + code.message());

  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  Random random(seed);
  for (unsigned i = 0; i < count; ++i)
    if (llvm::Error error = generate(i, random, context))
      return fail(llvm::toString(std::move(error)));
}
