//===- GemmPlan.cpp - A binary product as calls of a matrix product -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GemmPlan.h"

#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using namespace einsumc::bench;

namespace {

using Stride = int64_t ContractionDim::*;
constexpr Stride kStrides[] = {&ContractionDim::a, &ContractionDim::b,
                               &ContractionDim::c};
/// Positions of a group's labels, innermost first, that one matrix axis covers.
using Chain = llvm::SmallVector<unsigned, 4>;

/// Extends `chain` in every way in which the next label continues the last one
/// in all of `tensors`; collects those that can't grow.
void growChain(const ContractionDims &dims, llvm::ArrayRef<Stride> tensors,
               Chain &chain, llvm::SmallVectorImpl<Chain> &chains) {
  const ContractionDim &last = dims[chain.back()];
  bool grew = false;
  for (unsigned i = 0; i < dims.size(); ++i) {
    if (llvm::is_contained(chain, i) ||
        !llvm::all_of(tensors, [&](Stride stride) {
          return dims[i].*stride == last.*stride * last.extent;
        }))
      continue;
    grew = true;
    chain.push_back(i);
    growChain(dims, tensors, chain, chains);
    chain.pop_back();
  }
  if (!grew)
    chains.push_back(chain);
}

/// All chains of a group, given the tensors that stay where they are. Where
/// none does, the order of `preferred` makes the copy easy.
llvm::SmallVector<Chain> chainsOf(const ContractionDims &dims,
                                  llvm::ArrayRef<Stride> tensors,
                                  Stride preferred) {
  llvm::SmallVector<Chain> chains;
  if (dims.empty() || tensors.empty()) {
    Chain all(llvm::to_vector<4>(llvm::seq<unsigned>(0, dims.size())));
    llvm::sort(all, [&](unsigned x, unsigned y) {
      return std::pair(dims[x].*preferred, x) <
             std::pair(dims[y].*preferred, y);
    });
    return {all};
  }
  for (unsigned i = 0; i < dims.size(); ++i) {
    Chain chain{i};
    growChain(dims, tensors, chain, chains);
  }
  return chains;
}

/// One axis of a call: extent, and distance of neighbours in the tensors.
ContractionDim axisOf(const ContractionDims &dims, const Chain &chain) {
  ContractionDim axis;
  if (chain.empty())
    return axis;
  axis = dims[chain.front()];
  for (unsigned i : llvm::drop_begin(chain))
    axis.extent *= dims[i].extent;
  return axis;
}

/// A matrix in memory: `rows` × `columns` or transposed; false when neither
/// axis is contiguous.
bool layOut(const ContractionDim &rows, const ContractionDim &columns,
            Stride stride, bool &transposed, int64_t &leading) {
  auto fits = [&](const ContractionDim &outer, const ContractionDim &inner) {
    if (inner.extent != 1 && inner.*stride != 1)
      return false;
    leading = outer.extent == 1 ? inner.extent : outer.*stride;
    return leading >= inner.extent;
  };
  transposed = false;
  if (fits(rows, columns))
    return true;
  transposed = true;
  return fits(columns, rows);
}

class Planner {
public:
  explicit Planner(const Contraction &contraction) : source(contraction) {}

  void run(llvm::SmallVectorImpl<GemmPlan> &plans) {
    for (unsigned copies = 0; copies < 8; ++copies) {
      bool copied[] = {(copies & 1) != 0, (copies & 2) != 0, (copies & 4) != 0};
      auto kept = [&](std::initializer_list<unsigned> tensors) {
        llvm::SmallVector<Stride, 2> strides;
        for (unsigned t : tensors)
          if (!copied[t])
            strides.push_back(kStrides[t]);
        return strides;
      };
      for (const Chain &m :
           chainsOf(source.m, kept({0, 2}), &ContractionDim::a))
        for (const Chain &n :
             chainsOf(source.n, kept({1, 2}), &ContractionDim::b))
          for (const Chain &k :
               chainsOf(source.k, kept({0, 1}), &ContractionDim::a))
            if (auto plan = build(copied, m, n, k))
              plans.push_back(std::move(*plan));
    }
  }

private:
  /// The labels of a tensor, innermost first, in the layout it is copied to:
  /// the axis that has the contiguous label stays inside.
  void relayout(Contraction &to, LayoutCopy &copy, Stride stride,
                ContractionDims Contraction::*rows, const Chain &rowChain,
                ContractionDims Contraction::*columns, const Chain &columnChain,
                ContractionDims Contraction::*absent) {
    copy.used = true;
    int64_t step = 1;
    auto place = [&](ContractionDims Contraction::*group, unsigned i) {
      ContractionDim &dim = (to.*group)[i];
      copy.dims.push_back({dim.extent, dim.*stride, step});
      dim.*stride = step;
      step *= dim.extent;
    };
    bool rowsInside = llvm::any_of(
        rowChain, [&](unsigned i) { return (source.*rows)[i].*stride == 1; });
    auto placeChain = [&](bool ofRows) {
      for (unsigned i : ofRows ? rowChain : columnChain)
        place(ofRows ? rows : columns, i);
    };
    placeChain(rowsInside);
    placeChain(!rowsInside);
    for (auto [group, chain] :
         {std::pair(rows, &rowChain), std::pair(columns, &columnChain)})
      for (unsigned i = 0; i < (to.*group).size(); ++i)
        if (!llvm::is_contained(*chain, i))
          place(group, i);
    for (unsigned i = 0; i < to.batch.size(); ++i)
      place(&Contraction::batch, i);
    copy.elements = step;
  }

  std::optional<GemmPlan> build(const bool (&copied)[3], const Chain &m,
                                const Chain &n, const Chain &k) {
    GemmPlan plan;
    Contraction at = source;
    using C = Contraction;
    if (copied[0])
      relayout(at, plan.copyA, &ContractionDim::a, &C::m, m, &C::k, k, &C::n);
    if (copied[1])
      relayout(at, plan.copyB, &ContractionDim::b, &C::k, k, &C::n, n, &C::m);
    if (copied[2]) {
      relayout(at, plan.copyC, &ContractionDim::c, &C::m, m, &C::n, n, &C::k);
      for (CopyDim &dim : plan.copyC.dims)
        std::swap(dim.from, dim.to);
    }
    ContractionDim rows = axisOf(at.m, m), columns = axisOf(at.n, n),
                   sum = axisOf(at.k, k);
    GemmShape &s = plan.shape;
    if (!layOut(rows, sum, &ContractionDim::a, s.transA, s.lda) ||
        !layOut(sum, columns, &ContractionDim::b, s.transB, s.ldb) ||
        !layOut(rows, columns, &ContractionDim::c, plan.swapped, s.ldc))
      return std::nullopt;
    s.a = at.a, s.b = at.b, s.c = at.c;
    s.m = rows.extent, s.n = columns.extent, s.k = sum.extent;
    if (plan.swapped) {
      std::swap(s.a, s.b);
      std::swap(s.m, s.n);
      std::swap(s.lda, s.ldb);
      std::tie(s.transA, s.transB) = std::pair(!s.transB, !s.transA);
    }
    addLoops(plan, at, m, n, k);
    estimate(plan);
    return plan;
  }

  static void addLoops(GemmPlan &plan, const Contraction &at, const Chain &m,
                       const Chain &n, const Chain &k) {
    plan.loops = at.batch;
    auto rest = [](const ContractionDims &dims, const Chain &chain,
                   ContractionDims &loops) {
      for (auto [i, dim] : llvm::enumerate(dims))
        if (!llvm::is_contained(chain, unsigned(i)))
          loops.push_back(dim);
    };
    rest(at.m, m, plan.loops);
    rest(at.n, n, plan.loops);
    rest(at.k, k, plan.sumLoops);
    // Where C lies decides the order; the longest loop is the call's batch, in
    // case the library has one.
    llvm::sort(plan.loops,
               [](const auto &x, const auto &y) { return x.c > y.c; });
    if (plan.loops.empty() || !plan.sumLoops.empty())
      return;
    auto *longest =
        llvm::max_element(plan.loops, [](const auto &x, const auto &y) {
          return x.extent < y.extent;
        });
    GemmShape &s = plan.shape;
    s.batch = longest->extent;
    s.batchA = plan.swapped ? longest->b : longest->a;
    s.batchB = plan.swapped ? longest->a : longest->b;
    s.batchC = longest->c;
    plan.loops.erase(longest);
  }

  void estimate(GemmPlan &plan) const {
    const GemmShape &s = plan.shape;
    double calls = double(source.batchSize()) * source.mSize() *
                   source.nSize() * source.kSize() / (double(s.m) * s.n * s.k);
    double rate = 100e9 * 4 / elementTypeSize(s.a);
    if (isComplex(s.a))
      rate /= 2;
    auto share = [](double extent, double loss) {
      return extent / (extent + loss);
    };
    rate *= share(s.m, 6) * share(s.n, 6) * share(s.k, 24);
    plan.estimate = calls * (5e-8 + 2.0 * s.m * s.n * s.k / rate);
    // A sum in pieces reads and writes C again for each.
    if (!plan.sumLoops.empty())
      plan.estimate += calls * 2 * s.m * s.n * elementTypeSize(s.c) / 30e9;
    auto copy = [&](const LayoutCopy &layout, ElementType element) {
      if (!layout.used)
        return;
      auto fused = fuseCopyDims(layout.dims);
      bool rows = fused.empty() || fused.front().from == 1;
      plan.estimate += 2.0 * layout.elements * elementTypeSize(element) /
                       (rows ? 16e9 : 8e9);
    };
    copy(plan.copyA, source.a);
    copy(plan.copyB, source.b);
    copy(plan.copyC, source.c);
  }

  const Contraction &source;
};

} // namespace

llvm::SmallVector<GemmPlan, 4>
einsumc::bench::planGemm(const Contraction &contraction, unsigned count) {
  llvm::SmallVector<GemmPlan, 4> plans;
  Planner(contraction).run(plans);
  llvm::sort(plans, [](const GemmPlan &x, const GemmPlan &y) {
    return x.estimate < y.estimate;
  });
  if (plans.size() > count)
    plans.truncate(count);
  return plans;
}

GemmShape einsumc::bench::equalSizeGemm(const Contraction &contraction) {
  GemmShape s;
  s.a = contraction.a, s.b = contraction.b, s.c = contraction.c;
  s.m = contraction.mSize(), s.n = contraction.nSize();
  s.k = contraction.kSize();
  s.lda = s.k, s.ldb = s.n, s.ldc = s.n;
  s.batch = contraction.batchSize();
  s.batchA = s.m * s.k, s.batchB = s.k * s.n, s.batchC = s.m * s.n;
  return s;
}
