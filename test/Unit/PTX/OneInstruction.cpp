//===- OneInstruction.cpp - Executes one instruction, for tests -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneInstruction.h"
#include <cstdio>

using namespace einsumc::ptx;
using namespace einsumc::ptx::test;

static constexpr unsigned kThreads = 32;

std::string einsumc::ptx::test::digits(Bits bits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llx",
                bits.width == 1 ? 1 : int(bits.width / 4),
                (unsigned long long)bits.value);
  return text;
}

static std::string header(const std::string &target) {
  return ".version 8.8\n.target " + target + "\n.address_size 64\n";
}

static std::string registers(unsigned width, const std::string &name) {
  return ".reg " + (width == 1 ? ".pred" : ".b" + std::to_string(width)) + " " +
         name + ";\n";
}

std::string einsumc::ptx::test::execute(const std::string &instructions,
                                        unsigned resultWidth,
                                        const std::vector<Bits> &operands,
                                        const std::string &target) {
  std::string parameters = ".param .u64 out", body;
  std::vector<std::string> values;
  for (size_t i = 0; i < operands.size(); ++i) {
    std::string index = std::to_string(i);
    unsigned width = operands[i].width;
    unsigned stored = width == 1 ? 32 : width;
    parameters += ", .param .u" + std::to_string(stored) + " p" + index;
    std::string load = "ld.param.b" + std::to_string(stored);
    body += registers(width, "%s" + index);
    if (width == 1)
      body += registers(32, "%w" + index) + load + " %w" + index + ", [p" +
              index + "];\nsetp.ne.b32 %s" + index + ", %w" + index + ", 0;\n";
    else
      body += load + " %s" + index + ", [p" + index + "];\n";
    values.emplace_back(reinterpret_cast<const char *>(&operands[i].value),
                        stored / 8);
  }
  unsigned stored = resultWidth == 1 ? 32 : resultWidth;
  body += registers(resultWidth, "%d") + instructions + "\n";
  std::string value = "%d";
  if (resultWidth == 1) {
    body += ".reg .b32 %dw;\nselp.b32 %dw, 1, 0, %d;\n";
    value = "%dw";
  }
  body += ".reg .b32 %tid32;\n.reg .b64 %at;\nmov.u32 %tid32, %tid.x;\n"
          "mad.wide.u32 %at, %tid32, " +
          std::to_string(stored / 8) +
          ", 0;\n.reg .b64 %base;\nld.param.u64 %base, [out];\n"
          "add.s64 %at, %at, %base;\nst.global.b" +
          std::to_string(stored) + " [%at], " + value + ";\nret;\n";
  Device device;
  Result<ModuleId> module = device.load(header(target) + ".visible .entry k(" +
                                        parameters + ") {\n" + body + "}\n");
  if (!module)
    return module.error().message;
  uint64_t bytes = stored / 8;
  uint64_t out = *device.allocate(bytes * kThreads, "out");
  values.insert(values.begin(),
                std::string(reinterpret_cast<const char *>(&out), 8));
  Result<Statistics> launched =
      device.launch(*module, "k", {}, {kThreads, 1, 1}, 0, values);
  if (!launched)
    return launched.error().message;
  std::string first;
  for (unsigned i = 0; i < kThreads; ++i) {
    Bits bits{resultWidth, 0};
    device.copyOut(&bits.value, out + i * bytes, bytes);
    if (i == 0)
      first = digits(bits);
    else if (first != digits(bits))
      return "threads differ: " + first + " and " + digits(bits);
  }
  return first;
}

std::string einsumc::ptx::test::evaluate(const std::string &opcode,
                                         unsigned resultWidth,
                                         const std::vector<Bits> &operands,
                                         const std::string &target) {
  std::string text = opcode + " %d";
  for (size_t i = 0; i < operands.size(); ++i)
    text += ", %s" + std::to_string(i);
  return execute(text + ";", resultWidth, operands, target);
}

std::string einsumc::ptx::test::kernel(const std::string &body,
                                       const std::string &parameters,
                                       const std::string &target) {
  return header(target) + ".visible .entry k(" + parameters +
         ") {\n.reg .pred %p<9>;\n.reg .b16 %h<9>;\n.reg .b32 %r<9>;\n"
         ".reg .b64 %d<9>;\n" +
         body + "\n}\n";
}

std::string einsumc::ptx::test::loadError(const std::string &text) {
  Device device;
  Result<ModuleId> module = device.load(text);
  return module ? "" : module.error().str();
}
