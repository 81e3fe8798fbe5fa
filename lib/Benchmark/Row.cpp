//===- Row.cpp - What a row asks for --------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Table.h"

#include "einsumc/Compiler/Compiler.h"
#include "einsumc/Reference/Tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

std::optional<Variant> bench::parseVariant(StringRef name) {
  return StringSwitch<std::optional<Variant>>(name)
      .Case("given", Variant::given)
      .Case("minus-one", Variant::minusOne)
      .Case("padded", Variant::padded)
      .Default(std::nullopt);
}

StringRef bench::variantName(Variant variant) {
  switch (variant) {
  case Variant::given:
    return "given";
  case Variant::minusOne:
    return "minus-one";
  case Variant::padded:
    return "padded";
  }
  llvm_unreachable("covered switch");
}

/// Strides of rows that lie eight elements apart: no axis can be collapsed with
/// the innermost one, and alignment to a cache line is kept for f64.
static SmallVector<int64_t, 6> paddedStrides(ArrayRef<int64_t> shape) {
  constexpr int64_t kPadding = 8;
  SmallVector<int64_t, 6> padded(shape);
  if (padded.size() > 1)
    padded.back() += kPadding;
  return reference::rowMajorStrides(padded);
}

Expected<ResolvedEquation> bench::resolveRow(const Row &row, Variant variant) {
  Diagnostic diagnostic;
  FailureOr<Equation> equation = parseEquation(row.equation, diagnostic);
  if (failed(equation))
    return createStringError(diagnostic.render());
  std::vector<OperandType> types;
  for (const auto &subscripts : equation->operands) {
    OperandType &type = types.emplace_back();
    type.element = row.element;
    for (const Subscript &subscript : subscripts) {
      if (subscript.ellipsis)
        return createStringError("'...' has no extents in a table");
      const auto *found =
          find_if(row.extents,
                  [&](const auto &extent) {
                    return extent.first.size() == 1 &&
                           uint64_t(uint8_t(extent.first.front())) ==
                               subscript.label;
                  }) -
          row.extents.begin() + row.extents.data();
      if (found == row.extents.data() + row.extents.size())
        return createStringError("label '" + Twine(char(subscript.label)) +
                                 "' has no extent");
      bool smaller = variant == Variant::minusOne && found->second > 2;
      type.shape.push_back(found->second - smaller);
    }
    if (variant == Variant::padded)
      type.strides = paddedStrides(type.shape);
  }
  ResolveOptions options;
  options.resultElement = row.result;
  auto resolved = Compiler::resolveEquation(row.equation, types, options);
  if (resolved && variant == Variant::padded)
    resolved->result.strides = paddedStrides(resolved->result.shape);
  return resolved;
}

ContractionDims bench::contractionDims(const ResolvedEquation &equation) {
  ContractionDims dims;
  for (auto [index, label] : enumerate(equation.labels)) {
    auto has = [&](ArrayRef<int64_t> labels) {
      return is_contained(labels, int64_t(index));
    };
    bool out = has(equation.outputLabels);
    bool first = has(equation.operandLabels.front());
    bool second =
        equation.operandLabels.size() > 1 && has(equation.operandLabels[1]);
    bool both = first == second || equation.operandLabels.size() != 2;
    double &dim = !out ? dims.k : both ? dims.batch : first ? dims.m : dims.n;
    dim *= double(label.extent);
  }
  return dims;
}

double bench::countOperations(const ResolvedEquation &equation) {
  size_t factors = equation.operands.size();
  if (factors < 2)
    return 0;
  double points = 1;
  for (const Label &label : equation.labels)
    points *= double(label.extent);
  bool sums = contractionDims(equation).k > 1;
  bool complex = isComplex(equation.accumulate);
  return points * (double(factors - 1) * (complex ? 6 : 1) +
                   (sums ? (complex ? 2 : 1) : 0));
}

static double bytesOf(const OperandType &type) {
  double elements = 1;
  for (int64_t extent : type.shape)
    elements *= double(extent);
  return elements * elementTypeSize(type.element);
}

double bench::countBytes(const ResolvedEquation &equation) {
  double bytes = bytesOf(equation.result);
  for (const OperandType &operand : equation.operands)
    bytes += bytesOf(operand);
  return bytes;
}
