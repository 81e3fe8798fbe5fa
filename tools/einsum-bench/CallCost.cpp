//===- CallCost.cpp - What a call through the C API costs -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallCost.h"

#include "einsum-c/Einsum.h"
#include <memory>

using namespace einsumc;
using namespace einsumc::bench;

namespace {

template <typename T, void (*Destroy)(T *)> struct Destroyer {
  void operator()(T *object) const { Destroy(object); }
};
template <typename T, void (*Destroy)(T *)>
using Owned = std::unique_ptr<T, Destroyer<T, Destroy>>;

} // namespace

/// What the C API said, as an error of ours.
static llvm::Error takeError(EinsumError *error) {
  Owned<EinsumError, einsumErrorDestroy> owned(error);
  return llvm::createStringError(einsumErrorGetMessage(error));
}

llvm::Expected<CallCost> bench::measureCall(CanaryRecord &canary) {
  const char *types[] = {"8x8xf32", "8x8xf32"};
  EinsumError *error = nullptr;
  EinsumEquation *equation = nullptr;
  if (einsumEquationCreate("ik,kj->ij", types, 2, nullptr, &equation, &error))
    return takeError(error);
  Owned<EinsumEquation, einsumEquationDestroy> ownedEquation(equation);
  EinsumCompiler *compiler = nullptr;
  if (einsumCompilerCreate(&compiler, &error))
    return takeError(error);
  Owned<EinsumCompiler, einsumCompilerDestroy> ownedCompiler(compiler);
  EinsumKernel *kernel = nullptr;
  if (einsumCompilerCompile(compiler, equation, nullptr, &kernel, &error))
    return takeError(error);
  Owned<EinsumKernel, einsumKernelDestroy> ownedKernel(kernel);

  alignas(64) static float a[64], b[64], c[64];
  std::fill(std::begin(a), std::end(a), 0.5f);
  std::fill(std::begin(b), std::end(b), 0.25f);
  EinsumTensor operands[] = {
      {a, nullptr, nullptr}, {b, nullptr, nullptr}, {c, nullptr, nullptr}};
  void *addresses[3];
  int64_t sizes[3], strides[6];
  if (einsumKernelBind(kernel, operands, 3, nullptr, 0, addresses, sizes,
                       strides, &error))
    return takeError(error);
  int64_t bytes = einsumKernelGetScratchBytes(kernel, sizes);
  std::vector<float> scratchMemory(size_t(bytes) / sizeof(float) + 32);
  // Aligned to 64 bytes.
  auto address = (reinterpret_cast<uintptr_t>(scratchMemory.data()) + 63) / 64;
  auto *scratch = reinterpret_cast<void *>(address * 64);
  EinsumEntryFunction entry = einsumKernelGetEntry(kernel);
  int64_t tasks = einsumKernelGetTasks(kernel)(sizes, 0);

  std::vector<Contestant> contestants;
  contestants.push_back({"C API",
                         [&](int64_t times) {
                           for (int64_t i = 0; i < times; ++i)
                             einsumKernelRun(kernel, operands, 3, nullptr, 0,
                                             nullptr);
                         },
                         nullptr});
  contestants.push_back({"entry",
                         [&](int64_t times) {
                           for (int64_t i = 0; i < times; ++i)
                             entry(addresses, sizes, strides, scratch, 0, 0,
                                   tasks);
                         },
                         nullptr});
  SamplingOptions options;
  options.rounds = 21;
  std::vector<Samples> samples = sample(contestants, options, canary, [] {});
  if (c[63] != 1.0f)
    return llvm::createStringError("the kernel's result is wrong");
  return CallCost{samples[0].seconds - samples[1].seconds, samples[1].seconds};
}
