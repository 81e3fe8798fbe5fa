//===- Contraction.h - A binary product by classes of labels ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_CONTRACTION_H
#define EINSUMC_LIB_BENCHMARK_PEERS_CONTRACTION_H

#include "einsumc/Reference/Tensor.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace einsumc::bench {

/// A label of a binary product: its extent, and the distance of neighbours
/// along it in each of A, B and C (0 where the tensor does not have it).
struct ContractionDim {
  int64_t extent = 1;
  int64_t a = 0, b = 0, c = 0;
};
using ContractionDims = llvm::SmallVector<ContractionDim, 4>;

/// C = A·B with every label in its class. Labels of extent 1 are gone.
struct Contraction {
  ElementType a = ElementType::f32, b = ElementType::f32, c = ElementType::f32;
  ContractionDims batch, m, n, k;

  int64_t batchSize() const;
  int64_t mSize() const;
  int64_t nSize() const;
  int64_t kSize() const;
};

/// A tensor and what its axes are called.
struct LabelledTensor {
  reference::TensorView view;
  llvm::SmallVector<int64_t, 6> labels;
};

/// None for what no sequence of matrix products computes: a label that one
/// operand alone has, or one that stands twice in the result. A repeated label
/// in an operand is a stride, and so is an axis that broadcasts.
std::optional<Contraction> classify(const LabelledTensor &a,
                                    const LabelledTensor &b,
                                    const LabelledTensor &c,
                                    llvm::ArrayRef<int64_t> extents);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_CONTRACTION_H
