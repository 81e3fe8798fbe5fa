//===- TransposeRun.cpp - Transpositions in a library ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransposeRun.h"

#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;

std::optional<llvm::SmallVector<CopyDim, 6>>
einsumc::bench::permutationOf(const Problem &problem,
                              llvm::ArrayRef<int64_t> extents) {
  if (problem.operands.size() != 1)
    return std::nullopt;
  const auto &labels = problem.equation.operandLabels[0];
  const auto &output = problem.equation.outputLabels;
  const reference::TensorView &from = problem.operands[0].view();
  const reference::TensorView &to = problem.result.view();
  if (labels.size() != output.size() || from.element != to.element)
    return std::nullopt;
  llvm::SmallVector<CopyDim, 6> dims;
  for (auto [axis, label] : llvm::enumerate(output)) {
    auto *at = llvm::find(labels, label);
    if (at == labels.end() || llvm::count(output, label) != 1 ||
        llvm::count(labels, label) != 1)
      return std::nullopt;
    dims.push_back(
        {extents[label], from.strides[at - labels.begin()], to.strides[axis]});
  }
  return dims;
}

namespace {

class TransposeRun : public PeerRun {
public:
  TransposeRun(TransposeFunction function, llvm::ArrayRef<CopyDim> loops,
               const TransposeShape &shape, const Problem &problem)
      : function(std::move(function)), loops(loops), shape(shape),
        element(elementTypeSize(shape.element)),
        from(static_cast<const char *>(problem.operands[0].view().data)),
        to(static_cast<char *>(problem.result.view().data)) {}

  void run() override { loop(loops, from, to); }
  std::string description() const override {
    std::string text = "transposes " + std::to_string(shape.rows) + "x" +
                       std::to_string(shape.columns);
    int64_t calls = 1;
    for (const CopyDim &dim : loops)
      calls *= dim.extent;
    if (calls != 1)
      text += ", " + std::to_string(calls) + " times";
    return text;
  }

private:
  void loop(llvm::ArrayRef<CopyDim> rest, const char *source,
            char *target) const {
    if (rest.empty())
      return function(source, target);
    const CopyDim &dim = rest.front();
    for (int64_t i = 0; i < dim.extent; ++i)
      loop(rest.drop_front(), source + i * dim.from * element,
           target + i * dim.to * element);
  }

  TransposeFunction function;
  llvm::SmallVector<CopyDim, 6> loops;
  TransposeShape shape;
  int64_t element;
  const char *from;
  char *to;
};

} // namespace

std::unique_ptr<PeerRun>
einsumc::bench::prepareTransposition(GemmLibrary &library,
                                     const Problem &problem,
                                     llvm::ArrayRef<int64_t> extents) {
  auto permuted = permutationOf(problem, extents);
  if (!permuted)
    return nullptr;
  auto dims = fuseCopyDims(*permuted);
  if (dims.empty())
    return nullptr;
  if (TransposeFunction all =
          library.preparePermutation(dims, problem.result.view().element)) {
    TransposeShape shape;
    shape.element = problem.result.view().element;
    shape.columns = dims.front().extent;
    shape.rows = problem.result.view().size() / shape.columns;
    return std::make_unique<TransposeRun>(
        std::move(all), llvm::ArrayRef<CopyDim>(), shape, problem);
  }
  // The plane whose one axis is contiguous in the source and whose other is in
  // the destination; every other axis is a loop around the library's call.
  auto *columns =
      llvm::find_if(dims, [](const CopyDim &dim) { return dim.from == 1; });
  if (dims.size() < 2 || dims.front().to != 1 || columns == dims.end() ||
      columns == dims.begin())
    return nullptr;
  TransposeShape shape;
  shape.element = problem.result.view().element;
  shape.rows = dims.front().extent;
  shape.columns = columns->extent;
  shape.lda = dims.front().from;
  shape.ldb = columns->to;
  if (shape.lda < shape.columns || shape.ldb < shape.rows)
    return nullptr;
  TransposeFunction function = library.prepareTranspose(shape);
  if (!function)
    return nullptr;
  dims.erase(columns);
  dims.erase(dims.begin());
  std::reverse(dims.begin(), dims.end());
  return std::make_unique<TransposeRun>(std::move(function), dims, shape,
                                        problem);
}
