//===- PlanMode.cpp - ptx-run --plan --------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanMode.h"
#include "einsumc/PTX/HostRunner.h"

using namespace einsumc;
using namespace einsumc::ptx;

namespace {
/// The file of one operand: its bytes from the lowest to the highest address.
struct OperandFile {
  std::string input, output, bytes;
};
} // namespace

/// "in:FILE", "out:FILE" or "inout:FILE:OUT", as the plan accesses it.
static bool readOperand(const runtime::PlanOperand &operand,
                        const std::string &spec, const OperandRange &range,
                        OperandFile &file, std::string &message) {
  size_t colon = spec.find(':');
  std::string kind = spec.substr(0, colon);
  std::string rest = colon == spec.npos ? "" : spec.substr(colon + 1);
  const char *expected = operand.access == runtime::Access::read    ? "in"
                         : operand.access == runtime::Access::write ? "out"
                                                                    : "inout";
  size_t second = rest.rfind(':');
  bool good = kind == expected && !rest.empty() &&
              (kind != "inout" || second != rest.npos);
  if (!good) {
    message = "--arg '" + spec + "': '" + operand.name + "' is given as " +
              expected + (kind == "inout" ? ":FILE:OUT" : ":FILE");
    return false;
  }
  if (kind == "inout")
    file.input = rest.substr(0, second), file.output = rest.substr(second + 1);
  else
    (kind == "in" ? file.input : file.output) = rest;
  if (file.input.empty()) {
    file.bytes.resize(range.bytes());
    return true;
  }
  if (!readFile(file.input, file.bytes, message))
    return false;
  if (file.bytes.size() != range.bytes()) {
    message = file.input + ": '" + operand.name + "' has " +
              std::to_string(range.bytes()) + " bytes but the file has " +
              std::to_string(file.bytes.size());
    return false;
  }
  return true;
}

bool runWithPlan(const Options &options, const std::string &ptx,
                 Statistics &statistics, std::string &message) {
  std::string text;
  if (!readFile(options.plan, text, message))
    return false;
  auto plan = runtime::parsePlan(text);
  if (!plan) {
    message = options.plan + ": " + plan.message();
    return false;
  }
  if (options.sizes.size() > plan->labels.size() && !options.sizes.empty()) {
    message = "--sizes: the plan has " + std::to_string(plan->labels.size()) +
              " labels";
    return false;
  }
  // What the command line leaves out is what the plan says.
  std::vector<int64_t> sizes = options.sizes;
  for (size_t i = sizes.size(); i < plan->labels.size(); ++i) {
    if (!plan->labels[i].extent) {
      message = "expected --sizes: label '" + plan->labels[i].name +
                "' has no extent in the plan";
      return false;
    }
    sizes.push_back(*plan->labels[i].extent);
  }
  size_t axes = 0;
  for (const runtime::PlanOperand &operand : plan->operands)
    axes += operand.shape.size();
  std::vector<int64_t> strides = options.strides;
  if (!strides.empty() && strides.size() != axes) {
    message = "--strides: the operands have " + std::to_string(axes) + " axes";
    return false;
  }
  std::vector<std::string> scalarBytes;
  std::vector<const void *> scalars;
  for (const std::string &spec : options.scalars) {
    scalarBytes.emplace_back();
    if (!parseScalar(spec, scalarBytes.back(), message))
      return false;
  }
  bool fits = scalarBytes.size() == plan->scalars.size();
  for (size_t i = 0; fits && i < scalarBytes.size(); ++i) {
    fits = scalarBytes[i].size() == size_t(plan->scalars[i].bytes);
    scalars.push_back(scalarBytes[i].data());
  }
  if (!fits) {
    message = "--scalar: the plan has " + std::to_string(plan->scalars.size()) +
              " scalars, or they have other sizes";
    return false;
  }
  if (options.arguments.size() != plan->operands.size()) {
    message = "the plan has " + std::to_string(plan->operands.size()) +
              " operands but there are " +
              std::to_string(options.arguments.size()) + " --arg";
    return false;
  }

  PlanCall call{sizes.data(), strides.empty() ? nullptr : strides.data(),
                scalars.data()};
  std::vector<OperandFile> files(plan->operands.size());
  std::vector<void *> operands;
  for (size_t i = 0; i < files.size(); ++i) {
    Result<OperandRange> range = operandRange(plan->operands[i], call);
    if (!range) {
      message = range.error().str();
      return false;
    }
    if (!readOperand(plan->operands[i], options.arguments[i], *range, files[i],
                     message))
      return false;
    operands.push_back(files[i].bytes.data() - range->low);
  }
  Result<Statistics> result =
      runOnHost(ptx, text, operands, call, {options.seed, options.budget});
  if (!result) {
    message = result.error().str(result.error().line ? options.file : "");
    return false;
  }
  statistics = *result;
  for (const OperandFile &file : files)
    if (!file.output.empty() && !writeFile(file.output, file.bytes, message))
      return false;
  return true;
}
