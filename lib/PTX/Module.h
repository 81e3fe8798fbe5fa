//===- Module.h - PTX text, parsed: names resolved, opcodes not yet known -*-
// C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_MODULE_H
#define EINSUMC_LIB_PTX_MODULE_H

#include "Type.h"
#include "einsumc/PTX/Device.h"
#include "einsumc/PTX/Error.h"
#include <array>
#include <map>
#include <string>
#include <vector>

namespace einsumc::ptx {

struct Operand {
  enum Kind : uint8_t {
    /// `index` into the kernel's registers.
    reg,
    /// `value`, as the bits of the given `type`: s64, u64, f32 or f64.
    immediate,
    /// [base + value]; the base is `index`, `name`, or neither.
    address,
    /// {a, b, ...}: `elements`.
    vector,
    /// A label, a variable, a parameter, a special register: `name`.
    symbol,
    /// The place of a result nobody wants: `_`.
    sink,
  };
  Kind kind = sink;
  Type type = Type::s64;
  /// !p
  bool negated = false;
  /// Register of an operand or of an address; -1: none.
  int index = -1;
  uint64_t value = 0;
  std::string name;
  std::vector<Operand> elements;
};

struct Statement {
  unsigned line = 0;
  std::string opcode;
  /// With their dots, in the order of the text.
  std::vector<std::string> modifiers;
  int guard = -1;
  bool guardNegated = false;
  std::vector<Operand> operands;
  /// q of "p|q" as the first operand.
  std::optional<Operand> second;
  /// Where labels are looked up.
  unsigned scope = 0;
};

struct Variable {
  std::string name, space;
  unsigned line = 0;
  uint64_t bytes = 0, alignment = 1;
  /// Shorter than `bytes`: the rest is zero.
  std::string initial;
};

struct Kernel {
  KernelInfo info;
  unsigned line = 0;
  uint64_t parameterBytes = 0;
  /// .maxntid; zeros without.
  Dim3 maximumBlock{0, 0, 0};
  struct Register {
    std::string name;
    Type type;
  };
  std::vector<Register> registers;
  std::vector<Statement> statements;
  /// The scope around each scope; that of the outermost is itself.
  std::vector<unsigned> scopes;
  /// To the index of the statement after it, by scope.
  std::map<std::pair<unsigned, std::string>, unsigned> labels;
};

struct Module {
  unsigned major = 0, minor = 0;
  /// 90 for sm_90 and sm_90a.
  unsigned architecture = 0;
  /// 'a' of sm_90a, 'f' of sm_100f, or 0.
  char variant = 0;
  std::vector<Variable> variables;
  std::vector<Kernel> kernels;
};

Result<Module> parse(std::string_view text);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_MODULE_H
