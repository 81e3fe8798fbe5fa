//===- Measure.cpp - How fast a kernel is ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/Measure.h"

#include "einsumc/ExecutionEngine/FmaPeak.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace einsumc;
namespace arith = mlir::arith;
namespace complex = mlir::complex;

static double operationsOf(mlir::Operation &op) {
  return llvm::TypeSwitch<mlir::Operation *, double>(&op)
      .Case<arith::MulFOp, arith::AddFOp, arith::MulIOp, arith::AddIOp,
            arith::AndIOp, arith::OrIOp>([](auto) { return 1; })
      .Case<complex::MulOp>([](auto) { return 6; })
      .Case<complex::AddOp>([](auto) { return 2; })
      .Default([](mlir::Operation *) { return 0; });
}

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

tools::Timing tools::timeCalls(llvm::function_ref<void()> call) {
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;
  constexpr double kWarmUp = 0.02, kSample = 2e-4, kTotal = 0.3;
  constexpr unsigned kMinSamples = 7, kMaxSamples = 101;

  // Caches, page tables, branch predictors and the core's clock.
  auto start = Clock::now();
  unsigned calls = 0;
  do {
    call();
    ++calls;
  } while (Seconds(Clock::now() - start).count() < kWarmUp);
  double once = Seconds(Clock::now() - start).count() / calls;

  auto repeats = int64_t(kSample / once) + 1;
  std::vector<double> samples;
  start = Clock::now();
  while (samples.size() < kMinSamples ||
         (samples.size() < kMaxSamples &&
          Seconds(Clock::now() - start).count() < kTotal)) {
    auto begin = Clock::now();
    for (int64_t i = 0; i < repeats; ++i)
      call();
    samples.push_back(Seconds(Clock::now() - begin).count() / double(repeats));
  }
  llvm::sort(samples);
  return {samples[samples.size() / 2], unsigned(samples.size())};
}

double tools::measureFmaPeak(ElementType type) {
  switch (type) {
  case ElementType::f32:
  case ElementType::c64:
    return measureFmaPeakF32(20);
  case ElementType::f64:
  case ElementType::c128:
    return measureFmaPeakF64(20);
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
