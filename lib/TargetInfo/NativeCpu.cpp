//===- NativeCpu.cpp - Facts about the running CPU ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/TargetInfo/CpuInfo.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace einsumc;

/// The first line of a file of Linux's sysfs; empty where there is none.
static std::string readLine(const Twine &path) {
  // Files of sysfs have no size, so they are read as a stream.
  ErrorOr<std::unique_ptr<MemoryBuffer>> file =
      MemoryBuffer::getFileAsStream(path);
  return file ? (*file)->getBuffer().split('\n').first.trim().str() : "";
}

/// Overwrites the caches by those that the operating system reports.
static void readCaches(CpuInfo &cpu) {
  for (unsigned index = 0; index < 8; ++index) {
    std::string folder =
        "/sys/devices/system/cpu/cpu0/cache/index" + utostr(index) + "/";
    std::string type = readLine(folder + "type");
    if (type != "Data" && type != "Unified")
      continue;
    unsigned level;
    int64_t size;
    std::string text = readLine(folder + "size");
    StringRef digits = text;
    int64_t unit = digits.consume_back("K")   ? 1024
                   : digits.consume_back("M") ? 1024 * 1024
                                              : 1;
    if (StringRef(readLine(folder + "level")).getAsInteger(10, level) ||
        digits.getAsInteger(10, size) || size <= 0)
      continue;
    if (level == 1)
      cpu.l1 = size * unit;
    else if (level == 2)
      cpu.l2 = size * unit;
    else if (level == 3)
      cpu.l3 = size * unit;
  }
}

CpuInfo einsumc::nativeCpu() {
  StringMap<bool> features = sys::getHostCPUFeatures();
  auto has = [&](StringRef feature) { return features.lookup(feature); };
  bool arm = Triple(sys::getProcessTriple()).isAArch64();

  // A name that the table does not know falls back to the family it belongs
  // to; what the CPU can do is read from its features below.
  StringRef llvmName = sys::getHostCPUName();
  StringRef family = arm                                 ? "generic"
                     : has("avx512f") && has("avx512vl") ? "x86-64-v4"
                     : has("avx2") && has("fma")         ? "x86-64-v3"
                                                         : "x86-64";
  Expected<CpuInfo> known = lookupCpu(llvmName);
  if (!known) {
    consumeError(known.takeError());
    known = lookupCpu(family);
  }
  CpuInfo cpu = *known;
  cpu.name = "native";
  cpu.llvmCpu = llvmName.str();

  // Sorted, so that the same machine always gives the same text.
  SmallVector<std::string> flags;
  for (const auto &feature : features)
    flags.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(flags);
  cpu.llvmFeatures = join(flags, ",");

  if (!arm) {
    // A hypervisor may hide what the CPU's name promises.
    bool wide =
        has("avx512f") && has("avx512vl") && has("avx512dq") && has("avx512bw");
    cpu.vectorBits = wide ? 512 : has("avx") ? 256 : 128;
    cpu.registers = wide ? 32 : 16;
    cpu.f16c = has("f16c");
    cpu.bf16Dot = wide && has("avx512bf16");
    cpu.i8Dot = wide ? has("avx512vnni") : has("avxvnni");
    // Vectors of 256 bits have integer arithmetic only since AVX2.
    cpu.i16Dot = has("avx2") || !has("avx");
  }
  readCaches(cpu);
  return cpu;
}
