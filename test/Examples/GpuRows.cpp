//===- GpuRows.cpp - The notebooks' equations on a GPU --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuRows.h"

#include "einsumc/ExecutionEngine/GpuKernel.h"
#include "llvm/Support/ThreadPool.h"
#include <chrono>

using namespace einsumc;
using namespace einsumc::notebooks;
using namespace einsumc::reference;

/// Runs a row and judges the result; says what is wrong, or nothing.
static std::string runRow(GpuMachine &machine, const GpuKernel &kernel,
                          const Row &row, const ResolvedEquation &equation,
                          const Evaluation &expected, GpuOutcome &outcome) {
  Tensor result(equation.result.element, equation.result.shape);
  // What no kernel writes: NaN, or an unlikely integer.
  llvm::fill(result.memory(), isFloat(equation.result.element) ? 0xff : 0xa5);
  llvm::SmallVector<RunOperand> operands;
  for (const TensorView &view : row.operands)
    operands.push_back({view.data, view.shape, view.strides});
  const TensorView &view = result.view();
  operands.push_back({view.data, view.shape, view.strides});
  if (RunResult status = kernel.run(machine, operands, {}); !status)
    return status.message;
  outcome.verdict = compare(expected, view, Comparison::bounded);
  if (!outcome.verdict.ok())
    return outcome.verdict.str();
  outcome.seconds = kernel.time(machine, operands, {});
  return "";
}

llvm::Expected<GpuOutcomes>
notebooks::runOnGpu(Compiler &compiler, llvm::ArrayRef<Row> rows,
                    llvm::ArrayRef<const ResolvedEquation *> equations,
                    llvm::ArrayRef<const Evaluation *> references) {
  GpuOutcomes outcomes;
  outcomes.rows.resize(rows.size());
  std::vector<GpuKernel> kernels;
  for (auto [row, equation, outcome] :
       llvm::zip_equal(rows, equations, outcomes.rows)) {
    auto start = std::chrono::steady_clock::now();
    llvm::Expected<GpuKernel> kernel =
        GpuKernel::compile(compiler, *equation, {row.name, std::nullopt}, {});
    if (!kernel)
      return kernel.takeError();
    outcome.compileSeconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    kernels.push_back(std::move(*kernel));
  }

  std::unique_ptr<GpuMachine> gpu;
  if (auto found = createGpu())
    gpu = std::move(*found);
  else
    llvm::consumeError(found.takeError());
  outcomes.where = (gpu ? *gpu : *createInterpreter()).describe();
  std::vector<std::string> failures(rows.size());
  // An interpreter each, or the one GPU for all.
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(gpu ? 1 : 0));
  for (size_t i = 0; i < rows.size(); ++i)
    pool.async([&, i] {
      std::unique_ptr<GpuMachine> own = gpu ? nullptr : createInterpreter();
      failures[i] = runRow(gpu ? *gpu : *own, kernels[i], rows[i],
                           *equations[i], *references[i], outcomes.rows[i]);
    });
  pool.wait();
  for (auto [row, failure] : llvm::zip_equal(rows, failures))
    if (!failure.empty())
      return llvm::createStringError(row.equation + " (" + row.name + "), " +
                                     outcomes.where + ": " + failure);
  return outcomes;
}
