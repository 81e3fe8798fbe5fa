//===- Unicode.cpp - Code points and display columns ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Unicode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/UnicodeCharRanges.h"
#include <algorithm>

static const llvm::sys::UnicodeCharRange letterRanges[] = {
#include "UnicodeLetters.inc"
};

bool einsumc::isLetter(uint32_t point) {
  static const llvm::sys::UnicodeCharSet letters(letterRanges);
  return letters.contains(point);
}

einsumc::DecodedPoint einsumc::decodeUtf8(llvm::StringRef text, size_t at) {
  const auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data()) + at;
  const auto *end = reinterpret_cast<const llvm::UTF8 *>(text.end());
  const llvm::UTF8 *source = begin;
  llvm::UTF32 point = 0;
  if (begin == end ||
      llvm::convertUTF8Sequence(&source, end, &point, llvm::strictConversion) !=
          llvm::conversionOK)
    return {};
  return {point, static_cast<unsigned>(source - begin)};
}

std::string einsumc::encodeUtf8(uint32_t point) {
  char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT], *end = buffer;
  if (!llvm::ConvertCodePointToUTF8(point, end))
    return "?";
  return std::string(buffer, end);
}

std::string einsumc::codePointDigits(uint32_t point) {
  // A width also cuts off what exceeds it.
  return llvm::utohexstr(point, /*LowerCase=*/false, point > 0xFFFF ? 0 : 4);
}

std::string einsumc::printable(llvm::StringRef text) {
  std::string result;
  auto hex = [&](char byte) {
    result +=
        "\\x" + llvm::utohexstr(static_cast<unsigned char>(byte), false, 2);
  };
  for (size_t at = 0; at < text.size();) {
    DecodedPoint decoded = decodeUtf8(text, at);
    llvm::StringRef bytes = text.substr(at, decoded.length);
    at += std::max(decoded.length, 1u);
    if (decoded.length == 0)
      hex(text[at - 1]);
    else if (decoded.point == '\t')
      result += "\\t";
    else if (decoded.point == '\n')
      result += "\\n";
    else if (decoded.point < 0x20 || decoded.point == 0x7F)
      hex(bytes[0]);
    else if (llvm::sys::unicode::columnWidthUTF8(bytes) >= 0)
      result += bytes;
    else
      result += "\\u{" + codePointDigits(decoded.point) + "}";
  }
  return result;
}

size_t einsumc::displayColumns(llvm::StringRef text) {
  return std::max(llvm::sys::unicode::columnWidthUTF8(printable(text)), 0);
}
