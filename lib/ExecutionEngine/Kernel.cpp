//===- Kernel.cpp - Compiled kernels in this process ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/Kernel.h"
#include "Binding.h"
#include "ScratchArena.h"
#include "einsumc/Runtime/Threads.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/TargetSelect.h"
#include <atomic>
#include <mutex>
#include <unistd.h>
#include <utility>

using namespace einsumc;
using mlir::ShapedType;

namespace {
/// What calls with the same extents and strides need beside their pointers.
struct PreparedCall {
  StaticCall call;
  size_t scratch = 0;
  /// Of each step.
  llvm::SmallVector<int64_t, 4> tasks;
};
} // namespace

struct Kernel::State {
  /// Shared by the kernels of one object.
  std::shared_ptr<llvm::orc::LLJIT> jit;
  kernel::Signature signature;
  EntryFunction entry = nullptr;
  TasksFunction tasks = nullptr;
  int64_t threads = 1;
  /// int64_t(n_…): one parameter a dynamic label.
  void *scratchBytes = nullptr;

  /// For a kernel without `?`: what every call has in common.
  std::optional<PreparedCall> fixed;
  /// No other kernel of the process ever has it.
  uint64_t id = 0;
};

template <size_t... I>
static int64_t callWith(void *function, const int64_t *arguments,
                        std::index_sequence<I...>) {
  using Function = int64_t (*)(decltype(int64_t(I))...);
  return reinterpret_cast<Function>(function)(arguments[I]...);
}

// The number of parameters is known at run time alone. Both calling conventions
// in use (System V x86-64, AAPCS64) let the caller clean up, and a callee
// ignores arguments behind its last parameter.
static constexpr size_t kFewParameters = 8, kManyParameters = 128;

template <size_t Count>
static int64_t callPadded(void *function, llvm::ArrayRef<int64_t> arguments) {
  int64_t padded[Count] = {};
  llvm::copy(arguments, padded);
  return callWith(function, padded, std::make_index_sequence<Count>());
}

static int64_t callWithParameters(void *function,
                                  llvm::ArrayRef<int64_t> arguments) {
  return arguments.size() <= kFewParameters
             ? callPadded<kFewParameters>(function, arguments)
             : callPadded<kManyParameters>(function, arguments);
}

static llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>> createJit() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  return llvm::orc::LLJITBuilder().create();
}

/// The `n_` parameters among the extents of all labels.
static int64_t scratchFor(void *scratchBytes,
                          const kernel::Signature &signature,
                          llvm::ArrayRef<int64_t> sizes) {
  llvm::SmallVector<int64_t, kFewParameters> parameters;
  for (const auto &[label, extent] : llvm::zip_equal(signature.labels, sizes))
    if (label.parameter)
      parameters.push_back(extent);
  return callWithParameters(scratchBytes, parameters);
}

/// Finds out once what calls have in common. Nothing where a call must say what
/// is wrong.
template <typename State>
static std::optional<PreparedCall> prepare(const State &state,
                                           std::optional<StaticCall> call) {
  if (!call)
    return std::nullopt;
  int64_t bytes =
      scratchFor(state.scratchBytes, state.signature, call->extents());
  if (bytes < 0 || uint64_t(bytes) > machineMemory())
    return std::nullopt;
  PreparedCall prepared{std::move(*call), size_t(bytes), {}};
  for (int64_t step = 0;; ++step) {
    int64_t tasks = state.tasks(prepared.call.sizes(), step);
    if (tasks < 0)
      return prepared;
    prepared.tasks.push_back(tasks);
  }
}

namespace {
/// The last call of some kernel with `?` on this thread.
struct LastCall {
  uint64_t kernel = 0;
  std::optional<PreparedCall> call;
};
} // namespace

/// Kernels that take turns do not take each other's place, if they are few.
static LastCall &lastCallOf(uint64_t kernel) {
  static constexpr size_t kKernels = 8;
  static thread_local LastCall calls[kKernels];
  return calls[kernel % kKernels];
}

/// NAME of several threads calls this process's runtime, which is no symbol
/// that the dynamic linker knows.
static llvm::Error defineRuntime(llvm::orc::LLJIT &jit) {
  llvm::orc::SymbolMap symbols;
  symbols[jit.mangleAndIntern("einsumcThreadsRun")] = {
      llvm::orc::ExecutorAddr::fromPtr(&einsumcThreadsRun),
      llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  return jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(symbols));
}

llvm::Expected<std::vector<Kernel>>
Kernel::load(std::unique_ptr<llvm::MemoryBuffer> object,
             std::vector<kernel::Signature> signatures, int64_t threads) {
  auto created = createJit();
  if (!created)
    return created.takeError();
  std::shared_ptr<llvm::orc::LLJIT> jit = std::move(*created);
  if (llvm::Error error = defineRuntime(*jit))
    return std::move(error);
  if (llvm::Error error = jit->addObjectFile(std::move(object)))
    return std::move(error);

  std::vector<Kernel> kernels;
  for (kernel::Signature &signature : signatures) {
    size_t parameters = llvm::count_if(
        signature.labels, [](const auto &label) { return label.parameter; });
    if (parameters > kManyParameters)
      return llvm::createStringError(
          "a kernel of " + llvm::Twine(parameters) +
          " dynamic labels cannot be run in process; at most " +
          llvm::Twine(kManyParameters) + " are supported");
    auto state = std::make_shared<State>();
    auto find = [&](llvm::StringRef suffix, void *&address) -> llvm::Error {
      auto symbol = jit->lookup((signature.name + suffix).str());
      if (!symbol)
        return symbol.takeError();
      address = symbol->toPtr<void *>();
      return llvm::Error::success();
    };
    void *entry = nullptr, *tasks = nullptr;
    if (llvm::Error error = find("_entry", entry))
      return std::move(error);
    if (llvm::Error error = find("_tasks", tasks))
      return std::move(error);
    if (llvm::Error error = find("_scratch_bytes", state->scratchBytes))
      return std::move(error);
    state->entry = reinterpret_cast<EntryFunction>(entry);
    state->tasks = reinterpret_cast<TasksFunction>(tasks);
    state->jit = jit;
    state->threads = threads;
    state->signature = std::move(signature);
    static std::atomic<uint64_t> count{0};
    state->id = ++count;
    state->fixed = prepare(*state, StaticCall::get(state->signature));
    kernels.push_back(Kernel(std::move(state)));
  }
  return kernels;
}

const kernel::Signature &Kernel::signature() const { return state->signature; }

int64_t Kernel::scratchBytes(llvm::ArrayRef<int64_t> sizes) const {
  return scratchFor(state->scratchBytes, state->signature, sizes);
}

EntryFunction Kernel::entry() const { return state->entry; }

TasksFunction Kernel::tasks() const { return state->tasks; }

int64_t Kernel::threads() const { return state->threads; }

llvm::Expected<void *> Kernel::address(llvm::StringRef suffix) const {
  auto symbol = state->jit->lookup((state->signature.name + suffix).str());
  if (!symbol)
    return symbol.takeError();
  return symbol->toPtr<void *>();
}

RunResult Kernel::bind(llvm::ArrayRef<RunOperand> operands,
                       llvm::ArrayRef<const void *> scalars,
                       BoundCall &call) const {
  return bindCall(state->signature, operands, scalars, call);
}

[[gnu::cold]] static RunResult failedStep(int32_t status, int64_t step) {
  return {Status(status), "the kernel returned status " +
                              std::to_string(status) + " in step " +
                              std::to_string(step)};
}

/// All steps, on threads.
static RunResult runOnThreads(EntryFunction entry, TasksFunction tasks,
                              void *const *operands, const int64_t *sizes,
                              const int64_t *strides, void *scratch,
                              int64_t threads) {
  int32_t status = einsumcThreadsRun(entry, tasks, operands, sizes, strides,
                                     scratch, threads);
  if (status != 0)
    return {Status(status),
            "the kernel returned status " + std::to_string(status)};
  return {};
}

[[gnu::cold]] static RunResult noMemory(int64_t bytes) {
  return {Status::outOfMemory,
          "no memory for " + std::to_string(bytes) + " bytes of scratch"};
}

/// What is known of calls with such extents and strides; null where `bind` must
/// say what is wrong with this one.
template <typename State>
static const PreparedCall *
findPrepared(const State &state, llvm::ArrayRef<RunOperand> operands,
             llvm::ArrayRef<const void *> scalars,
             llvm::SmallVectorImpl<void *> &pointers) {
  if (state.fixed)
    return state.fixed->call.bind(operands, scalars, pointers) ? &*state.fixed
                                                               : nullptr;
  // Tasks may call kernels in turn, which would end up in the same place.
  if (state.threads > 1)
    return nullptr;
  LastCall &last = lastCallOf(state.id);
  if (last.kernel == state.id &&
      last.call->call.bind(operands, scalars, pointers))
    return &*last.call;
  std::optional<PreparedCall> prepared =
      prepare(state, StaticCall::get(state.signature, operands));
  if (!prepared || !prepared->call.bind(operands, scalars, pointers))
    return nullptr;
  last.call = std::move(prepared);
  last.kernel = state.id;
  return &*last.call;
}

RunResult Kernel::run(llvm::ArrayRef<RunOperand> operands,
                      llvm::ArrayRef<const void *> scalars) const {
  llvm::SmallVector<void *, 8> pointers;
  const PreparedCall *prepared =
      findPrepared(*state, operands, scalars, pointers);
  if (!prepared)
    return runChecked(operands, scalars);
  void *scratch = nullptr;
  if (size_t bytes = prepared->scratch)
    if (scratch = ScratchArena::ofThread().get(bytes); !scratch)
      return noMemory(int64_t(bytes));
  const int64_t *sizes = prepared->call.sizes(),
                *strides = prepared->call.strides();
  if (state->threads > 1)
    return runOnThreads(state->entry, state->tasks, pointers.data(), sizes,
                        strides, scratch, state->threads);
  for (size_t step = 0; step < prepared->tasks.size(); ++step)
    if (int32_t status = state->entry(pointers.data(), sizes, strides, scratch,
                                      int64_t(step), 0, prepared->tasks[step]))
      return failedStep(status, int64_t(step));
  return {};
}

RunResult Kernel::runChecked(llvm::ArrayRef<RunOperand> operands,
                             llvm::ArrayRef<const void *> scalars) const {
  BoundCall binding;
  if (RunResult result = bind(operands, scalars, binding); !result)
    return result;

  int64_t bytes = scratchBytes(binding.sizes);
  if (bytes < 0)
    return {Status::illegal, "an operand or an intermediate of these sizes "
                             "would be larger than 2^56 bytes"};
  if (uint64_t(bytes) > machineMemory())
    return {Status::outOfMemory,
            "the kernel needs " + std::to_string(bytes) +
                " bytes of scratch memory, more than this machine has"};
  void *scratch = bytes ? ScratchArena::ofThread().get(bytes) : nullptr;
  if (bytes && !scratch)
    return noMemory(bytes);

  if (state->threads > 1)
    return runOnThreads(state->entry, state->tasks, binding.operands.data(),
                        binding.sizes.data(), binding.strides.data(), scratch,
                        state->threads);
  for (int64_t step = 0;; ++step) {
    int64_t tasks = state->tasks(binding.sizes.data(), step);
    if (tasks < 0)
      return {};
    if (int32_t status =
            state->entry(binding.operands.data(), binding.sizes.data(),
                         binding.strides.data(), scratch, step, 0, tasks))
      return failedStep(status, step);
  }
}

uint64_t einsumc::threadScratchBytes() {
  return ScratchArena::ofThread().size();
}

uint64_t einsumc::machineMemory() {
  static const uint64_t bytes =
      uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGE_SIZE));
  return bytes;
}

llvm::Error
einsumc::checkFitsMemory(llvm::ArrayRef<kernel::SignatureOperand> operands) {
  uint64_t total = 0;
  for (const kernel::SignatureOperand &operand : operands) {
    uint64_t bytes = elementTypeSize(operand.element);
    bool overflow = false;
    for (int64_t extent : operand.shape)
      // A `?` may turn out to be small.
      overflow |= __builtin_mul_overflow(
          bytes, extent == ShapedType::kDynamic ? 1 : uint64_t(extent), &bytes);
    // Broadcasting by strides keeps large shapes in little memory.
    if (operand.strides && llvm::any_of(*operand.strides, [](int64_t s) {
          return s == 0 || s == ShapedType::kDynamic;
        }))
      continue;
    if (llvm::is_contained(operand.shape, 0))
      continue;
    overflow |= bytes > uint64_t(INT64_MAX) ||
                __builtin_add_overflow(total, bytes, &total);
    if (overflow)
      return llvm::createStringError("the size of " + operand.name +
                                     " overflows 64 bits");
  }
  if (total > machineMemory())
    return llvm::createStringError(
        std::make_error_code(std::errc::not_enough_memory),
        "the operands need " + llvm::Twine(total) +
            " bytes, but this machine has " + llvm::Twine(machineMemory()));
  return llvm::Error::success();
}
