//===- Operands.cpp - What a kernel is run on -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operands.h"

#include "einsumc/ExecutionEngine/Kernel.h"
#include "einsumc/Reference/Npy.h"
#include "einsumc/Reference/Random.h"
#include "llvm/Support/FileSystem.h"

using namespace einsumc;
using namespace einsumc::reference;

llvm::SmallVector<int64_t, 6> run::stridesOf(const OperandType &type) {
  return type.strides ? *type.strides : rowMajorStrides(type.shape);
}

std::optional<uint64_t> run::bytesOf(const OperandType &type) {
  // Row-major strides of extents that are too large have no meaning.
  if (!type.strides && !checkedSize(type.shape))
    return std::nullopt;
  std::optional<Span> span =
      checkedSpan(type.element, type.shape, stridesOf(type));
  if (!span)
    return std::nullopt;
  return span->bytes;
}

std::optional<uint64_t> run::add(std::optional<uint64_t> a,
                                 std::optional<uint64_t> b) {
  uint64_t sum;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum))
    return std::nullopt;
  return sum;
}

llvm::Error run::checkMemory(std::optional<uint64_t> bytes,
                             llvm::StringRef what) {
  if (!bytes)
    return llvm::createStringError("the size of " + what +
                                   " overflows 64 bits");
  if (*bytes > machineMemory())
    return llvm::createStringError(what + " need " + llvm::Twine(*bytes) +
                                   " bytes, but this machine has " +
                                   llvm::Twine(machineMemory()));
  return llvm::Error::success();
}

static llvm::Expected<OperandType> parseRandomType(llvm::StringRef text,
                                                   size_t number) {
  std::string what = "operand " + std::to_string(number);
  Diagnostic diagnostic;
  llvm::FailureOr<OperandType> type = parseOperandType(text, what, diagnostic);
  if (failed(type))
    return llvm::createStringError(diagnostic.render());
  if (llvm::is_contained(type->shape, kDynamicExtent) ||
      (type->strides && llvm::is_contained(*type->strides, kDynamicExtent)))
    return llvm::createStringError(
        what + ": expected numbers for all extents and strides but found '" +
        text + "' (--dynamic compiles for any)");
  return *type;
}

/// The type of an array in memory; strides where it is not row-major.
static OperandType typeOf(const TensorView &view) {
  OperandType type{view.element, view.shape, std::nullopt};
  if (view.strides != rowMajorStrides(view.shape))
    type.strides = view.strides;
  return type;
}

llvm::Expected<std::vector<run::Operand>>
run::readOperands(llvm::ArrayRef<OperandSource> sources) {
  std::vector<Operand> operands(sources.size());
  std::optional<uint64_t> bytes = 0;
  for (auto [number, source] : llvm::enumerate(sources)) {
    operands[number].isRandom = source.isRandom;
    if (source.isRandom) {
      llvm::Expected<OperandType> type = parseRandomType(source.text, number);
      if (!type)
        return type.takeError();
      operands[number].type = *type;
      bytes = add(bytes, bytesOf(*type));
      continue;
    }
    uint64_t size;
    if (std::error_code code = llvm::sys::fs::file_size(source.text, size))
      return llvm::createStringError(source.text + ": " + code.message());
    bytes = add(bytes, size);
  }
  if (llvm::Error error = checkMemory(bytes, "the operands"))
    return std::move(error);

  for (auto [source, operand] : llvm::zip_equal(sources, operands)) {
    if (source.isRandom)
      continue;
    llvm::Expected<Tensor> tensor = readNpy(source.text);
    if (!tensor)
      return tensor.takeError();
    operand.tensor = std::move(*tensor);
    operand.type = typeOf(operand.tensor.view());
  }
  return operands;
}

void run::drawRandom(llvm::MutableArrayRef<Operand> operands, uint64_t seed) {
  Random random(seed);
  for (Operand &operand : operands) {
    if (!operand.isRandom)
      continue;
    const OperandType &type = operand.type;
    operand.tensor = Tensor::strided(type.element, type.shape, stridesOf(type));
    fillNormal(operand.tensor.view(), random);
  }
}

std::vector<OperandType> run::makeDynamic(const ResolvedEquation &equation) {
  std::vector<OperandType> types = equation.operands;
  for (auto [type, labels] : llvm::zip_equal(types, equation.operandLabels)) {
    for (auto [extent, label] : llvm::zip_equal(type.shape, labels))
      if (extent == equation.labels[label].extent)
        extent = kDynamicExtent;
    if (type.strides)
      type.strides->assign(type.strides->size(), kDynamicExtent);
  }
  return types;
}
