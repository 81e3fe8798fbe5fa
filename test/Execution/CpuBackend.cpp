//===- CpuBackend.cpp - Every way to call a kernel in this process --------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CpuBackend.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <cstring>
#include <thread>

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

namespace {

/// In the order of `CpuBackend::calls`.
enum class CallKind {
  run,       ///< Kernel::run
  cFunction, ///< NAME_ws with guarded scratch, or NAME
  tasks      ///< by NAME_entry, in random ranges and order, partly at once
};

} // namespace

/// Whose memory the address is nearest to.
static std::string describeFault(const KernelArguments &arguments,
                                 void *address) {
  for (auto [number, tensor] : llvm::enumerate(arguments.tensors))
    if (auto where = tensor->memory().describe(address))
      return "touched " +
             (number + 1 == arguments.tensors.size()
                  ? std::string("the result")
                  : "operand " + std::to_string(number)) +
             " " + *where;
  std::string text = "touched address ";
  llvm::raw_string_ostream(text) << address;
  return text;
}

//===----------------------------------------------------------------------===//
// In process
//===----------------------------------------------------------------------===//

using TaskRange = std::pair<int64_t, int64_t>;

/// Random cuts, in random order.
static llvm::SmallVector<TaskRange> drawRanges(int64_t tasks, Random &random) {
  llvm::SmallVector<TaskRange> ranges;
  for (int64_t begin = 0; begin < tasks;) {
    int64_t end = begin + random.range(1, std::min<int64_t>(tasks - begin, 3));
    ranges.push_back({begin, end});
    begin = end;
  }
  for (size_t i = ranges.size(); i-- > 1;)
    std::swap(ranges[i], ranges[random.range(0, i)]);
  return ranges;
}

namespace {

/// The steps of one call, by NAME_entry.
class TaskRunner {
public:
  TaskRunner(const Kernel &kernel, const KernelArguments &arguments,
             const BoundCall &call, void *scratch)
      : kernel(kernel), arguments(arguments), call(call), scratch(scratch) {}
  std::string run(Random &random);

private:
  std::string runRanges(int64_t step, llvm::ArrayRef<TaskRange> ranges);
  std::string runInTwoThreads(int64_t step, llvm::ArrayRef<TaskRange> ranges);

  const Kernel &kernel;
  const KernelArguments &arguments;
  const BoundCall &call;
  void *scratch;
};

} // namespace

std::string TaskRunner::runRanges(int64_t step,
                                  llvm::ArrayRef<TaskRange> ranges) {
  for (auto [begin, end] : ranges)
    if (int32_t status =
            kernel.entry()(call.operands.data(), call.sizes.data(),
                           call.strides.data(), scratch, step, begin, end))
      return "status " + std::to_string(status) + " in step " +
             std::to_string(step);
  return "";
}

std::string TaskRunner::runInTwoThreads(int64_t step,
                                        llvm::ArrayRef<TaskRange> ranges) {
  std::string failures[2];
  std::atomic<int> waiting{2};
  auto work = [&](int thread) {
    // Both begin at once, as far as the machine lets them.
    --waiting;
    while (waiting > 0)
      std::this_thread::yield();
    size_t half = ranges.size() / 2;
    std::optional<void *> fault = callGuarded([&] {
      failures[thread] = runRanges(step, thread ? ranges.drop_front(half)
                                                : ranges.take_front(half));
    });
    if (fault)
      failures[thread] = describeFault(arguments, *fault);
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  return failures[0].empty() ? failures[1] : failures[0];
}

std::string TaskRunner::run(Random &random) {
  for (int64_t step = 0;; ++step) {
    int64_t tasks = kernel.tasks()(call.sizes.data(), step);
    if (tasks < 0)
      return "";
    llvm::SmallVector<TaskRange> ranges = drawRanges(tasks, random);
    std::string failure = ranges.size() > 1 && random.chance(0.5)
                              ? runInTwoThreads(step, ranges)
                              : runRanges(step, ranges);
    if (!failure.empty())
      return failure;
  }
}

static std::string callByTasks(const Kernel &kernel,
                               const KernelArguments &arguments,
                               llvm::ArrayRef<RunOperand> operands,
                               llvm::ArrayRef<const void *> scalars,
                               Random &random) {
  BoundCall call;
  if (RunResult result = kernel.bind(operands, scalars, call); !result)
    return "refused: " + result.message;
  GuardedMemory scratch(kernel.scratchBytes(call.sizes), Flush::toEnd);
  return TaskRunner(kernel, arguments, call, scratch.data()).run(random);
}

static std::string callRun(const Kernel &kernel,
                           llvm::ArrayRef<RunOperand> operands,
                           llvm::ArrayRef<const void *> scalars) {
  RunResult result = kernel.run(operands, scalars);
  return result ? "" : "refused: " + result.message;
}

//===----------------------------------------------------------------------===//
// The C functions
//===----------------------------------------------------------------------===//

namespace {

/// Parameters in registers and on the stack, by class: in both calling
/// conventions in use (System V x86-64, AAPCS64) whole numbers and
/// floating-point ones are counted apart, and a callee ignores those behind its
/// last.
struct Parameters {
  static constexpr size_t kMost = 96, kMostFloating = 8;
  int64_t whole[kMost] = {};
  double floating[kMostFloating] = {};
  size_t numWhole = 0, numFloating = 0;

  bool fits(size_t more) const { return numWhole + more <= kMost; }
  void add(int64_t value) { whole[numWhole++] = value; }
  void add(const void *pointer) {
    add(int64_t(reinterpret_cast<intptr_t>(pointer)));
  }
  void addFloating(const uint8_t *bytes, size_t size) {
    std::memcpy(&floating[numFloating++], bytes, size);
  }
  void add(const KernelArguments::Scalar &scalar);
};

} // namespace

void Parameters::add(const KernelArguments::Scalar &scalar) {
  const uint8_t *bytes = scalar.bytes.data();
  switch (scalar.element) {
  case ElementType::f32:
  case ElementType::f64:
    return addFloating(bytes, elementTypeSize(scalar.element));
  case ElementType::c64:
  case ElementType::c128: {
    size_t part = elementTypeSize(scalar.element) / 2;
    addFloating(bytes, part);
    return addFloating(bytes + part, part);
  }
  default:
    int64_t bits = 0;
    std::memcpy(&bits, bytes, elementTypeSize(scalar.element));
    return add(bits);
  }
}

template <size_t... I, size_t... F>
static int64_t callWith(void *function, const Parameters &parameters,
                        std::index_sequence<I...>, std::index_sequence<F...>) {
  using Function = int64_t (*)(decltype(int64_t(I))..., decltype(double(F))...);
  return reinterpret_cast<Function>(function)(parameters.whole[I]...,
                                              parameters.floating[F]...);
}

static int64_t callWith(void *function, const Parameters &parameters) {
  return callWith(function, parameters,
                  std::make_index_sequence<Parameters::kMost>(),
                  std::make_index_sequence<Parameters::kMostFloating>());
}

/// The `n_` parameters, one a dynamic label.
static void addExtents(Parameters &parameters,
                       const kernel::Signature &signature,
                       const KernelArguments &arguments) {
  for (auto [label, size] :
       llvm::zip_equal(signature.labels, sizesOf(signature, arguments)))
    if (label.parameter)
      parameters.add(size);
}

static std::string callCFunction(const Kernel &kernel,
                                 const KernelArguments &arguments,
                                 bool withScratch) {
  const kernel::Signature &signature = kernel.signature();
  Parameters parameters, extents;
  size_t numAxes = 0;
  for (const GuardedTensor *tensor : arguments.tensors)
    numAxes += tensor->view().rank();
  if (!parameters.fits(arguments.tensors.size() + signature.labels.size() +
                       numAxes + arguments.scalars.size() + 1))
    return ""; // more than this way can pass
  for (const GuardedTensor *tensor : arguments.tensors)
    parameters.add(tensor->view().data);
  addExtents(extents, signature, arguments);
  addExtents(parameters, signature, arguments);
  for (auto [operand, tensor] :
       llvm::zip_equal(signature.operands, arguments.tensors))
    if (operand.strides)
      for (auto [axis, stride] : llvm::enumerate(*operand.strides))
        if (mlir::ShapedType::isDynamic(stride))
          parameters.add(tensor->view().strides[axis]);
  for (const KernelArguments::Scalar &scalar : arguments.scalars)
    parameters.add(scalar);

  auto function = kernel.address(withScratch ? "_ws" : "");
  auto scratchBytes = kernel.address("_scratch_bytes");
  if (!function || !scratchBytes)
    return "a C function is missing: " +
           llvm::toString(llvm::joinErrors(function.takeError(),
                                           scratchBytes.takeError()));
  std::optional<GuardedMemory> scratch;
  if (withScratch) {
    scratch.emplace(callWith(*scratchBytes, extents), Flush::toEnd);
    parameters.add(scratch->data());
  }
  int32_t status = int32_t(callWith(*function, parameters));
  return status == 0 ? "" : "status " + std::to_string(status);
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

static std::string callKernel(const Kernel &kernel,
                              const KernelArguments &arguments, CallKind kind,
                              Random &random) {
  std::vector<RunOperand> operands;
  for (const GuardedTensor *tensor : arguments.tensors)
    operands.push_back(
        {tensor->view().data, tensor->view().shape, tensor->view().strides});
  std::vector<const void *> scalars;
  for (const KernelArguments::Scalar &scalar : arguments.scalars)
    scalars.push_back(scalar.bytes.data());

  std::string failure;
  bool withScratch = random.chance(0.7);
  std::optional<void *> fault = callGuarded([&] {
    switch (kind) {
    case CallKind::run:
      failure = callRun(kernel, operands, scalars);
      break;
    case CallKind::tasks:
      failure = callByTasks(kernel, arguments, operands, scalars, random);
      break;
    case CallKind::cFunction:
      failure = callCFunction(kernel, arguments, withScratch);
      break;
    }
  });
  return fault ? describeFault(arguments, *fault) : failure;
}

llvm::ArrayRef<CallSpec> CpuBackend::calls() const {
  static constexpr CallSpec specs[] = {
      {"Kernel::run", Data::smallIntegers, Flush::toEnd, kPoison[0]},
      {"the C function", Data::smallIntegers, Flush::toStart, kPoison[1]},
      {"tasks in random order", Data::normal, Flush::toEnd, kPoison[0]}};
  return specs;
}

llvm::Error CpuBackend::compile(Compiler &compiler,
                                const ResolvedEquation &equation,
                                const ImportOptions &import,
                                const CompileOptions &options) {
  llvm::Expected<Kernel> compiled =
      compileKernel(compiler, equation, import, options);
  if (!compiled)
    return compiled.takeError();
  kernel = std::move(*compiled);
  return llvm::Error::success();
}

std::string CpuBackend::call(size_t number, const KernelArguments &arguments,
                             Random &random) {
  return callKernel(*kernel, arguments, CallKind(number), random);
}
