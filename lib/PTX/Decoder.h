//===- Decoder.h - From statements to instructions --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_DECODER_H
#define EINSUMC_LIB_PTX_DECODER_H

#include "Instruction.h"
#include <initializer_list>
#include <string_view>

namespace einsumc::ptx {

/// Decodes one statement after the other. A family's function reads the
/// modifiers in the order in which the ISA writes them, then the operands;
/// what nobody has read at the end is an error. Functions that can fail return
/// true for success and keep the first error.
class Decoder {
public:
  Decoder(const Module &module, const Kernel &kernel,
          const VariableAddresses &variables, Program &program);

  bool decode(const Statement &statement);

  const Statement &statement() const { return *current; }
  Instruction &instruction() { return *into; }
  bool fail(std::string message);
  /// An instruction that this architecture does not have.
  bool requireTarget(unsigned architecture);

  // Modifiers.
  bool accept(std::string_view modifier);
  /// The index of the modifier that comes next, or -1: consumes it.
  int acceptOneOf(std::initializer_list<std::string_view> modifiers);
  bool expect(std::string_view modifier);
  bool type(Type &type, std::initializer_list<Type> allowed);
  /// .rn, .rz, .rm, .rp, if one comes.
  bool acceptRounding();
  /// All modifiers are read and there are so many operands.
  bool operands(size_t count);
  bool operands(size_t atLeast, size_t atMost);

  // Operands, appended to the instruction's.
  /// `wider`: the register may be wider than the type (ld, st, cvt).
  bool result(const Operand &operand, Type type, bool wider = false);
  bool result(size_t index, Type type, bool wider = false);
  bool source(const Operand &operand, Type type, bool wider = false);
  bool source(size_t index, Type type, bool wider = false);
  /// Sources from `first` on, one of each type.
  bool sources(size_t first, std::initializer_list<Type> types);
  /// A result and then sources, all of one type.
  bool uniform(Type type, unsigned sourceCount);
  /// A predicate that may be negated (Instruction::negate).
  bool predicateSource(size_t index);
  bool address(size_t index, bool &constant);
  int constantRow(uint64_t value);
  /// The carry flag.
  int carryRow();
  bool label(size_t index, unsigned &target);

  void run(InstructionClass counted, WarpFunction function) {
    into->counted = counted;
    into->run = function;
  }

  MaybeError error;

private:
  bool registerFits(Type reg, Type type, bool wider) const;
  bool symbolAddress(const Operand &operand, uint64_t &address);
  bool specialRow(const Operand &operand, Type type, int &row);
  bool immediate(const Operand &operand, Type type, uint64_t &bits);

  const Module &module;
  const Kernel &kernel;
  const VariableAddresses &variables;
  Program &program;
  const Statement *current = nullptr;
  Instruction *into = nullptr;
  size_t modifier = 0;
  int carry = -1;
  std::map<uint64_t, int> constants;
  std::map<Special, int> specials;
};

// The families: each reads one statement whose opcode is theirs.
using Family = bool (*)(Decoder &);
struct FamilyEntry {
  std::string_view opcode;
  Family family;
};
std::span<const FamilyEntry> integerFamilies();
std::span<const FamilyEntry> bitFamilies();
std::span<const FamilyEntry> floatFamilies();
std::span<const FamilyEntry> approximationFamilies();
std::span<const FamilyEntry> compareFamilies();
std::span<const FamilyEntry> moveFamilies();
std::span<const FamilyEntry> memoryFamilies();
std::span<const FamilyEntry> controlFamilies();

/// add, sub, mul, ... are one opcode for integers and floats: the first
/// modifiers that name a type tell.
bool hasFloatType(const Statement &statement);
bool decodeFloatArithmetic(Decoder &decoder);
bool decodeFloatMinMax(Decoder &decoder);
bool decodeFloatNegAbs(Decoder &decoder);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_DECODER_H
