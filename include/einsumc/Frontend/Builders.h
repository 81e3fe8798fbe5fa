//===- Builders.h - Equations of common layers ------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The equations that Keras' MultiHeadAttention builds from ranks and axes
// (keras/src/layers/attention/multi_head_attention.py,
// _build_proj_equation and _build_attention_equation), and the short forms
// of the notebooks. Letters run a-z, then A-Z; an equation that needs more
// than 52 labels is in sublist form.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_BUILDERS_H
#define EINSUMC_FRONTEND_BUILDERS_H

#include "einsumc/Frontend/Equation.h"

namespace einsumc {

/// A dense projection: sum over the last `bound` axes of the input, against the
/// first axes of a kernel, to `output` new axes behind the `free` ones.
struct Projection {
  Equation equation;      ///< "abc,cde->abde" for free 2, bound 1, output 2
  std::string biasAxes;   ///< labels of the bias: "de"
  int64_t outputRank = 0; ///< 4
};
llvm::FailureOr<Projection> buildProjection(int64_t freeDims, int64_t boundDims,
                                            int64_t outputDims,
                                            Diagnostic &diagnostic);

/// Attention over `axes` of tensors of `rank` (…, heads, depth): the keys'
/// product with the queries, and the scores' product with the values. Negative
/// axes count as Keras >= 3.12 does: axis + rank - 1.
struct Attention {
  Equation dotProduct; ///< "aecd,abcd->acbe" for rank 4, axis 1
  Equation combine;    ///< "acbe,aecd->abcd"
  int64_t scoresRank = 0;
  llvm::SmallVector<int64_t> softmaxAxes; ///< of the scores
};
llvm::FailureOr<Attention> buildAttention(int64_t rank,
                                          llvm::ArrayRef<int64_t> axes,
                                          Diagnostic &diagnostic);

/// The notebooks' scores of tensors of equal rank r >= 3: r - 2 batch letters,
/// then query, key and depth: rank 4 gives "abce,abde->abcd".
llvm::FailureOr<Equation> buildShortAttention(int64_t rank,
                                              Diagnostic &diagnostic);

/// Equations by the words of the command line: `free=2,bound=1,output=2`.
llvm::FailureOr<Projection> parseProjection(llvm::StringRef words,
                                            Diagnostic &diagnostic);
/// `rank=4,axes=1:2` (without axes: all but the first and the last two) or
/// `short,rank=4`; the latter fills in `dotProduct` alone.
llvm::FailureOr<Attention> parseAttention(llvm::StringRef words,
                                          Diagnostic &diagnostic);

} // namespace einsumc

#endif // EINSUMC_FRONTEND_BUILDERS_H
