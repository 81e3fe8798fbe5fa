//===- Lexer.h - PTX text into tokens ---------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_LEXER_H
#define EINSUMC_LIB_PTX_LEXER_H

#include "einsumc/PTX/Error.h"
#include <cstdint>
#include <string_view>
#include <vector>

namespace einsumc::ptx {

struct Token {
  enum Kind : uint8_t {
    /// A name: an opcode, a register, a label, ...
    word,
    /// A dot and what follows it: ".f32", ".L1::evict_last", ".x".
    dotWord,
    integer,
    /// 0f and eight hexadecimal digits: the bits of an f32.
    floatBits,
    /// 0d and sixteen: the bits of an f64.
    doubleBits,
    /// A decimal floating number, as the bits of an f64.
    decimal,
    string,
    punctuation,
    end,
  };
  Kind kind = end;
  /// Follows the token before it without a space.
  bool adjacent = false;
  unsigned line = 0;
  /// Into the text that was lexed.
  std::string_view text;
  /// Of a number.
  uint64_t value = 0;

  bool is(std::string_view expected) const {
    return kind != string && text == expected;
  }
};

/// The tokens of a text, the last one `end`; comments are skipped.
Result<std::vector<Token>> lex(std::string_view text);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_LEXER_H
