//===- Statistics.cpp - What a launch did, counted ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/PTX/Statistics.h"
#include <utility>

using namespace einsumc::ptx;

static constexpr const char *kNames[] = {
    "integer", "float",  "f64",     "approximation", "conversion",
    "compare", "move",   "special", "load",          "store",
    "atomic",  "branch", "control"};
static_assert(std::size(kNames) == kInstructionClasses);

const char *einsumc::ptx::name(InstructionClass instructionClass) {
  return kNames[size_t(instructionClass)];
}

uint64_t Statistics::total() const {
  uint64_t sum = 0;
  for (uint64_t count : instructions)
    sum += count;
  return sum;
}

Statistics &Statistics::operator+=(const Statistics &other) {
  for (size_t i = 0; i < kInstructionClasses; ++i)
    instructions[i] += other.instructions[i];
  launches += other.launches;
  threads += other.threads;
  warpInstructions += other.warpInstructions;
  loadBytes += other.loadBytes;
  storeBytes += other.storeBytes;
  loadRequests += other.loadRequests;
  storeRequests += other.storeRequests;
  loadSectors += other.loadSectors;
  storeSectors += other.storeSectors;
  return *this;
}

std::string Statistics::str() const {
  std::string text;
  auto line = [&](const char *what, uint64_t value) {
    text += std::string(what) + " " + std::to_string(value) + "\n";
  };
  line("launches", launches);
  line("threads", threads);
  line("instructions", total());
  line("warp-instructions", warpInstructions);
  for (size_t i = 0; i < kInstructionClasses; ++i)
    line(kNames[i], instructions[i]);
  const std::pair<const char *, uint64_t> memory[] = {
      {"load-bytes", loadBytes},         {"load-requests", loadRequests},
      {"load-sectors", loadSectors},     {"store-bytes", storeBytes},
      {"store-requests", storeRequests}, {"store-sectors", storeSectors}};
  for (const auto &[what, value] : memory)
    line(what, value);
  return text;
}
