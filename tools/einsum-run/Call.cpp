//===- Call.cpp - One call of a kernel, as asked for ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <cstring>

using namespace einsumc;
using namespace einsumc::reference;
using namespace einsumc::run;

static Number number(const Factor &factor) {
  return {factor.integer, std::complex<long double>(factor.real)};
}

Number run::rounded(const Factor &factor, ElementType type) {
  std::array<uint64_t, 2> bytes;
  writeNumber(type, bytes.data(), number(factor));
  return readNumber(type, bytes.data());
}

static RunOperand runOperand(const TensorView &view) {
  return {view.data, view.shape, view.strides};
}

Call::Call(const Job &job, Runner compiled)
    : job(job), runner(std::move(compiled)) {
  const OperandType &result = job.equation.result;
  output = Tensor::strided(result.element, result.shape, stridesOf(result));
  for (const Operand &operand : job.operands)
    operands.push_back(runOperand(operand.tensor.view()));
  operands.push_back(runOperand(output.view()));
  for (const kernel::SignatureScalar &scalar : runner.signature.scalars)
    writeNumber(scalar.element, scalars.emplace_back().data(),
                number(scalar.name == "alpha" ? job.factors->alpha
                                              : job.factors->beta));
  for (const auto &scalar : scalars)
    scalarAddresses.push_back(scalar.data());
}

/// NaN in every floating-point type, and an unlikely integer.
uint8_t Call::poison() const {
  ElementType type = job.equation.result.element;
  return isFloat(type) || isComplex(type) ? 0xff : 0xa5;
}

void Call::reset() {
  llvm::fill(output.memory(), poison());
  if (!job.readsPrevious())
    return;
  const TensorView &from = job.previous.tensor.view();
  forEachIndex(from.shape, [&](llvm::ArrayRef<int64_t> index) {
    std::memcpy(output.view().at(index), from.at(index),
                elementTypeSize(from.element));
  });
}

llvm::Error Call::run() const {
  if (RunResult result = runner.run(operands, scalarAddresses); !result)
    return llvm::createStringError(result.message);
  return llvm::Error::success();
}

bool Call::wroteBetweenElements() const {
  const TensorView &view = output.view();
  int64_t size = elementTypeSize(view.element);
  if (view.size() * size == output.bytes())
    return false;
  std::vector<uint8_t> bytes = output.memory().vec();
  forEachIndex(view.shape, [&](llvm::ArrayRef<int64_t> index) {
    size_t at = static_cast<uint8_t *>(view.at(index)) - output.memory().data();
    std::memset(&bytes[at], poison(), size);
  });
  return llvm::any_of(bytes, [&](uint8_t byte) { return byte != poison(); });
}
