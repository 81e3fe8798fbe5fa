//===- EquationText.h - Equations in messages -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How messages name and point at pieces of an equation, the same for letters
// and sublists.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_FRONTEND_EQUATIONTEXT_H
#define EINSUMC_LIB_FRONTEND_EQUATIONTEXT_H

#include "einsumc/Frontend/Equation.h"
#include "llvm/ADT/Twine.h"

namespace einsumc {

/// A piece of the equation's text.
struct TextSpan {
  size_t offset = 0;
  size_t length = 1;
};

/// "i", "β", "37" or "...".
std::string subscriptName(const Equation &equation, const Subscript &subscript);
/// The subscript as it stands in the text.
TextSpan subscriptSpan(const Equation &equation, const Subscript &subscript);
/// All subscripts of an operand, or the place where they would stand.
TextSpan operandSpan(const Equation &equation, unsigned operand);
/// The same of the output.
TextSpan outputSpan(const Equation &equation);

/// "1 operand", "2 operands".
std::string counted(size_t count, llvm::StringRef noun);

/// Fills the diagnostic with a message that points into `text`; failure.
llvm::LogicalResult failAt(Diagnostic &diagnostic, llvm::StringRef text,
                           TextSpan span, const llvm::Twine &message);

/// What both forms do once the lists are read: derives the implicit output, or
/// checks that each output label is an operand's.
llvm::LogicalResult completeOutput(Equation &equation, Diagnostic &diagnostic);

} // namespace einsumc

#endif // EINSUMC_LIB_FRONTEND_EQUATIONTEXT_H
