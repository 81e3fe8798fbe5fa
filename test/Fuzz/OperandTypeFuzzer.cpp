//===- OperandTypeFuzzer.cpp - Any operand type ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fuzzing.h"
#include "einsumc/Frontend/Equation.h"

using namespace einsumc;
using einsumc::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  Diagnostic diagnostic;
  llvm::FailureOr<OperandType> type =
      parseOperandType(text, "operand 0", diagnostic);
  if (failed(type)) {
    fuzz::requireGoodError(diagnostic);
    return 0;
  }
  require(type->shape.size() <= kMaxRank);
  require(!type->strides || type->strides->size() == type->shape.size());
  // Printing and parsing again changes nothing.
  llvm::FailureOr<OperandType> again =
      parseOperandType(type->str(), "operand 0", diagnostic);
  require(succeeded(again) && again->str() == type->str());
  if (failed(verifyResultStrides(*type, diagnostic)))
    fuzz::requireGoodError(diagnostic);
  return 0;
}
