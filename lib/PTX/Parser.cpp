//===- Parser.cpp - Modules, variables and the heads of kernels -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parser.h"
#include <algorithm>
#include <bit>
#include <limits>

using namespace einsumc::ptx;

/// More than any GPU has.
static constexpr uint64_t kMaxVariableBytes = uint64_t(1) << 40;
static constexpr uint64_t kMaxAlignment = 1024;

bool Cursor::alignment(uint64_t &value) {
  if (!integer(value, "an alignment"))
    return false;
  if (!std::has_single_bit(value) || value > kMaxAlignment)
    return fail(peek().line, "an alignment is a power of two up to 1024");
  return true;
}

bool Cursor::arrayExtents(uint64_t &count) {
  while (accept("[")) {
    uint64_t extent;
    if (!integer(extent, "an extent") || !expect("]"))
      return false;
    if (extent == 0 || extent > kMaxVariableBytes ||
        count > kMaxVariableBytes / extent)
      return fail(peek().line, "this array has an impossible size");
    count *= extent;
  }
  return true;
}

bool Cursor::skipToSemicolon() {
  while (!accept(";")) {
    if (peek().kind == Token::end)
      return failHere("';'");
    take();
  }
  return true;
}

/// The bits of one number of an initialiser.
static bool parseElement(Cursor &cursor, Type type, std::string &bytes) {
  bool negative = cursor.accept("-");
  const Token &token = cursor.peek();
  uint64_t bits = token.value;
  switch (token.kind) {
  case Token::integer:
    bits = negative ? -bits : bits;
    if (type == Type::f32)
      bits = std::bit_cast<uint32_t>(float(int64_t(bits)));
    if (type == Type::f64)
      bits = std::bit_cast<uint64_t>(double(int64_t(bits)));
    break;
  case Token::floatBits:
    if (type == Type::f64)
      bits =
          std::bit_cast<uint64_t>(double(std::bit_cast<float>(uint32_t(bits))));
    bits ^= negative ? uint64_t(1) << (bitWidth(type) - 1) : 0;
    break;
  case Token::doubleBits:
  case Token::decimal:
    bits ^= negative ? uint64_t(1) << 63 : 0;
    if (type == Type::f32)
      bits = std::bit_cast<uint32_t>(float(std::bit_cast<double>(bits)));
    break;
  default:
    return cursor.failHere("a number");
  }
  cursor.take();
  for (unsigned i = 0; i < byteWidth(type); ++i)
    bytes += char(bits >> (8 * i));
  return true;
}

static bool parseInitializer(Cursor &cursor, Type type, uint64_t limit,
                             std::string &bytes) {
  if (cursor.accept("{")) {
    do {
      if (!parseInitializer(cursor, type, limit, bytes))
        return false;
    } while (cursor.accept(","));
    return cursor.expect("}");
  }
  unsigned line = cursor.peek().line;
  if (!parseElement(cursor, type, bytes))
    return false;
  return bytes.size() <= limit ||
         cursor.fail(line, "more initial values than the variable has room");
}

bool einsumc::ptx::parseVariable(Cursor &cursor, std::string_view space,
                                 Module &module) {
  Variable variable;
  variable.space = space;
  variable.line = cursor.peek().line;
  std::optional<Type> type;
  bool aligned = false;
  while (cursor.peek().kind == Token::dotWord && !type) {
    const Token &token = cursor.take();
    if (token.is(".align")) {
      aligned = true;
      if (!cursor.alignment(variable.alignment))
        return false;
      continue;
    }
    type = parseType(token.text);
    if (!type || *type == Type::pred || isPair(*type))
      return cursor.fail(token.line, "'" + std::string(token.text) +
                                         "' is not supported here");
  }
  uint64_t count = 1;
  if (!type)
    return cursor.failHere("a type");
  if (!cursor.word(variable.name, "a variable's name") ||
      !cursor.arrayExtents(count))
    return false;
  if (count > kMaxVariableBytes / byteWidth(*type))
    return cursor.fail(variable.line, "this array has an impossible size");
  variable.bytes = count * byteWidth(*type);
  if (!aligned)
    variable.alignment = byteWidth(*type);
  if (cursor.accept("=") &&
      !parseInitializer(cursor, *type, variable.bytes, variable.initial))
    return false;
  for (const Variable &other : module.variables)
    if (other.name == variable.name)
      return cursor.fail(variable.line,
                         "'" + variable.name + "' is declared twice");
  module.variables.push_back(std::move(variable));
  return cursor.expect(";");
}

static bool parseParameter(Cursor &cursor, Kernel &kernel) {
  unsigned line = cursor.peek().line;
  if (!cursor.expect(".param"))
    return false;
  uint64_t alignment = 0, count = 1;
  std::optional<Type> type;
  while (cursor.peek().kind == Token::dotWord) {
    const Token &token = cursor.take();
    if (token.is(".align")) {
      if (!cursor.alignment(alignment))
        return false;
    } else if (token.is(".ptr")) {
      // What a pointer points to: ".ptr .global .align 4".
      uint64_t pointee;
      for (const char *space : {".global", ".const", ".shared", ".local"})
        cursor.accept(space);
      if (cursor.accept(".align") && !cursor.alignment(pointee))
        return false;
    } else {
      std::optional<Type> found = parseType(token.text);
      if (type || !found || *found == Type::pred || isPair(*found))
        return cursor.fail(token.line, "'" + std::string(token.text) +
                                           "' is no type of a parameter");
      type = found;
    }
  }
  KernelInfo::Parameter parameter;
  if (!type)
    return cursor.failHere("a parameter's type");
  if (!cursor.word(parameter.name, "a parameter's name") ||
      !cursor.arrayExtents(count))
    return false;
  for (const KernelInfo::Parameter &other : kernel.info.parameters)
    if (other.name == parameter.name)
      return cursor.fail(line, "'" + other.name + "' is declared twice");
  // 32764 bytes is the most that any version of PTX lets a kernel have.
  parameter.bytes = count * byteWidth(*type);
  alignment = std::max<uint64_t>(alignment, byteWidth(*type));
  parameter.offset = (kernel.parameterBytes + alignment - 1) & -alignment;
  kernel.parameterBytes = parameter.offset + parameter.bytes;
  if (count > 32764 || kernel.parameterBytes > 32764)
    return cursor.fail(line, "more than 32764 bytes of parameters");
  kernel.info.parameters.push_back(std::move(parameter));
  return true;
}

/// "256, 1, 1", whose last numbers may be missing.
static bool parseDim3(Cursor &cursor, Dim3 &dim) {
  uint32_t *parts[] = {&dim.x, &dim.y, &dim.z};
  dim = {1, 1, 1};
  for (unsigned i = 0; i < 3; ++i) {
    uint64_t value;
    if (!cursor.integer(value, "a block size"))
      return false;
    if (value == 0 || value > 1024)
      return cursor.fail(cursor.peek().line, "a block has 1 to 1024 threads");
    *parts[i] = uint32_t(value);
    if (!cursor.accept(","))
      break;
  }
  return true;
}

static bool parseKernel(Cursor &cursor, Module &module) {
  Kernel kernel;
  kernel.line = cursor.peek().line;
  if (!cursor.word(kernel.info.name, "a kernel's name"))
    return false;
  for (const Kernel &other : module.kernels)
    if (other.info.name == kernel.info.name)
      return cursor.fail(kernel.line,
                         "'" + kernel.info.name + "' is defined twice");
  if (cursor.accept("(") && !cursor.accept(")")) {
    do {
      if (!parseParameter(cursor, kernel))
        return false;
    } while (cursor.accept(","));
    if (!cursor.expect(")"))
      return false;
  }
  while (cursor.peek().kind == Token::dotWord) {
    const Token &token = cursor.take();
    uint64_t ignored;
    if (token.is(".reqntid")) {
      if (!parseDim3(cursor, kernel.info.requiredBlock))
        return false;
    } else if (token.is(".maxntid")) {
      if (!parseDim3(cursor, kernel.maximumBlock))
        return false;
    } else if (token.is(".minnctapersm") || token.is(".maxnreg") ||
               token.is(".maxnctapersm")) {
      if (!cursor.integer(ignored, "a number"))
        return false;
    } else if (token.is(".pragma")) {
      if (!cursor.skipToSemicolon())
        return false;
    } else {
      return cursor.fail(token.line, "unknown directive '" +
                                         std::string(token.text) +
                                         "' of a kernel");
    }
  }
  if (!cursor.expect("{") || !parseBody(cursor, module, kernel))
    return false;
  module.kernels.push_back(std::move(kernel));
  return true;
}

/// ".section .debug_str { ... }"
static bool skipBraces(Cursor &cursor) {
  while (!cursor.peek().is("{") && cursor.peek().kind != Token::end)
    cursor.take();
  if (!cursor.expect("{"))
    return false;
  while (!cursor.accept("}")) {
    if (cursor.peek().kind == Token::end)
      return cursor.failHere("'}'");
    cursor.take();
  }
  return true;
}

static bool parseTarget(Cursor &cursor, Module &module) {
  std::string target;
  unsigned line = cursor.peek().line;
  if (!cursor.word(target, "a target"))
    return false;
  std::string_view digits = target;
  bool known = digits.starts_with("sm_");
  digits.remove_prefix(known ? 3 : 0);
  if (known && (digits.ends_with('a') || digits.ends_with('f'))) {
    module.variant = digits.back();
    digits.remove_suffix(1);
  }
  unsigned number = 0;
  for (char c : digits) {
    known = known && c >= '0' && c <= '9' && number < 1000;
    number = number * 10 + unsigned(c - '0');
  }
  static constexpr unsigned kArchitectures[] = {
      50, 52, 53, 60, 61,  62,  70,  72,  75,  80, 86,
      87, 88, 89, 90, 100, 101, 103, 110, 120, 121};
  if (!known || std::find(std::begin(kArchitectures), std::end(kArchitectures),
                          number) == std::end(kArchitectures))
    return cursor.fail(line, "unknown target '" + target + "'");
  module.architecture = number;
  while (cursor.accept(","))
    // Of the options, debug changes nothing.
    if (!cursor.expect("debug"))
      return false;
  return true;
}

static bool parseHeader(Cursor &cursor, Module &module) {
  if (!cursor.expect(".version"))
    return false;
  // The lexer reads "8.0" as a decimal number.
  const Token &version = cursor.peek();
  size_t dot = version.text.find('.');
  if (version.kind != Token::decimal || dot > 2 ||
      version.text.size() != dot + 2)
    return cursor.failHere("a version as 8.0");
  for (char c : version.text.substr(0, dot))
    module.major = module.major * 10 + unsigned(c - '0');
  module.minor = unsigned(version.text.back() - '0');
  cursor.take();
  uint64_t bits = 0;
  if (!cursor.expect(".target") || !parseTarget(cursor, module))
    return false;
  if (cursor.accept(".address_size")) {
    if (!cursor.integer(bits, "64"))
      return false;
  }
  return bits == 64 ||
         cursor.fail(cursor.peek().line, "only .address_size 64 is supported");
}

static bool parseTopLevel(Cursor &cursor, Module &module) {
  while (cursor.accept(".visible") || cursor.accept(".weak"))
    ;
  const Token &token = cursor.take();
  if (token.is(".entry"))
    return parseKernel(cursor, module);
  if (token.is(".global") || token.is(".const"))
    return parseVariable(cursor, token.text, module);
  if (token.is(".file")) {
    while (cursor.peek().kind == Token::integer ||
           cursor.peek().kind == Token::string || cursor.peek().is(","))
      cursor.take();
    return true;
  }
  if (token.is(".section"))
    return skipBraces(cursor);
  if (token.is(".pragma"))
    return cursor.skipToSemicolon();
  if (token.is(".func") || token.is(".extern") || token.is(".shared"))
    return cursor.fail(token.line, "'" + std::string(token.text) +
                                       "' is not supported yet");
  return cursor.fail(token.line, "expected a kernel or a variable but found '" +
                                     std::string(token.text) + "'");
}

Result<Module> einsumc::ptx::parse(std::string_view text) {
  Result<std::vector<Token>> tokens = lex(text);
  if (!tokens)
    return tokens.error();
  Cursor cursor(*tokens);
  Module module;
  bool good = parseHeader(cursor, module);
  while (good && cursor.peek().kind != Token::end)
    good = parseTopLevel(cursor, module);
  if (!good)
    return *cursor.error;
  return module;
}
