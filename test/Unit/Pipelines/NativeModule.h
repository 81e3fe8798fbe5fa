//===- NativeModule.h - linalg as machine code in this process --*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_UNIT_PIPELINES_NATIVEMODULE_H
#define EINSUMC_TEST_UNIT_PIPELINES_NATIVEMODULE_H

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/Error.h"
#include <memory>

namespace einsumc::test {

/// A module of linalg on tensors that went through all pipelines and LLVM to an
/// object file for `cpu`, and into this process. Of libraries the object gets
/// the allocator and block copies alone: looking a kernel up fails when it
/// needs anything else, a conversion in libgcc above all.
class NativeModule {
public:
  static llvm::Expected<NativeModule> compile(llvm::StringRef source,
                                              llvm::StringRef cpu,
                                              llvm::StringRef schedule = "");
  /// The address of a kernel's C function.
  llvm::Expected<void *> lookup(llvm::StringRef name);

  /// Whether this machine runs code for the CPU (a name that CpuInfo knows).
  static bool canRun(llvm::StringRef cpu);

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace einsumc::test

#endif // EINSUMC_TEST_UNIT_PIPELINES_NATIVEMODULE_H
