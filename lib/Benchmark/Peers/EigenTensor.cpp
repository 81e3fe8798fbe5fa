//===- EigenTensor.cpp - Eigen's tensor contraction -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EigenTensor.h"
#include "Contraction.h"
#include "Permute.h"
#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;
using reference::Tensor;

namespace {

/// An axis of a dense operand after neighbours of one class became one: the
/// labels in it, innermost first.
struct Axis {
  bool summed = false;
  int64_t extent = 1;
  llvm::SmallVector<int64_t, 4> labels;
};
using Axes = llvm::SmallVector<Axis, 4>;

/// The operand's labels, innermost first; none when it isn't dense, or has a
/// diagonal.
std::optional<llvm::SmallVector<int64_t, 6>>
denseOrder(const LabelledTensor &tensor) {
  llvm::SmallVector<unsigned> axes;
  for (unsigned axis = 0; axis < tensor.view.rank(); ++axis)
    if (tensor.view.shape[axis] != 1)
      axes.push_back(axis);
  llvm::sort(axes, [&](unsigned x, unsigned y) {
    return tensor.view.strides[x] < tensor.view.strides[y];
  });
  llvm::SmallVector<int64_t, 6> labels;
  int64_t step = 1;
  for (unsigned axis : axes) {
    if (tensor.view.strides[axis] != step ||
        llvm::is_contained(labels, tensor.labels[axis]))
      return std::nullopt;
    step *= tensor.view.shape[axis];
    labels.push_back(tensor.labels[axis]);
  }
  return labels;
}

/// Whether `outer` follows `inner` at once.
bool follows(llvm::ArrayRef<int64_t> labels, int64_t inner, int64_t outer) {
  for (size_t i = 0; i + 1 < labels.size(); ++i)
    if (labels[i] == inner && labels[i + 1] == outer)
      return true;
  return false;
}

/// Free labels fuse with any neighbour, as the result is permuted anyway;
/// summed ones where they are neighbours in the other operand too.
Axes axesOf(llvm::ArrayRef<int64_t> labels, llvm::ArrayRef<int64_t> other,
            llvm::ArrayRef<int64_t> extents) {
  Axes axes;
  for (int64_t label : labels) {
    bool summed = llvm::is_contained(other, label);
    bool fuses = !axes.empty() && axes.back().summed == summed &&
                 (!summed || follows(other, axes.back().labels.back(), label));
    if (!fuses)
      axes.push_back({summed, 1, {}});
    axes.back().extent *= extents[label];
    axes.back().labels.push_back(label);
  }
  return axes;
}

class TensorRun : public PeerRun {
public:
  void run() override {
    void *to = permute ? memory.view().data : result;
    contract(&contraction, a, b, to);
    if (permute)
      (*permute)(to, result);
  }
  std::string description() const override {
    return "contract" + std::string(permute ? ", permutes the result" : "");
  }

  EigenContract *contract = nullptr;
  EigenContraction contraction = {};
  const void *a = nullptr, *b = nullptr;
  void *result = nullptr;
  Tensor memory;
  std::optional<Permutation> permute;
};

class EigenTensorPeer : public Peer {
public:
  EigenTensorPeer(decltype(einsumcEigenFindContract) *find, std::string version)
      : find(find), described(std::move(version)) {}

  llvm::StringRef name() const override { return "eigen-tensor"; }
  std::string version() const override { return described; }
  std::unique_ptr<PeerRun> prepare(const Problem &problem,
                                   PeerKind kind) override;

private:
  decltype(einsumcEigenFindContract) *find;
  std::string described;
};

} // namespace

std::unique_ptr<PeerRun> EigenTensorPeer::prepare(const Problem &problem,
                                                  PeerKind kind) {
  const ResolvedEquation &equation = problem.equation;
  auto scalar = eigenScalar(problem.result.view().element);
  if (kind != PeerKind::equation || problem.operands.size() != 2 || !scalar)
    return nullptr;
  llvm::SmallVector<int64_t> extents;
  for (const Label &label : equation.labels)
    extents.push_back(label.extent);
  auto tensor = [&](const Tensor &from, llvm::ArrayRef<int64_t> labels) {
    return LabelledTensor{from.view(), {labels.begin(), labels.end()}};
  };
  LabelledTensor a = tensor(problem.operands[0], equation.operandLabels[0]);
  LabelledTensor b = tensor(problem.operands[1], equation.operandLabels[1]);
  LabelledTensor c = tensor(problem.result, equation.outputLabels);
  auto classes = classify(a, b, c, extents);
  auto orderA = denseOrder(a), orderB = denseOrder(b);
  if (!classes || !classes->batch.empty() || classes->k.empty() || !orderA ||
      !orderB || a.view.element != c.view.element ||
      b.view.element != c.view.element || llvm::is_contained(extents, 0))
    return nullptr;

  Axes axesA = axesOf(*orderA, *orderB, extents);
  Axes axesB = axesOf(*orderB, *orderA, extents);
  // Which operand's labels are innermost in the result is Eigen's order: the
  // higher rank first, as compiled; of equal ones that which suits the result.
  bool swap = axesA.size() < axesB.size();
  if (axesA.size() == axesB.size())
    for (auto [axis, label] : llvm::enumerate(c.labels))
      if (c.view.strides[axis] == 1 && c.view.shape[axis] != 1)
        swap = llvm::is_contained(b.labels, label);
  if (swap) {
    std::swap(a, b);
    std::swap(axesA, axesB);
  }
  int contracted =
      llvm::count_if(axesA, [](const Axis &x) { return x.summed; });
  auto run = std::make_unique<TensorRun>();
  run->contract = find(*scalar, axesA.size(), axesB.size(), contracted);
  if (!run->contract)
    return nullptr;
  run->a = a.view.data;
  run->b = b.view.data;
  run->result = c.view.data;

  int pairs = 0;
  llvm::SmallVector<CopyDim, 6> dims;
  int64_t step = 1;
  auto produce = [&](const Axes &axes) {
    for (const Axis &axis : axes)
      for (int64_t label : axis.labels) {
        if (axis.summed)
          continue;
        auto at = llvm::find(c.labels, label) - c.labels.begin();
        dims.push_back({extents[label], step, c.view.strides[at]});
        step *= extents[label];
      }
  };
  produce(axesA);
  produce(axesB);
  for (auto [i, axis] : llvm::enumerate(axesA)) {
    run->contraction.extentsA[i] = axis.extent;
    if (!axis.summed)
      continue;
    auto *other = llvm::find_if(axesB, [&](const Axis &candidate) {
      return candidate.labels == axis.labels;
    });
    if (other == axesB.end())
      return nullptr;
    run->contraction.axesA[pairs] = i;
    run->contraction.axesB[pairs++] = other - axesB.begin();
  }
  for (auto [i, axis] : llvm::enumerate(axesB))
    run->contraction.extentsB[i] = axis.extent;
  auto fused = fuseCopyDims(dims);
  bool inPlace = fused.empty() ||
                 (fused.size() == 1 && fused[0].from == 1 && fused[0].to == 1);
  if (!inPlace) {
    run->memory = Tensor(c.view.element, {step});
    run->permute.emplace(dims, elementTypeSize(c.view.element));
  }
  return run;
}

std::unique_ptr<Peer>
einsumc::bench::makeEigenTensorPeer(decltype(einsumcEigenFindContract) *find,
                                    std::string version) {
  return std::make_unique<EigenTensorPeer>(find, std::move(version));
}
