//===- einsumc.cpp - Ahead of time ----------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An equation or a .mlir file in; an object file with its header, or any stage
// on the way, out.
//
//===----------------------------------------------------------------------===//

#include "common/OutputFiles.h"
#include "common/ToolOptions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::tools;

static cl::OptionCategory category("einsumc options");
static EquationOptions equationOptions(category);
static ResultOptions resultOptions(category);
static AssumeOptions assumeOptions(category);
static tools::TargetOptions targetOptions(category);
static TimingOptions timingOptions(category);

static cl::opt<std::string>
    name("name", cl::desc("The kernel's name in C (default: kernel)"),
         cl::init("kernel"), cl::cat(category));
static cl::opt<std::string> input(cl::Positional,
                                  cl::desc("<equation, file.mlir or ->"),
                                  cl::cat(category));
static cl::list<std::string>
    operandTypes("operand",
                 cl::desc("Type of an operand, in order: 2x8x512xf32"),
                 cl::value_desc("type"), cl::cat(category));
static cl::opt<std::string>
    emitStage("emit",
              cl::desc("einsum, linalg, kernel, schedule, loops, vector, "
                       "llvm-dialect, llvm, asm, obj, static or shared; for "
                       "nvptx gpu, nvvm, plan, ptx, cubin and fatbin, too; "
                       "default: what the output's name ends with, or obj"),
              cl::value_desc("stage"), cl::cat(category));
static cl::opt<std::string>
    output("o",
           cl::desc("Output file; the header stands beside it. Default: "
                    "stdout for text, NAME.o for an object"),
           cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string> triple("triple", cl::desc("Target triple"),
                                   cl::cat(category));
static cl::opt<bool> bytecode("emit-bytecode",
                              cl::desc("Write MLIR stages as bytecode"),
                              cl::cat(category));
static cl::opt<bool> lineTables("g", cl::desc("Emit line tables"),
                                cl::cat(category));
static cl::opt<bool> explain(
    "explain",
    cl::desc("Say on stderr what was decided and why: contraction path, loops, "
             "tiles, packing"),
    cl::cat(category));
static cl::opt<bool> dependencies(
    "MD", cl::desc("Write what the output depends on beside it, for make"),
    cl::cat(category));
static cl::opt<bool> printEquations(
    "print-equations",
    cl::desc("Print the equations of --projection or --attention and stop"),
    cl::cat(category));

using OwnedModule = mlir::OwningOpRef<mlir::ModuleOp>;

static bool isFileName(StringRef text) {
  return text == "-" || text.ends_with(".mlir") || text.ends_with(".mlirbc");
}

static Expected<OwnedModule> importEquation(Compiler &compiler) {
  Diagnostic diagnostic;
  auto failed = [&] { return createStringError(diagnostic.render()); };
  FailureOr<Equation> equation = equationOptions.hasBuilder()
                                     ? equationOptions.build(diagnostic)
                                     : parseEquationArgument(input, diagnostic);
  if (llvm::failed(equation))
    return failed();
  std::vector<OperandType> operands;
  for (auto [number, text] : enumerate(operandTypes)) {
    FailureOr<OperandType> type =
        parseOperandType(text, ("operand " + Twine(number)).str(), diagnostic);
    if (llvm::failed(type))
      return failed();
    operands.push_back(*type);
  }
  FailureOr<ResolveOptions> options = resultOptions.resolveOptions(diagnostic);
  if (llvm::failed(options))
    return failed();
  FailureOr<ResolvedEquation> resolved =
      resolve(*equation, operands, *options, diagnostic);
  if (llvm::failed(resolved) ||
      llvm::failed(assumeOptions.apply(*resolved, diagnostic)))
    return failed();
  FailureOr<std::optional<AccumulateFactors>> factors =
      resultOptions.factors(resolved->result.element, diagnostic);
  if (llvm::failed(factors))
    return failed();
  return compiler.importEquation(*resolved, {name, *factors});
}

static Expected<OwnedModule> readModule(Compiler &compiler) {
  if (!operandTypes.empty())
    return createStringError("--operand belongs to an equation; '" + input +
                             "' brings its own types");
  if (!assumeOptions.assumptions.empty())
    return createStringError("--assume belongs to an equation; '" + input +
                             "' says it itself, by kernel.assume");
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
      MemoryBuffer::getFileOrSTDIN(input);
  if (!buffer)
    return createStringError("cannot read '" + input +
                             "': " + buffer.getError().message());
  return compiler.parseModule(std::move(*buffer));
}

static Expected<OwnedModule> makeModule(Compiler &compiler) {
  bool hasInput = input.getNumOccurrences();
  if (hasInput && equationOptions.hasBuilder())
    return createStringError("'" + input +
                             "' was given beside --projection or --attention");
  if (!hasInput && !equationOptions.hasBuilder())
    return createStringError("expected an equation, a .mlir file or '-'; see "
                             "--help");
  return hasInput && isFileName(input) ? readModule(compiler)
                                       : importEquation(compiler);
}

/// The stage, from `--emit` or from how the output is called.
static Expected<Stage> findStage() {
  if (emitStage.getNumOccurrences()) {
    if (std::optional<Stage> stage = parseStage(emitStage))
      return *stage;
    SmallVector<StringRef> names;
    for (Stage stage : allStages())
      if (hasStage(targetOptions.target, stage))
        names.push_back(stageName(stage));
    return createStringError("unknown stage '" + emitStage +
                             "'; expected one of " + join(names, ", "));
  }
  StringRef extension = sys::path::extension(output);
  if (extension == ".a")
    return Stage::staticLibrary;
  if (extension == ".so")
    return Stage::sharedLibrary;
  if (extension == ".s")
    return Stage::assembly;
  if (extension == ".ll")
    return Stage::llvm;
  if (extension == ".ptx")
    return Stage::ptx;
  if (extension == ".cubin")
    return Stage::cubin;
  if (extension == ".fatbin")
    return Stage::fatBinary;
  return Stage::object;
}

static std::string withExtension(StringRef path, StringRef extension) {
  SmallString<128> result = path;
  sys::path::replace_extension(result, extension);
  return std::string(result);
}

/// `path` as make writes it.
static std::string quoteForMake(StringRef path) {
  std::string text;
  for (char c : path) {
    if (c == ' ' || c == '#' || c == '\\')
      text += '\\';
    text += c;
    if (c == '$')
      text += '$';
  }
  return text;
}

static Error writeOutputs(Stage stage, const Compilation &compilation) {
  std::string path = output;
  if (path.empty()) {
    StringRef kernel = compilation.kernels.empty()
                           ? StringRef(name)
                           : StringRef(compilation.kernels.front().name);
    path =
        !isLinkable(stage) ? "-"
        : stage == Stage::object
            ? (kernel + ".o").str()
            : ("lib" + kernel + (stage == Stage::staticLibrary ? ".a" : ".so"))
                  .str();
  }
  if (path == "-") {
    if (isLinkable(stage))
      return createStringError("an object or library needs a file to be "
                               "written to, as its header stands beside it");
    if (isBinary(stage))
      return createStringError("a " + stageName(stage) +
                               " needs a file to be written to");
    if (dependencies)
      return createStringError("-MD needs an output file");
    outs() << compilation.output;
    outs().flush();
    if (std::error_code error = outs().error()) {
      outs().clear_error();
      return createStringError("cannot write to stdout: " + error.message());
    }
    return Error::success();
  }
  std::vector<OutputFile> files{{path, compilation.output}};
  std::string targets = quoteForMake(path), rule;
  if (isLinkable(stage)) {
    std::string header = withExtension(path, "h");
    if (header == path)
      return createStringError("the output '" + path +
                               "' would be overwritten by its header");
    targets += " " + quoteForMake(header);
    files.push_back({header, compilation.header});
  }
  if (dependencies) {
    bool hasFile = isFileName(input) && input != "-";
    rule = targets + ":" + (hasFile ? " " + quoteForMake(input) : "") + "\n";
    files.push_back({withExtension(path, "d"), rule});
  }
  return writeOutputFiles(files);
}

static Error run() {
  if (printEquations) {
    if (!equationOptions.hasBuilder())
      return createStringError(
          "--print-equations needs --projection or --attention");
    Diagnostic diagnostic;
    FailureOr<std::string> text = equationOptions.describe(diagnostic);
    if (failed(text))
      return createStringError(diagnostic.render());
    outs() << *text;
    return Error::success();
  }
  if (Error error = targetOptions.check())
    return error;
  Expected<Stage> stage = findStage();
  if (!stage)
    return stage.takeError();
  if (bytecode && !isMLIR(*stage))
    return createStringError("--emit-bytecode needs --emit to be einsum, "
                             "linalg, kernel, schedule, loops, vector, "
                             "llvm-dialect, gpu or nvvm");
  CompileOptions options = targetOptions.compileOptions();
  options.triple = triple;
  options.lineTables = lineTables;
  options.bytecode = bytecode;

  options.timing = timingOptions.report();
  options.explain = explain;

  auto phase = TimeReport::phase(options.timing, "dialects");
  Compiler compiler;
  phase = TimeReport::phase(options.timing, "import");
  Expected<OwnedModule> module = makeModule(compiler);
  phase.stop();
  if (!module)
    return module.takeError();
  Expected<Compilation> compilation =
      compiler.compile(module->get(), *stage, options);
  if (!compilation)
    return compilation.takeError();
  for (const std::string &remark : compilation->remarks)
    errs() << remark << "\n";
  errs() << compilation->explanation.text;
  timingOptions.print();
  return writeOutputs(*stage, *compilation);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  parseCommandLine(
      argc, argv, category, "compiles einsum equations to native kernels\n",
      "EXAMPLES:\n\n"
      "  einsumc 'abc,cde->abde' --operand 2x8x512xf32 --operand 512x8x64xf32 "
      "\\\n          --name proj -o proj.o\n"
      "      writes proj.o and proj.h, which declares int proj(const float "
      "*in0,\n      const float *in1, float *out)\n"
      "  einsumc 'ij,jk->ik' --operand '?x?xf32' --operand '?x64xf32' "
      "--emit=loops\n"
      "      prints the loops of a kernel for any sizes\n"
      "  einsumc 'ij,jk->ik' --operand '?x?xf32' --operand '?x?xf32' "
      "\\\n          --assume 'i%16==0,j>=64' --name md -o md.o\n"
      "      writes a kernel that refuses other sizes and gains by it\n"
      "  einsumc model.mlir --cpu=znver4 -o model.a\n"
      "      compiles every public function of tensors in the file\n"
      "  einsumc 'ij,jk->ik' --operand 512x512xf16 --operand 512x512xf16 "
      "\\\n          --target=nvptx --gpu=h100 --emit=ptx\n"
      "      prints the kernel for a GPU\n"
      "  einsumc --attention rank=4,axes=1 --print-equations\n"
      "      prints aecd,abcd->acbe and acbe,aecd->abcd\n\n"
      "EXIT CODE: 0, or 1 with a message on stderr; then no file is "
      "written.\n");
  if (Error error = run())
    return fail(std::move(error));
  return 0;
}
