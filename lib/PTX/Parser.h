//===- Parser.h - A cursor over tokens, and the parsers of bodies -*- C++
//-*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_PARSER_H
#define EINSUMC_LIB_PTX_PARSER_H

#include "Lexer.h"
#include "Module.h"
#include <algorithm>

namespace einsumc::ptx {

/// Tokens read one after the other. Each function that can fail returns true
/// for success; the first failure is kept.
class Cursor {
public:
  explicit Cursor(const std::vector<Token> &tokens) : tokens(tokens) {}

  const Token &peek(size_t ahead = 0) const {
    return tokens[std::min(at + ahead, tokens.size() - 1)];
  }
  const Token &take() {
    const Token &token = peek();
    if (at + 1 < tokens.size())
      ++at;
    return token;
  }
  bool accept(std::string_view text) {
    if (!peek().is(text))
      return false;
    take();
    return true;
  }
  bool expect(std::string_view text) {
    return accept(text) || failHere("'" + std::string(text) + "'");
  }
  /// "expected WHAT but found TOKEN".
  bool failHere(const std::string &what) {
    const Token &token = peek();
    std::string found = token.kind == Token::end
                            ? "the end of the text"
                            : "'" + std::string(token.text) + "'";
    return fail(token.line, "expected " + what + " but found " + found);
  }
  bool fail(unsigned line, std::string message) {
    if (!error)
      error = Error{line, std::move(message)};
    return false;
  }
  bool word(std::string &name, const char *what) {
    if (peek().kind != Token::word)
      return failHere(what);
    name = take().text;
    return true;
  }
  bool integer(uint64_t &value, const char *what) {
    if (peek().kind != Token::integer)
      return failHere(what);
    value = take().value;
    return true;
  }
  /// ".align N" and array brackets are shared by variables and parameters.
  bool alignment(uint64_t &value);
  bool arrayExtents(uint64_t &count);
  bool skipToSemicolon();

  MaybeError error;

private:
  const std::vector<Token> &tokens;
  size_t at = 0;
};

/// The body of a kernel: after its '{' and through its '}'.
bool parseBody(Cursor &cursor, Module &module, Kernel &kernel);
/// A variable after its state space, through its ';'.
bool parseVariable(Cursor &cursor, std::string_view space, Module &module);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_PARSER_H
