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
  unsigned features;
};

/// What is asked for by name below.
enum : unsigned { kNone = 0, kF16c = 1, kI16Dot = 2, kI8Dot = 4, kBf16Dot = 8 };
/// As most x86 have them: AVX2, AVX512-VNNI (or AVX-VNNI), AVX512-BF16.
constexpr unsigned kAvx2 = kF16c | kI16Dot, kVnni = kAvx2 | kI8Dot,
                   kBf16 = kVnni | kBf16Dot;

// Caches are those of the common models; for a family (x86-64-v3, generic) they
// are what most of its members have at least.
constexpr Row rows[] = {
    {"x86-64", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 4 * MiB, kI16Dot},
    {"x86-64-v2", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 4 * MiB, kI16Dot},
    {"x86-64-v3", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, kAvx2},
    {"x86-64-v4", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 16 * MiB, kAvx2},
    {"core2", "x86_64", 128, 16, 32 * KiB, 2 * MiB, 0, kI16Dot},
    {"nehalem", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 8 * MiB, kI16Dot},
    {"westmere", "x86_64", 128, 16, 32 * KiB, 256 * KiB, 12 * MiB, kI16Dot},
    {"sandybridge", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, kNone},
    {"ivybridge", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, kF16c},
    {"haswell", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, kAvx2},
    {"broadwell", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, kAvx2},
    {"skylake", "x86_64", 256, 16, 32 * KiB, 256 * KiB, 8 * MiB, kAvx2},
    {"alderlake", "x86_64", 256, 16, 48 * KiB, 1280 * KiB, 24 * MiB, kVnni},
    {"skylake-avx512", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 16 * MiB, kAvx2},
    {"cascadelake", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 24 * MiB, kVnni},
    {"icelake-server", "x86_64", 512, 32, 48 * KiB, 1280 * KiB, 32 * MiB,
     kVnni},
    {"sapphirerapids", "x86_64", 512, 32, 48 * KiB, 2 * MiB, 64 * MiB, kBf16},
    {"graniterapids", "x86_64", 512, 32, 48 * KiB, 2 * MiB, 128 * MiB, kBf16},
    {"znver1", "x86_64", 256, 16, 32 * KiB, 512 * KiB, 8 * MiB, kAvx2},
    {"znver2", "x86_64", 256, 16, 32 * KiB, 512 * KiB, 16 * MiB, kAvx2},
    {"znver3", "x86_64", 256, 16, 32 * KiB, 512 * KiB, 32 * MiB, kAvx2},
    {"znver4", "x86_64", 512, 32, 32 * KiB, 1 * MiB, 32 * MiB, kBf16},
    {"znver5", "x86_64", 512, 32, 48 * KiB, 1 * MiB, 32 * MiB, kBf16},
    {"generic", "aarch64", 128, 32, 32 * KiB, 512 * KiB, 2 * MiB, kF16c},
    {"cortex-a72", "aarch64", 128, 32, 32 * KiB, 1 * MiB, 0, kF16c},
    {"cortex-a76", "aarch64", 128, 32, 64 * KiB, 512 * KiB, 2 * MiB, kF16c},
    {"neoverse-n1", "aarch64", 128, 32, 64 * KiB, 1 * MiB, 32 * MiB, kF16c},
    {"neoverse-n2", "aarch64", 128, 32, 64 * KiB, 1 * MiB, 32 * MiB, kF16c},
    {"neoverse-v1", "aarch64", 128, 32, 64 * KiB, 1 * MiB, 32 * MiB, kF16c},
    {"neoverse-v2", "aarch64", 128, 32, 64 * KiB, 2 * MiB, 64 * MiB, kF16c},
    {"apple-m1", "aarch64", 128, 32, 128 * KiB, 12 * MiB, 0, kF16c},
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
  cpu.f16c = row.features & kF16c;
  cpu.bf16Dot = row.features & kBf16Dot;
  cpu.i8Dot = row.features & kI8Dot;
  cpu.i16Dot = row.features & kI16Dot;
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

StringRef einsumc::familyOf(const Triple &triple) {
  if (triple.getArch() == Triple::x86_64)
    return "x86-64";
  return triple.getArch() == Triple::aarch64 ? "generic" : "";
}

SmallVector<StringRef> einsumc::knownCpus() {
  SmallVector<StringRef> names{"native"};
  for (const Row &row : rows)
    names.push_back(row.name);
  return names;
}

kernel::TargetAttr einsumc::targetAttr(mlir::MLIRContext *context,
                                       const CpuInfo &cpu) {
  auto support = [](bool has) {
    return has ? kernel::DotSupport::native : kernel::DotSupport::none;
  };
  return kernel::TargetAttr::get(
      context, cpu.name, cpu.vectorBits, cpu.registers, cpu.l1, cpu.l2, cpu.l3,
      cpu.f16c, support(cpu.bf16Dot), support(cpu.i8Dot), support(cpu.i16Dot),
      /*memory_operands=*/cpu.arch == "x86_64");
}

kernel::TargetAttr einsumc::restrictTarget(kernel::TargetAttr schedule,
                                           const CpuInfo &code) {
  auto restricted = [&](kernel::DotSupport support, bool has) {
    // Instructions of a width that the code has not are none.
    bool native = has && schedule.getVectorBits() <= code.vectorBits;
    return support == kernel::DotSupport::native && !native
               ? kernel::DotSupport::emulated
               : support;
  };
  return kernel::TargetAttr::get(
      schedule.getContext(), schedule.getCpu(), schedule.getVectorBits(),
      schedule.getRegisters(), schedule.getL1(), schedule.getL2(),
      schedule.getL3(), code.f16c,
      restricted(schedule.getBf16Dot(), code.bf16Dot),
      restricted(schedule.getI8Dot(), code.i8Dot),
      restricted(schedule.getI16Dot(), code.i16Dot),
      schedule.getMemoryOperands());
}
