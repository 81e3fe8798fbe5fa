//===- DecodeControl.cpp - Branches and ends ------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"

using namespace einsumc::ptx;

static bool decodeBranch(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.kind = Instruction::branch;
  instruction.counted = InstructionClass::branch;
  decoder.accept(".uni");
  return decoder.operands(1) && decoder.label(0, instruction.target);
}

/// ret and exit: a kernel's thread is done.
static bool decodeEnd(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.kind = Instruction::exit;
  instruction.counted = InstructionClass::control;
  if (decoder.statement().opcode == "ret")
    decoder.accept(".uni");
  return decoder.operands(0);
}

/// trap and brkpt: an error when a thread comes there.
static bool decodeTrap(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.kind = Instruction::trap;
  instruction.counted = InstructionClass::control;
  return decoder.operands(0);
}

std::span<const FamilyEntry> einsumc::ptx::controlFamilies() {
  static constexpr FamilyEntry kEntries[] = {{"bra", decodeBranch},
                                             {"ret", decodeEnd},
                                             {"exit", decodeEnd},
                                             {"trap", decodeTrap},
                                             {"brkpt", decodeTrap}};
  return kEntries;
}
