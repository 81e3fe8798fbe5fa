//===- OutputFiles.h - Files that appear whole or not at all ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_COMMON_OUTPUTFILES_H
#define EINSUMC_TOOLS_COMMON_OUTPUTFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace einsumc::tools {

struct OutputFile {
  std::string path;
  llvm::StringRef contents;
};

/// Writes all of them, or none: each goes to a temporary file beside its place,
/// and only when all are complete are they moved there. What stood at the
/// places before stays when anything fails.
llvm::Error writeOutputFiles(llvm::ArrayRef<OutputFile> files);

} // namespace einsumc::tools

#endif // EINSUMC_TOOLS_COMMON_OUTPUTFILES_H
