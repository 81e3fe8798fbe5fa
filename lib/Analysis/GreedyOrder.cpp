//===- GreedyOrder.cpp - Trees by repeated cheapest product ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GreedyOrder.h"
#include "llvm/ADT/STLExtras.h"
#include <queue>

using namespace einsumc;
using namespace einsumc::contraction;

/// Partners that a tensor is tried with for each of its labels and in all: a
/// label that thousands of operands share must not make millions of pairs.
static constexpr unsigned kMaxPartnersOfLabel = 24;
static constexpr unsigned kMaxPartners = 64;
/// What a candidate costs beside a look at its labels, in the budget's unit.
static constexpr uint64_t kWorkPerCandidate = 20;
/// Added to the score of a product beyond the memory limit.
static constexpr double kLastResort = 1e4;

namespace {
struct Candidate {
  double score;
  uint32_t left, right;
  bool operator>(const Candidate &other) const {
    return std::tie(score, left, right) >
           std::tie(other.score, other.left, other.right);
  }
};

class Greedy {
public:
  Greedy(const Network &network, const GreedyOptions &options,
         RandomNumbers &random, Budget &budget);
  llvm::SmallVector<ContractionStep> run();

private:
  double score(const Tensor &a, const Tensor &b);
  void addCandidates(uint32_t id, bool onlyLater);
  void multiply(uint32_t left, uint32_t right);
  void multiplyCandidates();
  void multiplyRest();

  const Network &network;
  const GreedyOptions &options;
  RandomNumbers &random;
  Budget &budget;
  std::vector<Tensor> tensors;
  std::vector<char> alive;
  /// The tensors that carry a label, some of them dead.
  std::vector<llvm::SmallVector<uint32_t, 4>> carriers;
  /// The tensor that last tried this one as a partner.
  std::vector<uint32_t> triedBy;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  llvm::SmallVector<ContractionStep> steps;
};
} // namespace

Greedy::Greedy(const Network &network, const GreedyOptions &options,
               RandomNumbers &random, Budget &budget)
    : network(network), options(options), random(random), budget(budget) {
  tensors.reserve(2 * network.numLeaves());
  carriers.resize(network.numLabels());
  for (unsigned i = 0; i < network.numLeaves(); ++i) {
    tensors.push_back(network.leaf(i));
    for (Axis axis : tensors.back().axes)
      carriers[axis.label].push_back(i);
  }
  alive.assign(tensors.size(), true);
  triedBy.assign(2 * tensors.size(), ~0u);
}

double Greedy::score(const Tensor &a, const Tensor &b) {
  double size = network.productSize(a, b);
  double grown = size - options.freedWeight * (a.size + b.size);
  // Compared by order of magnitude, so that chance acts alike on small and
  // large products.
  double magnitude = grown > 0   ? contraction::approximateLog2(1 + grown)
                     : grown < 0 ? -contraction::approximateLog2(1 - grown)
                                 : 0;
  if (!network.fits(size))
    magnitude += kLastResort;
  if (options.temperature == 0)
    return magnitude;
  // A number from Gumbel's distribution, which makes the best of many scores
  // one of Boltzmann's.
  double noise = -contraction::approximateLog2(
      -contraction::approximateLog2(random.uniform()) + 1e-9);
  return magnitude - options.temperature * noise;
}

void Greedy::addCandidates(uint32_t id, bool onlyLater) {
  llvm::ArrayRef<Axis> axes = tensors[id].axes;
  unsigned numTried = 0;
  for (size_t i = 0; i < axes.size() && numTried < kMaxPartners; ++i) {
    // Not always the same labels when there are too many partners.
    Axis axis = axes[(i + id) % axes.size()];
    llvm::SmallVector<uint32_t, 4> &list = carriers[axis.label];
    unsigned limit = std::min(numTried + kMaxPartnersOfLabel, kMaxPartners);
    uint32_t *begin = onlyLater ? llvm::upper_bound(list, id) : list.begin();
    uint32_t *kept = begin, *it = begin;
    for (; it != list.end() && numTried < limit; ++it) {
      uint32_t other = *it;
      if (!alive[other])
        continue;
      *kept++ = other;
      if (other == id || triedBy[other] == id)
        continue;
      triedBy[other] = id;
      ++numTried;
      queue.push({score(tensors[id], tensors[other]), std::min(id, other),
                  std::max(id, other)});
      budget.spend(kWorkPerCandidate + tensors[other].axes.size() +
                   axes.size());
    }
    list.erase(kept, it); // the dead ones
  }
}

void Greedy::multiply(uint32_t left, uint32_t right) {
  uint32_t id = tensors.size();
  steps.push_back({left, right});
  Work work;
  tensors.push_back(network.multiply(tensors[left], tensors[right], work));
  alive[left] = alive[right] = false;
  alive.push_back(true);
  for (Axis axis : tensors.back().axes)
    carriers[axis.label].push_back(id);
}

void Greedy::multiplyCandidates() {
  while (!queue.empty()) {
    Candidate best = queue.top();
    queue.pop();
    if (!alive[best.left] || !alive[best.right])
      continue;
    multiply(best.left, best.right);
    addCandidates(tensors.size() - 1, /*onlyLater=*/false);
  }
}

void Greedy::multiplyRest() {
  // What shares no label: the smallest first, as in Huffman's trees.
  using Entry = std::pair<double, uint32_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> rest;
  for (uint32_t id = 0; id < tensors.size(); ++id)
    if (alive[id])
      rest.push({tensors[id].size, id});
  while (rest.size() > 1) {
    uint32_t left = rest.top().second;
    rest.pop();
    uint32_t right = rest.top().second;
    rest.pop();
    multiply(left, right);
    rest.push({tensors.back().size, uint32_t(tensors.size() - 1)});
  }
}

llvm::SmallVector<ContractionStep> Greedy::run() {
  // A tensor whose partners were multiplied without it is left with none, for
  // not every pair is tried: begin anew with what there is.
  size_t numSteps;
  do {
    numSteps = steps.size();
    for (uint32_t id = 0, end = tensors.size(); id < end; ++id)
      if (alive[id])
        addCandidates(id, /*onlyLater=*/true);
    multiplyCandidates();
  } while (steps.size() != numSteps);
  multiplyRest();
  return std::move(steps);
}

llvm::SmallVector<ContractionStep>
contraction::findGreedyOrder(const Network &network,
                             const GreedyOptions &options,
                             RandomNumbers &random, Budget &budget) {
  return Greedy(network, options, random, budget).run();
}
