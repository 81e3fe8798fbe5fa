//===- RunRow.cpp - One row, measured -------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/RunRow.h"

#include "ThreadedPeak.h"
#include "einsumc/Benchmark/OwnKernel.h"
#include "einsumc/Benchmark/Statistics.h"
#include <cstring>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;
using reference::Random;
using reference::Tensor;
using reference::TensorView;

double RowResult::rooflineShare() const {
  return rooflineSeconds(operations, bytes, peak, bandwidth) / own.seconds;
}

const PeerResult *RowResult::best(ArrayRef<PeerKind> kinds) const {
  const PeerResult *best = nullptr;
  for (const PeerResult &peer : peers)
    if (peer.error.empty() && is_contained(kinds, peer.kind) &&
        (!best || peer.samples.seconds < best->samples.seconds))
      best = &peer;
  return best;
}

double RowResult::ratio(ArrayRef<PeerKind> kinds) const {
  const PeerResult *peer = best(kinds);
  return peer ? peer->samples.seconds / own.seconds : 0;
}

namespace {

/// A peer's run and where what becomes of it is kept.
struct Rival {
  std::unique_ptr<PeerRun> run;
  PeerResult result;
};

/// One row on its way.
class RowRunner {
public:
  RowRunner(const Row &row, const RunOptions &options, RunContext &context)
      : options(options), context(context), random(options.seed) {
    result.row = row;
    result.variant = options.variant;
  }

  Error run();
  RowResult result;

private:
  Error makeProblem();
  Error compile();
  Error compileThreaded();
  Error checkOwn();
  void preparePeers();
  void checkPeer(Rival &rival);
  void measure();

  const RunOptions &options;
  RunContext &context;
  Random random;
  Problem problem;
  SmallVector<TensorView> views;
  Tensor output;
  std::optional<OwnKernel> kernel, threaded;
  std::vector<Rival> rivals;
};

} // namespace

Error RowRunner::makeProblem() {
  auto equation = resolveRow(result.row, options.variant);
  if (!equation)
    return equation.takeError();
  problem.equation = std::move(*equation);
  result.dims = contractionDims(problem.equation);
  result.operations = countOperations(problem.equation);
  result.bytes = countBytes(problem.equation);
  result.bandwidth = bandwidthFor(context.bandwidth, result.bytes);
  for (const OperandType &type : problem.equation.operands) {
    problem.operands.push_back(makeTensor(type));
    fillRandom(problem.operands.back(), random);
    views.push_back(problem.operands.back().view());
  }
  problem.result = makeTensor(problem.equation.result);
  output = makeTensor(problem.equation.result);
  poison(output);
  return Error::success();
}

Error RowRunner::compile() {
  double start = wallSeconds();
  auto compiled =
      compileKernel(context.compiler, problem.equation, {}, options.compile);
  if (!compiled)
    return compiled.takeError();
  result.compileSeconds = wallSeconds() - start;
  auto own = OwnKernel::create(std::move(*compiled), views, output.view());
  if (!own)
    return own.takeError();
  kernel.emplace(std::move(*own));
  result.scratchBytes = kernel->scratchBytes();
  return Error::success();
}

/// The same for several threads; its results are other bits, in the same place.
Error RowRunner::compileThreaded() {
  result.threads = options.threads;
  CompileOptions threads = options.compile;
  threads.threads = options.threads;
  auto compiled =
      compileKernel(context.compiler, problem.equation, {}, threads);
  if (!compiled)
    return compiled.takeError();
  auto own = OwnKernel::create(std::move(*compiled), views,
                               problem.result.view(), options.threads);
  if (!own)
    return own.takeError();
  threaded.emplace(std::move(*own));
  poison(problem.result);
  threaded->run(1);
  auto check = checkResult(problem.equation, views, problem.result, random);
  return check ? Error::success() : check.takeError();
}

Error RowRunner::checkOwn() {
  kernel->run(1);
  auto check = checkResult(problem.equation, views, output, random);
  if (!check)
    return check.takeError();
  result.check = *check;
  return Error::success();
}

void RowRunner::checkPeer(Rival &rival) {
  bool writes = rival.run->writesResult();
  if (writes)
    poison(problem.result);
  rival.run->run();
  rival.result.error = rival.run->error();
  if (!rival.result.error.empty() || !writes)
    return;
  // Peers may round narrow results more often than once: their sums are judged
  // where results are as wide as the accumulator.
  if (problem.equation.result.element != problem.equation.accumulate)
    return;
  if (auto check = checkResult(problem.equation, views, problem.result, random);
      !check)
    rival.result.error = toString(check.takeError());
}

void RowRunner::preparePeers() {
  for (const std::unique_ptr<Peer> &peer : context.peers)
    for (PeerKind kind :
         {PeerKind::gemm, PeerKind::equation, PeerKind::primitive}) {
      // Without a sum there is nothing that a matrix product is made for.
      if (kind == PeerKind::gemm && result.dims.k == 1)
        continue;
      std::unique_ptr<PeerRun> run = peer->prepare(problem, kind);
      if (!run)
        continue;
      Rival rival;
      rival.result.name = peer->name().str();
      rival.result.kind = kind;
      rival.result.description = run->description();
      rival.run = std::move(run);
      checkPeer(rival);
      rivals.push_back(std::move(rival));
    }
}

void RowRunner::measure() {
  std::vector<Contestant> contestants;
  auto addOwn = [&](StringRef name, const OwnKernel &kernel, bool threads) {
    Contestant &own = contestants.emplace_back();
    own.name = name.str();
    own.run = [&kernel](int64_t times) { kernel.run(times); };
    own.severalThreads = threads;
    own.isOwn = true;
  };
  addOwn("einsumc", *kernel, false);
  if (threaded)
    addOwn("einsumc, threads", *threaded, true);
  size_t numOwn = contestants.size();
  SmallVector<Rival *> running;
  for (Rival &rival : rivals) {
    if (!rival.result.error.empty())
      continue;
    running.push_back(&rival);
    PeerRun *run = rival.run.get();
    Contestant &contestant = contestants.emplace_back();
    contestant.name = rival.result.name;
    contestant.run = [run](int64_t times) { run->repeat(times); };
    contestant.lastSeconds = [run] { return run->lastSeconds(); };
  }
  std::vector<double> peaks, speedUps;
  std::vector<Samples> samples =
      sample(contestants, options.sampling, context.canary, [&] {
        peaks.push_back(
            measurePeak(result.row.element, problem.equation.accumulate, 2));
        if (threaded)
          speedUps.push_back(measurePeakSpeedUp(options.threads, 4));
      });
  result.peak = median(peaks);
  result.own = samples.front();
  if (threaded) {
    result.threaded = samples[1];
    result.peakSpeedUp = median(speedUps);
  }
  for (auto [rival, samples] :
       zip_equal(running, ArrayRef(samples).drop_front(numOwn))) {
    rival->result.samples = samples;
    if (rival->result.error.empty())
      rival->result.error = rival->run->error();
  }
  for (Rival &rival : rivals)
    result.peers.push_back(std::move(rival.result));
}

Error RowRunner::run() {
  if (Error error = makeProblem())
    return error;
  if (Error error = compile())
    return error;
  if (Error error = checkOwn())
    return error;
  if (options.threads > 1)
    if (Error error = compileThreaded())
      return error;
  preparePeers();
  // What the first call left is what all others must leave.
  ArrayRef<uint8_t> memory = output.memory();
  std::vector<uint8_t> first(memory.begin(), memory.end());
  measure();
  if (ArrayRef<uint8_t>(first) != output.memory())
    return createStringError("wrong result: later calls of the kernel gave "
                             "other bits than the first one");
  return Error::success();
}

RowResult bench::runRow(const Row &row, const RunOptions &options,
                        RunContext &context) {
  RowRunner runner(row, options, context);
  if (Error error = runner.run())
    runner.result.error = toString(std::move(error));
  return std::move(runner.result);
}
