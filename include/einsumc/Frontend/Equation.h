//===- Equation.h - Einsum equations -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_EQUATION_H
#define EINSUMC_FRONTEND_EQUATION_H

#include "einsumc/Frontend/Diagnostic.h"
#include "einsumc/Frontend/OperandType.h"
#include "einsumc/Support/ExtentFacts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <string>
#include <vector>

namespace einsumc {

/// Limits of the language; beyond them there is an error, never a crash.
inline constexpr unsigned kMaxRank = 64;
inline constexpr unsigned kMaxOperands = 4096;
inline constexpr size_t kMaxEquationBytes = size_t(1) << 24;

/// One subscript of an operand as written: a label or the ellipsis, and where.
struct Subscript {
  bool ellipsis = false;
  uint64_t label = 0;  ///< code point (equation) or integer (sublist form)
  uint32_t offset = 0; ///< byte offset in the equation's text
};

/// An equation as written, before any shape is known. Both numpy forms meet
/// here; after `resolve` nothing looks at letters again.
struct Equation {
  std::string text; ///< as given; for sublists, a rendering of them
  bool sublists = false;
  bool implicitOutput = false;
  std::vector<llvm::SmallVector<Subscript, 4>> operands;
  llvm::SmallVector<Subscript, 4> output; ///< filled in when implicit
};

/// Parses numpy.einsum's equation grammar. On failure fills `diagnostic`.
llvm::FailureOr<Equation> parseEquation(llvm::StringRef text,
                                        Diagnostic &diagnostic);

/// An axis list of the sublist form; kEllipsis stands for `...`.
inline constexpr int64_t kEllipsis = INT64_MIN;
/// Equation of numpy's sublist form: one list an operand, optionally the
/// output's.
llvm::FailureOr<Equation>
equationFromSublists(llvm::ArrayRef<std::vector<int64_t>> operands,
                     const std::vector<int64_t> *output,
                     Diagnostic &diagnostic);

/// The same from the text that equations of sublists carry, as
/// `[0,1],[1,2]->[0,2]`; `;` may stand between the lists.
llvm::FailureOr<Equation> parseSublists(llvm::StringRef text,
                                        Diagnostic &diagnostic);

/// A label after resolution.
struct Label {
  std::string name; ///< display name: "i", "β", "37", ellipsis axes "ell0" …
  std::string parameter; ///< C identifier suffix: i, u03B2, 37, ell0
  int64_t extent = 1;    ///< ShapedType::kDynamic (INT64_MIN) when dynamic
  bool isEllipsis = false;
  ExtentFacts facts; ///< what is promised where it is, or was, dynamic
};

/// An equation with its operands' types: everything checked, labels interned in
/// order of first appearance over the operands.
struct ResolvedEquation {
  std::string text;
  std::vector<Label> labels;
  std::vector<llvm::SmallVector<int64_t, 6>>
      operandLabels; ///< one label an axis
  llvm::SmallVector<int64_t, 6> outputLabels;
  std::vector<OperandType> operands;
  OperandType result; ///< element type, extents, strides if any
  ElementType accumulate = ElementType::f32;
};

struct ResolveOptions {
  /// Overrides the promoted result element type.
  std::optional<ElementType> resultElement;
  /// A full result type (with strides); checked against the equation.
  std::optional<OperandType> result;
};

/// Checks the equation against the operands' types and interns its labels.
llvm::FailureOr<ResolvedEquation> resolve(const Equation &equation,
                                          llvm::ArrayRef<OperandType> operands,
                                          const ResolveOptions &options,
                                          Diagnostic &diagnostic);

} // namespace einsumc

#endif // EINSUMC_FRONTEND_EQUATION_H
