//===- ExactSolver.cpp - The best of all trees over a few tensors ---------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExactSolver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <limits>

using namespace einsumc;
using namespace einsumc::contraction;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

void ExactSolver::classifyLabels(llvm::ArrayRef<const Tensor *> tensors) {
  struct Use {
    uint32_t label, tensor, holders;
  };
  llvm::SmallVector<Use, 128> uses;
  for (auto [i, tensor] : llvm::enumerate(tensors))
    for (Axis axis : tensor->axes)
      uses.push_back({axis.label, uint32_t(i), axis.holders});
  llvm::sort(uses, [](const Use &a, const Use &b) {
    return std::pair(a.label, a.tensor) < std::pair(b.label, b.tensor);
  });

  // A class is the tensors that carry a label, and whether it is needed beyond
  // them (bit numTensors).
  llvm::SmallVector<std::pair<uint32_t, double>, 64> classes;
  for (size_t i = 0; i < uses.size();) {
    uint32_t label = uses[i].label, carriers = 0, holders = 0;
    for (; i < uses.size() && uses[i].label == label; ++i) {
      carriers |= uint32_t(1) << uses[i].tensor;
      holders += uses[i].holders;
    }
    if (holders != network.holders(label))
      carriers |= uint32_t(1) << numTensors;
    classes.push_back({carriers, network.extent(label)});
  }
  llvm::sort(classes);
  size_t numClasses = 0;
  for (auto [carriers, extent] : classes) {
    if (numClasses != 0 && classes[numClasses - 1].first == carriers) {
      double &joined = classes[numClasses - 1].second;
      joined = multiplySizes(joined, extent);
    } else {
      classes[numClasses++] = {carriers, extent};
    }
  }
  classes.truncate(numClasses);

  numWords = std::max<size_t>(1, llvm::divideCeil(numClasses, 64));
  classExtent.assign(numWords * 64, 1.0);
  outsideClasses.assign(numWords, 0);
  tensorClasses.assign(numWords * numTensors, 0);
  for (auto [c, entry] : llvm::enumerate(classes)) {
    auto [carriers, extent] = entry;
    classExtent[c] = extent;
    uint64_t bit = uint64_t(1) << (c % 64);
    if (carriers >> numTensors)
      outsideClasses[c / 64] |= bit;
    for (unsigned tensor = 0; tensor < numTensors; ++tensor)
      if (carriers >> tensor & 1)
        tensorClasses[tensor * numWords + c / 64] |= bit;
  }
}

void ExactSolver::tabulateProducts() {
  unsigned numBytes = numWords * 8;
  byteProducts.resize(numBytes * 256);
  for (unsigned byte = 0; byte < numBytes; ++byte) {
    double *row = &byteProducts[byte * 256];
    row[0] = 1;
    for (unsigned bits = 1; bits < 256; ++bits) {
      unsigned low = llvm::countr_zero(bits);
      row[bits] =
          multiplySizes(row[bits & (bits - 1)], classExtent[byte * 8 + low]);
    }
  }
}

double ExactSolver::productOf(const uint64_t *labels) const {
  double product = 1;
  const double *rows = byteProducts.data();
  for (unsigned word = 0; word < numWords; ++word, rows += 8 * 256) {
    const double *row = rows;
    for (uint64_t bits = labels[word]; bits != 0; bits >>= 8, row += 256)
      product *= row[bits & 0xff];
    if (product > kLargest)
      product = kLargest;
  }
  return product;
}

void ExactSolver::computeSubsets() {
  uint32_t full = (uint32_t(1) << numTensors) - 1;
  touched.assign(size_t(numWords) << numTensors, 0);
  alive.resize(touched.size());
  subsetSize.resize(full + 1);
  for (uint32_t subset = 1; subset <= full; ++subset) {
    const uint64_t *first =
        &tensorClasses[llvm::countr_zero(subset) * numWords];
    const uint64_t *rest = &touched[size_t(subset & (subset - 1)) * numWords];
    for (unsigned word = 0; word < numWords; ++word)
      touched[size_t(subset) * numWords + word] = first[word] | rest[word];
  }
  for (uint32_t subset = 1; subset <= full; ++subset) {
    for (unsigned word = 0; word < numWords; ++word)
      alive[size_t(subset) * numWords + word] =
          touched[size_t(subset) * numWords + word] &
          (touched[size_t(full ^ subset) * numWords + word] |
           outsideClasses[word]);
    subsetSize[subset] = productOf(&alive[size_t(subset) * numWords]);
  }
}

void ExactSolver::bestSplit(uint32_t subset,
                            llvm::ArrayRef<const Tensor *> tensors,
                            double bound, bool isResult) {
  double best = bound;
  uint32_t bestPart = 0;
  const double size = subsetSize[subset];
  const uint64_t *result = &alive[size_t(subset) * numWords];
  // Each split once: the part with the first tensor.
  const uint32_t first = subset & -subset, others = subset ^ first;
  llvm::SmallVector<uint64_t, 4> space(numWords);
  for (uint32_t rest = others; rest != 0;) {
    rest = (rest - 1) & others;
    uint32_t part = first | rest, other = subset ^ part;
    double parts = subsetCost[part] + subsetCost[other];
    double atLeast = std::max({subsetSize[part], subsetSize[other], size});
    if (parts + atLeast >= best)
      continue;
    bool sums = false;
    for (unsigned word = 0; word < numWords; ++word) {
      space[word] = alive[size_t(part) * numWords + word] |
                    alive[size_t(other) * numWords + word];
      sums |= space[word] != result[word];
    }
    double product = productOf(space.data());
    double flops = sums ? multiplySizes(2, product) : product;
    if (network.mayPreSum() &&
        (!(part & (part - 1)) || !(other & (other - 1)))) {
      static const Tensor plain;
      auto tensor = [&](uint32_t set) -> const Tensor & {
        return set & (set - 1) ? plain : *tensors[llvm::countr_zero(set)];
      };
      flops = network.workOf(tensor(part), tensor(other), product, sums).flops;
    }
    double cost = parts + network.cost(flops, size, isResult);
    if (cost < best) {
      best = cost;
      bestPart = part;
    }
  }
  subsetCost[subset] = bestPart ? best : kInfinity;
  subsetSplit[subset] = bestPart;
}

unsigned ExactSolver::emitSteps(uint32_t subset, unsigned numTensors) {
  if (!(subset & (subset - 1)))
    return llvm::countr_zero(subset);
  unsigned left = emitSteps(subsetSplit[subset], numTensors);
  unsigned right = emitSteps(subset ^ subsetSplit[subset], numTensors);
  foundSteps.push_back({left, right});
  return numTensors + foundSteps.size() - 1;
}

bool ExactSolver::solve(llvm::ArrayRef<const Tensor *> tensors, double bound,
                        bool isResult, Budget &budget) {
  numTensors = tensors.size();
  classifyLabels(tensors);
  tabulateProducts();
  computeSubsets();
  uint32_t full = (uint32_t(1) << numTensors) - 1;
  subsetCost.assign(full + 1, kInfinity);
  subsetSplit.resize(full + 1);
  uint64_t work = (byteProducts.size() + touched.size()) / 2;
  for (uint32_t subset = 1; subset <= full; ++subset) {
    if (!(subset & (subset - 1))) {
      subsetCost[subset] = 0;
      continue;
    }
    bestSplit(subset, tensors, bound, isResult && subset == full);
    work += (uint64_t(1) << llvm::popcount(subset)) * (numWords + 1) / 2;
  }
  budget.spend(work);
  if (subsetCost[full] == kInfinity)
    return false;
  foundSteps.clear();
  emitSteps(full, numTensors);
  return true;
}
