//===- Unicode.h - Code points and display columns --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_FRONTEND_UNICODE_H
#define EINSUMC_LIB_FRONTEND_UNICODE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace einsumc {

/// Whether a code point's general category is L.
bool isLetter(uint32_t point);

/// The code point at `at` and how many bytes it takes; length 0 where the text
/// is not UTF-8.
struct DecodedPoint {
  uint32_t point = 0;
  unsigned length = 0;
};
DecodedPoint decodeUtf8(llvm::StringRef text, size_t at);
std::string encodeUtf8(uint32_t point);
/// Hexadecimal digits, four or more: "03B2", "1D538".
std::string codePointDigits(uint32_t point);

/// `text` as a terminal can show it: control characters and broken UTF-8 become
/// \t, \n, \xNN or \u{NNNN}.
std::string printable(llvm::StringRef text);
/// Terminal columns of `printable(text)`.
size_t displayColumns(llvm::StringRef text);

} // namespace einsumc

#endif // EINSUMC_LIB_FRONTEND_UNICODE_H
