//===- BindPlan.cpp - The launches of one call ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Runtime/Plan.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace einsumc::runtime;

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

std::optional<int64_t> Expression::constant() const {
  for (const Step &step : steps)
    if (step.kind == Kind::size || step.kind == Kind::stride)
      return std::nullopt;
  Result<int64_t> value = evaluate(nullptr, nullptr);
  return value ? std::optional<int64_t>(*value) : std::nullopt;
}

/// x op y; false where the result is no number of 64 bits.
static bool apply(Expression::Kind kind, int64_t x, int64_t y,
                  int64_t &result) {
  using Kind = Expression::Kind;
  switch (kind) {
  case Kind::add:
    return !__builtin_add_overflow(x, y, &result);
  case Kind::sub:
    return !__builtin_sub_overflow(x, y, &result);
  case Kind::mul:
    return !__builtin_mul_overflow(x, y, &result);
  case Kind::min:
    result = std::min(x, y);
    return true;
  case Kind::max:
    result = std::max(x, y);
    return true;
  default:
    break;
  }
  if (y == 0 || (y == -1 && x == std::numeric_limits<int64_t>::min()))
    return false;
  int64_t quotient = x / y, remainder = x % y;
  bool isNegative = remainder != 0 && (remainder < 0) != (y < 0);
  if (kind == Kind::floordiv)
    result = quotient - isNegative;
  else if (kind == Kind::ceildiv)
    result = quotient + (remainder != 0 && !isNegative);
  else
    result = remainder + (isNegative ? y : 0);
  return true;
}

Result<int64_t> Expression::evaluate(const int64_t *sizes,
                                     const int64_t *strides) const {
  // A call evaluates many numbers, most of them short.
  std::array<int64_t, 16> few;
  std::vector<int64_t> many;
  int64_t *stack = few.data();
  if (steps.size() > few.size()) {
    many.resize(steps.size());
    stack = many.data();
  }
  size_t depth = 0;
  for (const Step &step : steps) {
    switch (step.kind) {
    case Kind::constant:
      stack[depth++] = step.operand;
      continue;
    case Kind::size:
    case Kind::stride: {
      const int64_t *array = step.kind == Kind::size ? sizes : strides;
      if (!array)
        return Result<int64_t>::error(
            step.kind == Kind::size ? "the plan needs sizes, but got none"
                                    : "the plan needs strides, but got none");
      stack[depth++] = array[step.operand];
      continue;
    }
    default:
      break;
    }
    if (depth < 2)
      return Result<int64_t>::error("the number lacks an operand");
    --depth;
    if (!apply(step.kind, stack[depth - 1], stack[depth], stack[depth - 1]))
      return Result<int64_t>::error(
          "a number of the plan overflows 64 bits or is divided by 0");
  }
  if (depth != 1)
    return Result<int64_t>::error("the number has no single value");
  return stack[0];
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {

/// Evaluates for one call; the first failure is kept.
class Binder {
public:
  Binder(const Plan &plan, const int64_t *sizes, const int64_t *strides,
         const void *const *scalars)
      : plan(plan), sizes(sizes), strides(strides), scalars(scalars) {}

  Result<BoundPlan> bind();

private:
  int64_t number(const Expression &expression, int64_t most,
                 const std::string &name, const char *part);
  BoundParameter parameter(const PlanParameter &parameter,
                           const std::string &name);
  BoundLaunch launch(const PlanEntry &entry);
  /// Something is wrong with a part of an entry or buffer.
  void fail(const std::string &name, const char *part,
            const std::string &message) {
    if (failure.empty())
      failure = name + " " + part + ": " + message;
  }

  const Plan &plan;
  const int64_t *sizes, *strides;
  const void *const *scalars;
  std::string failure;
};

} // namespace

/// The value, which must be from 0 to `most`.
int64_t Binder::number(const Expression &expression, int64_t most,
                       const std::string &name, const char *part) {
  Result<int64_t> value = expression.evaluate(sizes, strides);
  if (!value) {
    fail(name, part, value.message());
    return 0;
  }
  if (*value < 0 || *value > most) {
    fail(name, part,
         "expected 0 to " + std::to_string(most) + ", got " +
             std::to_string(*value));
    return 0;
  }
  return *value;
}

BoundParameter Binder::parameter(const PlanParameter &parameter,
                                 const std::string &name) {
  using Kind = PlanParameter::Kind;
  BoundParameter bound{parameter.kind, parameter.index, {}};
  if (parameter.kind == Kind::value) {
    Result<int64_t> value = parameter.value.evaluate(sizes, strides);
    if (!value) {
      fail(name, "parameter", value.message());
      return bound;
    }
    int64_t content = *value;
    if (parameter.bytes == 4 && content != int32_t(content))
      fail(name, "parameter", "the value is too large for 32 bits");
    // Both ends are little endian.
    bound.content.assign(&content, size_t(parameter.bytes));
  } else if (parameter.kind == Kind::scalar) {
    if (!scalars || !scalars[parameter.index]) {
      fail(name, "parameter", "the plan needs scalars, but got none");
      return bound;
    }
    const auto *bytes = static_cast<const uint8_t *>(scalars[parameter.index]) +
                        parameter.offset;
    bound.content.assign(bytes, size_t(parameter.bytes));
  }
  return bound;
}

BoundLaunch Binder::launch(const PlanEntry &entry) {
  // The driver's limits of a grid and a block.
  constexpr int64_t kMaxGrid[] = {(int64_t(1) << 31) - 1, 65535, 65535};
  constexpr int64_t kMaxBlock[] = {1024, 1024, 64};
  BoundLaunch bound;
  bound.entry = &entry;
  for (size_t axis = 0; axis < 3; ++axis) {
    bound.grid[axis] =
        uint32_t(number(entry.grid[axis], kMaxGrid[axis], entry.name, "grid"));
  }
  // What is not launched has no parameters: sizes of 0 may divide in them.
  if (bound.isEmpty())
    return bound;
  for (size_t axis = 0; axis < 3; ++axis) {
    bound.block[axis] = uint32_t(
        number(entry.block[axis], kMaxBlock[axis], entry.name, "block"));
    if (bound.block[axis] == 0)
      fail(entry.name, "block", "expected at least one thread");
  }
  if (uint64_t(bound.block[0]) * bound.block[1] * bound.block[2] > 1024)
    fail(entry.name, "block", "expected at most 1024 threads");
  bound.sharedBytes =
      uint32_t(number(entry.sharedBytes, 1 << 20, entry.name, "sharedBytes"));
  bound.parameters.reserve(entry.parameters.size());
  for (const PlanParameter &its : entry.parameters)
    bound.parameters.push_back(parameter(its, entry.name));
  return bound;
}

Result<BoundPlan> Binder::bind() {
  BoundPlan bound;
  for (const PlanBuffer &buffer : plan.buffers)
    bound.bufferBytes.push_back(
        size_t(number(buffer.bytes, int64_t(1) << 56, buffer.name, "bytes")));
  bound.launches.reserve(plan.entries.size());
  for (const PlanEntry &entry : plan.entries)
    bound.launches.push_back(launch(entry));
  if (!failure.empty())
    return Result<BoundPlan>::error(failure);
  return bound;
}

Result<BoundPlan> einsumc::runtime::bindPlan(const Plan &plan,
                                             const int64_t *sizes,
                                             const int64_t *strides,
                                             const void *const *scalars) {
  return Binder(plan, sizes, strides, scalars).bind();
}
