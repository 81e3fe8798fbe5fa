//===- PreparedProduct.cpp - One contraction in a library -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductRun.h"

#include <utility>

using namespace einsumc;
using namespace einsumc::bench;
using reference::Tensor;

std::optional<PreparedProduct>
PreparedProduct::create(GemmLibrary &library, const GemmPlan &plan,
                        const Contraction &contraction) {
  PreparedProduct product;
  product.plan = plan;
  product.elementA = contraction.a;
  product.elementB = contraction.b;
  product.elementC = contraction.c;
  product.start = library.prepareGemm(plan.shape);
  if (!product.start)
    return std::nullopt;
  if (!plan.sumLoops.empty()) {
    GemmShape adding = plan.shape;
    adding.accumulate = true;
    product.accumulate = library.prepareGemm(adding);
    if (!product.accumulate)
      return std::nullopt;
  }
  auto copy = [](const LayoutCopy &layout, ElementType element,
                 std::optional<Copy> &to) {
    if (layout.used)
      to.emplace(Copy{Permutation(layout.dims, elementTypeSize(element)),
                      Tensor(element, {layout.elements})});
  };
  copy(plan.copyA, contraction.a, product.copyA);
  copy(plan.copyB, contraction.b, product.copyB);
  copy(plan.copyC, contraction.c, product.copyC);
  return product;
}

std::optional<PreparedProduct>
PreparedProduct::create(GemmLibrary &library, const Contraction &contraction,
                        bool vectors, const void *a, const void *b, void *c) {
  std::optional<PreparedProduct> best;
  double bestSeconds = 0, bestEstimate = 0;
  unsigned tried = 0;
  for (GemmPlan &plan : planGemm(contraction, 16)) {
    if (best && (plan.estimate > 3 * bestEstimate || tried == 4))
      break;
    plan.shape.vectors = vectors;
    bool works = false;
    for (unsigned variant = 0; variant < library.variants(); ++variant) {
      plan.shape.variant = variant;
      auto product = create(library, plan, contraction);
      if (!product)
        continue;
      product->a = a, product->b = b, product->c = c;
      works = true;
      double seconds = measureCall([&] { product->run(); });
      if (!best)
        bestEstimate = plan.estimate;
      // What the model finds better needs to be beaten clearly, not by noise.
      if (!best || seconds < 0.97 * bestSeconds) {
        best = std::move(product);
        bestSeconds = seconds;
      }
    }
    tried += works;
  }
  return best;
}

void PreparedProduct::call(const char *pa, const char *pb, char *pc,
                           bool first) const {
  if (plan.swapped)
    std::swap(pa, pb);
  (first ? start : accumulate)(pa, pb, pc);
}

void PreparedProduct::sum(llvm::ArrayRef<ContractionDim> loops, const char *pa,
                          const char *pb, char *pc, bool &first) const {
  if (loops.empty()) {
    call(pa, pb, pc, first);
    first = false;
    return;
  }
  const ContractionDim &dim = loops.front();
  int64_t stepA = dim.a * elementTypeSize(elementA);
  int64_t stepB = dim.b * elementTypeSize(elementB);
  for (int64_t i = 0; i < dim.extent; ++i)
    sum(loops.drop_front(), pa + i * stepA, pb + i * stepB, pc, first);
}

void PreparedProduct::loop(llvm::ArrayRef<ContractionDim> loops, const char *pa,
                           const char *pb, char *pc) const {
  if (loops.empty()) {
    bool first = true;
    sum(plan.sumLoops, pa, pb, pc, first);
    return;
  }
  const ContractionDim &dim = loops.front();
  int64_t stepA = dim.a * elementTypeSize(elementA);
  int64_t stepB = dim.b * elementTypeSize(elementB);
  int64_t stepC = dim.c * elementTypeSize(elementC);
  for (int64_t i = 0; i < dim.extent; ++i)
    loop(loops.drop_front(), pa + i * stepA, pb + i * stepB, pc + i * stepC);
}

void PreparedProduct::run() const {
  const void *pa = a, *pb = b;
  void *pc = c;
  auto into = [](const std::optional<Copy> &copy, const void *&operand) {
    if (!copy)
      return;
    copy->permute(operand, copy->memory.view().data);
    operand = copy->memory.view().data;
  };
  into(copyA, pa);
  into(copyB, pb);
  if (copyC)
    pc = copyC->memory.view().data;
  loop(plan.loops, static_cast<const char *>(pa), static_cast<const char *>(pb),
       static_cast<char *>(pc));
  if (copyC)
    copyC->permute(pc, c);
}

std::string PreparedProduct::description() const {
  std::string text = "gemm " + plan.shape.str();
  int64_t calls = 1;
  for (const ContractionDims &dims : {plan.loops, plan.sumLoops})
    for (const ContractionDim &dim : dims)
      calls *= dim.extent;
  if (calls != 1)
    text += " in " + std::to_string(calls) + " calls";
  for (auto [copy, name] : {std::pair(&copyA, " A"), std::pair(&copyB, " B"),
                            std::pair(&copyC, " C")})
    if (*copy)
      text += std::string(", copies") + name;
  return text;
}
