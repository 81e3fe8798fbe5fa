//===- Library.cpp - Shared libraries opened at run time ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Library.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <dlfcn.h>
#include <glob.h>

using namespace einsumc::bench;

std::optional<Library> Library::open(llvm::ArrayRef<std::string> candidates,
                                     std::string &why) {
  Library library;
  for (const std::string &candidate : candidates) {
    library.handle = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library.handle) {
      library.file = candidate;
      return library;
    }
    // A file that is there and does not load says more than one that isn't.
    bool exists = llvm::sys::fs::exists(candidate);
    if (why.empty() || exists)
      why = dlerror();
    if (exists)
      break;
  }
  if (why.empty())
    why = "not found";
  return std::nullopt;
}

void *Library::address(const llvm::Twine &name) const {
  return dlsym(handle, name.str().c_str());
}

std::vector<std::string> einsumc::bench::globFiles(const llvm::Twine &pattern) {
  std::vector<std::string> files;
  glob_t found = {};
  if (glob(pattern.str().c_str(), 0, nullptr, &found) == 0)
    for (char *path : llvm::ArrayRef(found.gl_pathv, found.gl_pathc))
      files.emplace_back(path);
  globfree(&found);
  return files;
}

std::vector<std::string>
einsumc::bench::ownLibraryCandidates(llvm::StringRef fileName) {
  std::vector<std::string> candidates;
  auto add = [&](llvm::StringRef folder) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, fileName);
    candidates.push_back(path.str().str());
  };
  llvm::SmallString<128> program;
  if (!llvm::sys::fs::real_path("/proc/self/exe", program)) {
    llvm::StringRef folder = llvm::sys::path::parent_path(program);
    llvm::StringRef prefix = llvm::sys::path::parent_path(folder);
    add(folder);
    add((prefix + "/" EINSUMC_PEER_LIBRARY_SUBDIR).str());
  }
  add(EINSUMC_PEER_LIBRARY_BUILD_DIR);
  return candidates;
}
