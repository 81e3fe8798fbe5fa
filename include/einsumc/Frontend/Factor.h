//===- Factor.h - alpha and beta as users write them ------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_FACTOR_H
#define EINSUMC_FRONTEND_FACTOR_H

#include "einsumc/Frontend/Diagnostic.h"
#include "einsumc/Support/ElementType.h"
#include <complex>

namespace einsumc {

/// alpha or beta: a constant, or a parameter of the kernel.
struct Factor {
  bool runTime = false;
  /// The constant, where it is an integer or bool (two's complement) …
  uint64_t integer = 1;
  /// … or a floating-point or complex number.
  std::complex<double> real = 1;

  bool isZero(ElementType type) const {
    return !runTime &&
           (isFloat(type) || isComplex(type) ? real == 0.0 : integer == 0);
  }
  /// For people: the constant as `parseFactor` reads it, or `parameter`.
  std::string str(ElementType type, llvm::StringRef parameter) const;
};

/// Reads a factor of the result's type: `?` (a run-time parameter), `0.5`,
/// `-3`, `1.5-2i`, `true`. `what` ("alpha") begins the error.
llvm::FailureOr<Factor> parseFactor(llvm::StringRef text, ElementType type,
                                    llvm::StringRef what,
                                    Diagnostic &diagnostic);

} // namespace einsumc

#endif // EINSUMC_FRONTEND_FACTOR_H
