//===- Registry.cpp - The peers there are ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

#include "ProductRun.h"
#include "llvm/ADT/STLExtras.h"
#include <cstdlib>

using namespace einsumc::bench;

PeerRun::~PeerRun() = default;
Peer::~Peer() = default;

llvm::StringRef einsumc::bench::peerKindName(PeerKind kind) {
  switch (kind) {
  case PeerKind::gemm:
    return "gemm";
  case PeerKind::equation:
    return "equation";
  case PeerKind::primitive:
    return "primitive";
  }
  return "";
}

std::vector<std::string>
PeerSearch::candidates(llvm::StringRef fileName,
                       llvm::ArrayRef<std::string> others) const {
  std::vector<std::string> files;
  for (const std::string &folder : options.libraryPaths)
    llvm::append_range(files, globFiles(folder + "/" + fileName));
  llvm::append_range(files, others);
  return files;
}

bool PeerSearch::isWanted(llvm::StringRef name) const {
  return options.only.empty() || llvm::is_contained(options.only, name);
}

void PeerSearch::add(std::unique_ptr<GemmLibrary> library) {
  add(std::make_unique<GemmPeer>(std::move(library)));
}

void PeerSearch::add(std::unique_ptr<Peer> peer) {
  list.peers.push_back(std::move(peer));
}

void PeerSearch::miss(llvm::StringRef name, std::string reason) {
  list.missing.emplace_back(name, std::move(reason));
}

/// A library's idle threads wait for more work, some for 20 ms and more, in
/// which they take a core from whoever is measured next. Where the user did not
/// say how long, they shall sleep within a millisecond. Read when libraries are
/// loaded, and by the processes started from here.
static void shortenIdleSpinning() {
  constexpr int keepUsers = 0;
  setenv("OPENBLAS_THREAD_TIMEOUT", "20", keepUsers); // log2 of cycles
  setenv("GOMP_SPINCOUNT", "20000", keepUsers);
  setenv("KMP_BLOCKTIME", "0", keepUsers); // milliseconds
}

PeerList einsumc::bench::findPeers(const PeerOptions &options) {
  if (options.threads > 1)
    shortenIdleSpinning();
  PeerList list;
  PeerSearch search{options, {}, {}, list};
  locatePython(search);
  findOpenBlas(search);
  findBlis(search);
  findMkl(search);
  findOneDnn(search);
  findXsmm(search);
  findEigen(search);
  findLoops(search);
  findPython(search);
  return list;
}
