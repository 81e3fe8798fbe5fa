//===- einsum-testgen.cpp - Tests for other compilers ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes lit-ready .mlir files: an equation at einsum and at linalg level, a
// `main` with its inputs and expected values, and RUN lines. The linalg ones
// need nothing but upstream's tools.
//
//===----------------------------------------------------------------------===//

#include "TestModule.h"
#include "common/OutputFiles.h"
#include "common/ToolOptions.h"
#include "einsumc/Reference/RandomEquation.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include <tuple>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::reference;
using namespace einsumc::tools;

static cl::OptionCategory category("einsum-testgen options");
static cl::opt<std::string>
    input(cl::Positional,
          cl::desc("[equation; random ones when there is none]"),
          cl::cat(category));
static cl::list<std::string>
    operandTypes("operand",
                 cl::desc("Type of an operand of the equation, in order: "
                          "3x4xf32"),
                 cl::value_desc("TYPE"), cl::cat(category));
static cl::opt<unsigned> testCount("count",
                                   cl::desc("Number of tests (default: 10)"),
                                   cl::value_desc("N"), cl::init(10),
                                   cl::cat(category));
static cl::opt<uint64_t>
    seed("seed", cl::desc("Seed of random equations and data (default: 0)"),
         cl::value_desc("S"), cl::init(0), cl::cat(category));
static cl::opt<std::string> outputDir("o", cl::desc("Folder to write into"),
                                      cl::value_desc("DIR"), cl::Required,
                                      cl::cat(category));
static cl::list<std::string> elementNames(
    "types", cl::desc("Element types of random operands (default: all)"),
    cl::value_desc("f32,i8,..."), cl::CommaSeparated, cl::cat(category));
enum Level : uint8_t { bothLevels, einsumLevel, linalgLevel };
static cl::opt<Level>
    level("level", cl::desc("What to write (default: both)"),
          cl::values(clEnumValN(einsumLevel, "einsum", "einsum-N.mlir"),
                     clEnumValN(linalgLevel, "linalg", "linalg-N.mlir"),
                     clEnumValN(bothLevels, "both", "one of each")),
          cl::init(bothLevels), cl::cat(category));
static cl::opt<std::string>
    lowering("lower",
             cl::desc("Command of the RUN lines that prints %s in the llvm "
                      "dialect (default: upstream's mlir-opt; for einsum-N "
                      "after einsum-opt)"),
             cl::value_desc("COMMAND"), cl::cat(category));
static cl::opt<bool> litConfig(
    "lit-config",
    cl::desc("Write a lit.cfg.py too, for a folder that stands alone"),
    cl::cat(category));

/// Upstream passes from linalg on tensors to the llvm dialect, by lines.
static constexpr StringLiteral kPasses =
    "  -one-shot-bufferize=\"bufferize-function-boundaries "
    "function-boundary-type-conversion=identity-layout-map\" \\\n"
    "  -convert-linalg-to-loops -expand-strided-metadata -lower-affine "
    "-convert-scf-to-cf -convert-complex-to-llvm \\\n"
    "  -arith-expand=\"include-bf16=true\" -convert-index-to-llvm "
    "-convert-arith-to-llvm -finalize-memref-to-llvm \\\n"
    "  -convert-cf-to-llvm -convert-func-to-llvm -convert-ub-to-llvm "
    "-reconcile-unrealized-casts \\\n";

static constexpr StringLiteral kRunner =
    "| mlir-runner -e main -entry-point-result=i32 | FileCheck %s";

static constexpr StringLiteral kLitConfig =
    "# Runs the tests of this folder with the tools that PATH has.\n"
    "import os\n\n"
    "import lit.formats\n\n"
    "config.name = \"einsum\"\n"
    "config.test_format = lit.formats.ShTest(True)\n"
    "config.suffixes = [\".mlir\"]\n"
    "config.environment[\"PATH\"] = os.environ[\"PATH\"]\n";

/// The file's text: what it tests, RUN and CHECK lines, the module.
static std::string testFile(StringRef title, bool isEinsum, StringRef module) {
  std::string command = lowering;
  if (command.empty())
    command = (isEinsum ? "einsum-opt --einsum-to-linalg %s | mlir-opt \\\n"
                        : "mlir-opt %s \\\n") +
              kPasses.str();
  else
    command += " ";
  command += kRunner;
  std::string text = "// " + title.str() + "\n";
  for (StringRef line : split(command, '\n'))
    text += "// RUN: " + line.str() + "\n";
  return text + "// CHECK: {{^}}0{{$}}\n\n" + module.str();
}

//===----------------------------------------------------------------------===//
// Equations
//===----------------------------------------------------------------------===//

static Expected<std::vector<ElementType>> parseElementNames() {
  std::vector<ElementType> elements;
  for (StringRef elementName : elementNames) {
    std::optional<ElementType> element = parseElementType(elementName);
    if (!element) {
      std::string known;
      ListSeparator comma;
      for (unsigned i = 0; i < kNumElementTypes; ++i)
        known += (StringRef(comma) + elementTypeName(ElementType(i))).str();
      return createStringError("unknown element type '" + elementName +
                               "' in --types; expected " + known);
    }
    elements.push_back(*element);
  }
  if (elements.empty())
    for (unsigned i = 0; i < kNumElementTypes; ++i)
      elements.push_back(ElementType(i));
  return elements;
}

/// The equation of the command line.
static Expected<ResolvedEquation> resolveInput() {
  Diagnostic diagnostic;
  auto error = [&] { return createStringError(diagnostic.render()); };
  FailureOr<Equation> equation = parseEquationArgument(input, diagnostic);
  if (failed(equation))
    return error();
  std::vector<OperandType> types;
  for (auto [number, text] : enumerate(operandTypes)) {
    std::string what = ("operand " + Twine(number)).str();
    FailureOr<OperandType> type = parseOperandType(text, what, diagnostic);
    if (failed(type))
      return error();
    if (type->strides || is_contained(type->shape, kDynamicExtent))
      return createStringError(Twine(what) +
                               ": expected a static shape without "
                               "strides but found '" +
                               text + "'");
    types.push_back(*type);
  }
  FailureOr<ResolvedEquation> resolved =
      resolve(*equation, types, ResolveOptions(), diagnostic);
  if (failed(resolved))
    return error();
  return *resolved;
}

/// A random one. Operands are of one element type mostly, of several now and
/// then.
static Expected<ResolvedEquation> drawResolved(Random &random,
                                               ArrayRef<ElementType> elements) {
  // One axis in about thirty has no extent at all.
  static constexpr int64_t extents[] = {1, 2, 3, 4, 5, 7, 8, 9, 1, 2, 3,
                                        4, 5, 7, 8, 9, 2, 3, 4, 5, 7, 8,
                                        9, 2, 3, 4, 5, 6, 7, 8, 9, 0};
  RandomEquationOptions options;
  options.extents = extents;
  options.maxMultiplyAdds = 4096;
  ElementType one[] = {elements[random.range(0, int64_t(elements.size()) - 1)]};
  options.elementTypes =
      random.chance(0.25) ? elements : ArrayRef<ElementType>(one);
  RandomEquation drawn = drawEquation(random, options);
  std::vector<OperandType> types;
  for (auto [shape, element] : zip_equal(drawn.shapes, drawn.elements))
    types.push_back({element, shape, std::nullopt});
  return Compiler::resolveEquation(drawn.text, types);
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {
struct TestFile {
  std::string name, text;
};
} // namespace

/// "ij,jk->ik on 2x3xf32, 3x4xf32".
static std::string describe(const ResolvedEquation &equation) {
  std::string text = equation.text + " on ";
  ListSeparator comma;
  for (const OperandType &type : equation.operands)
    text += (StringRef(comma) + type.str()).str();
  return text;
}

static Expected<std::vector<TestFile>> makeTests() {
  if (testCount == 0)
    return createStringError("expected --count to be at least 1 but found 0");
  if (StringRef(lowering).contains('\n'))
    return createStringError("expected one line as --lower's command");
  bool hasInput = input.getNumOccurrences();
  if (!hasInput && !operandTypes.empty())
    return createStringError("--operand needs an equation");
  if (hasInput && !elementNames.empty())
    return createStringError("--types is for random equations; '" + input +
                             "' has its operands' types");
  Expected<std::vector<ElementType>> elements = parseElementNames();
  if (!elements)
    return elements.takeError();
  Compiler compiler;
  Random random(seed);
  std::vector<TestFile> files;
  for (unsigned number = 0; number < testCount; ++number) {
    Expected<ResolvedEquation> equation =
        hasInput ? resolveInput() : drawResolved(random, *elements);
    if (!equation)
      return equation.takeError();
    Expected<testgen::TestModule> test =
        testgen::makeTestModule(compiler, *equation, random);
    if (!test)
      return createStringError(describe(*equation) + ": " +
                               toString(test.takeError()));
    std::string title = describe(*equation) +
                        formatv(" (einsum-testgen --seed {0}, number {1})",
                                seed.getValue(), number)
                            .str();
    if (level != linalgLevel)
      files.push_back({"einsum-" + utostr(number) + ".mlir",
                       testFile(title, /*isEinsum=*/true, test->einsum)});
    if (level != einsumLevel)
      files.push_back({"linalg-" + utostr(number) + ".mlir",
                       testFile(title, /*isEinsum=*/false, test->linalg)});
  }
  if (litConfig)
    files.push_back({"lit.cfg.py", kLitConfig.str()});
  return files;
}

static Error run() {
  Expected<std::vector<TestFile>> tests = makeTests();
  if (!tests)
    return tests.takeError();
  bool isNew = !sys::fs::exists(outputDir);
  if (std::error_code code = sys::fs::create_directories(outputDir))
    return createStringError("cannot make '" + outputDir +
                             "': " + code.message());
  std::vector<OutputFile> files;
  for (const TestFile &test : *tests) {
    SmallString<128> path(outputDir);
    sys::path::append(path, test.name);
    files.push_back({std::string(path), test.text});
  }
  Error error = writeOutputFiles(files);
  if (error && isNew)
    std::ignore = sys::fs::remove(outputDir);
  return error;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  parseCommandLine(
      argc, argv, category, "writes einsum tests for MLIR compilers\n",
      "Each test is a module: @kernel computes an equation, @main holds small "
      "integers\nas inputs, the expected result, and returns how many elements "
      "are wrong.\nRandom equations have up to three operands, diagonals, "
      "ellipses, broadcasting,\nscalars and empty tensors; of all element "
      "types: f16, bf16, f32, f64, i8 to i64,\nu8 to u64, bool, c64, c128, "
      "which upstream's passes run on the CPU as well. At\nlinalg level u8 is "
      "i8 and bool an i8 of 0 or 1, as linalg knows no signs.\n\n"
      "EXAMPLES:\n\n"
      "  einsum-testgen --count 50 --seed 7 --lit-config -o tests && lit "
      "tests\n"
      "      writes and runs tests/einsum-0.mlir, tests/linalg-0.mlir, "
      "tests/einsum-1.mlir ...\n"
      "  einsum-testgen --level=linalg --types=f32,i8 --lower='my-opt "
      "--my-pipeline %s' -o tests\n"
      "      tests of another compiler's way from linalg to the llvm dialect\n"
      "  einsum-testgen 'bij,bjk->bik' --operand 2x3x4xf16 --operand 2x4x5xf16 "
      "-o tests\n"
      "      one equation, with ten sets of data\n\n"
      "EXIT CODE: 0, or 1 with a message on stderr; then no file is "
      "written.\n");
  if (Error error = run())
    return fail(std::move(error));
  return 0;
}
