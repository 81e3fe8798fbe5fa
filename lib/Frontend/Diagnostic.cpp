//===- Diagnostic.cpp - User-facing errors with a caret -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/Diagnostic.h"

#include "Unicode.h"
#include "llvm/ADT/Twine.h"

using namespace einsumc;

size_t Diagnostic::caretColumn(const SourcePoint &point) {
  return displayColumns(llvm::StringRef(point.text).take_front(point.offset));
}

/// The message and, below it, the text with a caret: both indented by two.
static std::string render(llvm::StringRef kind, llvm::StringRef message,
                          const std::optional<SourcePoint> &point) {
  std::string result = (kind + ": " + message).str();
  if (!point)
    return result;
  llvm::StringRef text = point->text;
  size_t width = displayColumns(text.substr(point->offset, point->length));
  result += "\n  " + printable(text) + "\n  ";
  result.append(Diagnostic::caretColumn(*point), ' ');
  result += '^';
  result.append(width > 1 ? width - 1 : 0, '~');
  return result;
}

std::string Diagnostic::render() const {
  std::string result = ::render("error", message, point);
  if (!noteMessage.empty())
    result += "\n" + ::render("note", noteMessage, notePoint);
  return result;
}
