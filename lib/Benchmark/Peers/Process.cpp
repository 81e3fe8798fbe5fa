//===- Process.cpp - A child that answers lines ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace einsumc::bench;

static llvm::Error failure(const llvm::Twine &what, int code) {
  return llvm::createStringError(std::error_code(code, std::generic_category()),
                                 what);
}

/// This process's environment with the changes made.
static std::vector<std::string>
changedEnvironment(llvm::ArrayRef<std::string> changes) {
  auto nameOf = [](llvm::StringRef entry) { return entry.split('=').first; };
  std::vector<std::string> result;
  for (char **entry = environ; *entry; ++entry)
    if (llvm::none_of(changes, [&](llvm::StringRef change) {
          return nameOf(change) == nameOf(*entry);
        }))
      result.emplace_back(*entry);
  for (const std::string &change : changes)
    if (llvm::StringRef(change).contains('='))
      result.push_back(change);
  return result;
}

static std::vector<char *> pointersTo(llvm::ArrayRef<std::string> strings) {
  std::vector<char *> pointers;
  for (const std::string &string : strings)
    pointers.push_back(const_cast<char *>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

llvm::Expected<LineProcess>
LineProcess::start(llvm::ArrayRef<std::string> arguments,
                   llvm::ArrayRef<std::string> environment) {
  // A socket as its input, as writing to one can be told to raise no signal
  // when the child is gone.
  int toChild[2], fromChild[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, toChild) != 0)
    return failure("socketpair", errno);
  if (pipe2(fromChild, O_CLOEXEC) != 0) {
    int code = errno;
    close(toChild[0]);
    close(toChild[1]);
    return failure("pipe", code);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, toChild[1], 0);
  posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> variables = changedEnvironment(environment);
  LineProcess process;
  int code =
      posix_spawnp(&process.child, arguments.front().c_str(), &actions, nullptr,
                   pointersTo(arguments).data(), pointersTo(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(toChild[1]);
  close(fromChild[1]);
  process.input = toChild[0];
  process.output = fromChild[0];
  if (code != 0) {
    process.child = -1;
    return failure(arguments.front(), code);
  }
  return process;
}

LineProcess::LineProcess(LineProcess &&other)
    : child(std::exchange(other.child, -1)),
      input(std::exchange(other.input, -1)),
      output(std::exchange(other.output, -1)),
      pending(std::move(other.pending)) {}

LineProcess::~LineProcess() {
  if (input >= 0)
    close(input);
  if (output >= 0)
    close(output);
  if (child < 0)
    return;
  // Its input has ended; two seconds are enough to leave in.
  for (int i = 0; i < 200; ++i) {
    if (waitpid(child, nullptr, WNOHANG) != 0)
      return;
    usleep(10000);
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

llvm::Expected<std::string> LineProcess::readLine(int seconds) {
  while (true) {
    size_t end = pending.find('\n');
    if (end != std::string::npos) {
      std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      return line;
    }
    pollfd waiting = {output, POLLIN, 0};
    int ready = poll(&waiting, 1, seconds * 1000);
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready == 0)
      return failure("the process doesn't answer", ETIMEDOUT);
    char buffer[4096];
    ssize_t count = ready < 0 ? -1 : read(output, buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return failure("the process has ended", EPIPE);
    pending.append(buffer, count);
  }
}

llvm::Error LineProcess::writeLine(llvm::StringRef line) {
  std::string text = (line + "\n").str();
  for (size_t sent = 0; sent < text.size();) {
    ssize_t count =
        send(input, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return failure("the process has ended", EPIPE);
    sent += count;
  }
  return llvm::Error::success();
}

llvm::Expected<SharedMemory> SharedMemory::create(size_t bytes) {
  SharedMemory shared;
  shared.size = bytes;
  shared.file = memfd_create("einsum-bench", MFD_CLOEXEC);
  if (shared.file < 0 || ftruncate(shared.file, bytes) != 0)
    return failure("shared memory", errno);
  void *memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, shared.file, 0);
  if (memory == MAP_FAILED)
    return failure("shared memory", errno);
  shared.memory = static_cast<uint8_t *>(memory);
  return shared;
}

SharedMemory::SharedMemory(SharedMemory &&other)
    : file(std::exchange(other.file, -1)),
      memory(std::exchange(other.memory, nullptr)), size(other.size) {}

SharedMemory::~SharedMemory() {
  if (memory)
    munmap(memory, size);
  if (file >= 0)
    close(file);
}

std::string SharedMemory::path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file);
}
