//===- Diagnostic.h - User-facing errors with a caret -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_FRONTEND_DIAGNOSTIC_H
#define EINSUMC_FRONTEND_DIAGNOSTIC_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"
#include <optional>
#include <string>

namespace einsumc {

/// A place in a text that was given to us, shown with a caret under it.
struct SourcePoint {
  std::string text;  ///< the equation or operand type as written
  size_t offset = 0; ///< byte offset; text.size() points behind the end
  size_t length = 1; ///< bytes to underline
};

/// One error, and optionally a note ("first used here"). The library fills it;
/// only tools print it.
struct Diagnostic {
  std::string message;
  std::optional<SourcePoint> point;
  std::string noteMessage;
  std::optional<SourcePoint> notePoint;

  bool empty() const { return message.empty(); }
  /// Display column (0-based) of the caret; Unicode width counted.
  static size_t caretColumn(const SourcePoint &point);
  /// "error: …\n  ij,jk->ik\n     ^\nnote: …", without a trailing newline.
  std::string render() const;
};

} // namespace einsumc

#endif // EINSUMC_FRONTEND_DIAGNOSTIC_H
