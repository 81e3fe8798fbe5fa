//===- ExternalTool.cpp - Programs that others wrote ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalTool.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace einsumc;

TemporaryFiles::~TemporaryFiles() {
  for (const std::string &path : paths)
    std::ignore = sys::fs::remove(path);
}

Expected<std::string> TemporaryFiles::add(StringRef suffix, StringRef content) {
  SmallString<128> path;
  if (std::error_code error =
          sys::fs::createTemporaryFile("einsumc", suffix, path))
    return createStringError("cannot make a temporary file: " +
                             error.message());
  paths.push_back(path.str().str());
  std::error_code error;
  raw_fd_ostream stream(path, error);
  stream << content;
  stream.close();
  if (!error)
    error = stream.error();
  stream.clear_error();
  if (error)
    return createStringError("cannot write '" + path + "': " + error.message());
  return paths.back();
}

std::string einsumc::findTool(ArrayRef<StringRef> names,
                              ArrayRef<StringRef> folders) {
  for (StringRef name : names) {
    if (ErrorOr<std::string> found = sys::findProgramByName(name))
      return *found;
    if (folders.empty())
      continue;
    if (ErrorOr<std::string> found = sys::findProgramByName(name, folders))
      return *found;
  }
  return "";
}

Error einsumc::runTool(StringRef program, ArrayRef<std::string> arguments,
                       StringRef purpose) {
  TemporaryFiles files;
  Expected<std::string> log = files.add("txt");
  if (!log)
    return log.takeError();
  SmallVector<StringRef> all{program};
  append_range(all, arguments);
  std::string message;
  int status = sys::ExecuteAndWait(program, all, std::nullopt,
                                   {std::nullopt, *log, *log}, 0, 0, &message);
  if (status == 0)
    return Error::success();
  ErrorOr<std::unique_ptr<MemoryBuffer>> text = MemoryBuffer::getFile(*log);
  return createStringError("'" + program + "' cannot " + purpose + ": " +
                           message + (text ? (*text)->getBuffer().trim() : ""));
}

Expected<std::string> einsumc::readWholeFile(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}
