//===- Libraries.cpp - Static and shared libraries --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Target/Emission.h"

#include "ExternalTool.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/MemoryBuffer.h"

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

Expected<std::string> einsumc::emitSharedLibrary(StringRef object) {
  std::string compiler = findTool({"cc", "clang", "gcc", "clang-22"});
  if (compiler.empty())
    return createStringError(
        "a shared library is linked by a C compiler (cc, clang or gcc), and "
        "none is in PATH; --emit=obj and --emit=static need none");
  TemporaryFiles files;
  Expected<std::string> input = files.add("o", object);
  if (!input)
    return input.takeError();
  Expected<std::string> library = files.add("so");
  if (!library)
    return library.takeError();
  // Without a build id the bytes depend on the object alone.
  if (Error error = runTool(
          compiler,
          {"-shared", "-Wl,--build-id=none", "-o", *library, *input, "-lm"},
          "link the shared library"))
    return std::move(error);
  return readWholeFile(*library);
}
