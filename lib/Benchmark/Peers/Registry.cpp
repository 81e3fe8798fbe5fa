//===- Registry.cpp - The peers there are ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Registry.h"

#include "ProductRun.h"
#include "llvm/ADT/STLExtras.h"

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

PeerList einsumc::bench::findPeers(const PeerOptions &options) {
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
