//===- Process.h - A child that answers lines -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_PROCESS_H
#define EINSUMC_LIB_BENCHMARK_PEERS_PROCESS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <sys/types.h>

namespace einsumc::bench {

/// A child process that is sent lines and answers each with a line.
class LineProcess {
public:
  /// `environment` lists NAME=VALUE to set and NAME to remove.
  static llvm::Expected<LineProcess>
  start(llvm::ArrayRef<std::string> arguments,
        llvm::ArrayRef<std::string> environment);
  LineProcess(LineProcess &&other);
  LineProcess &operator=(LineProcess &&) = delete;
  /// Closes its input and waits; a child that does not end is killed.
  ~LineProcess();

  /// The next line it writes, without its end; an error when it is silent for
  /// `seconds` or gone.
  llvm::Expected<std::string> readLine(int seconds);
  llvm::Error writeLine(llvm::StringRef line);

private:
  LineProcess() = default;
  pid_t child = -1;
  int input = -1, output = -1;
  std::string pending;
};

/// Memory that another process can map through `path()`.
class SharedMemory {
public:
  static llvm::Expected<SharedMemory> create(size_t bytes);
  SharedMemory(SharedMemory &&other);
  SharedMemory &operator=(SharedMemory &&) = delete;
  ~SharedMemory();

  uint8_t *data() const { return memory; }
  std::string path() const;

private:
  SharedMemory() = default;
  int file = -1;
  uint8_t *memory = nullptr;
  size_t size = 0;
};

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_PROCESS_H
