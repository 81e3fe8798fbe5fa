//===- Executor.cpp - Warps in lockstep, in random order ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Executor.h"
#include "Random.h"
#include <algorithm>

using namespace einsumc::ptx;

/// Blocks whose warps take turns, and most instructions of one turn: what
/// differs from launch to launch on a GPU differs here from seed to seed.
static constexpr size_t kResidentBlocks = 6;
static constexpr uint64_t kMaxTurn = 96;

namespace {
/// Up to 32 threads of a block. Each has its own place in the program; those
/// at the lowest one execute together, which brings diverged ones together
/// again where compilers lay joins out last.
struct Warp {
  std::vector<Row> rows;
  std::array<unsigned, kWarpSize> at;
  /// Threads that have not ended.
  uint32_t live;
  uint64_t block;
  unsigned index;
};

class Executor {
public:
  Executor(const Launch &launch, Statistics &statistics)
      : launch(launch), program(launch.program), memory(launch.memory),
        statistics(statistics), random(launch.options.seed),
        budget(launch.options.budget) {}

  MaybeError run();

private:
  void openBlock(uint64_t block);
  MaybeError turn(Warp &warp, uint64_t steps);
  uint32_t guarded(const Warp &warp, const Instruction &instruction,
                   uint32_t mask) const;
  MaybeError step(Warp &warp, const Instruction &instruction, uint32_t mask);
  void arithmetic(Warp &warp, const Instruction &instruction, uint32_t mask);
  MaybeError load(Warp &warp, const Instruction &instruction, uint32_t mask);
  MaybeError store(Warp &warp, const Instruction &instruction, uint32_t mask);
  MaybeError loadParameter(Warp &warp, const Instruction &instruction,
                           uint32_t mask);
  void keep(const Instruction &instruction, Warp &warp, unsigned lane,
            const uint8_t *bytes);
  void countSectors(const Instruction &instruction, const uint64_t *addresses,
                    uint32_t mask, uint64_t &sectors) const;

  const uint64_t *source(const Warp &warp, int row) const {
    // A negative row is a constant's number, inverted.
    return row >= 0 ? warp.rows[row].data() : program.constants[~row].data();
  }
  uint64_t thread(const Warp &warp, unsigned lane) const {
    return warp.block * launch.block.count() + warp.index * kWarpSize + lane;
  }
  static std::string coordinates(uint64_t index, const Dim3 &size) {
    return "(" + std::to_string(index % size.x) + "," +
           std::to_string(index / size.x % size.y) + "," +
           std::to_string(index / size.x / size.y) + ")";
  }
  std::string nameThread(uint64_t thread) const {
    uint64_t perBlock = launch.block.count();
    return "thread " + coordinates(thread % perBlock, launch.block) +
           " of block " + coordinates(thread / perBlock, launch.grid);
  }
  Error errorAt(const Warp &warp, unsigned lane, const Instruction &instruction,
                const std::string &message) const {
    return {instruction.line,
            message + " in " + nameThread(thread(warp, lane))};
  }

  const Launch &launch;
  const Program &program;
  Memory &memory;
  Statistics &statistics;
  Random random;
  uint64_t budget;
  std::vector<std::unique_ptr<Warp>> ready, idle;
};
} // namespace

static void fillSpecial(Row &row, Special special, const Launch &launch,
                        uint64_t block, unsigned warp) {
  const Dim3 &threads = launch.block, &blocks = launch.grid;
  uint64_t perBlock = threads.count();
  for (unsigned lane = 0; lane < kWarpSize; ++lane) {
    uint64_t thread = warp * kWarpSize + lane;
    switch (special) {
    case Special::tidX:
      row[lane] = thread % threads.x;
      break;
    case Special::tidY:
      row[lane] = thread / threads.x % threads.y;
      break;
    case Special::tidZ:
      row[lane] = thread / threads.x / threads.y;
      break;
    case Special::ntidX:
      row[lane] = threads.x;
      break;
    case Special::ntidY:
      row[lane] = threads.y;
      break;
    case Special::ntidZ:
      row[lane] = threads.z;
      break;
    case Special::ctaidX:
      row[lane] = block % blocks.x;
      break;
    case Special::ctaidY:
      row[lane] = block / blocks.x % blocks.y;
      break;
    case Special::ctaidZ:
      row[lane] = block / blocks.x / blocks.y;
      break;
    case Special::nctaidX:
      row[lane] = blocks.x;
      break;
    case Special::nctaidY:
      row[lane] = blocks.y;
      break;
    case Special::nctaidZ:
      row[lane] = blocks.z;
      break;
    case Special::laneid:
      row[lane] = lane;
      break;
    case Special::warpid:
      row[lane] = warp;
      break;
    case Special::nwarpid:
      row[lane] = (perBlock + kWarpSize - 1) / kWarpSize;
      break;
    case Special::gridid:
      row[lane] = 0;
      break;
    }
  }
}

void Executor::openBlock(uint64_t block) {
  uint64_t threads = launch.block.count();
  for (unsigned index = 0; index * kWarpSize < threads; ++index) {
    std::unique_ptr<Warp> warp;
    if (idle.empty()) {
      warp = std::make_unique<Warp>();
      warp->rows.resize(program.initial.size());
    } else {
      warp = std::move(idle.back());
      idle.pop_back();
    }
    for (size_t row = 0; row < program.initial.size(); ++row)
      warp->rows[row].fill(program.initial[row]);
    for (auto [row, special] : program.specials)
      fillSpecial(warp->rows[row], special, launch, block, index);
    uint64_t lanes = std::min<uint64_t>(threads - index * kWarpSize, kWarpSize);
    warp->live = uint32_t(~uint64_t(0) >> (64 - lanes));
    warp->at.fill(0);
    warp->block = block;
    warp->index = index;
    ready.push_back(std::move(warp));
  }
}

MaybeError Executor::run() {
  uint64_t blocks = launch.grid.count(), opened = 0;
  RandomOrder order(blocks, random);
  uint64_t perBlock = (launch.block.count() + kWarpSize - 1) / kWarpSize;
  while (true) {
    while (opened < blocks && (ready.empty() || ready.size() + perBlock <=
                                                    kResidentBlocks * perBlock))
      openBlock(order[opened++]);
    if (ready.empty())
      return std::nullopt;
    size_t chosen = random.below(ready.size());
    Warp &warp = *ready[chosen];
    if (MaybeError error = turn(warp, 1 + random.below(kMaxTurn)))
      return error;
    if (!warp.live) {
      idle.push_back(std::move(ready[chosen]));
      ready[chosen] = std::move(ready.back());
      ready.pop_back();
    }
  }
}

uint32_t Executor::guarded(const Warp &warp, const Instruction &instruction,
                           uint32_t mask) const {
  const uint64_t *guard = source(warp, instruction.guard);
  uint32_t set = 0;
  for (unsigned lane = 0; lane < kWarpSize; ++lane)
    set |= uint32_t(guard[lane]) << lane;
  return mask & (instruction.guardNegated ? ~set : set);
}

MaybeError Executor::turn(Warp &warp, uint64_t steps) {
  while (warp.live && steps > 0) {
    // The group at the lowest place, and the place of the next group.
    unsigned at = ~0u, next = ~0u;
    uint32_t group = 0;
    for (uint32_t rest = warp.live; rest; rest &= rest - 1) {
      unsigned lane = unsigned(std::countr_zero(rest));
      unsigned place = warp.at[lane];
      if (place < at) {
        next = at;
        at = place;
        group = 0;
      }
      if (place == at)
        group |= 1u << lane;
      else
        next = std::min(next, place);
    }
    uint32_t parted = 0;
    unsigned partedAt = 0;
    while (steps > 0 && at < next && !parted && group) {
      --steps;
      const Instruction &instruction = program.instructions[at];
      uint32_t active =
          instruction.guard < 0 ? group : guarded(warp, instruction, group);
      unsigned threads = unsigned(std::popcount(active));
      statistics.instructions[size_t(instruction.counted)] += threads;
      ++statistics.warpInstructions;
      unsigned spent = std::max(threads, 1u);
      if (budget < spent)
        return errorAt(warp, unsigned(std::countr_zero(group)), instruction,
                       "the budget of instructions is spent: endless loop?");
      budget -= spent;
      ++at;
      if (!active)
        continue;
      if (instruction.kind == Instruction::arithmetic && !instruction.divides) {
        arithmetic(warp, instruction, active);
      } else if (instruction.kind == Instruction::branch) {
        if (active == group) {
          at = instruction.target;
        } else {
          parted = active;
          partedAt = instruction.target;
          group &= ~active;
        }
      } else if (instruction.kind == Instruction::exit) {
        warp.live &= ~active;
        group &= ~active;
      } else if (MaybeError error = step(warp, instruction, active)) {
        return error;
      }
    }
    for (uint32_t rest = group; rest; rest &= rest - 1)
      warp.at[unsigned(std::countr_zero(rest))] = at;
    for (uint32_t rest = parted; rest; rest &= rest - 1)
      warp.at[unsigned(std::countr_zero(rest))] = partedAt;
  }
  return std::nullopt;
}

MaybeError Executor::step(Warp &warp, const Instruction &instruction,
                          uint32_t mask) {
  unsigned first = unsigned(std::countr_zero(mask));
  switch (instruction.kind) {
  case Instruction::load:
    return instruction.space == Space::parameter
               ? loadParameter(warp, instruction, mask)
               : load(warp, instruction, mask);
  case Instruction::store:
    return store(warp, instruction, mask);
  case Instruction::arithmetic: {
    const uint64_t *divisor = source(warp, instruction.source[1]);
    for (uint32_t rest = mask; rest; rest &= rest - 1)
      if (unsigned lane = unsigned(std::countr_zero(rest)); divisor[lane] == 0)
        return errorAt(
            warp, lane, instruction,
            "integer division by zero, whose result PTX leaves open,");
    arithmetic(warp, instruction, mask);
    return std::nullopt;
  }
  case Instruction::trap:
    return errorAt(warp, first, instruction, "trap");
  default:
    return errorAt(warp, first, instruction, "cannot be executed");
  }
}

void Executor::arithmetic(Warp &warp, const Instruction &instruction,
                          uint32_t mask) {
  const uint64_t *sources[Instruction::kMaxOperands];
  uint64_t *results[Instruction::kMaxOperands];
  Row scratch[4];
  for (unsigned i = 0; i < instruction.sources; ++i)
    sources[i] = source(warp, instruction.source[i]);
  for (unsigned i = 0; i < instruction.results; ++i) {
    int row = instruction.result[i];
    // Two results may be one row of the sources.
    bool direct = mask == ~0u && row >= 0 && instruction.results == 1;
    results[i] = direct ? warp.rows[size_t(row)].data() : scratch[i].data();
  }
  instruction.run(instruction, results, sources);
  for (unsigned i = 0; i < instruction.results; ++i) {
    int row = instruction.result[i];
    if (row < 0 || results[i] == warp.rows[size_t(row)].data())
      continue;
    for (uint32_t rest = mask; rest; rest &= rest - 1) {
      unsigned lane = unsigned(std::countr_zero(rest));
      warp.rows[size_t(row)][lane] = scratch[i][lane];
    }
  }
}

/// Extends an element to the result's register.
static uint64_t element(const Instruction &instruction, const uint8_t *bytes) {
  switch (instruction.bytes) {
  case 1:
    return instruction.signExtended ? uint64_t(int64_t(int8_t(*bytes)))
                                    : *bytes;
  case 2: {
    uint16_t value;
    std::memcpy(&value, bytes, 2);
    return instruction.signExtended ? uint64_t(int64_t(int16_t(value))) : value;
  }
  case 4: {
    uint32_t value;
    std::memcpy(&value, bytes, 4);
    return instruction.signExtended ? uint64_t(int64_t(int32_t(value))) : value;
  }
  default: {
    uint64_t value;
    std::memcpy(&value, bytes, 8);
    return value;
  }
  }
}

void Executor::keep(const Instruction &instruction, Warp &warp, unsigned lane,
                    const uint8_t *bytes) {
  for (unsigned i = 0; i < instruction.count; ++i, bytes += instruction.bytes)
    if (int row = instruction.result[i]; row >= 0)
      warp.rows[size_t(row)][lane] =
          element(instruction, bytes) &
          mask(program.kernel->registers[size_t(row)].type);
}

MaybeError Executor::loadParameter(Warp &warp, const Instruction &instruction,
                                   uint32_t mask) {
  const uint64_t *addresses = source(warp, instruction.source[0]);
  unsigned bytes = unsigned(instruction.bytes) * instruction.count;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t offset = addresses[lane] + instruction.offset;
    if (offset >= launch.parameters.size() ||
        launch.parameters.size() - offset < bytes || offset & (bytes - 1))
      return errorAt(warp, lane, instruction,
                     "offset " + std::to_string(offset) +
                         " of the parameters is out of bounds or misaligned");
    keep(instruction, warp, lane,
         reinterpret_cast<const uint8_t *>(launch.parameters.data()) + offset);
  }
  return std::nullopt;
}

void Executor::countSectors(const Instruction &instruction,
                            const uint64_t *addresses, uint32_t mask,
                            uint64_t &sectors) const {
  // An access is aligned and at most 32 bytes: it lies in one sector.
  uint64_t seen[kWarpSize];
  unsigned count = 0;
  bool sorted = true;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t sector = (addresses[lane] + instruction.offset) >> 5;
    if (count && seen[count - 1] == sector)
      continue;
    sorted &= !count || seen[count - 1] < sector;
    seen[count++] = sector;
  }
  if (!sorted) {
    std::sort(seen, seen + count);
    count = unsigned(std::unique(seen, seen + count) - seen);
  }
  sectors += count;
}

MaybeError Executor::load(Warp &warp, const Instruction &instruction,
                          uint32_t mask) {
  // A copy: a result may be the address's register.
  Row addresses;
  std::copy_n(source(warp, instruction.source[0]), kWarpSize,
              addresses.begin());
  unsigned bytes = unsigned(instruction.bytes) * instruction.count;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint32_t who = instruction.table == 1 ? Allocation::kEarlier
                                          : uint32_t(thread(warp, lane)) +
                                                Allocation::kFirstThread;
    Memory::Access access{addresses[lane] + instruction.offset, bytes,
                          instruction.space, who};
    const uint8_t *from = memory.load(access);
    if (!from)
      return errorAt(warp, lane, instruction,
                     "load: " + memory.explain(access, false, [&](uint64_t t) {
                       return nameThread(t);
                     }));
    keep(instruction, warp, lane, from);
  }
  ++statistics.loadRequests;
  statistics.loadBytes += uint64_t(bytes) * unsigned(std::popcount(mask));
  countSectors(instruction, addresses.data(), mask, statistics.loadSectors);
  return std::nullopt;
}

MaybeError Executor::store(Warp &warp, const Instruction &instruction,
                           uint32_t mask) {
  const uint64_t *addresses = source(warp, instruction.source[0]);
  unsigned bytes = unsigned(instruction.bytes) * instruction.count;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint32_t who = uint32_t(thread(warp, lane)) + Allocation::kFirstThread;
    Memory::Access access{addresses[lane] + instruction.offset, bytes,
                          instruction.space, who};
    uint8_t *to = memory.store(access);
    if (!to)
      return errorAt(warp, lane, instruction,
                     "store: " + memory.explain(access, true, [&](uint64_t t) {
                       return nameThread(t);
                     }));
    for (unsigned i = 0; i < instruction.count; ++i, to += instruction.bytes)
      std::memcpy(to, source(warp, instruction.source[i + 1]) + lane,
                  instruction.bytes);
  }
  ++statistics.storeRequests;
  statistics.storeBytes += uint64_t(bytes) * unsigned(std::popcount(mask));
  countSectors(instruction, addresses, mask, statistics.storeSectors);
  return std::nullopt;
}

MaybeError einsumc::ptx::execute(const Launch &launch, Statistics &statistics) {
  return Executor(launch, statistics).run();
}
