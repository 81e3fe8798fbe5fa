//===- Device.cpp - A machine that executes PTX, without a GPU ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/PTX/Device.h"
#include "Executor.h"
#include <algorithm>

using namespace einsumc::ptx;

namespace {
struct Loaded {
  /// Programs point into it.
  Module module;
  std::vector<Program> programs;
  VariableAddresses variables;
};
} // namespace

struct Device::State {
  unsigned architecture;
  Memory memory;
  std::vector<std::unique_ptr<Loaded>> modules;
  Statistics statistics;

  const Program *find(ModuleId module, std::string_view name) const {
    if (module >= modules.size() || !modules[module])
      return nullptr;
    for (const Program &program : modules[module]->programs)
      if (program.kernel->info.name == name)
        return &program;
    return nullptr;
  }
};

Device::Device(unsigned architecture) : state(std::make_unique<State>()) {
  state->architecture = architecture;
}
Device::~Device() = default;

Result<uint64_t> Device::allocate(uint64_t bytes, std::string_view name) {
  return state->memory.allocate(bytes, name);
}

MaybeError Device::free(uint64_t address) {
  return state->memory.free(address);
}

MaybeError Device::copyIn(uint64_t address, const void *data, uint64_t bytes) {
  Result<Allocation *> to = state->memory.range(address, bytes, "copy");
  if (!to)
    return to.error();
  uint64_t offset = address - (*to)->base;
  if (bytes)
    std::memcpy((*to)->data.data() + offset, data, bytes);
  Memory::markWritten(**to, offset, bytes);
  return std::nullopt;
}

MaybeError Device::copyOut(void *data, uint64_t address, uint64_t bytes) const {
  Result<Allocation *> from = state->memory.range(address, bytes, "copy");
  if (!from)
    return from.error();
  if (bytes)
    std::memcpy(data, (*from)->data.data() + (address - (*from)->base), bytes);
  return std::nullopt;
}

MaybeError Device::copyWithin(uint64_t to, uint64_t from, uint64_t bytes) {
  std::string data(bytes, '\0');
  if (MaybeError error = copyOut(data.data(), from, bytes))
    return error;
  return copyIn(to, data.data(), bytes);
}

MaybeError Device::fill(uint64_t address, uint8_t value, uint64_t bytes) {
  Result<Allocation *> to = state->memory.range(address, bytes, "fill");
  if (!to)
    return to.error();
  uint64_t offset = address - (*to)->base;
  if (bytes)
    std::memset((*to)->data.data() + offset, value, bytes);
  Memory::markWritten(**to, offset, bytes);
  return std::nullopt;
}

MaybeError Device::setReadOnly(uint64_t address, bool readOnly) {
  Allocation *at = state->memory.find(address);
  if (!at || at->base != address)
    return Error{0, "no allocation starts at " + hexadecimal(address)};
  at->readOnly = readOnly;
  return std::nullopt;
}

uint64_t Device::firstUnwritten(uint64_t address, uint64_t bytes) const {
  const Allocation *at = state->memory.find(address);
  uint64_t end = address + bytes;
  for (uint64_t i = address; i < end; ++i)
    if (!at || i - at->base >= at->bytes || !at->isWritten(i - at->base))
      return i;
  return end;
}

Result<ModuleId> Device::load(std::string_view text) {
  Result<Module> module = parse(text);
  if (!module)
    return module.error();
  unsigned target = module->architecture, have = state->architecture;
  std::string name = "sm_" + std::to_string(target) +
                     (module->variant ? std::string(1, module->variant) : "");
  bool fits = module->variant == 'a' ? target == have
              : module->variant == 'f'
                  ? target <= have && target / 10 == have / 10
                  : target <= have;
  if (have && !fits)
    return Error{0, "the text is for " + name + " but the device is sm_" +
                        std::to_string(have)};
  auto loaded = std::make_unique<Loaded>();
  loaded->module = std::move(*module);
  auto undo = [&](const Error &error) {
    for (auto &[variable, address] : loaded->variables)
      state->memory.free(address);
    return error;
  };
  for (const Variable &variable : loaded->module.variables) {
    Result<uint64_t> address =
        state->memory.allocate(variable.bytes, variable.name);
    if (!address)
      return undo({variable.line, address.error().message});
    loaded->variables[variable.name] = *address;
    // What has no initial value starts as zeros.
    std::string bytes = variable.initial;
    bytes.resize(variable.bytes);
    copyIn(*address, bytes.data(), bytes.size());
    Allocation *at = state->memory.find(*address);
    at->constant = at->readOnly = variable.space == ".const";
  }
  for (const Kernel &kernel : loaded->module.kernels) {
    Result<Program> program = decode(loaded->module, kernel, loaded->variables);
    if (!program)
      return undo(program.error());
    loaded->programs.push_back(std::move(*program));
  }
  state->modules.push_back(std::move(loaded));
  return state->modules.size() - 1;
}

MaybeError Device::unload(ModuleId module) {
  if (module >= state->modules.size() || !state->modules[module])
    return Error{0, "no such module"};
  for (auto &[variable, address] : state->modules[module]->variables)
    state->memory.free(address);
  state->modules[module] = nullptr;
  return std::nullopt;
}

const KernelInfo *Device::findKernel(ModuleId module,
                                     std::string_view name) const {
  const Program *program = state->find(module, name);
  return program ? &program->kernel->info : nullptr;
}

std::vector<std::string> Device::kernelNames(ModuleId module) const {
  std::vector<std::string> names;
  if (module < state->modules.size() && state->modules[module])
    for (const Kernel &kernel : state->modules[module]->module.kernels)
      names.push_back(kernel.info.name);
  return names;
}

Result<Device::Global> Device::findGlobal(ModuleId module,
                                          std::string_view name) const {
  if (module < state->modules.size() && state->modules[module]) {
    const Loaded &loaded = *state->modules[module];
    for (const Variable &variable : loaded.module.variables)
      if (variable.name == name)
        return Global{loaded.variables.find(name)->second, variable.bytes};
  }
  return Error{0, "no variable '" + std::string(name) + "'"};
}

static MaybeError verifyBlock(const Kernel &kernel, const Dim3 &grid,
                              const Dim3 &block) {
  auto print = [](const Dim3 &dim) {
    return std::to_string(dim.x) + " x " + std::to_string(dim.y) + " x " +
           std::to_string(dim.z);
  };
  const Dim3 &required = kernel.info.requiredBlock;
  if (required.x && !(required == block))
    return Error{kernel.line, "'" + kernel.info.name + "' requires blocks of " +
                                  print(required) + " threads, not " +
                                  print(block)};
  if (kernel.maximumBlock.x && block.count() > kernel.maximumBlock.count())
    return Error{kernel.line, "'" + kernel.info.name + "' allows blocks of " +
                                  std::to_string(kernel.maximumBlock.count()) +
                                  " threads, not " + print(block)};
  if (!block.count() || block.x > 1024 || block.y > 1024 || block.z > 64 ||
      block.count() > 1024)
    return Error{0, "a block has 1 to 1024 threads, not " + print(block)};
  if (!grid.x || !grid.y || !grid.z || grid.x > 0x7fffffff || grid.y > 65535 ||
      grid.z > 65535)
    return Error{0, "no grid has " + print(grid) + " blocks"};
  // Threads are numbered in 32 bits where it is kept who wrote a byte.
  if (grid.count() > (0xffffffff - Allocation::kFirstThread) / block.count())
    return Error{0, "a grid of " + print(grid) +
                        " blocks has more threads than the interpreter counts"};
  return std::nullopt;
}

Result<Statistics> Device::launch(ModuleId module, std::string_view kernel,
                                  Dim3 grid, Dim3 block, uint64_t sharedBytes,
                                  std::span<const std::string> parameters,
                                  const LaunchOptions &options) {
  const Program *program = state->find(module, kernel);
  if (!program)
    return Error{0, "no kernel '" + std::string(kernel) + "'"};
  if (MaybeError error = verifyBlock(*program->kernel, grid, block))
    return *error;
  // The most that a block can be given on any target.
  if (sharedBytes > 227 * 1024)
    return Error{0, "no block has " + std::to_string(sharedBytes) +
                        " bytes of shared memory"};
  const KernelInfo &info = program->kernel->info;
  if (parameters.size() != info.parameters.size())
    return Error{
        program->kernel->line,
        "'" + info.name + "' has " + std::to_string(info.parameters.size()) +
            " parameters but is given " + std::to_string(parameters.size())};
  std::string bytes(program->kernel->parameterBytes, '\0');
  for (size_t i = 0; i < parameters.size(); ++i) {
    const KernelInfo::Parameter &parameter = info.parameters[i];
    if (parameters[i].size() != parameter.bytes)
      return Error{program->kernel->line,
                   "parameter " + std::to_string(i) + " ('" + parameter.name +
                       "') has " + std::to_string(parameter.bytes) +
                       " bytes but is given " +
                       std::to_string(parameters[i].size())};
    bytes.replace(parameter.offset, parameter.bytes, parameters[i]);
  }
  state->memory.beginLaunch();
  Statistics statistics;
  statistics.launches = 1;
  statistics.threads = grid.count() * block.count();
  if (MaybeError error = execute(
          {*program, state->memory, grid, block, std::move(bytes), options},
          statistics))
    return *error;
  state->statistics += statistics;
  return statistics;
}

const Statistics &Device::statistics() const { return state->statistics; }
