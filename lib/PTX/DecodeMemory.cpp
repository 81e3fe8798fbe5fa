//===- DecodeMemory.cpp - Loads and stores --------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decoder.h"

using namespace einsumc::ptx;

#define LOADED                                                                 \
  {                                                                            \
      Type::b8,  Type::b16, Type::b32, Type::b64, Type::u8,                    \
      Type::u16, Type::u32, Type::u64, Type::s8,  Type::s16,                   \
      Type::s32, Type::s64, Type::f32, Type::f64}

/// .weak, .volatile, .relaxed.gpu, ...: what they order has no effect here,
/// where instructions execute one after the other.
static bool decodeOrdering(Decoder &decoder, std::string_view strong) {
  if (decoder.acceptOneOf({".weak", ".volatile"}) >= 0)
    return true;
  if (!decoder.accept(".relaxed") && !decoder.accept(strong))
    return true;
  return decoder.acceptOneOf({".cta", ".cluster", ".gpu", ".sys"}) >= 0 ||
         decoder.expect(".gpu");
}

static bool decodeSpace(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  if (decoder.acceptOneOf(
          {".shared", ".shared::cta", ".shared::cluster", ".local"}) >= 0)
    return decoder.fail("'" + decoder.statement().opcode +
                        "' of shared or local memory is not supported yet");
  if (decoder.accept(".global"))
    instruction.space = Space::global;
  else if (decoder.accept(".const"))
    instruction.space = Space::constant;
  else if (decoder.acceptOneOf({".param", ".param::entry"}) >= 0)
    instruction.space = Space::parameter;
  return true;
}

/// Advice to the caches.
static void decodeCaching(Decoder &decoder, bool load) {
  if (load)
    decoder.acceptOneOf({".ca", ".cg", ".cs", ".lu", ".cv"});
  else
    decoder.acceptOneOf({".wb", ".cg", ".cs", ".wt"});
}

static void decodeEviction(Decoder &decoder, bool load) {
  decoder.acceptOneOf({".L1::evict_normal", ".L1::evict_unchanged",
                       ".L1::evict_first", ".L1::evict_last",
                       ".L1::no_allocate"});
  decoder.acceptOneOf(
      {".L2::evict_normal", ".L2::evict_first", ".L2::evict_last"});
  if (load)
    decoder.acceptOneOf({".L2::64B", ".L2::128B", ".L2::256B"});
}

static bool decodeVector(Decoder &decoder, Type &type) {
  Instruction &instruction = decoder.instruction();
  int vector = decoder.acceptOneOf({".v2", ".v4", ".v8"});
  instruction.count = uint8_t(vector < 0 ? 1 : 2 << vector);
  if (!decoder.type(type, LOADED))
    return false;
  instruction.bytes = uint8_t(byteWidth(type));
  unsigned bytes = instruction.count * instruction.bytes;
  if (bytes > 32 || (instruction.count == 8 && instruction.bytes != 4))
    return decoder.fail("a vector of " + std::to_string(instruction.count) +
                        " elements does not exist for ." + name(type));
  return bytes <= 16 || (decoder.requireTarget(100) &&
                         (instruction.space == Space::global ||
                          decoder.fail("32 bytes at once are for .global")));
}

/// The one operand, or the elements of the vector.
static bool elements(Decoder &decoder, size_t index,
                     std::vector<Operand> &list) {
  const Operand &operand = decoder.statement().operands[index];
  bool vector = operand.kind == Operand::vector;
  list = vector ? operand.elements : std::vector<Operand>{operand};
  if (vector != (decoder.instruction().count > 1) ||
      list.size() != decoder.instruction().count)
    return decoder.fail("expected " +
                        std::to_string(decoder.instruction().count) +
                        " registers but found " + std::to_string(list.size()));
  return true;
}

static bool decodeLoad(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.kind = Instruction::load;
  instruction.counted = InstructionClass::load;
  bool uniform = decoder.statement().opcode == "ldu";
  if ((!uniform && !decodeOrdering(decoder, ".acquire")) ||
      !decodeSpace(decoder))
    return false;
  if (!uniform) {
    decodeCaching(decoder, true);
    if (instruction.space == Space::global && decoder.accept(".nc"))
      instruction.table = 1;
    decodeEviction(decoder, true);
  }
  Type type;
  std::vector<Operand> list;
  bool constant;
  if (!decodeVector(decoder, type) || !decoder.operands(2) ||
      !elements(decoder, 0, list) || !decoder.address(1, constant))
    return false;
  instruction.signExtended = isSigned(type);
  for (const Operand &element : list)
    if (!decoder.result(element, type, true))
      return false;
  return true;
}

static bool decodeStore(Decoder &decoder) {
  Instruction &instruction = decoder.instruction();
  instruction.kind = Instruction::store;
  instruction.counted = InstructionClass::store;
  if (!decodeOrdering(decoder, ".release") || !decodeSpace(decoder))
    return false;
  if (instruction.space == Space::constant ||
      instruction.space == Space::parameter)
    return decoder.fail("a kernel stores neither to .const nor to .param");
  decodeCaching(decoder, false);
  decodeEviction(decoder, false);
  Type type;
  std::vector<Operand> list;
  bool constant;
  if (!decodeVector(decoder, type) || !decoder.operands(2) ||
      !elements(decoder, 1, list) || !decoder.address(0, constant))
    return false;
  for (const Operand &element : list)
    if (!decoder.source(element, type, true))
      return false;
  return true;
}

std::span<const FamilyEntry> einsumc::ptx::memoryFamilies() {
  static constexpr FamilyEntry kEntries[] = {
      {"ld", decodeLoad}, {"ldu", decodeLoad}, {"st", decodeStore}};
  return kEntries;
}
