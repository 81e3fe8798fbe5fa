//===- GpuInfoTest.cpp - Facts about GPUs ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/TargetInfo/GpuInfo.h"
#include "einsumc/Target/Nvptx.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "gtest/gtest.h"

using namespace einsumc;

namespace {

std::string architectureOf(llvm::StringRef name) {
  llvm::Expected<GpuInfo> gpu = lookupGpu(name);
  return gpu ? gpu->architecture + " " + std::to_string(gpu->capability) +
                   " PTX " + gpu->ptxVersionText()
             : llvm::toString(gpu.takeError()).substr(0, 24);
}

TEST(GpuInfo, KnowsArchitecturesAndProducts) {
  EXPECT_EQ(architectureOf("sm_75"), "sm_75 75 PTX 6.3");
  EXPECT_EQ(architectureOf("T4"), "sm_75 75 PTX 6.3");
  EXPECT_EQ(architectureOf("a100"), "sm_80 80 PTX 7.0");
  EXPECT_EQ(architectureOf("RTX3090"), "sm_86 86 PTX 7.1");
  EXPECT_EQ(architectureOf("h100"), "sm_90 90 PTX 7.8");
  EXPECT_EQ(architectureOf("h200"), "sm_90 90 PTX 7.8");
  EXPECT_EQ(architectureOf("sm_90a"), "sm_90a 90 PTX 8.0");
  EXPECT_EQ(architectureOf("b200"), "sm_100 100 PTX 8.6");
  EXPECT_EQ(architectureOf("sm_121a"), "sm_121a 121 PTX 8.8");
}

TEST(GpuInfo, RefusesWhatLLVMWouldEndTheProcessFor) {
  for (llvm::StringRef name :
       {"", "sm_", "sm_13", "sm_70", "sm_75a", "sm_89a", "sm_90b", "sm_90aa",
        "sm_090", "sm_-90", "sm_99999999999999999999", "90", "h1000", "native"})
    EXPECT_EQ(architectureOf(name).substr(0, 11), "unknown GPU") << name.str();
}

TEST(GpuInfo, LLVMMakesCodeForEachOfThem) {
  for (const std::string &name : knownGpus()) {
    llvm::Expected<GpuInfo> gpu = lookupGpu(name);
    ASSERT_TRUE(bool(gpu)) << name;
    auto machine = createNvptxMachine(*gpu);
    ASSERT_TRUE(bool(machine)) << name;
    EXPECT_EQ((*machine)->getTargetCPU(), gpu->architecture);
    // An unknown processor is only warned of; its features are then missing.
    EXPECT_TRUE(
        (*machine)->getMCSubtargetInfo()->isCPUStringValid(gpu->architecture))
        << name;
  }
}

} // namespace
