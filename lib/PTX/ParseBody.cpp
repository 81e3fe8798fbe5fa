//===- ParseBody.cpp - The statements of a kernel -------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parser.h"
#include <bit>

using namespace einsumc::ptx;

/// More registers than one thread can have by far, and no range like
/// <4000000000>.
static constexpr uint64_t kMaxRegisters = 1 << 20;
static constexpr unsigned kMaxScopes = 1 << 16;

namespace {
class BodyParser {
public:
  BodyParser(Cursor &cursor, Module &module, Kernel &kernel)
      : cursor(cursor), module(module), kernel(kernel) {}

  bool run() {
    openScope(0);
    while (true) {
      if (cursor.accept("}")) {
        if (scope == 0)
          return true;
        scope = kernel.scopes[scope];
      } else if (cursor.accept("{")) {
        if (kernel.scopes.size() == kMaxScopes)
          return cursor.fail(cursor.peek().line, "too many scopes");
        openScope(scope);
      } else if (!statement()) {
        return false;
      }
    }
  }

private:
  struct Range {
    unsigned first, count;
  };
  struct Scope {
    std::map<std::string, unsigned, std::less<>> registers;
    std::map<std::string, Range, std::less<>> ranges;
  };

  void openScope(unsigned parent) {
    scope = unsigned(kernel.scopes.size());
    kernel.scopes.push_back(parent);
    names.emplace_back();
  }

  bool statement() {
    const Token &token = cursor.peek();
    if (token.kind == Token::dotWord)
      return directive();
    if (token.kind == Token::word && cursor.peek(1).is(":"))
      return label();
    return instruction();
  }

  bool label() {
    const Token &token = cursor.take();
    cursor.take();
    bool fresh = kernel.labels
                     .try_emplace({scope, std::string(token.text)},
                                  unsigned(kernel.statements.size()))
                     .second;
    return fresh ||
           cursor.fail(token.line, "label '" + std::string(token.text) +
                                       "' is defined twice");
  }

  bool directive() {
    const Token &token = cursor.take();
    if (token.is(".reg"))
      return registers();
    if (token.is(".loc"))
      return location(token.line);
    if (token.is(".pragma"))
      return cursor.skipToSemicolon();
    if (token.is(".const") || token.is(".global"))
      return parseVariable(cursor, token.text, module);
    if (token.is(".shared") || token.is(".local") || token.is(".param") ||
        token.is(".branchtargets") || token.is(".callprototype"))
      return cursor.fail(token.line, "'" + std::string(token.text) +
                                         "' is not supported yet");
    return cursor.fail(token.line,
                       "unknown directive '" + std::string(token.text) + "'");
  }

  /// ".loc 1 5 3, function_name $L__info + 4, inlined_at 1 7 2": a line's end
  /// ends it.
  bool location(unsigned line) {
    while (cursor.peek().line == line && cursor.peek().kind != Token::end)
      cursor.take();
    return true;
  }

  bool registers() {
    const Token &typeToken = cursor.take();
    std::optional<Type> type = parseType(typeToken.text);
    if (!type)
      return cursor.fail(typeToken.line, "registers of type '" +
                                             std::string(typeToken.text) +
                                             "' are not supported");
    do {
      unsigned line = cursor.peek().line;
      std::string name;
      uint64_t count = 1;
      if (!cursor.word(name, "a register's name"))
        return false;
      bool range = cursor.accept("<");
      if (range && (!cursor.integer(count, "a number of registers") ||
                    !cursor.expect(">")))
        return false;
      if (count > kMaxRegisters ||
          kernel.registers.size() + count > kMaxRegisters)
        return cursor.fail(line, "more than 1048576 registers");
      unsigned first = unsigned(kernel.registers.size());
      bool fresh =
          range ? names[scope]
                      .ranges.try_emplace(name, Range{first, unsigned(count)})
                      .second
                : names[scope].registers.try_emplace(name, first).second;
      if (!fresh)
        return cursor.fail(line, "'" + name + "' is declared twice");
      for (uint64_t i = 0; i < count; ++i)
        kernel.registers.push_back(
            {range ? name + std::to_string(i) : name, *type});
    } while (cursor.accept(","));
    return cursor.expect(";");
  }

  int findRegister(std::string_view name) const {
    size_t digits = name.size();
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
      --digits;
    std::string_view prefix = name.substr(0, digits);
    std::string_view number = name.substr(digits);
    uint64_t index = 0;
    bool numbered = !number.empty() && number.size() <= 7 &&
                    (number.size() == 1 || number[0] != '0');
    for (char c : numbered ? number : "")
      index = index * 10 + uint64_t(c - '0');
    for (unsigned in = scope;; in = kernel.scopes[in]) {
      if (auto it = names[in].registers.find(name);
          it != names[in].registers.end())
        return int(it->second);
      if (numbered)
        if (auto it = names[in].ranges.find(prefix);
            it != names[in].ranges.end() && index < it->second.count)
          return int(it->second.first + index);
      if (in == 0)
        return -1;
    }
  }

  bool reg(int &index, const char *what) {
    if (cursor.peek().kind != Token::word)
      return cursor.failHere(what);
    const Token &token = cursor.take();
    index = findRegister(token.text);
    return index >= 0 ||
           cursor.fail(token.line, "register '" + std::string(token.text) +
                                       "' is not declared");
  }

  bool instruction() {
    Statement statement;
    statement.scope = scope;
    if (cursor.accept("@")) {
      statement.guardNegated = cursor.accept("!");
      if (!reg(statement.guard, "a predicate"))
        return false;
      if (kernel.registers[size_t(statement.guard)].type != Type::pred)
        return cursor.fail(cursor.peek().line,
                           "an instruction is guarded by a .pred register");
    }
    statement.line = cursor.peek().line;
    if (!cursor.word(statement.opcode, "an instruction"))
      return false;
    while (cursor.peek().kind == Token::dotWord && cursor.peek().adjacent)
      statement.modifiers.emplace_back(cursor.take().text);
    if (!cursor.accept(";")) {
      if (!firstOperand(statement))
        return false;
      while (cursor.accept(",")) {
        Operand operand;
        if (!parseOperand(operand))
          return false;
        statement.operands.push_back(std::move(operand));
      }
      if (!cursor.expect(";"))
        return false;
    }
    kernel.statements.push_back(std::move(statement));
    return true;
  }

  bool firstOperand(Statement &statement) {
    Operand operand;
    if (!parseOperand(operand))
      return false;
    statement.operands.push_back(std::move(operand));
    if (cursor.accept("|")) {
      statement.second.emplace();
      return parseOperand(*statement.second);
    }
    return true;
  }

  bool parseOperand(Operand &operand, bool inVector = false) {
    if (cursor.peek().is("{") && !inVector)
      return parseVector(operand);
    if (cursor.peek().is("[") && !inVector)
      return parseAddress(operand);
    if (cursor.accept("!")) {
      operand.negated = true;
      operand.kind = Operand::reg;
      return reg(operand.index, "a predicate");
    }
    const Token &token = cursor.peek();
    if (token.kind == Token::word)
      return parseName(operand);
    return parseNumber(operand);
  }

  bool parseName(Operand &operand) {
    const Token &token = cursor.take();
    if (token.is("_")) {
      operand.kind = Operand::sink;
      return true;
    }
    operand.name = token.text;
    operand.index = findRegister(token.text);
    operand.kind = operand.index >= 0 ? Operand::reg : Operand::symbol;
    // %tid.x
    if (operand.kind == Operand::symbol && cursor.peek().adjacent &&
        cursor.peek().kind == Token::dotWord)
      operand.name += cursor.take().text;
    // variable+4
    if (operand.kind == Operand::symbol)
      return parseOffset(operand);
    return true;
  }

  bool parseOffset(Operand &operand) {
    while (cursor.peek().is("+") || cursor.peek().is("-")) {
      bool negative = cursor.take().is("-");
      // [reg+-4]
      if (cursor.accept("-"))
        negative = !negative;
      uint64_t value;
      if (!cursor.integer(value, "an offset"))
        return false;
      operand.value += negative ? -value : value;
    }
    return true;
  }

  bool parseNumber(Operand &operand) {
    bool negative = cursor.accept("-");
    const Token &token = cursor.peek();
    operand.kind = Operand::immediate;
    operand.value = token.value;
    switch (token.kind) {
    case Token::integer:
      operand.type = negative || token.value >> 63 == 0 ? Type::s64 : Type::u64;
      operand.value = negative ? -token.value : token.value;
      break;
    case Token::floatBits:
      operand.type = Type::f32;
      operand.value ^= negative ? uint64_t(1) << 31 : 0;
      break;
    case Token::doubleBits:
    case Token::decimal:
      operand.type = Type::f64;
      operand.value ^= negative ? uint64_t(1) << 63 : 0;
      break;
    default:
      return cursor.failHere("an operand");
    }
    cursor.take();
    return true;
  }

  bool parseVector(Operand &operand) {
    operand.kind = Operand::vector;
    cursor.take();
    do {
      if (operand.elements.size() == 8)
        return cursor.fail(cursor.peek().line,
                           "a vector has at most eight elements");
      if (!parseOperand(operand.elements.emplace_back(), true))
        return false;
    } while (cursor.accept(","));
    return cursor.expect("}");
  }

  bool parseAddress(Operand &operand) {
    cursor.take();
    operand.kind = Operand::address;
    if (cursor.peek().kind == Token::word) {
      const Token &token = cursor.take();
      operand.index = findRegister(token.text);
      if (operand.index < 0)
        operand.name = token.text;
    } else {
      bool negative = cursor.accept("-");
      if (!cursor.integer(operand.value, "an address"))
        return false;
      operand.value = negative ? -operand.value : operand.value;
    }
    return parseOffset(operand) && cursor.expect("]");
  }

  Cursor &cursor;
  Module &module;
  Kernel &kernel;
  std::vector<Scope> names;
  unsigned scope = 0;
};
} // namespace

bool einsumc::ptx::parseBody(Cursor &cursor, Module &module, Kernel &kernel) {
  return BodyParser(cursor, module, kernel).run();
}
