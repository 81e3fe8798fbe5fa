//===- GpuCode.cpp - A case's kernel for a GPU, and its checks ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuCode.h"
#include "einsumc/Support/Counters.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

using namespace einsumc;
using namespace einsumc::test;

static Counter assembledTexts("gpu-ptxas.texts");
static Counter unrolledIntoMemory("gpu-ptxas.unrolled-into-memory");

/// A kernel is one piece of code that uses registers and the operands' memory.
static llvm::Error checkText(llvm::StringRef ptx) {
  for (const char *pattern :
       {"\\.extern[ \t]+\\.func", "\\.local", "(^|[ \t])call[. \t]"}) {
    llvm::SmallVector<llvm::StringRef> matches;
    if (llvm::Regex(pattern, llvm::Regex::Newline).match(ptx, &matches))
      return llvm::createStringError("the PTX holds '" + matches[0].trim() +
                                     "'");
  }
  return llvm::Error::success();
}

llvm::Expected<GpuCode> test::compileForGpu(Compiler &compiler,
                                            const ResolvedEquation &equation,
                                            const ImportOptions &import,
                                            const CompileOptions &options) {
  auto module = compiler.importEquation(equation, import);
  if (!module)
    return module.takeError();
  llvm::Expected<Compilation> compilation =
      compiler.compile(module->get(), Stage::ptx, options);
  if (!compilation)
    return compilation.takeError();
  if (compilation->plans.size() != 1 || compilation->kernels.size() != 1)
    return llvm::createStringError("expected one kernel and its plan");
  if (llvm::Error error = checkText(compilation->output))
    return std::move(error);
  const kernel::Signature &signature = compilation->kernels.front();
  if (!signature.hasDynamicExtents() && !signature.hasDynamicStrides() &&
      llvm::StringRef(compilation->plans.front()).contains("\"value\""))
    return llvm::createStringError("a static kernel takes a number");
  return GpuCode{std::move(compilation->output),
                 std::move(compilation->plans.front()),
                 std::move(compilation->kernels.front())};
}

//===----------------------------------------------------------------------===//
// ptxas
//===----------------------------------------------------------------------===//

const std::string &test::ptxasPath() {
  static const std::string path = [] {
    if (auto found = llvm::sys::findProgramByName("ptxas"))
      return *found;
    std::string home =
        llvm::sys::Process::GetEnv("CUDA_HOME").value_or("/usr/local/cuda");
    auto found = llvm::sys::findProgramByName("ptxas", {home + "/bin"});
    return found ? *found : std::string();
  }();
  return path;
}

namespace {

/// A file that is gone with the object.
struct TemporaryFile {
  explicit TemporaryFile(llvm::StringRef suffix)
      : error(llvm::sys::fs::createTemporaryFile("execution-test", suffix,
                                                 path)) {}
  llvm::SmallString<64> path;
  std::error_code error;
  llvm::FileRemover remover{path};
};

} // namespace

/// What ptxas says about each function of the text; an error where it refuses
/// it.
static llvm::Expected<std::string>
runPtxas(llvm::StringRef ptx, const std::string &gpu, const char *level) {
  TemporaryFile input("ptx"), output("cubin"), log("log");
  for (const TemporaryFile *file : {&input, &output, &log})
    if (file->error)
      return llvm::createStringError(file->error, "no temporary file");
  if (llvm::Error error =
          llvm::writeToOutput(input.path, [&](llvm::raw_ostream &os) {
            os << ptx;
            return llvm::Error::success();
          }))
    return std::move(error);
  std::string arch = "-arch=" + gpu, message;
  int status = llvm::sys::ExecuteAndWait(
      ptxasPath(),
      {ptxasPath(), "-v", level, arch, "-o", output.path, input.path},
      std::nullopt, {llvm::StringRef(), log.path.str(), log.path.str()},
      /*SecondsToWait=*/120, /*MemoryLimit=*/0, &message);
  auto text = llvm::MemoryBuffer::getFile(log.path);
  std::string said = text ? (*text)->getBuffer().str() : "";
  if (status != 0)
    return llvm::createStringError("ptxas " + arch + ": " + message + said);
  return said;
}

/// Nothing may be in a thread's own memory, in any entry. Where ptxas unrolls
/// so far that it runs out of registers, that is its choice.
static llvm::Error assemble(const GpuCode &code, const std::string &gpu) {
  static constexpr llvm::StringLiteral kNone =
      "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads";
  llvm::StringRef ptx = code.ptx;
  size_t entries = ptx.count(".visible .entry");
  // Some equations have nothing to do.
  if (entries == 0 && !llvm::StringRef(code.plan).contains("\"entries\": []"))
    return llvm::createStringError("the PTX for " + gpu + " has no entry");
  assembledTexts += 1;
  llvm::Expected<std::string> report = runPtxas(ptx, gpu, "-O3");
  if (report && llvm::StringRef(*report).count(kNone) != entries) {
    unrolledIntoMemory += 1;
    report = runPtxas(ptx, gpu, "-O1");
  }
  if (!report)
    return report.takeError();
  if (llvm::StringRef(*report).count(kNone) != entries)
    return llvm::createStringError("ptxas for " + gpu + ": expected " +
                                   std::to_string(entries) + " times '" +
                                   kNone + "' in\n" + *report);
  return llvm::Error::success();
}

llvm::Error PtxasBackend::compile(Compiler &compiler,
                                  const ResolvedEquation &equation,
                                  const ImportOptions &import,
                                  const CompileOptions &options) {
  llvm::SmallVector<std::string> gpus{"sm_75", "sm_90", "sm_120"};
  // The very text that other suites run.
  if (!llvm::is_contained(gpus, options.gpu))
    gpus.push_back(options.gpu);
  for (const std::string &gpu : gpus) {
    CompileOptions here = options;
    here.gpu = gpu;
    llvm::Expected<GpuCode> code =
        compileForGpu(compiler, equation, import, here);
    if (!code)
      return code.takeError();
    if (llvm::Error error = assemble(*code, gpu))
      return error;
  }
  return llvm::Error::success();
}
