//===- Assumptions.h - What users promise of extents ------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_ASSUMPTIONS_H
#define EINSUMC_FRONTEND_ASSUMPTIONS_H

#include "einsumc/Frontend/Equation.h"

namespace einsumc {

/// Reads what is promised of labels' extents, `q%16==0, q>=64`, and adds it to
/// the labels. An extent of which one value is left becomes static in all
/// types. What the equation does not know, or what no extent fulfils, is an
/// error.
llvm::LogicalResult assumeExtents(ResolvedEquation &equation,
                                  llvm::StringRef text, Diagnostic &diagnostic);

} // namespace einsumc

#endif // EINSUMC_FRONTEND_ASSUMPTIONS_H
