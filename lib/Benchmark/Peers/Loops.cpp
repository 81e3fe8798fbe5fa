//===- Loops.cpp - The least that bandwidth-bound rows must do ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Registry.h"
#include "Streams.h"
#include "TransposeRun.h"
#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;

namespace {

int64_t bytesOf(const reference::TensorView &view) {
  return view.size() * elementTypeSize(view.element);
}

bool sums(const ResolvedEquation &equation) {
  for (auto [label, what] : llvm::enumerate(equation.labels))
    if (what.extent != 1 &&
        !llvm::is_contained(equation.outputLabels, int64_t(label)))
      return true;
  return false;
}

std::string inMebibytes(int64_t bytes) {
  std::string text;
  double size = double(bytes) / (1 << 20);
  text = std::to_string(int64_t(size)) + "." +
         std::to_string(int64_t(size * 10) % 10) + " MiB";
  return text;
}

/// Reads as many bytes as the operands have.
class ReadLoop : public Peer {
public:
  llvm::StringRef name() const override { return "read-loop"; }
  std::string version() const override {
    return std::to_string(streamVectorBits()) + " bits";
  }

  std::unique_ptr<PeerRun> prepare(const Problem &problem,
                                   PeerKind kind) override {
    if (kind != PeerKind::primitive || !sums(problem.equation))
      return nullptr;
    int64_t operands = 0;
    double terms = 1;
    for (const reference::Tensor &operand : problem.operands)
      operands += operand.view().size();
    for (const Label &label : problem.equation.labels)
      terms *= double(label.extent);
    // It stands for rows that use an element once or twice.
    if (operands == 0 || terms > 2.0 * double(operands))
      return nullptr;
    return std::make_unique<Run>(problem);
  }

private:
  class Run : public PeerRun {
  public:
    explicit Run(const Problem &problem) {
      for (const reference::Tensor &operand : problem.operands) {
        memory.emplace_back(operand.view().element, operand.view().shape);
        streams.push_back(
            {memory.back().memory().data(), bytesOf(memory.back().view())});
      }
      // Pages that were never written are all the same one.
      for (const reference::Tensor &tensor : memory)
        llvm::fill(tensor.memory(), uint8_t(1));
    }
    void run() override {
      for (const Bytes &stream : streams)
        sum = sum + readStream(stream);
    }
    bool writesResult() const override { return false; }
    std::string description() const override {
      int64_t bytes = 0;
      for (const Bytes &stream : streams)
        bytes += stream.size;
      return "reads " + inMebibytes(bytes);
    }

  private:
    std::vector<reference::Tensor> memory;
    std::vector<Bytes> streams;
    volatile uint64_t sum = 0;
  };
};

/// Writes as many bytes as the result has, and reads what operands of about
/// its size have; smaller ones are left to the caches.
class Triad : public Peer {
public:
  explicit Triad(bool streaming) : streaming(streaming) {}
  llvm::StringRef name() const override {
    return streaming ? "triad-streaming" : "triad";
  }
  std::string version() const override {
    return std::to_string(streamVectorBits()) + " bits";
  }

  std::unique_ptr<PeerRun> prepare(const Problem &problem,
                                   PeerKind kind) override {
    if (kind != PeerKind::primitive || sums(problem.equation) ||
        problem.result.view().size() == 0)
      return nullptr;
    if (problem.operands.size() == 1 && !isCopy(problem))
      return nullptr;
    unsigned sources = 0;
    for (const reference::Tensor &operand : problem.operands)
      sources += 2 * bytesOf(operand.view()) >= bytesOf(problem.result.view());
    if (sources > 3)
      return nullptr;
    return std::make_unique<Run>(problem, sources, streaming);
  }

private:
  static bool isCopy(const Problem &problem) {
    llvm::SmallVector<int64_t> extents;
    for (const Label &label : problem.equation.labels)
      extents.push_back(label.extent);
    auto dims = permutationOf(problem, extents);
    return dims && fuseCopyDims(*dims).size() <= 1;
  }

  class Run : public PeerRun {
  public:
    Run(const Problem &problem, unsigned sources, bool streaming)
        : streaming(streaming), size(bytesOf(problem.result.view())) {
      for (unsigned i = 0; i <= sources; ++i) {
        memory.emplace_back(problem.result.view().element,
                            problem.result.view().shape);
        llvm::fill(memory.back().memory(), uint8_t(1));
        if (i < sources)
          from.push_back(memory.back().memory().data());
      }
    }
    void run() override {
      writeStream(memory.back().memory().data(), size, from, streaming);
    }
    bool writesResult() const override { return false; }
    std::string description() const override {
      return "reads " + std::to_string(from.size()) + " streams of " +
             inMebibytes(size) + ", writes one";
    }

  private:
    bool streaming;
    int64_t size;
    std::vector<reference::Tensor> memory;
    llvm::SmallVector<const uint8_t *, 3> from;
  };

  bool streaming;
};

} // namespace

void einsumc::bench::findLoops(PeerSearch &search) {
  auto add = [&](std::unique_ptr<Peer> peer) {
    if (!search.isWanted(peer->name()))
      return;
    if (search.options.threads != 1)
      return search.miss(peer->name(), "runs on one thread only");
    search.add(std::move(peer));
  };
  add(std::make_unique<ReadLoop>());
  add(std::make_unique<Triad>(false));
  add(std::make_unique<Triad>(true));
}
