//===- OutputFiles.cpp - Files that appear whole or not at all ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/OutputFiles.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <tuple>
#include <vector>

using namespace llvm;

/// The file's contents in a temporary file in the same folder; its path. It is
/// closed, as there may be more files than a process may have open.
static Expected<std::string>
writeTemporary(const einsumc::tools::OutputFile &file) {
  auto error = [&](std::error_code code) {
    return createStringError("cannot write '" + file.path +
                             "': " + code.message());
  };
  // The permissions that open(2) gives a new file, less the umask.
  unsigned mode = sys::fs::owner_read | sys::fs::owner_write |
                  sys::fs::group_read | sys::fs::group_write |
                  sys::fs::others_read | sys::fs::others_write;
  int descriptor;
  SmallString<128> path;
  if (std::error_code code = sys::fs::createUniqueFile(
          file.path + ".tmp%%%%%%", descriptor, path, sys::fs::OF_None, mode))
    return error(code);
  sys::RemoveFileOnSignal(path);
  raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os << file.contents;
  os.close();
  if (std::error_code code = os.error()) {
    os.clear_error();
    std::ignore = sys::fs::remove(path);
    sys::DontRemoveFileOnSignal(path);
    return error(code);
  }
  return std::string(path);
}

/// Into what is there and is no file: a rename would take a device's place.
static Error writeInPlace(const einsumc::tools::OutputFile &file) {
  std::error_code error;
  raw_fd_ostream os(file.path, error);
  if (!error) {
    os << file.contents;
    os.flush();
    error = os.error();
    os.clear_error();
  }
  if (error)
    return createStringError("cannot write '" + file.path +
                             "': " + error.message());
  return Error::success();
}

Error einsumc::tools::writeOutputFiles(ArrayRef<OutputFile> files) {
  // What was written and has not been moved yet.
  std::vector<std::pair<std::string, const OutputFile *>> temporaries;
  llvm::scope_exit discardAll([&] {
    for (auto &[temporary, file] : temporaries) {
      std::ignore = sys::fs::remove(temporary);
      sys::DontRemoveFileOnSignal(temporary);
    }
  });
  for (const OutputFile &file : files) {
    sys::fs::file_status status;
    if (!sys::fs::status(file.path, status) && exists(status) &&
        !is_regular_file(status)) {
      if (Error error = writeInPlace(file))
        return error;
      continue;
    }
    Expected<std::string> temporary = writeTemporary(file);
    if (!temporary)
      return temporary.takeError();
    temporaries.push_back({std::move(*temporary), &file});
  }
  while (!temporaries.empty()) {
    auto &[temporary, file] = temporaries.back();
    if (std::error_code code = sys::fs::rename(temporary, file->path))
      return createStringError("cannot write '" + file->path +
                               "': " + code.message());
    sys::DontRemoveFileOnSignal(temporary);
    temporaries.pop_back();
  }
  return Error::success();
}
