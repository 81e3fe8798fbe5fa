//===- OutputFiles.cpp - Files that appear whole or not at all ------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/OutputFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

using namespace llvm;

/// The file's contents in a temporary file in the same folder.
static Expected<sys::fs::TempFile>
writeTemporary(const einsumc::tools::OutputFile &file) {
  // The permissions that open(2) gives a new file, less the umask.
  Expected<sys::fs::TempFile> temporary = sys::fs::TempFile::create(
      file.path + ".tmp%%%%%%",
      sys::fs::owner_read | sys::fs::owner_write | sys::fs::group_read |
          sys::fs::group_write | sys::fs::others_read | sys::fs::others_write);
  if (!temporary)
    return createStringError("cannot write '" + file.path +
                             "': " + toString(temporary.takeError()));
  raw_fd_ostream os(temporary->FD, /*shouldClose=*/false);
  os << file.contents;
  os.flush();
  if (std::error_code error = os.error()) {
    os.clear_error();
    consumeError(temporary->discard());
    return createStringError("cannot write '" + file.path +
                             "': " + error.message());
  }
  return temporary;
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
  std::vector<std::pair<sys::fs::TempFile, const OutputFile *>> temporaries;
  auto discardAll = [&] {
    for (auto &[temporary, file] : temporaries)
      consumeError(temporary.discard());
  };
  for (const OutputFile &file : files) {
    sys::fs::file_status status;
    if (!sys::fs::status(file.path, status) && exists(status) &&
        !is_regular_file(status)) {
      if (Error error = writeInPlace(file)) {
        discardAll();
        return error;
      }
      continue;
    }
    Expected<sys::fs::TempFile> temporary = writeTemporary(file);
    if (!temporary) {
      discardAll();
      return temporary.takeError();
    }
    temporaries.push_back({std::move(*temporary), &file});
  }
  for (auto &[temporary, file] : temporaries)
    if (Error error = temporary.keep(file->path)) {
      discardAll();
      return createStringError("cannot write '" + file->path +
                               "': " + toString(std::move(error)));
    }
  return Error::success();
}
