//===- Python.cpp - numpy, torch and jax ----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Permute.h"
#include "Process.h"
#include "Registry.h"
#include "einsumc/Reference/Evaluate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace einsumc;
using namespace einsumc::bench;
using reference::TensorView;
namespace json = llvm::json;

/// Worker.py, which CMake puts here.
static constexpr char kWorkerSource[] =
#include "Worker.py.inc"
    ;

namespace {

/// Importing torch from a cold disk takes this long at times.
constexpr int kStartSeconds = 120;
constexpr int kAnswerSeconds = 300;
/// Letters that the libraries' einsum takes.
constexpr size_t kMaxLabels = 52;

/// The worker process of one library.
class Worker {
public:
  static llvm::Expected<std::shared_ptr<Worker>>
  start(llvm::StringRef python, llvm::StringRef library, int threads) {
    std::string count = std::to_string(threads);
    std::vector<std::string> environment = {
        // Old OpenBLAS builds need these on some processors; what a current
        // wheel brings along is held back by them.
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE",
        // One thread unless asked, in every library that could have a pool.
        "OMP_NUM_THREADS=" + count, "OPENBLAS_NUM_THREADS=" + count,
        "MKL_NUM_THREADS=" + count, "NPROC=" + count, "JAX_PLATFORMS=cpu",
        "XLA_FLAGS=--xla_cpu_multi_thread_eigen=" +
            std::string(threads == 1 ? "false" : "true"),
        // Freed memory is kept: results that are made anew by every call must
        // not pay for page faults.
        "MALLOC_MMAP_MAX_=0", "MALLOC_TRIM_THRESHOLD_=68719476736",
        "MALLOC_TOP_PAD_=67108864",
        // Pages of the size that everybody's operands have.
        "NUMPY_MADVISE_HUGEPAGE=0", "PYTHONUNBUFFERED=1"};
    auto process = LineProcess::start(
        {python.str(), "-c", kWorkerSource, library.str(), count}, environment);
    if (!process)
      return process.takeError();
    auto worker = std::shared_ptr<Worker>(new Worker(std::move(*process)));
    auto hello = worker->receive(kStartSeconds);
    if (!hello)
      return hello.takeError();
    worker->version = hello->getString("version").value_or("").str();
    return worker;
  }

  llvm::Expected<json::Object> ask(json::Object request) {
    std::string line;
    llvm::raw_string_ostream(line) << json::Value(std::move(request));
    if (llvm::Error error = process.writeLine(line))
      return std::move(error);
    return receive(kAnswerSeconds);
  }

  std::string version;
  int64_t nextId = 0;

private:
  explicit Worker(LineProcess process) : process(std::move(process)) {}

  llvm::Expected<json::Object> receive(int seconds) {
    auto line = process.readLine(seconds);
    if (!line)
      return line.takeError();
    auto value = json::parse(*line);
    if (!value)
      return value.takeError();
    json::Object *object = value->getAsObject();
    if (!object)
      return llvm::createStringError("the worker answers nonsense");
    if (auto error = object->getString("error"))
      return llvm::createStringError(*error);
    return std::move(*object);
  }

  LineProcess process;
};

json::Array arrayOf(llvm::ArrayRef<int64_t> values, int64_t factor = 1) {
  json::Array array;
  for (int64_t value : values)
    array.push_back(value * factor);
  return array;
}

class PythonRun : public PeerRun {
public:
  PythonRun(std::shared_ptr<Worker> worker, SharedMemory shared)
      : worker(std::move(worker)), shared(std::move(shared)) {}
  ~PythonRun() override {
    if (id >= 0)
      llvm::consumeError(
          worker->ask(json::Object{{"do", "drop"}, {"id", id}}).takeError());
  }

  static std::unique_ptr<PythonRun>
  create(const std::shared_ptr<Worker> &worker, const Problem &problem,
         PeerKind kind);

  void run() override {
    seconds.reset();
    auto answer = worker->ask(json::Object{{"do", "run"}, {"id", id}});
    if (!answer) {
      failure = llvm::toString(answer.takeError());
      return;
    }
    seconds = answer->getNumber("seconds");
    (*fetch)(shared.data() + resultOffset, result.data);
  }
  std::optional<double> lastSeconds() const override { return seconds; }
  std::string description() const override { return described; }
  std::string error() const override { return failure; }

private:
  std::shared_ptr<Worker> worker;
  SharedMemory shared;
  int64_t id = -1;
  int64_t resultOffset = 0;
  TensorView result;
  std::optional<Permutation> fetch;
  std::optional<double> seconds;
  std::string described, failure;
};

/// Where tensors lie in the shared file: operands as they are, with their
/// strides, and a row-major result.
struct Placement {
  json::Array operands;
  llvm::SmallVector<int64_t> operandStarts;
  int64_t resultOffset = 0, bytes = 0;
};

Placement place(const Problem &problem) {
  Placement placement;
  auto reserve = [&](int64_t bytes) {
    // A page each, as allocators place large arrays.
    int64_t start = placement.bytes;
    placement.bytes += (bytes + 4095) / 4096 * 4096;
    return start;
  };
  for (const reference::Tensor &operand : problem.operands) {
    const TensorView &view = operand.view();
    auto *data = static_cast<uint8_t *>(view.data);
    int64_t start = reserve(operand.bytes());
    placement.operandStarts.push_back(start);
    placement.operands.push_back(json::Object{
        {"type", elementTypeName(view.element)},
        {"shape", arrayOf(view.shape)},
        {"strides", arrayOf(view.strides, elementTypeSize(view.element))},
        {"offset", start + (data - operand.memory().data())}});
  }
  const TensorView &result = problem.result.view();
  placement.resultOffset =
      reserve(result.size() * elementTypeSize(result.element));
  return placement;
}

std::unique_ptr<PythonRun>
PythonRun::create(const std::shared_ptr<Worker> &worker, const Problem &problem,
                  PeerKind kind) {
  const ResolvedEquation &equation = problem.equation;
  if (equation.labels.size() > kMaxLabels)
    return nullptr;
  auto placement = place(problem);
  auto shared = SharedMemory::create(std::max<int64_t>(placement.bytes, 4096));
  if (!shared) {
    llvm::consumeError(shared.takeError());
    return nullptr;
  }
  for (auto [operand, start] :
       llvm::zip_equal(problem.operands, placement.operandStarts))
    llvm::copy(operand.memory(), shared->data() + start);

  auto run = std::make_unique<PythonRun>(worker, std::move(*shared));
  run->result = problem.result.view();
  run->resultOffset = placement.resultOffset;
  auto rowMajor = reference::rowMajorStrides(run->result.shape);
  llvm::SmallVector<CopyDim, 6> dims;
  for (auto [extent, from, to] :
       llvm::zip_equal(run->result.shape, rowMajor, run->result.strides))
    dims.push_back({extent, from, to});
  unsigned size = elementTypeSize(run->result.element);
  run->fetch.emplace(dims, size);

  json::Array inputs;
  for (const auto &labels : equation.operandLabels)
    inputs.push_back(arrayOf(labels));
  int64_t id = worker->nextId++;
  auto answer = worker->ask(json::Object{
      {"do", "prepare"},
      {"id", id},
      {"kind", peerKindName(kind)},
      {"file", run->shared.path()},
      {"inputs", std::move(inputs)},
      {"output", arrayOf(equation.outputLabels)},
      {"operands", std::move(placement.operands)},
      {"result", json::Object{{"type", elementTypeName(run->result.element)},
                              {"shape", arrayOf(run->result.shape)},
                              {"strides", arrayOf(rowMajor, size)},
                              {"offset", run->resultOffset}}}});
  if (!answer) {
    // Unsupported, or so slow that it is no rival.
    llvm::consumeError(answer.takeError());
    return nullptr;
  }
  run->id = id;
  run->described = answer->getString("description").value_or("").str();
  return run;
}

class PythonPeer : public Peer {
public:
  PythonPeer(llvm::StringRef name, std::shared_ptr<Worker> worker)
      : peerName(name), worker(std::move(worker)) {}

  llvm::StringRef name() const override { return peerName; }
  std::string version() const override { return worker->version; }
  std::unique_ptr<PeerRun> prepare(const Problem &problem,
                                   PeerKind kind) override {
    if (kind == PeerKind::gemm)
      return nullptr;
    return PythonRun::create(worker, problem, kind);
  }

private:
  std::string peerName;
  std::shared_ptr<Worker> worker;
};

} // namespace

bool einsumc::bench::locatePython(PeerSearch &search) {
  auto program = llvm::sys::findProgramByName(search.options.python);
  if (!program)
    return false;
  auto process = LineProcess::start(
      {*program, "-c",
       "import site, sys, sysconfig\n"
       "print(sys.prefix)\n"
       "for folder in dict.fromkeys([*sysconfig.get_paths().values(), "
       "*site.getsitepackages(), site.getusersitepackages(), *sys.path]):\n"
       "    print(folder)\n"
       "print('.')\n"},
      {});
  if (!process) {
    llvm::consumeError(process.takeError());
    return false;
  }
  auto prefix = process->readLine(kStartSeconds);
  if (!prefix) {
    llvm::consumeError(prefix.takeError());
    return false;
  }
  search.python = *program;
  search.pythonPrefix = *prefix;
  while (true) {
    auto folder = process->readLine(kStartSeconds);
    if (!folder) {
      llvm::consumeError(folder.takeError());
      return true;
    }
    if (*folder == ".")
      return true;
    if (!folder->empty())
      search.pythonFolders.push_back(*folder);
  }
}

void einsumc::bench::findPython(PeerSearch &search) {
  for (llvm::StringRef name : {"numpy", "torch", "jax"}) {
    if (!search.isWanted(name))
      continue;
    if (search.python.empty()) {
      search.miss(name, "no interpreter '" + search.options.python + "'");
      continue;
    }
    auto worker = Worker::start(search.python, name, search.options.threads);
    if (!worker)
      search.miss(name, llvm::toString(worker.takeError()));
    else
      search.add(std::make_unique<PythonPeer>(name, std::move(*worker)));
  }
}
