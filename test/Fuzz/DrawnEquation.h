//===- DrawnEquation.h - A small valid equation from any bytes --*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_FUZZ_DRAWNEQUATION_H
#define EINSUMC_TEST_FUZZ_DRAWNEQUATION_H

#include "einsumc/Frontend/ImportEquation.h"
#include <fuzzer/FuzzedDataProvider.h>

namespace einsumc::fuzz {

/// What the fuzzer's bytes stand for: labels, extents, element types, strides,
/// and what becomes of the result.
struct DrawnEquation {
  Equation equation;
  std::vector<OperandType> operands;
  ResolveOptions resolve;
  ImportOptions import;
};

/// Draws at most four operands of at most four axes. The language may still
/// refuse what is drawn (a diagonal of unequal extents, say).
inline DrawnEquation drawEquation(FuzzedDataProvider &bytes) {
  static constexpr int64_t extents[] = {0, 1, 1,  2,  3,
                                        5, 8, 17, 33, kDynamicExtent};
  constexpr unsigned numLabels = 5;
  int64_t labelExtents[numLabels];
  for (int64_t &extent : labelExtents)
    extent = bytes.PickValueInArray(extents);

  DrawnEquation drawn;
  std::string text;
  unsigned numOperands = bytes.ConsumeIntegralInRange<unsigned>(1, 4);
  auto label = [&] {
    return bytes.ConsumeIntegralInRange<unsigned>(0, numLabels - 1);
  };
  std::string used;
  for (unsigned i = 0; i < numOperands; ++i) {
    OperandType type;
    type.element = ElementType(
        bytes.ConsumeIntegralInRange<unsigned>(0, kNumElementTypes - 1));
    text += i ? "," : "";
    unsigned rank = bytes.ConsumeIntegralInRange<unsigned>(0, 4);
    for (unsigned axis = 0; axis < rank; ++axis) {
      unsigned which = label();
      char letter = char('a' + which);
      text += letter;
      used += letter;
      // Now and then an axis broadcasts, or is known at run time only.
      unsigned kind = bytes.ConsumeIntegralInRange<unsigned>(0, 7);
      type.shape.push_back(kind == 0   ? 1
                           : kind == 1 ? kDynamicExtent
                                       : labelExtents[which]);
    }
    if (bytes.ConsumeIntegralInRange<unsigned>(0, 3) == 0) {
      type.strides.emplace();
      for (unsigned axis = 0; axis < rank; ++axis)
        type.strides->push_back(
            bytes.ConsumeBool()
                ? kDynamicExtent
                : bytes.ConsumeIntegralInRange<int64_t>(-40, 40));
    }
    drawn.operands.push_back(type);
  }
  if (bytes.ConsumeBool() && !used.empty()) {
    text += "->";
    unsigned rank = bytes.ConsumeIntegralInRange<unsigned>(0, 4);
    for (unsigned axis = 0; axis < rank; ++axis)
      text += used[bytes.ConsumeIntegralInRange<size_t>(0, used.size() - 1)];
  }
  Diagnostic diagnostic;
  drawn.equation = *parseEquation(text, diagnostic);
  if (bytes.ConsumeIntegralInRange<unsigned>(0, 3) == 0)
    drawn.resolve.resultElement = ElementType(
        bytes.ConsumeIntegralInRange<unsigned>(0, kNumElementTypes - 1));
  if (bytes.ConsumeIntegralInRange<unsigned>(0, 3) == 0) {
    drawn.import.accumulate.emplace();
    for (Factor *factor :
         {&drawn.import.accumulate->alpha, &drawn.import.accumulate->beta}) {
      factor->runTime = bytes.ConsumeBool();
      factor->integer = bytes.ConsumeIntegralInRange<unsigned>(0, 1);
      factor->real = double(factor->integer);
    }
  }
  return drawn;
}

} // namespace einsumc::fuzz

#endif // EINSUMC_TEST_FUZZ_DRAWNEQUATION_H
