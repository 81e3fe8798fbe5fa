//===- Arguments.h - The command line of ptx-run ----------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_PTX_RUN_ARGUMENTS_H
#define EINSUMC_TOOLS_PTX_RUN_ARGUMENTS_H

#include "einsumc/PTX/Device.h"
#include <optional>

struct Options {
  std::string file, kernel, plan;
  std::optional<einsumc::ptx::Dim3> grid, block;
  std::vector<std::string> arguments, scalars;
  std::vector<int64_t> sizes, strides;
  uint64_t seed = 0, budget = uint64_t(1) << 40;
  unsigned architecture = 0;
  bool statistics = false, help = false;
};

/// Each of these returns false and says why in `message`.
bool parseOptions(int argc, char **argv, Options &options,
                  std::string &message);
bool readFile(const std::string &path, std::string &bytes,
              std::string &message);

bool writeFile(const std::string &path, const std::string &bytes,
               std::string &message);
/// The bytes of "f32:1.5".
bool parseScalar(const std::string &spec, std::string &bytes,
                 std::string &message);

/// One parameter of the launch.
struct Argument {
  /// As the kernel gets it.
  std::string bytes;
  /// Of memory: where it lies, and the file its contents go to.
  uint64_t address = 0, size = 0;
  std::string output;
};

bool bindArgument(const std::string &spec, einsumc::ptx::Device &device,
                  size_t index, Argument &argument, std::string &message);
bool writeArgument(const Argument &argument, const einsumc::ptx::Device &device,
                   std::string &message);

#endif // EINSUMC_TOOLS_PTX_RUN_ARGUMENTS_H
