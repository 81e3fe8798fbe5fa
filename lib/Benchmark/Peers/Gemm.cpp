//===- Gemm.cpp - A library's matrix product ------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Gemm.h"

#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <chrono>

using namespace einsumc;
using namespace einsumc::bench;

GemmLibrary::~GemmLibrary() = default;

std::string GemmShape::str() const {
  std::string text = transA ? "T" : "N";
  text += transB ? "T " : "N ";
  text += (llvm::Twine(m) + "x" + llvm::Twine(n) + "x" + llvm::Twine(k)).str();
  if (batch != 1)
    text += (", " + llvm::Twine(batch) + " times").str();
  return text;
}

double einsumc::bench::measureCall(llvm::function_ref<void()> call) {
  using Clock = std::chrono::steady_clock;
  double best = 0, total = 0;
  for (int i = 0; i < 4 && total < 0.05; ++i) {
    auto start = Clock::now();
    call();
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    best = i == 0 ? seconds : std::min(best, seconds);
    total += seconds;
  }
  return best;
}

GemmFunction einsumc::bench::repeatOverBatch(const GemmShape &shape,
                                             GemmFunction once) {
  if (shape.batch == 1 || !once)
    return once;
  int64_t stepA = shape.batchA * elementTypeSize(shape.a);
  int64_t stepB = shape.batchB * elementTypeSize(shape.b);
  int64_t stepC = shape.batchC * elementTypeSize(shape.c);
  return [=, batch = shape.batch,
          once = std::move(once)](const void *a, const void *b, void *c) {
    auto *pa = static_cast<const char *>(a);
    auto *pb = static_cast<const char *>(b);
    auto *pc = static_cast<char *>(c);
    for (int64_t i = 0; i < batch; ++i)
      once(pa + i * stepA, pb + i * stepB, pc + i * stepC);
  };
}
