//===- GpuInfo.cpp - Facts about GPUs -------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/TargetInfo/GpuInfo.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace einsumc;

namespace {

struct Architecture {
  int64_t capability;
  /// PTX versions of sm_NN and of sm_NNa (0: there is none), from the release
  /// notes of the PTX ISA.
  int64_t ptxVersion, specificPtxVersion;
  int64_t multiprocessors;
};

constexpr Architecture architectures[] = {
    {75, 63, 0, 40},    {80, 70, 0, 108},   {86, 71, 0, 82},
    {87, 74, 0, 16},    {88, 90, 0, 16},    {89, 78, 0, 128},
    {90, 78, 80, 132},  {100, 86, 86, 148}, {101, 86, 86, 20},
    {103, 88, 88, 160}, {110, 90, 90, 20},  {120, 87, 87, 170},
    {121, 88, 88, 48},
};

struct Product {
  StringLiteral name, architecture;
};

constexpr Product products[] = {
    {"t4", "sm_75"},      {"rtx2080", "sm_75"},  {"a100", "sm_80"},
    {"a30", "sm_80"},     {"a10", "sm_86"},      {"a40", "sm_86"},
    {"a6000", "sm_86"},   {"rtx3090", "sm_86"},  {"orin", "sm_87"},
    {"l4", "sm_89"},      {"l40", "sm_89"},      {"l40s", "sm_89"},
    {"rtx4090", "sm_89"}, {"h100", "sm_90"},     {"h200", "sm_90"},
    {"gh200", "sm_90"},   {"b100", "sm_100"},    {"b200", "sm_100"},
    {"gb200", "sm_100"},  {"b300", "sm_103"},    {"gb300", "sm_103"},
    {"thor", "sm_110"},   {"rtx5090", "sm_120"}, {"gb10", "sm_121"},
};

} // namespace

std::string GpuInfo::ptxVersionText() const {
  return std::to_string(ptxVersion / 10) + "." +
         std::to_string(ptxVersion % 10);
}

Expected<GpuInfo> einsumc::lookupGpu(StringRef name) {
  std::string lower = name.lower();
  for (const Product &product : products)
    if (product.name == lower)
      lower = product.architecture.str();
  StringRef rest = lower;
  int64_t capability = 0;
  bool known = rest.consume_front("sm_") && !rest.starts_with("0") &&
               !rest.consumeInteger(10, capability);
  bool specific = rest.consume_front("a");
  if (known && rest.empty())
    for (const Architecture &row : architectures) {
      if (row.capability != capability)
        continue;
      if (specific && !row.specificPtxVersion)
        break;
      return GpuInfo{lower, capability,
                     specific ? row.specificPtxVersion : row.ptxVersion,
                     row.multiprocessors};
    }
  return createStringError("unknown GPU '" + name + "'; known are " +
                           join(knownGpus(), ", "));
}

SmallVector<std::string> einsumc::knownGpus() {
  SmallVector<std::string> names;
  for (const Architecture &row : architectures) {
    names.push_back("sm_" + std::to_string(row.capability));
    if (row.specificPtxVersion)
      names.push_back(names.back() + "a");
  }
  for (const Product &product : products)
    names.push_back(product.name.str());
  return names;
}

kernel::GpuTargetAttr einsumc::gpuTargetAttr(mlir::MLIRContext *context,
                                             const GpuInfo &gpu) {
  return kernel::GpuTargetAttr::get(context, gpu.architecture, gpu.capability,
                                    gpu.multiprocessors);
}
