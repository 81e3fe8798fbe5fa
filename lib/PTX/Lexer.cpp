//===- Lexer.cpp - PTX text into tokens -----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lexer.h"
#include <bit>
#include <charconv>

using namespace einsumc::ptx;

static bool isDigit(char c) { return c >= '0' && c <= '9'; }
static bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool isNamePart(char c) {
  return isLetter(c) || isDigit(c) || c == '_' || c == '$';
}

namespace {
class Lexer {
public:
  explicit Lexer(std::string_view text) : text(text) {}

  MaybeError run(std::vector<Token> &tokens) {
    while (true) {
      bool spaced = false;
      if (MaybeError error = skipSpace(spaced))
        return error;
      Token token;
      token.line = line;
      token.adjacent = !spaced;
      if (at == text.size()) {
        tokens.push_back(token);
        return std::nullopt;
      }
      if (MaybeError error = next(token))
        return error;
      tokens.push_back(token);
    }
  }

private:
  char peek(size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }

  MaybeError skipSpace(bool &spaced) {
    while (at < text.size()) {
      char c = text[at];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        line += c == '\n';
        ++at;
      } else if (c == '/' && peek(1) == '/') {
        while (at < text.size() && text[at] != '\n')
          ++at;
      } else if (c == '/' && peek(1) == '*') {
        size_t close = text.find("*/", at + 2);
        if (close == std::string_view::npos)
          return Error{line, "this comment is never closed"};
        for (; at < close + 2; ++at)
          line += text[at] == '\n';
      } else {
        return std::nullopt;
      }
      spaced = true;
    }
    return std::nullopt;
  }

  MaybeError next(Token &token) {
    size_t begin = at;
    char c = peek();
    if (isDigit(c)) {
      if (MaybeError error = number(token))
        return error;
    } else if (c == '.' && isNamePart(peek(1))) {
      token.kind = Token::dotWord;
      ++at;
      while (isNamePart(peek()) ||
             (peek() == ':' && peek(1) == ':' && isNamePart(peek(2))))
        at += peek() == ':' ? 2 : 1;
    } else if (isNamePart(c) || (c == '%' && isNamePart(peek(1)))) {
      token.kind = Token::word;
      ++at;
      while (isNamePart(peek()))
        ++at;
    } else if (c == '"') {
      token.kind = Token::string;
      size_t close = text.find_first_of("\"\n", at + 1);
      if (close == std::string_view::npos || text[close] != '"')
        return Error{line, "this string is never closed"};
      at = close + 1;
    } else if (std::string_view("{}[]()<>,;:@!|+-*=").find(c) !=
               std::string_view::npos) {
      token.kind = Token::punctuation;
      ++at;
    } else {
      return Error{line, "unexpected character '" + printable(c) + "'"};
    }
    token.text = text.substr(begin, at - begin);
    return std::nullopt;
  }

  static std::string printable(char c) {
    if (c >= ' ' && c < 127)
      return std::string(1, c);
    static const char digits[] = "0123456789abcdef";
    uint8_t byte = uint8_t(c);
    return std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
  }

  MaybeError number(Token &token) {
    size_t begin = at;
    while (isNamePart(peek()))
      ++at;
    std::string_view body = text.substr(begin, at - begin);
    char second = body.size() > 1 ? body[1] : '\0';
    bool bits32 = body[0] == '0' && (second == 'f' || second == 'F');
    bool bits64 = body[0] == '0' && (second == 'd' || second == 'D');
    if (bits32 || bits64) {
      token.kind = bits32 ? Token::floatBits : Token::doubleBits;
      if (body.size() != (bits32 ? 10 : 18) ||
          !parse(body.substr(2), 16, token))
        return malformed(body);
      return std::nullopt;
    }
    bool hex = body[0] == '0' && (second == 'x' || second == 'X');
    if (!hex && (peek() == '.' ? isDigit(peek(1))
                               : body.find_first_of("eE") != body.npos))
      return decimal(begin, token);
    token.kind = Token::integer;
    if (body.back() == 'U')
      body.remove_suffix(1);
    bool binary = body[0] == '0' && (second == 'b' || second == 'B');
    if (hex || binary) {
      if (!parse(body.substr(2), hex ? 16 : 2, token))
        return malformed(body);
      return std::nullopt;
    }
    if (!parse(body, body.size() > 1 && body[0] == '0' ? 8 : 10, token))
      return malformed(body);
    return std::nullopt;
  }

  MaybeError decimal(size_t begin, Token &token) {
    double value = 0;
    auto [end, code] =
        std::from_chars(text.data() + begin, text.data() + text.size(), value);
    size_t length = size_t(end - (text.data() + begin));
    if (code != std::errc() || begin + length < at)
      return malformed(text.substr(begin, at - begin));
    at = begin + length;
    if (isNamePart(peek()))
      return malformed(text.substr(begin, at + 1 - begin));
    token.kind = Token::decimal;
    token.value = std::bit_cast<uint64_t>(value);
    return std::nullopt;
  }

  static bool parse(std::string_view digits, int base, Token &token) {
    auto [end, code] = std::from_chars(
        digits.data(), digits.data() + digits.size(), token.value, base);
    return !digits.empty() && code == std::errc() &&
           end == digits.data() + digits.size();
  }

  MaybeError malformed(std::string_view body) {
    return Error{line, "'" + std::string(body) + "' is no number"};
  }

  std::string_view text;
  size_t at = 0;
  unsigned line = 1;
};
} // namespace

Result<std::vector<Token>> einsumc::ptx::lex(std::string_view text) {
  std::vector<Token> tokens;
  if (MaybeError error = Lexer(text).run(tokens))
    return *error;
  return tokens;
}
