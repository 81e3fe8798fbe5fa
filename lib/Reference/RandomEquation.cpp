//===- RandomEquation.cpp - Equations nobody wrote ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/RandomEquation.h"

#include <algorithm>

using namespace einsumc;
using namespace einsumc::reference;

namespace {

/// Labels are drawn from a short alphabet so that they meet often.
constexpr int64_t kAlphabet = 8;

struct Drawing {
  Random &random;
  const RandomEquationOptions &options;
  llvm::SmallVector<int64_t> extents;         // of the alphabet's letters
  llvm::SmallVector<int64_t> ellipsisExtents; // of the longest ellipsis

  int64_t drawExtent() {
    return options.extents[random.range(0, options.extents.size() - 1)];
  }
  int64_t axis(int64_t extent) {
    return options.broadcasting && random.chance(0.08) ? 1 : extent;
  }
};

} // namespace

static int64_t totalTerms(const Drawing &drawing, const std::string &used) {
  int64_t product = 1;
  for (char letter : used)
    product *= std::max<int64_t>(drawing.extents[letter - 'a'], 1);
  for (int64_t extent : drawing.ellipsisExtents)
    product *= std::max<int64_t>(extent, 1);
  return product;
}

RandomEquation
einsumc::reference::drawEquation(Random &random,
                                 const RandomEquationOptions &options) {
  Drawing drawing{random, options, {}, {}};
  for (int64_t i = 0; i < kAlphabet; ++i)
    drawing.extents.push_back(drawing.drawExtent());
  bool ellipsis = options.ellipsis && random.chance(0.25);
  if (ellipsis)
    for (int64_t i = 0, e = random.range(0, 2); i < e; ++i)
      drawing.ellipsisExtents.push_back(drawing.drawExtent());

  unsigned operands = random.range(1, options.maxOperands);
  std::vector<std::string> subscripts(operands);
  std::string used;
  for (std::string &subscript : subscripts) {
    for (int64_t i = 0, e = random.range(0, options.maxRank); i < e; ++i) {
      char letter = char('a' + random.range(0, kAlphabet - 1));
      bool repeated = subscript.find(letter) != std::string::npos;
      if (repeated && !(options.repeatedLabels && random.chance(0.3)))
        continue;
      subscript += letter;
      if (used.find(letter) == std::string::npos)
        used += letter;
    }
  }

  // Shrink the largest extents until the loop nest is small enough.
  while (totalTerms(drawing, used) > options.maxMultiplyAdds) {
    int64_t *largest = &drawing.extents[0];
    for (char letter : used)
      if (drawing.extents[letter - 'a'] > *largest ||
          used.find(char('a' + (largest - drawing.extents.data()))) ==
              std::string::npos)
        largest = &drawing.extents[letter - 'a'];
    for (int64_t &extent : drawing.ellipsisExtents)
      if (extent > *largest || used.empty())
        largest = &extent;
    *largest = (*largest + 1) / 2;
  }

  RandomEquation result;
  for (unsigned i = 0; i < operands; ++i) {
    std::string &subscript = subscripts[i];
    // The ellipsis stands for the last `covered` of its axes in this operand.
    int64_t covered =
        ellipsis ? random.range(0, drawing.ellipsisExtents.size()) : 0;
    size_t where = ellipsis ? random.range(0, subscript.size()) : 0;
    llvm::SmallVector<int64_t, 6> shape;
    std::string written;
    // A label repeated in one operand has one extent there.
    llvm::SmallVector<int64_t> here(kAlphabet, -1);
    for (size_t at = 0; at <= subscript.size(); ++at) {
      if (ellipsis && at == where) {
        written += "...";
        for (int64_t axis = drawing.ellipsisExtents.size() - covered,
                     e = drawing.ellipsisExtents.size();
             axis < e; ++axis)
          shape.push_back(drawing.axis(drawing.ellipsisExtents[axis]));
      }
      if (at == subscript.size())
        break;
      int64_t letter = subscript[at] - 'a';
      if (here[letter] < 0)
        here[letter] = drawing.axis(drawing.extents[letter]);
      written += subscript[at];
      shape.push_back(here[letter]);
    }
    result.text += (i ? "," : "") + written;
    result.shapes.push_back(shape);
    result.elements.push_back(
        options.elementTypes[random.range(0, options.elementTypes.size() - 1)]);
  }

  // Implicit output now and then; numpy's rule then decides.
  if (random.chance(0.2))
    return result;
  std::string output;
  for (char letter : used)
    if (random.chance(0.5))
      output.insert(output.begin() + random.range(0, output.size()), letter);
  if (options.outputDiagonals && !output.empty() && random.chance(0.05))
    output += output[0];
  if (ellipsis)
    output.insert(random.range(0, output.size()), "...");
  result.text += "->" + output;
  return result;
}
