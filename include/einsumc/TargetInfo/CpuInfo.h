//===- CpuInfo.h - Facts about CPUs -----------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place where the name of a CPU is looked up. Scheduling takes its
// numbers (as #kernel.target), code generation its LLVM name and features.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TARGETINFO_CPUINFO_H
#define EINSUMC_TARGETINFO_CPUINFO_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llvm {
class Triple;
} // namespace llvm

namespace einsumc {

struct CpuInfo {
  /// As the user wrote it: "native", "znver4", "x86-64-v3".
  std::string name;
  /// LLVM's name of the CPU, and its features as `-mattr` takes them: empty
  /// where the name says it all.
  std::string llvmCpu, llvmFeatures;
  /// "x86_64" or "aarch64".
  std::string arch;
  /// Width of the vector registers and how many there are.
  int64_t vectorBits = 0, registers = 0;
  /// Data caches in bytes: first and second level of one core, third level of
  /// the cores that share it (0: none).
  int64_t l1 = 0, l2 = 0, l3 = 0;
  /// Whether f16 converts to and from f32 in hardware.
  bool f16c = false;
  /// Whether an instruction adds the products of two bf16, four i8 or two i16
  /// to each lane of a vector of `vectorBits`.
  bool bf16Dot = false, i8Dot = false, i16Dot = false;

  /// Whether code for this CPU can be made for the triple.
  bool matches(const llvm::Triple &triple) const;
};

/// Facts about the CPU that the user names; "native" is the running one. An
/// unknown name is an error that lists the known ones.
llvm::Expected<CpuInfo> lookupCpu(llvm::StringRef name);

/// The name of what an architecture's CPUs have in common: "x86-64" or
/// "generic"; empty where there is none.
llvm::StringRef familyOf(const llvm::Triple &triple);

/// Facts about the running CPU: LLVM's name for it, what the operating system
/// lets programs use, and the caches it reports.
CpuInfo nativeCpu();

/// The names that `lookupCpu` knows, "native" first.
llvm::SmallVector<llvm::StringRef> knownCpus();

/// The numbers as the attribute that schedules are made from.
kernel::TargetAttr targetAttr(mlir::MLIRContext *context, const CpuInfo &cpu);

/// The same for schedules that are made for another CPU than the code:
/// instructions that the code cannot have are emulated.
kernel::TargetAttr restrictTarget(kernel::TargetAttr schedule,
                                  const CpuInfo &code);

} // namespace einsumc

#endif // EINSUMC_TARGETINFO_CPUINFO_H
