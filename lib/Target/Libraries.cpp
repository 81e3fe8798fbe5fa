//===- Libraries.cpp - Static and shared libraries --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Target/Emission.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <tuple>

using namespace llvm;
using namespace einsumc;

Expected<std::string> einsumc::emitArchive(StringRef object,
                                           StringRef memberName) {
  NewArchiveMember member(MemoryBufferRef(object, memberName));
  std::string warnings;
  auto warn = [&](Error error) { warnings += toString(std::move(error)); };
  Expected<std::unique_ptr<MemoryBuffer>> archive = writeArchiveToBuffer(
      member, SymtabWritingMode::NormalSymtab, member.detectKindFromObject(),
      /*Deterministic=*/true, /*Thin=*/false, warn);
  if (!archive)
    return archive.takeError();
  return (*archive)->getBuffer().str();
}

/// A file that is gone when this is.
static Expected<SmallString<128>> makeTemporary(StringRef suffix) {
  SmallString<128> path;
  if (std::error_code error =
          sys::fs::createTemporaryFile("einsumc", suffix, path))
    return createStringError("cannot make a temporary file: " +
                             error.message());
  return path;
}

Expected<std::string> einsumc::emitSharedLibrary(StringRef object) {
  ErrorOr<std::string> compiler = std::errc::no_such_file_or_directory;
  for (StringRef name : {"cc", "clang", "gcc", "clang-22"})
    if (compiler = sys::findProgramByName(name); compiler)
      break;
  if (!compiler)
    return createStringError(
        "a shared library is linked by a C compiler (cc, clang or gcc), and "
        "none is in PATH; --emit=obj and --emit=static need none");
  SmallVector<SmallString<128>> paths;
  scope_exit removeAll([&] {
    for (const SmallString<128> &path : paths)
      std::ignore = sys::fs::remove(path);
  });
  for (StringRef suffix : {"o", "so", "txt"}) {
    Expected<SmallString<128>> path = makeTemporary(suffix);
    if (!path)
      return path.takeError();
    paths.push_back(*path);
  }
  StringRef objectPath = paths[0], libraryPath = paths[1], logPath = paths[2];

  std::error_code error;
  {
    raw_fd_ostream stream(objectPath, error);
    stream << object;
    stream.close();
    if (!error)
      error = stream.error();
    stream.clear_error();
  }
  if (error)
    return createStringError("cannot write '" + objectPath +
                             "': " + error.message());
  std::string message;
  // Without a build id the bytes depend on the object alone.
  int status = sys::ExecuteAndWait(
      *compiler,
      {*compiler, "-shared", "-Wl,--build-id=none", "-o", libraryPath,
       objectPath, "-lm"},
      std::nullopt, {std::nullopt, logPath, logPath}, 0, 0, &message);
  if (status != 0) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> log = MemoryBuffer::getFile(logPath);
    return createStringError("'" + *compiler +
                             "' cannot link the shared library: " + message +
                             (log ? (*log)->getBuffer().trim() : ""));
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> library =
      MemoryBuffer::getFile(libraryPath);
  if (!library)
    return createStringError("cannot read '" + libraryPath +
                             "': " + library.getError().message());
  return (*library)->getBuffer().str();
}
