//===- ExternalTool.h - Programs that others wrote --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_TARGET_EXTERNALTOOL_H
#define EINSUMC_LIB_TARGET_EXTERNALTOOL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace einsumc {

/// Files for one run of a program; gone when this is.
class TemporaryFiles {
public:
  TemporaryFiles() = default;
  TemporaryFiles(const TemporaryFiles &) = delete;
  TemporaryFiles &operator=(const TemporaryFiles &) = delete;
  ~TemporaryFiles();

  /// Makes a file with this content; gives its path.
  llvm::Expected<std::string> add(llvm::StringRef suffix,
                                  llvm::StringRef content = "");

private:
  std::vector<std::string> paths;
};

/// The first of these programs that is in PATH or in `folders`; empty where
/// none is.
std::string findTool(llvm::ArrayRef<llvm::StringRef> names,
                     llvm::ArrayRef<llvm::StringRef> folders = {});

/// Runs a program; an error, with all that it printed, unless it exits with 0.
/// `purpose`: "link the shared library".
llvm::Error runTool(llvm::StringRef program,
                    llvm::ArrayRef<std::string> arguments,
                    llvm::StringRef purpose);

/// The bytes of a file.
llvm::Expected<std::string> readWholeFile(llvm::StringRef path);

} // namespace einsumc

#endif // EINSUMC_LIB_TARGET_EXTERNALTOOL_H
