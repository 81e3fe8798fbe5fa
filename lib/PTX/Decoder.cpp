//===- Decoder.cpp - Operands, modifiers and the table of opcodes ---------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"
#include <algorithm>
#include <bit>
#include <unordered_map>

using namespace einsumc::ptx;

Decoder::Decoder(const Module &module, const Kernel &kernel,
                 const VariableAddresses &variables, Program &program)
    : module(module), kernel(kernel), variables(variables), program(program) {}

bool Decoder::fail(std::string message) {
  if (!error)
    error = Error{current->line, std::move(message)};
  return false;
}

static std::string spelling(const Statement &statement) {
  std::string text = statement.opcode;
  for (const std::string &modifier : statement.modifiers)
    text += modifier;
  return text;
}

bool Decoder::requireTarget(unsigned architecture) {
  return module.architecture >= architecture ||
         fail("'" + spelling(*current) + "' needs sm_" +
              std::to_string(architecture) + " but the target is sm_" +
              std::to_string(module.architecture));
}

static const std::unordered_map<std::string_view, Family> &families() {
  static const auto *table = [] {
    auto *map = new std::unordered_map<std::string_view, Family>;
    for (auto list : {integerFamilies(), bitFamilies(), floatFamilies(),
                      approximationFamilies(), compareFamilies(),
                      moveFamilies(), memoryFamilies(), controlFamilies()})
      for (const FamilyEntry &entry : list)
        map->emplace(entry.opcode, entry.family);
    return map;
  }();
  return *table;
}

/// Of the ISA, but for later: said so rather than called unknown.
static bool isKnownOpcode(std::string_view opcode) {
  static constexpr std::string_view kKnown[] = {"bar",
                                                "barrier",
                                                "call",
                                                "vote",
                                                "shfl",
                                                "activemask",
                                                "match",
                                                "redux",
                                                "mma",
                                                "wmma",
                                                "ldmatrix",
                                                "stmatrix",
                                                "wgmma",
                                                "cp",
                                                "mbarrier",
                                                "fence",
                                                "membar",
                                                "setmaxnreg",
                                                "tcgen05",
                                                "elect",
                                                "atom",
                                                "red",
                                                "tex",
                                                "prefetch",
                                                "prefetchu",
                                                "isspacep",
                                                "brx",
                                                "nanosleep",
                                                "griddepcontrol",
                                                "mapa",
                                                "getctarank",
                                                "dp2a",
                                                "st.async",
                                                "multimem",
                                                "vadd",
                                                "vsub",
                                                "vmad",
                                                "applypriority",
                                                "discard",
                                                "createpolicy",
                                                "alloca",
                                                "movmatrix",
                                                "bmsk",
                                                "szext",
                                                "clusterlaunchcontrol",
                                                "pmevent"};
  return std::find(std::begin(kKnown), std::end(kKnown), opcode) !=
         std::end(kKnown);
}

bool Decoder::decode(const Statement &statement) {
  current = &statement;
  into = &program.instructions.emplace_back();
  into->line = statement.line;
  into->guard = statement.guard;
  into->guardNegated = statement.guardNegated;
  modifier = 0;
  auto family = families().find(statement.opcode);
  if (family == families().end())
    return fail(isKnownOpcode(statement.opcode)
                    ? "'" + spelling(statement) + "' is not supported yet"
                    : "unknown instruction '" + statement.opcode + "'");
  return family->second(*this);
}

bool Decoder::accept(std::string_view text) {
  if (modifier == current->modifiers.size() ||
      current->modifiers[modifier] != text)
    return false;
  ++modifier;
  return true;
}

int Decoder::acceptOneOf(std::initializer_list<std::string_view> modifiers) {
  int index = 0;
  for (std::string_view text : modifiers) {
    if (accept(text))
      return index;
    ++index;
  }
  return -1;
}

bool Decoder::expect(std::string_view text) {
  if (accept(text))
    return true;
  std::string found = modifier < current->modifiers.size()
                          ? " but found '" + current->modifiers[modifier] + "'"
                          : "";
  return fail("'" + spelling(*current) + "': expected '" + std::string(text) +
              "'" + found);
}

bool Decoder::type(Type &type, std::initializer_list<Type> allowed) {
  if (modifier == current->modifiers.size())
    return fail("'" + spelling(*current) + "': expected a type");
  const std::string &text = current->modifiers[modifier];
  std::optional<Type> parsed = parseType(text);
  if (!parsed)
    return fail("unknown modifier '" + text + "' of '" + current->opcode + "'");
  if (std::find(allowed.begin(), allowed.end(), *parsed) == allowed.end())
    return fail("'" + spelling(*current) + "' does not exist: wrong type '" +
                text + "'");
  type = *parsed;
  ++modifier;
  return true;
}

bool Decoder::acceptRounding() {
  int mode = acceptOneOf({".rn", ".rz", ".rm", ".rp"});
  if (mode >= 0)
    into->rounding = Rounding(mode);
  return mode >= 0;
}

bool Decoder::operands(size_t atLeast, size_t atMost) {
  if (modifier < current->modifiers.size())
    return fail("unknown modifier '" + current->modifiers[modifier] + "' of '" +
                current->opcode + "' in '" + spelling(*current) + "'");
  size_t count = current->operands.size();
  if (count < atLeast || count > atMost)
    return fail("'" + spelling(*current) + "' takes " +
                std::to_string(atLeast) +
                (atLeast == atMost ? "" : " to " + std::to_string(atMost)) +
                " operands but has " + std::to_string(count));
  return true;
}

bool Decoder::operands(size_t count) {
  return operands(count, count) &&
         (!current->second ||
          fail("'" + spelling(*current) + "' has no second result"));
}

bool Decoder::registerFits(Type reg, Type type, bool wider) const {
  if (reg == Type::pred || type == Type::pred)
    return reg == type;
  unsigned have = bitWidth(reg), want = bitWidth(type);
  if (have != want)
    // Wider registers are as integers are; a narrow float may lie in bits.
    return wider && have > want &&
           (isUntyped(reg) || (isInteger(reg) && !isFloat(type)));
  if (isUntyped(reg) || isUntyped(type))
    return true;
  if (isFloat(reg) || isFloat(type))
    return reg == type;
  return true;
}

static std::string describe(const Kernel::Register &reg) {
  return "register '" + reg.name + "' is ." + name(reg.type);
}

bool Decoder::result(const Operand &operand, Type type, bool wider) {
  int &row = into->result[into->results++];
  row = -1;
  if (operand.kind == Operand::sink) {
    into->resultMask = mask(type);
    return true;
  }
  if (operand.kind != Operand::reg || operand.negated)
    return fail("'" + spelling(*current) + "': a result is a register");
  const Kernel::Register &reg = kernel.registers[size_t(operand.index)];
  if (!registerFits(reg.type, type, wider))
    return fail(describe(reg) + ", which '" + spelling(*current) +
                "' cannot write as ." + name(type));
  row = operand.index;
  if (into->results == 1)
    into->resultMask = mask(reg.type);
  return true;
}

bool Decoder::immediate(const Operand &operand, Type type, uint64_t &bits) {
  bits = operand.value;
  bool number = !isInteger(operand.type);
  if (type == Type::pred) {
    // mov.pred: true where it is not 0.
    if (number)
      return fail("'" + spelling(*current) + "': a number is no predicate");
    bits = bits != 0;
    return true;
  }
  if (number) {
    bool single = operand.type == Type::f32;
    if (type == Type::f64 && single)
      bits =
          std::bit_cast<uint64_t>(double(std::bit_cast<float>(uint32_t(bits))));
    else if (type == Type::f32 && !single)
      bits = std::bit_cast<uint32_t>(float(std::bit_cast<double>(bits)));
    else if (!(isFloat(type) || isUntyped(type)) ||
             bitWidth(type) != (single ? 32u : 64u))
      return fail("'" + spelling(*current) +
                  "': a floating-point immediate as ." + name(type));
  } else if (type == Type::f32 || type == Type::f64) {
    return fail("'" + spelling(*current) + "': an integer immediate as ." +
                name(type));
  }
  bits &= mask(type);
  return true;
}

bool Decoder::symbolAddress(const Operand &operand, uint64_t &address) {
  for (const KernelInfo::Parameter &parameter : kernel.info.parameters)
    if (parameter.name == operand.name) {
      address = parameter.offset + operand.value;
      return true;
    }
  auto variable = variables.find(operand.name);
  if (variable == variables.end())
    return fail("unknown name '" + operand.name + "'");
  address = variable->second + operand.value;
  return true;
}

bool Decoder::specialRow(const Operand &operand, Type type, int &row) {
  static const std::map<std::string_view, Special> kSpecials = {
      {"%tid.x", Special::tidX},       {"%tid.y", Special::tidY},
      {"%tid.z", Special::tidZ},       {"%ntid.x", Special::ntidX},
      {"%ntid.y", Special::ntidY},     {"%ntid.z", Special::ntidZ},
      {"%ctaid.x", Special::ctaidX},   {"%ctaid.y", Special::ctaidY},
      {"%ctaid.z", Special::ctaidZ},   {"%nctaid.x", Special::nctaidX},
      {"%nctaid.y", Special::nctaidY}, {"%nctaid.z", Special::nctaidZ},
      {"%laneid", Special::laneid},    {"%warpid", Special::warpid},
      {"%nwarpid", Special::nwarpid},  {"%gridid", Special::gridid}};
  auto special = kSpecials.find(operand.name);
  if (special == kSpecials.end())
    return fail(
        "'" + operand.name +
        "' is neither declared nor a special register that is supported");
  bool wide = special->second == Special::gridid && bitWidth(type) == 64;
  if (!wide && (bitWidth(type) != 32 || isFloat(type)))
    return fail("special register '" + operand.name + "' as ." + name(type));
  auto [it, fresh] = specials.try_emplace(special->second, 0);
  if (fresh) {
    it->second = int(program.initial.size());
    program.specials.emplace_back(unsigned(it->second), special->second);
    program.initial.push_back(0);
  }
  row = it->second;
  return true;
}

bool Decoder::source(const Operand &operand, Type type, bool wider) {
  int &row = into->source[into->sources++];
  uint64_t bits = 0;
  switch (operand.kind) {
  case Operand::reg: {
    if (operand.negated)
      return fail("'" + spelling(*current) + "': '!' is not allowed here");
    const Kernel::Register &reg = kernel.registers[size_t(operand.index)];
    if (!registerFits(reg.type, type, wider))
      return fail(describe(reg) + ", which '" + spelling(*current) +
                  "' cannot read as ." + name(type));
    row = operand.index;
    return true;
  }
  case Operand::immediate:
    if (!immediate(operand, type, bits))
      return false;
    row = constantRow(bits);
    return true;
  case Operand::symbol:
    if (operand.name == "WARP_SZ") {
      row = constantRow(kWarpSize);
      return true;
    }
    if (operand.name.starts_with('%'))
      return specialRow(operand, type, row);
    if (!symbolAddress(operand, bits))
      return false;
    if (bitWidth(type) != 64 || isFloat(type))
      return fail("an address as ." + std::string(name(type)));
    row = constantRow(bits);
    return true;
  default:
    return fail("'" + spelling(*current) +
                "': an operand is no register and no number");
  }
}

bool Decoder::result(size_t index, Type type, bool wider) {
  return result(current->operands[index], type, wider);
}
bool Decoder::source(size_t index, Type type, bool wider) {
  return source(current->operands[index], type, wider);
}

bool Decoder::sources(size_t first, std::initializer_list<Type> types) {
  for (Type type : types)
    if (!source(first++, type))
      return false;
  return true;
}

bool Decoder::uniform(Type type, unsigned sourceCount) {
  if (!operands(1 + sourceCount) || !result(0, type))
    return false;
  for (unsigned i = 1; i <= sourceCount; ++i)
    if (!source(i, type))
      return false;
  return true;
}

bool Decoder::predicateSource(size_t index) {
  Operand operand = current->operands[index];
  into->negate = operand.negated;
  operand.negated = false;
  return source(operand, Type::pred);
}

bool Decoder::address(size_t index, bool &constant) {
  const Operand &operand = current->operands[index];
  if (operand.kind != Operand::address)
    return fail("'" + spelling(*current) + "': expected an address in [ ]");
  uint64_t bits = operand.value;
  constant = operand.index < 0;
  into->offset = 0;
  int &row = into->source[into->sources++];
  if (!constant) {
    const Kernel::Register &reg = kernel.registers[size_t(operand.index)];
    if (bitWidth(reg.type) != 64 || isFloat(reg.type))
      return fail(describe(reg) + " but an address has 64 bits");
    into->offset = operand.value;
    row = operand.index;
    return true;
  }
  if (!operand.name.empty() && !symbolAddress(operand, bits))
    return false;
  row = constantRow(bits);
  return true;
}

int Decoder::constantRow(uint64_t value) {
  auto [it, fresh] =
      constants.try_emplace(value, ~int(program.constants.size()));
  if (fresh)
    program.constants.emplace_back().fill(value);
  return it->second;
}

int Decoder::carryRow() {
  if (carry < 0) {
    carry = int(program.initial.size());
    program.initial.push_back(0);
  }
  return carry;
}

bool Decoder::label(size_t index, unsigned &target) {
  const Operand &operand = current->operands[index];
  if (operand.kind != Operand::symbol || operand.value != 0)
    return fail("'" + spelling(*current) + "': expected a label");
  for (unsigned scope = current->scope;; scope = kernel.scopes[scope]) {
    auto label = kernel.labels.find({scope, operand.name});
    if (label != kernel.labels.end()) {
      target = label->second;
      return true;
    }
    if (scope == 0)
      return fail("no label '" + operand.name + "'");
  }
}

Result<Program> einsumc::ptx::decode(const Module &module, const Kernel &kernel,
                                     const VariableAddresses &variables) {
  Program program;
  program.kernel = &kernel;
  for (const Kernel::Register &reg : kernel.registers)
    program.initial.push_back(0xa5a5a5a5a5a5a5a5 & mask(reg.type));
  Decoder decoder(module, kernel, variables, program);
  for (const Statement &statement : kernel.statements)
    if (!decoder.decode(statement))
      return *decoder.error;
  // Running past the last instruction ends a thread as ret does.
  Instruction &end = program.instructions.emplace_back();
  end.kind = Instruction::exit;
  end.counted = InstructionClass::control;
  end.line = kernel.line;
  return program;
}
