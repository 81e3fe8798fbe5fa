//===- EquationFuzzer.cpp - Any equation with any operand types -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Input: a line with the equation (or sublists, or a builder's words behind
// `p:` and `a:`), a line with the operands' types between semicolons, a line
// with the result's type.
//
//===----------------------------------------------------------------------===//

#include "Fuzzing.h"
#include "einsumc/Frontend/Builders.h"

using namespace einsumc;
using einsumc::fuzz::require;

/// A resolved equation is consistent in itself.
static void checkResolved(const ResolvedEquation &resolved) {
  int64_t labels = resolved.labels.size();
  require(resolved.operandLabels.size() == resolved.operands.size());
  for (size_t i = 0; i < resolved.operands.size(); ++i) {
    llvm::ArrayRef<int64_t> shape = resolved.operands[i].shape;
    require(resolved.operandLabels[i].size() == shape.size());
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      int64_t label = resolved.operandLabels[i][axis];
      require(label >= 0 && label < labels);
      int64_t extent = resolved.labels[label].extent;
      require(shape[axis] == extent || shape[axis] == 1 ||
              shape[axis] == kDynamicExtent || extent == kDynamicExtent);
    }
  }
  require(resolved.outputLabels.size() == resolved.result.shape.size());
  require(resolved.outputLabels.size() <= kMaxRank);
  for (size_t axis = 0; axis < resolved.outputLabels.size(); ++axis) {
    int64_t label = resolved.outputLabels[axis];
    require(label >= 0 && label < labels);
    require(resolved.result.shape[axis] == resolved.labels[label].extent);
  }
}

static llvm::FailureOr<Equation> parseAny(llvm::StringRef text,
                                          Diagnostic &diagnostic) {
  if (text.consume_front("p:")) {
    auto projection = parseProjection(text, diagnostic);
    if (failed(projection))
      return llvm::failure();
    return projection->equation;
  }
  if (text.consume_front("a:")) {
    auto attention = parseAttention(text, diagnostic);
    if (failed(attention))
      return llvm::failure();
    return attention->dotProduct;
  }
  return text.starts_with("[") ? parseSublists(text, diagnostic)
                               : parseEquation(text, diagnostic);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef input(reinterpret_cast<const char *>(data), size);
  auto [text, rest] = input.split('\n');
  auto [typeList, resultType] = rest.split('\n');

  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation = parseAny(text, diagnostic);
  if (failed(equation)) {
    fuzz::requireGoodError(diagnostic);
    return 0;
  }
  // What an equation shows is the same equation.
  llvm::FailureOr<Equation> again = parseAny(equation->text, diagnostic);
  require(succeeded(again) && again->text == equation->text);

  std::vector<OperandType> types;
  llvm::SmallVector<llvm::StringRef> parts;
  typeList.split(parts, ';');
  for (llvm::StringRef part : parts) {
    auto type = parseOperandType(part, "operand", diagnostic);
    if (failed(type)) {
      fuzz::requireGoodError(diagnostic);
      return 0;
    }
    types.push_back(*type);
  }
  ResolveOptions options;
  if (auto element = parseElementType(resultType)) {
    options.resultElement = element;
  } else if (!resultType.empty()) {
    auto type = parseOperandType(resultType, "result", diagnostic);
    if (succeeded(type))
      options.result = *type;
  }
  auto resolved = resolve(*equation, types, options, diagnostic);
  if (succeeded(resolved))
    checkResolved(*resolved);
  else
    fuzz::requireGoodError(diagnostic);
  return 0;
}
