//===- GpuInfo.h - Facts about GPUs -----------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place where the name of a GPU is looked up, before LLVM sees it: an
// architecture or a PTX version that it does not know ends the process.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TARGETINFO_GPUINFO_H
#define EINSUMC_TARGETINFO_GPUINFO_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/Support/Error.h"
#include <string>

namespace einsumc {

struct GpuInfo {
  /// The architecture, as LLVM and ptxas name it: "sm_75", "sm_90a".
  std::string architecture;
  /// Compute capability as a number: 90 for 9.0.
  int64_t capability = 0;
  /// First version of the PTX language that has the architecture, as a number:
  /// 78 for 7.8.
  int64_t ptxVersion = 0;
  /// How many the common model of the architecture has.
  int64_t multiprocessors = 0;

  /// "7.8".
  std::string ptxVersionText() const;
};

/// Facts about the GPU that the user names, by architecture ("sm_75" to
/// "sm_121", also with "a": code for that one capability alone) or by product
/// ("t4", "a100", "rtx3090", "h100", "h200", "b200", …), in any case. An
/// unknown name is an error that lists the known ones.
llvm::Expected<GpuInfo> lookupGpu(llvm::StringRef name);

/// The names that `lookupGpu` knows.
llvm::SmallVector<std::string> knownGpus();

/// The numbers as the attribute that schedules are made from.
kernel::GpuTargetAttr gpuTargetAttr(mlir::MLIRContext *context,
                                    const GpuInfo &gpu);

} // namespace einsumc

#endif // EINSUMC_TARGETINFO_GPUINFO_H
