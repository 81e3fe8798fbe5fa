//===- OperandTypeFuzzer.cpp - Any operand type, any factor ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fuzzing.h"
#include "einsumc/Frontend/Equation.h"
#include "einsumc/Frontend/Factor.h"

using namespace einsumc;
using einsumc::fuzz::require;

/// The text as alpha of a result of each kind.
static void checkFactor(llvm::StringRef text) {
  for (ElementType type : {ElementType::f64, ElementType::i8, ElementType::u64,
                           ElementType::boolean, ElementType::c64}) {
    Diagnostic diagnostic;
    if (failed(parseFactor(text, type, "alpha", diagnostic)))
      fuzz::requireGoodError(diagnostic);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  checkFactor(text);
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
