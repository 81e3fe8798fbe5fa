//===- CpuInfoTest.cpp - Facts about CPUs ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/TargetInfo/CpuInfo.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "gtest/gtest.h"

using namespace einsumc;

static CpuInfo lookup(llvm::StringRef name) {
  llvm::Expected<CpuInfo> cpu = lookupCpu(name);
  EXPECT_TRUE(bool(cpu)) << name.str();
  if (!cpu) {
    llvm::consumeError(cpu.takeError());
    return {};
  }
  return *cpu;
}

TEST(CpuInfo, NamesTellRegisters) {
  CpuInfo zen4 = lookup("znver4");
  EXPECT_EQ(zen4.vectorBits, 512);
  EXPECT_EQ(zen4.registers, 32);
  EXPECT_EQ(zen4.l2, 1 << 20);
  EXPECT_EQ(zen4.llvmCpu, "znver4");
  EXPECT_TRUE(zen4.llvmFeatures.empty());
  EXPECT_EQ(lookup("haswell").vectorBits, 256);
  EXPECT_EQ(lookup("x86-64-v3").registers, 16);
  EXPECT_TRUE(lookup("x86-64-v3").f16c);
  EXPECT_FALSE(lookup("x86-64").f16c);
}

TEST(CpuInfo, TriplesAreTold) {
  EXPECT_TRUE(lookup("znver3").matches(llvm::Triple("x86_64-linux-gnu")));
  EXPECT_FALSE(lookup("znver3").matches(llvm::Triple("aarch64-linux-gnu")));
  EXPECT_TRUE(lookup("generic").matches(llvm::Triple("aarch64-linux-gnu")));
}

TEST(CpuInfo, UnknownNameListsKnownOnes) {
  llvm::Expected<CpuInfo> cpu = lookupCpu("pentium");
  ASSERT_FALSE(bool(cpu));
  std::string message = llvm::toString(cpu.takeError());
  EXPECT_EQ(message.find("unknown CPU 'pentium'; known are native, x86-64, "),
            0u)
      << message;
  EXPECT_NE(message.find("znver4"), std::string::npos);
}

TEST(CpuInfo, EveryRowIsALegalTarget) {
  mlir::MLIRContext context;
  context.loadDialect<kernel::KernelDialect>();
  for (llvm::StringRef name : knownCpus()) {
    CpuInfo cpu = lookup(name);
    EXPECT_EQ(cpu.name, name);
    // The verifier is what refuses widths and sizes that make no sense.
    EXPECT_TRUE(succeeded(kernel::TargetAttr::verify(
        [&] { return mlir::emitError(mlir::UnknownLoc::get(&context)); },
        cpu.name, cpu.vectorBits, cpu.registers, cpu.l1, cpu.l2, cpu.l3,
        cpu.f16c, kernel::DotSupport::none, kernel::DotSupport::none,
        kernel::DotSupport::none, /*memory_operands=*/true)))
        << name.str();
  }
}

TEST(CpuInfo, InstructionsThatTheCodeLacksAreEmulated) {
  mlir::MLIRContext context;
  context.loadDialect<kernel::KernelDialect>();
  auto restricted = [&](llvm::StringRef schedule, llvm::StringRef code) {
    return restrictTarget(targetAttr(&context, lookup(schedule)), lookup(code));
  };
  kernel::TargetAttr same = restricted("znver4", "znver4");
  EXPECT_EQ(same.getBf16Dot(), kernel::DotSupport::native);
  EXPECT_EQ(same.getI8Dot(), kernel::DotSupport::native);
  EXPECT_EQ(same, targetAttr(&context, lookup("znver4")));
  kernel::TargetAttr older = restricted("znver4", "znver3");
  EXPECT_EQ(older.getBf16Dot(), kernel::DotSupport::emulated);
  // It has vpmaddwd, but not of 512 bits.
  EXPECT_EQ(older.getI16Dot(), kernel::DotSupport::emulated);
  // AVX-VNNI is one of 256 bits.
  EXPECT_EQ(restricted("znver4", "alderlake").getI8Dot(),
            kernel::DotSupport::emulated);
  EXPECT_EQ(restricted("alderlake", "alderlake").getI8Dot(),
            kernel::DotSupport::native);
  // Schedules for CPUs without stay so.
  EXPECT_EQ(restricted("znver3", "znver4").getBf16Dot(),
            kernel::DotSupport::none);
  EXPECT_EQ(restricted("neoverse-n1", "znver4").getI16Dot(),
            kernel::DotSupport::none);
}

TEST(CpuInfo, NativeIsThisMachine) {
  CpuInfo cpu = nativeCpu();
  EXPECT_EQ(cpu.llvmCpu, llvm::sys::getHostCPUName());
  EXPECT_FALSE(cpu.llvmFeatures.empty());
  EXPECT_TRUE(cpu.matches(llvm::Triple(llvm::sys::getProcessTriple())));
}
