//===- ProductRun.cpp - Runs made of a library's matrix products ----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductRun.h"

#include "TransposeRun.h"
#include "einsumc/Analysis/ContractionPath.h"
#include "einsumc/Reference/Evaluate.h"
#include "einsumc/Reference/Random.h"
#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;
using reference::Tensor;
using reference::TensorView;

namespace {

/// The products of an equation, one after the other, with the tensors between.
struct Steps {
  struct Step {
    LabelledTensor a, b, c;
    Contraction contraction;
  };
  std::vector<Step> steps;
  std::vector<Tensor> intermediates;
};

/// The shape of a product of two labelled tensors, batch, M and N in turn.
LabelledTensor intermediateOf(const LabelledTensor &a, const LabelledTensor &b,
                              llvm::function_ref<bool(int64_t)> needed,
                              llvm::ArrayRef<int64_t> extents,
                              ElementType element) {
  LabelledTensor c;
  c.view.element = element;
  auto add = [&](const LabelledTensor &from,
                 llvm::function_ref<bool(int64_t)> wanted) {
    for (int64_t label : from.labels)
      if (needed(label) && wanted(label) &&
          !llvm::is_contained(c.labels, label)) {
        c.labels.push_back(label);
        c.view.shape.push_back(extents[label]);
      }
  };
  auto inB = [&](int64_t label) { return llvm::is_contained(b.labels, label); };
  add(a, inB);
  add(a, [&](int64_t label) { return !inB(label); });
  add(b, [](int64_t) { return true; });
  return c;
}

std::optional<Steps> stepsOf(const Problem &problem,
                             llvm::ArrayRef<int64_t> extents) {
  const ResolvedEquation &equation = problem.equation;
  std::vector<LabelledTensor> tensors;
  for (auto [operand, labels] :
       llvm::zip_equal(problem.operands, equation.operandLabels))
    tensors.push_back({operand.view(), {labels.begin(), labels.end()}});
  LabelledTensor result{
      problem.result.view(),
      {equation.outputLabels.begin(), equation.outputLabels.end()}};

  ContractionProblem search;
  for (const LabelledTensor &tensor : tensors) {
    search.labels.push_back(tensor.labels);
    search.shapes.push_back(tensor.view.shape);
  }
  search.output.append(result.labels.begin(), result.labels.end());
  auto path = findContractionPath(search);
  if (!path || path->preSummed.any())
    return std::nullopt;

  Steps steps;
  std::vector<bool> used(tensors.size());
  for (auto [i, step] : llvm::enumerate(path->steps)) {
    used[step.left] = used[step.right] = true;
    LabelledTensor a = tensors[step.left], b = tensors[step.right], c = result;
    if (i + 1 != path->steps.size()) {
      auto needed = [&](int64_t label) {
        if (llvm::is_contained(result.labels, label))
          return true;
        for (auto [tensor, isUsed] : llvm::zip(tensors, used))
          if (!isUsed && llvm::is_contained(tensor.labels, label))
            return true;
        return false;
      };
      c = intermediateOf(a, b, needed, extents, result.view.element);
      steps.intermediates.emplace_back(c.view.element, c.view.shape);
      c.view = steps.intermediates.back().view();
    }
    tensors.push_back(c);
    used.push_back(false);
    auto contraction = classify(a, b, c, extents);
    if (!contraction)
      return std::nullopt;
    steps.steps.push_back({a, b, c, std::move(*contraction)});
  }
  return steps;
}

/// Whether anything is left of a matrix product: a sum, or an outer product.
bool isProduct(const Contraction &contraction) {
  return !contraction.k.empty() ||
         (!contraction.m.empty() && !contraction.n.empty());
}

/// The whole equation.
class EquationRun : public PeerRun {
public:
  static std::unique_ptr<EquationRun>
  create(GemmLibrary &library, Steps from, bool vectors,
         std::vector<Tensor> constants = {}) {
    auto run = std::make_unique<EquationRun>();
    for (const Steps::Step &step : from.steps) {
      auto product = PreparedProduct::create(library, step.contraction, vectors,
                                             step.a.view.data, step.b.view.data,
                                             step.c.view.data);
      if (!product)
        return nullptr;
      run->products.push_back(std::move(*product));
    }
    run->intermediates = std::move(from.intermediates);
    run->constants = std::move(constants);
    return run;
  }
  void run() override {
    for (const PreparedProduct &product : products)
      product.run();
  }
  std::string description() const override {
    std::string text;
    for (const PreparedProduct &product : products)
      text += (text.empty() ? "" : "; ") + product.description();
    return text;
  }

private:
  std::vector<PreparedProduct> products;
  std::vector<Tensor> intermediates, constants;
};

/// Matrix products of the equation's sizes, and nothing else.
class GemmRun : public PeerRun {
public:
  static std::unique_ptr<GemmRun> create(GemmLibrary &library,
                                         const Steps &from) {
    auto run = std::make_unique<GemmRun>();
    for (const Steps::Step &step : from.steps) {
      GemmShape shape = equalSizeGemm(step.contraction);
      // Only the time counts; zeros would be multiplied as fast, but look odd.
      reference::Random random(run->products.size() + 1);
      Product product{shape,
                      {},
                      Tensor(shape.a, {shape.batch, shape.m, shape.k}),
                      Tensor(shape.b, {shape.batch, shape.k, shape.n}),
                      Tensor(shape.c, {shape.batch, shape.m, shape.n})};
      reference::fillSmallIntegers(product.a.view(), random, 4);
      reference::fillSmallIntegers(product.b.view(), random, 4);
      if (!choose(library, product))
        return nullptr;
      run->products.push_back(std::move(product));
    }
    return run;
  }
  void run() override {
    for (const Product &product : products)
      product();
  }
  bool writesResult() const override { return false; }
  std::string description() const override {
    std::string text;
    for (const Product &product : products)
      text += (text.empty() ? "gemm " : "; ") + product.shape.str();
    return text;
  }

private:
  struct Product {
    GemmShape shape;
    GemmFunction function;
    Tensor a, b, c;

    void operator()() const {
      function(a.view().data, b.view().data, c.view().data);
    }
  };

  /// Takes the library's fastest variant.
  static bool choose(GemmLibrary &library, Product &product) {
    GemmFunction best;
    double bestSeconds = 0;
    for (unsigned variant = 0; variant < library.variants(); ++variant) {
      product.shape.variant = variant;
      product.function = library.prepareGemm(product.shape);
      if (!product.function)
        continue;
      double seconds =
          library.variants() == 1 ? 0 : measureCall([&] { product(); });
      if (!best || seconds < bestSeconds) {
        best = std::move(product.function);
        bestSeconds = seconds;
      }
    }
    product.function = std::move(best);
    return bool(product.function);
  }

  std::vector<Product> products;
};

/// A reduction as the product with a vector of ones.
std::unique_ptr<PeerRun> prepareReduction(GemmLibrary &library,
                                          const Problem &problem,
                                          llvm::ArrayRef<int64_t> extents) {
  const ResolvedEquation &equation = problem.equation;
  LabelledTensor a{
      problem.operands[0].view(),
      {equation.operandLabels[0].begin(), equation.operandLabels[0].end()}};
  LabelledTensor c{
      problem.result.view(),
      {equation.outputLabels.begin(), equation.outputLabels.end()}};
  LabelledTensor ones;
  ones.view.element = a.view.element;
  for (int64_t label : a.labels)
    if (!llvm::is_contained(c.labels, label) &&
        !llvm::is_contained(ones.labels, label)) {
      ones.labels.push_back(label);
      ones.view.shape.push_back(extents[label]);
    }
  if (ones.labels.empty())
    return nullptr;
  std::vector<Tensor> constants;
  constants.emplace_back(ones.view.element, ones.view.shape);
  ones.view = constants.back().view();
  reference::Number one{1, 1.0L};
  for (int64_t i = 0; i < ones.view.size(); ++i)
    reference::writeNumber(ones.view.element,
                           static_cast<char *>(ones.view.data) +
                               i * elementTypeSize(ones.view.element),
                           one);
  auto contraction = classify(a, ones, c, extents);
  if (!contraction || !contraction->n.empty())
    return nullptr;
  Steps steps;
  steps.steps.push_back({a, ones, c, std::move(*contraction)});
  return EquationRun::create(library, std::move(steps), /*vectors=*/true,
                             std::move(constants));
}

} // namespace

std::unique_ptr<PeerRun> GemmPeer::prepare(const Problem &problem,
                                           PeerKind kind) {
  llvm::SmallVector<TensorView> views;
  for (const Tensor &operand : problem.operands)
    views.push_back(operand.view());
  auto extents = reference::labelExtents(problem.equation, views);
  if (!extents) {
    llvm::consumeError(extents.takeError());
    return nullptr;
  }
  if (llvm::is_contained(*extents, 0))
    return nullptr;
  if (problem.operands.size() == 1) {
    if (kind != PeerKind::primitive)
      return nullptr;
    if (auto run = prepareTransposition(*library, problem, *extents))
      return run;
    return prepareReduction(*library, problem, *extents);
  }
  auto steps = stepsOf(problem, *extents);
  if (!steps || !llvm::all_of(steps->steps, [](const Steps::Step &step) {
        return isProduct(step.contraction);
      }))
    return nullptr;
  if (kind == PeerKind::gemm)
    return GemmRun::create(*library, *steps);
  bool vectors = llvm::any_of(steps->steps, [](const Steps::Step &step) {
    return step.contraction.m.empty() || step.contraction.n.empty();
  });
  if (kind == PeerKind::primitive && !vectors)
    return nullptr;
  return EquationRun::create(*library, std::move(*steps),
                             kind == PeerKind::primitive);
}
