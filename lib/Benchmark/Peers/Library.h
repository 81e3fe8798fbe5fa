//===- Library.h - Shared libraries opened at run time ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_LIBRARY_H
#define EINSUMC_LIB_BENCHMARK_PEERS_LIBRARY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include <optional>
#include <string>
#include <vector>

namespace einsumc::bench {

/// A library whose symbols nobody else sees, so that two BLAS can live in one
/// process. It stays loaded: its thread pools outlive every user.
class Library {
public:
  /// Opens the first candidate (path or soname) that loads. `why` gets what the
  /// loader says when none does.
  static std::optional<Library> open(llvm::ArrayRef<std::string> candidates,
                                     std::string &why);

  /// The symbol's address as a pointer to `Function`; null when absent.
  template <typename Function> Function *find(const llvm::Twine &name) const {
    return reinterpret_cast<Function *>(address(name));
  }
  const std::string &path() const { return file; }

private:
  void *address(const llvm::Twine &name) const;
  void *handle = nullptr;
  std::string file;
};

/// Files that match a shell pattern, sorted; none when nothing does.
std::vector<std::string> globFiles(const llvm::Twine &pattern);

/// Where a library of this project that is loaded on demand may lie: beside the
/// program, in the installation's or in the build's library folder.
std::vector<std::string> ownLibraryCandidates(llvm::StringRef fileName);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_LIBRARY_H
