//===- CpuInfo.cpp - Facts about CPUs -------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/TargetInfo/CpuInfo.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace einsumc;

namespace {

constexpr int64_t KiB = 1024, MiB = 1024 * KiB;

struct Row {
  StringLiteral name;
  StringLiteral arch;
  int64_t vectorBits, registers, l1, l2, l3;
  bool f16c;
};

// Caches are those of the common models; for a family (x86-64-v3, generic) they
// are what most of its members have at least.
constexpr Row rows[] = {
    {"x86-64", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 4 * MiB, false},
    {"x86-64-v2", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 4 * MiB, false},
    {"x86-64-v3", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, true},
    {"x86-64-v4", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 16 * MiB, true},
    {"core2", "x86_64", 128, 16, 32 * KiB, 2 * MiB, 0, false},
    {"nehalem", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 8 * MiB, false},
    {"westmere", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 12 * MiB, false},
    {"sandybridge", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, false},
    {"ivybridge", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, true},
    {"haswell", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, true},
    {"broadwell", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, true},
    {"skylake", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, true},
    {"alderlake", "x86_64", 256, 16, 48 * KiB, 1280 * KiB, 24 * MiB, true},
    {"skylake-avx512", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 16 * MiB, true},
    {"cascadelake", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 24 * MiB, true},
    {"icelake-server", "x86_64", 512, 32, 48 * KiB, 1280 * KiB, 32 * MiB, true},
    {"sapphirerapids", "x86_64", 512, 32, 48 * KiB, 2 * MiB, 64 * MiB, true},
    {"graniterapids", "x86_64", 512, 32, 48 * KiB, 2 * MiB, 128 * MiB, true},
    {"znver1", "x86_64", 256, 16, 32 * KiB, 512 * KiB, 8 * MiB, true},
    {"znver2", "x86_64", 256, 16, 32 * KiB, 512 * KiB, 16 * MiB, true},
    {"znver3", "x86_64", 256, 16, 32 * KiB, 512 * KiB, 32 * MiB, true},
    {"znver4", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 32 * MiB, true},
    {"znver5", "x86_64", 512, 32, 48 * KiB, 1 * MiB, 32 * MiB, true},
    {"generic", "aarch64", 128, 32, 32 * KiB, 512 * KiB, 2 * MiB, true},
    {"cortex-a72", "aarch64", 128, 32, 32 * KiB, 1 * MiB, 0, true},
    {"cortex-a76", "aarch64", 128, 32, 64 * KiB, 512 * KiB, 2 * MiB, true},
    {"neoverse-n1", "aarch64", 128, 32, 64 * KiB, 1 * MiB, 32 * MiB, true},
    {"neoverse-n2", "aarch64", 128, 32, 64 * KiB, 1 * MiB, 32 * MiB, true},
    {"neoverse-v1", "aarch64", 128, 32, 64 * KiB, 1 * MiB, 32 * MiB, true},
    {"neoverse-v2", "aarch64", 128, 32, 64 * KiB, 2 * MiB, 64 * MiB, true},
    {"apple-m1", "aarch64", 128, 32, 128 * KiB, 12 * MiB, 0, true},
};

CpuInfo fromRow(const Row &row) {
  CpuInfo cpu;
  cpu.name = cpu.llvmCpu = row.name.str();
  cpu.arch = row.arch.str();
  cpu.vectorBits = row.vectorBits;
  cpu.registers = row.registers;
  cpu.l1 = row.l1;
  cpu.l2 = row.l2;
  cpu.l3 = row.l3;
  cpu.f16c = row.f16c;
  return cpu;
}

} // namespace

bool CpuInfo::matches(const Triple &triple) const {
  return arch == "x86_64" ? triple.getArch() == Triple::x86_64
                          : triple.getArch() == Triple::aarch64;
}

Expected<CpuInfo> einsumc::lookupCpu(StringRef name) {
  if (name == "native")
    return nativeCpu();
  for (const Row &row : rows)
    if (row.name == name)
      return fromRow(row);
  return createStringError("unknown CPU '" + name + "'; known are " +
                           join(knownCpus(), ", "));
}

SmallVector<StringRef> einsumc::knownCpus() {
  SmallVector<StringRef> names{"native"};
  for (const Row &row : rows)
    names.push_back(row.name);
  return names;
}

kernel::TargetAttr einsumc::targetAttr(mlir::MLIRContext *context,
                                       const CpuInfo &cpu) {
  return kernel::TargetAttr::get(context, cpu.name, cpu.vectorBits,
                                 cpu.registers, cpu.l1, cpu.l2, cpu.l3,
                                 cpu.f16c);
}
