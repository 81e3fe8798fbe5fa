//===- Measure.cpp - How fast a kernel is ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/Measure.h"

#include "einsumc/Compiler/Explain.h"
#include "einsumc/ExecutionEngine/FmaPeak.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>
#include <ctime>

using namespace einsumc;

double tools::countOperations(mlir::ModuleOp midpoint) {
  double total = 0;
  midpoint.walk([&](mlir::linalg::GenericOp generic) {
    double points = 1, operations = 0;
    for (int64_t extent : generic.getStaticLoopRanges())
      points *= double(extent);
    for (mlir::Operation &op : generic.getBody()->getOperations())
      operations += operationsOf(op);
    total += points * operations;
  });
  return total;
}

/// Seconds that this thread was on a core.
static double threadSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

static double wallSeconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

static double median(std::vector<double> &values) {
  llvm::sort(values);
  return values[values.size() / 2];
}

tools::Timing tools::timeCalls(llvm::function_ref<void()> call) {
  constexpr double kWarmUp = 0.02, kSample = 2e-4, kTotal = 0.3, kMax = 3;
  constexpr size_t kMinSamples = 7, kMaxSamples = 101;
  // Where others want the core, a sample lasts longer than its work.
  constexpr double kUndisturbed = 0.98;

  // Caches, page tables, branch predictors and the core's clock.
  double start = wallSeconds();
  unsigned calls = 0;
  do {
    call();
    ++calls;
  } while (wallSeconds() - start < kWarmUp);
  auto repeats = int64_t(kSample * calls / (wallSeconds() - start)) + 1;

  std::vector<double> clean, all;
  start = wallSeconds();
  auto isEnough = [&] {
    double elapsed = wallSeconds() - start;
    if (clean.size() < kMinSamples)
      return all.size() >= kMinSamples && elapsed >= kMax;
    return clean.size() >= kMaxSamples || elapsed >= kTotal;
  };
  while (!isEnough()) {
    double wall = wallSeconds(), thread = threadSeconds();
    for (int64_t i = 0; i < repeats; ++i)
      call();
    thread = threadSeconds() - thread;
    wall = wallSeconds() - wall;
    all.push_back(thread / double(repeats));
    if (thread >= kUndisturbed * wall)
      clean.push_back(wall / double(repeats));
  }
  bool isBusy = clean.size() < kMinSamples;
  std::vector<double> &samples = isBusy ? all : clean;
  return {median(samples), unsigned(samples.size()), isBusy};
}

double tools::measureFmaPeak(ElementType type, int64_t threads) {
  switch (type) {
  case ElementType::f32:
  case ElementType::c64:
    return measureFmaPeakF32(20, threads);
  case ElementType::f64:
  case ElementType::c128:
    return measureFmaPeakF64(20, threads);
  default:
    return 0;
  }
}

double tools::distinctBytes(const reference::TensorView &tensor) {
  double elements = 1;
  for (auto [extent, stride] : llvm::zip_equal(tensor.shape, tensor.strides))
    elements *= stride == 0 ? double(extent != 0) : double(extent);
  return elements * elementTypeSize(tensor.element);
}

std::string tools::formatSeconds(double seconds) {
  if (seconds < 1e-6)
    return llvm::formatv("{0:f1} ns", seconds * 1e9);
  if (seconds < 1e-3)
    return llvm::formatv("{0:f2} us", seconds * 1e6);
  if (seconds < 1)
    return llvm::formatv("{0:f2} ms", seconds * 1e3);
  return llvm::formatv("{0:f2} s", seconds);
}
