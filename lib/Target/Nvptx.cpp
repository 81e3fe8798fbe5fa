//===- Nvptx.cpp - From the nvvm dialect to NVIDIA's files ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Target/Nvptx.h"

#include "ExternalTool.h"
#include "einsumc/Target/Emission.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace einsumc;

Expected<std::unique_ptr<TargetMachine>>
einsumc::createNvptxMachine(const GpuInfo &gpu) {
  initializeTargets();
  Triple triple("nvptx64-nvidia-cuda");
  std::string message;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return createStringError("this LLVM makes no code for NVIDIA GPUs: " +
                             message);
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      triple, gpu.architecture, "+ptx" + std::to_string(gpu.ptxVersion),
      TargetOptions(), std::nullopt, std::nullopt, CodeGenOptLevel::Default));
  if (!machine)
    return createStringError("LLVM cannot make code for " + gpu.architecture);
  return machine;
}

Expected<std::unique_ptr<llvm::Module>>
einsumc::translateDevice(mlir::gpu::GPUModuleOp device, LLVMContext &context,
                         TargetMachine &machine) {
  std::unique_ptr<llvm::Module> module =
      mlir::translateModuleToLLVMIR(device, context, "einsumc");
  if (!module)
    return createStringError("cannot translate to LLVM IR");
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  for (Function &function : *module) {
    if (!function.isDeclaration()) {
      function.addFnAttr(Attribute::NoUnwind);
      continue;
    }
    if (function.isIntrinsic() || function.use_empty())
      continue;
    return createStringError("'" + function.getName() +
                             "' is a function of CUDA's device library, which "
                             "kernels for NVIDIA GPUs cannot call here");
  }
  return module;
}

/// "// grid 8 1 1 block 256 1 1", for each way the entry is launched.
static std::string describeLaunches(StringRef entry,
                                    ArrayRef<LaunchPlan> plans) {
  std::vector<std::string> lines;
  for (const LaunchPlan &plan : plans)
    for (const StaticLaunch &launch : plan.launches) {
      if (launch.entry != entry)
        continue;
      std::string block = std::to_string(launch.threads) + " 1 1\n";
      std::string line = mlir::ShapedType::isDynamic(launch.blocks)
                             ? "// grid: see the launch plan; block " + block
                             : "// grid " + std::to_string(launch.blocks) +
                                   " 1 1 block " + block;
      if (!is_contained(lines, line))
        lines.push_back(line);
    }
  return join(lines, "");
}

Expected<std::string> einsumc::emitPtx(llvm::Module &module,
                                       TargetMachine &machine,
                                       ArrayRef<LaunchPlan> plans) {
  Expected<std::string> code =
      emitCode(module, machine, CodeGenFileType::AssemblyFile);
  if (!code)
    return code;
  static constexpr StringLiteral kEntry = ".visible .entry ";
  std::string text;
  for (StringRef rest = *code; !rest.empty();) {
    auto [line, next] = rest.split('\n');
    StringRef name = line;
    if (name.consume_front(kEntry))
      text += describeLaunches(name.take_until([](char c) { return c == '('; }),
                               plans);
    text += line;
    text += '\n';
    rest = next;
  }
  return text;
}

//===----------------------------------------------------------------------===//
// NVIDIA's tools
//===----------------------------------------------------------------------===//

/// A toolkit that the user names is the one, whether it has the tool or not.
static Expected<std::string> findCudaTool(StringRef name, StringRef what) {
  std::vector<std::string> folders;
  for (const char *variable : {"CUDA_HOME", "CUDA_PATH"})
    if (std::optional<std::string> home = sys::Process::GetEnv(variable))
      folders.push_back(*home + "/bin");
  if (folders.empty())
    folders.push_back("/usr/local/cuda/bin");
  SmallVector<StringRef> references(folders.begin(), folders.end());
  std::string tool = findTool({name}, references);
  if (tool.empty())
    return createStringError(
        what + " is made by '" + name + "', which is in neither PATH nor " +
        join(folders, ", ") +
        ": install NVIDIA's CUDA toolkit (package cuda-nvcc, or "
        "nvidia-cuda-nvcc of PyPI) or set CUDA_HOME; --emit=ptx needs none");
  return tool;
}

Expected<std::string> einsumc::emitCubin(StringRef ptx, const GpuInfo &gpu) {
  Expected<std::string> ptxas = findCudaTool("ptxas", "a cubin");
  if (!ptxas)
    return ptxas;
  TemporaryFiles files;
  Expected<std::string> input = files.add("ptx", ptx);
  if (!input)
    return input;
  Expected<std::string> output = files.add("cubin");
  if (!output)
    return output;
  if (Error error =
          runTool(*ptxas, {"-arch=" + gpu.architecture, "-o", *output, *input},
                  "assemble the code"))
    return std::move(error);
  return readWholeFile(*output);
}

Expected<std::string> einsumc::emitFatBinary(StringRef ptx,
                                             const GpuInfo &gpu) {
  Expected<std::string> tool = findCudaTool("fatbinary", "a fat binary");
  if (!tool)
    return tool;
  Expected<std::string> cubin = emitCubin(ptx, gpu);
  if (!cubin)
    return cubin;
  TemporaryFiles files;
  Expected<std::string> elf = files.add("cubin", *cubin);
  if (!elf)
    return elf;
  Expected<std::string> text = files.add("ptx", ptx);
  if (!text)
    return text;
  Expected<std::string> output = files.add("fatbin");
  if (!output)
    return output;
  std::string number = gpu.architecture.substr(3);
  if (Error error =
          runTool(*tool,
                  {"-64", "--create=" + *output,
                   "--image3=kind=elf,sm=" + number + ",file=" + *elf,
                   "--image3=kind=ptx,sm=" + number + ",file=" + *text},
                  "make the fat binary"))
    return std::move(error);
  return readWholeFile(*output);
}
