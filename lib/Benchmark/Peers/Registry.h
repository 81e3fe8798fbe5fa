//===- Registry.h - The peers there are -------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_REGISTRY_H
#define EINSUMC_LIB_BENCHMARK_PEERS_REGISTRY_H

#include "Gemm.h"
#include "Library.h"
#include "einsumc/Benchmark/Peer.h"

namespace einsumc::bench {

/// What the finders of single peers share.
struct PeerSearch {
  const PeerOptions &options;
  /// Folders of Python packages, where wheels bring libraries along.
  std::vector<std::string> pythonFolders;
  /// `prefix` of the interpreter: pip puts MKL into its lib folder.
  std::string pythonPrefix;
  PeerList &list;
  /// The interpreter's path; empty when there is none.
  std::string python = {};

  /// `fileName` in each of the user's folders, then `others`.
  std::vector<std::string> candidates(llvm::StringRef fileName,
                                      llvm::ArrayRef<std::string> others) const;
  bool isWanted(llvm::StringRef name) const;
  void add(std::unique_ptr<GemmLibrary> library);
  void add(std::unique_ptr<Peer> peer);
  void miss(llvm::StringRef name, std::string reason);
};

// One function a file; each adds a peer, or says why it's missing.
void findOpenBlas(PeerSearch &search);
void findBlis(PeerSearch &search);
void findMkl(PeerSearch &search);
void findOneDnn(PeerSearch &search);
void findXsmm(PeerSearch &search);
void findEigen(PeerSearch &search);
void findLoops(PeerSearch &search);
void findPython(PeerSearch &search);

/// Asks the interpreter where its packages are; false when there's none.
bool locatePython(PeerSearch &search);

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_REGISTRY_H
