//===- ParsePlan.cpp - From JSON to a plan --------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanReader.h"
#include "einsumc/Runtime/Plan.h"

#include <map>

using namespace einsumc::runtime;

namespace {

/// How deeply numbers may be nested, and how large one may be.
constexpr unsigned kMaxDepth = 200;
constexpr size_t kMaxSteps = 10000;

/// What expressions and parameters refer to.
struct Limits {
  size_t sizes = 0, strides = 0;
};

class Parser {
public:
  Parser(Place root) : root(std::move(root)) {}
  Plan parse();

private:
  Expression expression(const Place &place);
  void addSteps(const Place &place, std::vector<Expression::Step> &steps,
                unsigned depth);
  std::array<Expression, 3> three(const Place &place);
  void parseLabels();
  void parseOperands();
  void parseScalars();
  void parseBuffers();
  PlanEntry entry(const Place &place);
  PlanParameter parameter(const Place &place);
  /// An index below `count`.
  size_t index(const Place &place, size_t count);
  int64_t elementBytes(const Place &place);

  Place root;
  Plan plan;
  Limits limits;
};

} // namespace

size_t Parser::index(const Place &place, size_t count) {
  int64_t value = place.integer();
  if (place.hasFailed())
    return 0;
  if (value >= 0 && uint64_t(value) < count)
    return size_t(value);
  place.fail("expected a number below " + std::to_string(count) + ", got " +
             std::to_string(value));
  return 0;
}

void Parser::addSteps(const Place &place, std::vector<Expression::Step> &steps,
                      unsigned depth) {
  using Kind = Expression::Kind;
  if (place.hasFailed())
    return;
  if (depth > kMaxDepth || steps.size() > kMaxSteps)
    return place.fail("the number is too involved");
  if (place.isInteger()) {
    steps.push_back({Kind::constant, place.integer()});
    return;
  }
  if (place.isObject()) {
    bool isSize = place.has("size");
    place.expectKeys({isSize ? "size" : "stride"});
    if (place.hasFailed())
      return;
    steps.push_back(
        isSize
            ? Expression::Step{Kind::size,
                               int64_t(index(place.at("size"), limits.sizes))}
            : Expression::Step{Kind::stride, int64_t(index(place.at("stride"),
                                                           limits.strides))});
    return;
  }
  if (!place.isArray())
    return place.fail("expected an integer, a size, a stride or an operation");
  std::vector<Place> parts = place.elements();
  static const std::map<std::string, Kind> kinds = {
      {"add", Kind::add},         {"sub", Kind::sub},
      {"mul", Kind::mul},         {"floordiv", Kind::floordiv},
      {"ceildiv", Kind::ceildiv}, {"mod", Kind::mod},
      {"min", Kind::min},         {"max", Kind::max}};
  if (parts.size() < 3)
    return place.fail("expected an operation and its operands");
  std::string name = parts[0].text();
  auto found = kinds.find(name);
  if (place.hasFailed())
    return;
  if (found == kinds.end())
    return parts[0].fail("unknown operation '" + name + "'");
  Kind kind = found->second;
  bool takesMany = kind == Kind::add || kind == Kind::mul ||
                   kind == Kind::min || kind == Kind::max;
  if (parts.size() > 3 && !takesMany)
    return place.fail("'" + name + "' takes two operands");
  addSteps(parts[1], steps, depth + 1);
  for (size_t i = 2; i < parts.size(); ++i) {
    addSteps(parts[i], steps, depth + 1);
    steps.push_back({kind, 0});
  }
}

Expression Parser::expression(const Place &place) {
  std::vector<Expression::Step> steps;
  addSteps(place, steps, 0);
  if (place.hasFailed())
    return {};
  return Expression(std::move(steps));
}

std::array<Expression, 3> Parser::three(const Place &place) {
  std::vector<Place> parts = place.elements();
  if (parts.size() != 3) {
    place.fail("expected three numbers");
    return {};
  }
  return {expression(parts[0]), expression(parts[1]), expression(parts[2])};
}

int64_t Parser::elementBytes(const Place &place) {
  int64_t bytes = place.integer();
  if (!place.hasFailed() && bytes != 1 && bytes != 2 && bytes != 4 &&
      bytes != 8 && bytes != 16)
    place.fail("expected 1, 2, 4, 8 or 16 bytes, got " + std::to_string(bytes));
  return bytes;
}

void Parser::parseLabels() {
  for (const Place &place : root.at("labels").elements()) {
    place.expectKeys({"name", "extent"});
    PlanLabel label;
    label.name = place.at("name").text();
    Place extent = place.at("extent");
    if (!extent.isNull() || place.hasFailed()) {
      label.extent = extent.integer();
      if (*label.extent < 0)
        extent.fail("expected an extent of 0 or more, or null");
    }
    plan.labels.push_back(std::move(label));
  }
  limits.sizes = plan.labels.size();
}

void Parser::parseOperands() {
  std::vector<Place> places = root.at("operands").elements();
  // Strides may be those of any operand.
  for (const Place &place : places)
    limits.strides += place.at("strides").elements().size();
  for (const Place &place : places) {
    place.expectKeys(
        {"name", "element", "bytes", "shape", "strides", "access"});
    PlanOperand operand;
    operand.name = place.at("name").text();
    operand.element = place.at("element").text();
    operand.bytes = elementBytes(place.at("bytes"));
    for (const Place &extent : place.at("shape").elements())
      operand.shape.push_back(expression(extent));
    for (const Place &stride : place.at("strides").elements())
      operand.strides.push_back(expression(stride));
    if (operand.shape.size() != operand.strides.size())
      place.fail("expected as many strides as extents");
    std::string access = place.at("access").text();
    if (access == "read")
      operand.access = Access::read;
    else if (access == "write")
      operand.access = Access::write;
    else if (access == "readwrite")
      operand.access = Access::readWrite;
    else
      place.at("access").fail("expected read, write or readwrite");
    plan.operands.push_back(std::move(operand));
  }
}

void Parser::parseScalars() {
  for (const Place &place : root.at("scalars").elements()) {
    place.expectKeys({"name", "element", "bytes"});
    plan.scalars.push_back({place.at("name").text(), place.at("element").text(),
                            elementBytes(place.at("bytes"))});
  }
}

void Parser::parseBuffers() {
  for (const Place &place : root.at("buffers").elements()) {
    place.expectKeys({"name", "element", "bytes"});
    plan.buffers.push_back({place.at("name").text(), place.at("element").text(),
                            expression(place.at("bytes"))});
  }
}

PlanParameter Parser::parameter(const Place &place) {
  using Kind = PlanParameter::Kind;
  static const std::map<std::string, int64_t> types = {
      {"i8", 1},  {"i16", 2},  {"i32", 4}, {"i64", 8},
      {"f16", 2}, {"bf16", 2}, {"f32", 4}, {"f64", 8}};
  auto bytesOf = [&](const Place &type) -> int64_t {
    auto found = types.find(type.text());
    if (found != types.end())
      return found->second;
    type.fail("unknown type");
    return 0;
  };
  PlanParameter parameter;
  if (place.has("operand")) {
    place.expectKeys({"operand"});
    parameter.index = index(place.at("operand"), plan.operands.size());
  } else if (place.has("buffer")) {
    place.expectKeys({"buffer"});
    parameter.kind = Kind::buffer;
    parameter.index = index(place.at("buffer"), plan.buffers.size());
  } else if (place.has("value")) {
    place.expectKeys({"value", "type"});
    parameter.kind = Kind::value;
    parameter.value = expression(place.at("value"));
    std::string type = place.at("type").text();
    if (type != "i32" && type != "i64")
      place.at("type").fail("expected i32 or i64");
    parameter.bytes = type == "i32" ? 4 : 8;
  } else if (place.has("scalar")) {
    place.expectKeys({"scalar", "offset", "type"});
    parameter.kind = Kind::scalar;
    parameter.index = index(place.at("scalar"), plan.scalars.size());
    parameter.offset = place.at("offset").integer();
    parameter.bytes = bytesOf(place.at("type"));
    if (!place.hasFailed() && (parameter.offset < 0 || parameter.offset > 16 ||
                               parameter.offset + parameter.bytes >
                                   plan.scalars[parameter.index].bytes))
      place.fail("expected bytes inside of the scalar");
  } else {
    place.fail("expected an operand, a buffer, a value or a scalar");
  }
  return parameter;
}

PlanEntry Parser::entry(const Place &place) {
  place.expectKeys({"name", "grid", "block", "sharedBytes", "parameters"});
  PlanEntry entry;
  entry.name = place.at("name").text();
  entry.grid = three(place.at("grid"));
  entry.block = three(place.at("block"));
  entry.sharedBytes = expression(place.at("sharedBytes"));
  for (const Place &its : place.at("parameters").elements())
    entry.parameters.push_back(parameter(its));
  return entry;
}

Plan Parser::parse() {
  Place version = root.at("version");
  if (int64_t number = version.integer(); !version.hasFailed() && number != 1)
    version.fail("expected version 1, got " + std::to_string(number));
  root.expectKeys({"version", "kernel", "equation", "gpu", "ptx", "labels",
                   "operands", "scalars", "buffers", "entries"});
  plan.kernel = root.at("kernel").text();
  plan.equation = root.at("equation").text();
  plan.gpu = root.at("gpu").text();
  plan.ptx = root.at("ptx").text();
  parseLabels();
  parseOperands();
  parseScalars();
  parseBuffers();
  for (const Place &place : root.at("entries").elements())
    plan.entries.push_back(entry(place));
  return std::move(plan);
}

Result<Plan> einsumc::runtime::parsePlan(std::string_view text) {
  nlohmann::json json =
      nlohmann::json::parse(text.begin(), text.end(), /*cb=*/nullptr,
                            /*allow_exceptions=*/false);
  if (json.is_discarded())
    return Result<Plan>::error("the plan is no JSON");
  std::string failure;
  Plan plan = Parser(Place(json, "", failure)).parse();
  if (!failure.empty())
    return Result<Plan>::error(failure);
  return plan;
}
