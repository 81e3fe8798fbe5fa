//===- ContractionNetwork.cpp - A contraction as the search sees it -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionNetwork.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <limits>
#include <map>

using namespace einsumc;
using namespace einsumc::contraction;

double contraction::approximateLog2(double value) {
  // The exponent, and the mantissa in place of the logarithm of 1 + mantissa.
  uint64_t bits = llvm::bit_cast<uint64_t>(value);
  double exponent = static_cast<double>((bits >> 52) & 0x7ff) - 1023.0;
  uint64_t mantissa = bits & ((uint64_t(1) << 52) - 1);
  return exponent + static_cast<double>(mantissa) * 0x1p-52;
}

uint64_t RandomNumbers::next() {
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

double RandomNumbers::uniform() {
  return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52;
}

unsigned RandomNumbers::below(unsigned bound) {
  return static_cast<unsigned>(((next() >> 32) * bound) >> 32);
}

/// Extent of each label: 1 only where all axes are 1. A dynamic extent may turn
/// out to be 1, and then broadcasts nowhere.
static llvm::DenseMap<int64_t, double>
labelExtents(const ContractionProblem &problem) {
  llvm::DenseMap<int64_t, double> result;
  for (auto [labels, shape] : llvm::zip_equal(problem.labels, problem.shapes))
    for (auto [label, extent] : llvm::zip_equal(labels, shape)) {
      double size = static_cast<double>(extent);
      double &joined = result.try_emplace(label, 0.0).first->second;
      // A static extent goes before a dynamic one, which is kept as negative.
      if (mlir::ShapedType::isDynamic(extent))
        joined = joined > 1 ? joined : -1;
      else if (extent > 1)
        joined = size;
    }
  for (auto &[label, extent] : result)
    extent = extent < 0 ? static_cast<double>(kDynamicExtentStandIn)
                        : std::max(extent, 1.0);
  return result;
}

Network::Network(const ContractionProblem &problem,
                 std::optional<double> memoryLimit)
    : memoryLimit(
          memoryLimit.value_or(std::numeric_limits<double>::infinity())) {
  llvm::DenseMap<int64_t, double> sizes = labelExtents(problem);

  // Which operands carry each label. Ordered, so that the numbering below does
  // not depend on hashes.
  std::map<int64_t, llvm::SmallVector<uint32_t>> holdersOf;
  for (auto [i, labels] : llvm::enumerate(problem.labels))
    for (auto [label, extent] : llvm::zip_equal(labels, problem.shapes[i])) {
      if (extent == 1 || sizes[label] == 1)
        continue;
      llvm::SmallVector<uint32_t> &holders = holdersOf[label];
      if (holders.empty() || holders.back() != i)
        holders.push_back(i);
    }

  leaves.resize(problem.labels.size());
  std::map<std::pair<llvm::SmallVector<uint32_t>, bool>, uint32_t> classes;
  for (auto &[label, holders] : holdersOf) {
    bool isOutput = llvm::is_contained(problem.output, label);
    double extent = sizes[label];
    if (holders.size() == 1 && !isOutput) {
      Tensor &leaf = leaves[holders[0]];
      leaf.ownExtent = multiplySizes(leaf.ownExtent, extent);
      hasOwnLabels = true;
      continue;
    }
    auto [it, isNew] =
        classes.try_emplace({holders, isOutput}, uint32_t(extents.size()));
    if (!isNew) {
      extents[it->second] = multiplySizes(extents[it->second], extent);
      continue;
    }
    extents.push_back(extent);
    totals.push_back(holders.size() + (isOutput ? 1 : 0));
    for (uint32_t holder : holders)
      leaves[holder].axes.push_back({it->second, 1});
  }
  for (Tensor &leaf : leaves)
    for (Axis axis : leaf.axes)
      leaf.size = multiplySizes(leaf.size, extents[axis.label]);
}

Work Network::workOf(const Tensor &a, const Tensor &b, double space,
                     bool sums) const {
  Work best{multiplySizes(space, sums ? 2 : 1)};
  if (a.ownExtent == 1 && b.ownExtent == 1)
    return best;
  best.flops = multiplySizes(
      space, multiplySizes(2, multiplySizes(a.ownExtent, b.ownExtent)));
  for (unsigned choice : {1, 2, 3}) {
    bool left = choice & 1, right = choice & 2;
    if ((left && (a.ownExtent == 1 || !fits(a.size))) ||
        (right && (b.ownExtent == 1 || !fits(b.size))))
      continue;
    double inside =
        multiplySizes(left ? 1 : a.ownExtent, right ? 1 : b.ownExtent);
    double flops =
        multiplySizes(multiplySizes(space, inside), sums || inside > 1 ? 2 : 1);
    if (left)
      flops += multiplySizes(2 * a.size, a.ownExtent);
    if (right)
      flops += multiplySizes(2 * b.size, b.ownExtent);
    if (flops < best.flops)
      best = {flops, left, right};
  }
  return best;
}

Tensor Network::multiply(const Tensor &a, const Tensor &b, Work &work) const {
  Tensor result;
  double space = 1;
  bool sums = false;
  const Axis *x = a.axes.begin(), *y = b.axes.begin();
  while (x != a.axes.end() || y != b.axes.end()) {
    Axis axis;
    if (y == b.axes.end() || (x != a.axes.end() && x->label < y->label))
      axis = *x++;
    else if (x == a.axes.end() || y->label < x->label)
      axis = *y++;
    else
      axis = {x->label, x++->holders + y++->holders};
    double extent = extents[axis.label];
    space = multiplySizes(space, extent);
    if (axis.holders == totals[axis.label]) {
      sums = true;
      continue;
    }
    result.axes.push_back(axis);
    result.size = multiplySizes(result.size, extent);
  }
  work = workOf(a, b, space, sums);
  return result;
}

double Network::productSize(const Tensor &a, const Tensor &b) const {
  // Shared labels count once, or not at all when this product sums them.
  double size = a.size;
  const Axis *x = a.axes.begin(), *end = a.axes.end();
  for (Axis axis : b.axes) {
    while (x != end && x->label < axis.label)
      ++x;
    if (x == end || x->label != axis.label)
      size *= extents[axis.label];
    else if (x->holders + axis.holders == totals[axis.label])
      size /= extents[axis.label];
  }
  return size < kLargest ? size : kLargest;
}
