//===- OperandType.h - Operand types as users write them -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_OPERANDTYPE_H
#define EINSUMC_FRONTEND_OPERANDTYPE_H

#include "einsumc/Frontend/Diagnostic.h"
#include "einsumc/Support/ElementType.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/LogicalResult.h"
#include <string>

namespace einsumc {

/// `?` in a shape or layout (equals mlir::ShapedType::kDynamic).
inline constexpr int64_t kDynamicExtent = INT64_MIN;

/// A tensor type in MLIR's notation: `2x8x512xf32`, `?x8xbf16`, `f64`,
/// `?x33xf32,strided<[?,1]>`.
struct OperandType {
  ElementType element = ElementType::f32;
  llvm::SmallVector<int64_t, 6> shape; ///< extents, kDynamicExtent for `?`
  /// Strides in elements, kDynamicExtent for `?`; no value: row-major.
  std::optional<llvm::SmallVector<int64_t, 6>> strides;

  std::string str() const; ///< back in the notation above
};

/// Parses one operand type; `what` ("operand 0", "result") begins the error.
llvm::FailureOr<OperandType> parseOperandType(llvm::StringRef text,
                                              llvm::StringRef what,
                                              Diagnostic &diagnostic);

/// Checks what no type may break, however it came about: at most kMaxRank axes,
/// no negative extent, one stride an axis, and neither the bytes of its
/// elements nor the addresses that its strides reach beyond 64 bits.
llvm::LogicalResult verifyOperandType(const OperandType &type,
                                      llvm::StringRef what,
                                      Diagnostic &diagnostic);
/// What strides of a result must fulfil in addition: positive, and no two
/// elements in one place as far as static extents tell.
llvm::LogicalResult verifyResultStrides(const OperandType &type,
                                        Diagnostic &diagnostic);

} // namespace einsumc

#endif // EINSUMC_FRONTEND_OPERANDTYPE_H
