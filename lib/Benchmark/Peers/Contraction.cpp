//===- Contraction.cpp - A binary product by classes of labels ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;

static int64_t product(const ContractionDims &dims) {
  int64_t size = 1;
  for (const ContractionDim &dim : dims)
    size *= dim.extent;
  return size;
}

int64_t Contraction::batchSize() const { return product(batch); }
int64_t Contraction::mSize() const { return product(m); }
int64_t Contraction::nSize() const { return product(n); }
int64_t Contraction::kSize() const { return product(k); }

/// Sum of the label's strides in the tensor; 0 when it's absent or broadcasts.
static int64_t strideOf(const LabelledTensor &tensor, int64_t label) {
  int64_t stride = 0;
  for (auto [axis, name] : llvm::enumerate(tensor.labels))
    if (name == label && tensor.view.shape[axis] != 1)
      stride += tensor.view.strides[axis];
  return stride;
}

static bool has(const LabelledTensor &tensor, int64_t label) {
  for (auto [axis, name] : llvm::enumerate(tensor.labels))
    if (name == label && tensor.view.shape[axis] != 1)
      return true;
  return false;
}

std::optional<Contraction>
einsumc::bench::classify(const LabelledTensor &a, const LabelledTensor &b,
                         const LabelledTensor &c,
                         llvm::ArrayRef<int64_t> extents) {
  Contraction result;
  result.a = a.view.element;
  result.b = b.view.element;
  result.c = c.view.element;
  for (auto [label, extent] : llvm::enumerate(extents)) {
    int64_t name = int64_t(label);
    bool inA = has(a, name), inB = has(b, name), inC = has(c, name);
    if (llvm::count(c.labels, name) > 1)
      return std::nullopt;
    if (!inA && !inB && !inC)
      continue;
    ContractionDim dim{extent, strideOf(a, name), strideOf(b, name),
                       strideOf(c, name)};
    if (inA && inB)
      (inC ? result.batch : result.k).push_back(dim);
    else if (inA && inC)
      result.m.push_back(dim);
    else if (inB && inC)
      result.n.push_back(dim);
    else
      return std::nullopt;
  }
  return result;
}
