//===- Instruction.h - Decoded instructions, ready to run -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_PTX_INSTRUCTION_H
#define EINSUMC_LIB_PTX_INSTRUCTION_H

#include "Module.h"
#include "Rounding.h"
#include <array>
#include <vector>

namespace einsumc::ptx {

inline constexpr unsigned kWarpSize = 32;
/// What one register, immediate or special register holds in each lane of a
/// warp: zero-extended to 64 bits.
using Row = std::array<uint64_t, kWarpSize>;

struct Instruction;
/// Computes all lanes; the executor keeps the results of the active ones.
using WarpFunction = void (*)(const Instruction &instruction,
                              uint64_t *const *results,
                              const uint64_t *const *sources);

enum class Space : uint8_t { generic, global, constant, parameter };

enum class Special : uint8_t {
  tidX,
  tidY,
  tidZ,
  ntidX,
  ntidY,
  ntidZ,
  ctaidX,
  ctaidY,
  ctaidZ,
  nctaidX,
  nctaidY,
  nctaidZ,
  laneid,
  warpid,
  nwarpid,
  gridid,
};

struct Instruction {
  enum Kind : uint8_t { arithmetic, load, store, atomic, branch, exit, trap };
  /// Most operands: a vector of eight and its address.
  static constexpr unsigned kMaxOperands = 9;

  Kind kind = arithmetic;
  InstructionClass counted = InstructionClass::integer;
  bool guardNegated = false;
  /// The second source of an integer division: zero is an error.
  bool divides = false;
  uint8_t results = 0, sources = 0;
  int guard = -1;
  unsigned line = 0;
  WarpFunction run = nullptr;
  /// Rows of the warp; of a source, ~i is constant i of the program.
  std::array<int, kMaxOperands> result{}, source{};

  // What `run` may look at.
  Rounding rounding = Rounding::nearest;
  bool flush = false, saturate = false, relu = false, negate = false;
  /// The relations (Relation) for which a comparison holds; lop3's table.
  uint8_t table = 0;
  enum class Combine : uint8_t { none, conjunction, disjunction, exclusive };
  Combine combine = Combine::none;
  /// The bits of the first result's register.
  uint64_t resultMask = 0;

  // Memory: `count` elements of `bytes` each at source 0 + offset; what is
  // stored are the sources after it.
  Space space = Space::generic;
  uint8_t bytes = 0, count = 1;
  bool signExtended = false;
  uint64_t offset = 0;

  /// Of a branch: the index of an instruction.
  unsigned target = 0;
};

struct Program {
  const Kernel *kernel = nullptr;
  std::vector<Instruction> instructions;
  std::vector<Row> constants;
  /// What a thread starts with in each row: a pattern, as nobody wrote it.
  std::vector<uint64_t> initial;
  std::vector<std::pair<unsigned, Special>> specials;
};

/// Where the variables of the module lie.
using VariableAddresses = std::map<std::string, uint64_t, std::less<>>;

Result<Program> decode(const Module &module, const Kernel &kernel,
                       const VariableAddresses &variables);

} // namespace einsumc::ptx

#endif // EINSUMC_LIB_PTX_INSTRUCTION_H
