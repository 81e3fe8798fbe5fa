//===- Plan.h - Launch plans, read and bound --------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the JSON that `einsumc --emit=plan` writes (docs/GPU.md) and computes
// the launches of one call. Uses neither LLVM nor MLIR. Nothing here throws,
// prints or aborts: what is wrong comes back in words. All functions are pure:
// any number of threads may call them.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_RUNTIME_PLAN_H
#define EINSUMC_RUNTIME_PLAN_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace einsumc::runtime {

/// A value, or what is wrong in words.
template <typename T> class Result {
public:
  Result(T value) : content(std::move(value)) {}
  static Result error(std::string message) {
    Result result;
    result.content = Message{std::move(message)};
    return result;
  }

  explicit operator bool() const { return std::holds_alternative<T>(content); }
  const T &operator*() const { return std::get<T>(content); }
  T &operator*() { return std::get<T>(content); }
  const T *operator->() const { return &std::get<T>(content); }
  T *operator->() { return &std::get<T>(content); }
  /// Of a failure.
  const std::string &message() const { return std::get<Message>(content).text; }

private:
  struct Message {
    std::string text;
  };
  Result() : content(Message{}) {}
  std::variant<Message, T> content;
};

/// A number that may depend on the sizes and strides of a call, as operations
/// on a stack.
class Expression {
public:
  enum class Kind {
    constant, ///< `operand` itself
    size,     ///< sizes[operand]
    stride,   ///< strides[operand]
    add,      ///< of the two topmost, as the next ones
    sub,
    mul,
    floordiv,
    ceildiv,
    mod,
    min,
    max
  };
  struct Step {
    Kind kind;
    int64_t operand = 0;
  };

  Expression() = default;
  explicit Expression(std::vector<Step> steps) : steps(std::move(steps)) {}
  /// The value, where it depends on nothing.
  std::optional<int64_t> constant() const;
  /// The value for these sizes and strides; overflow of 64 bits and division by
  /// zero are errors.
  Result<int64_t> evaluate(const int64_t *sizes, const int64_t *strides) const;
  const std::vector<Step> &getSteps() const { return steps; }

private:
  std::vector<Step> steps{{Kind::constant, 0}};
};

enum class Access { read, write, readWrite };

struct PlanLabel {
  std::string name;
  std::optional<int64_t> extent; ///< none: known at run time
};

struct PlanOperand {
  std::string name, element;
  int64_t bytes = 0; ///< of an element
  std::vector<Expression> shape, strides;
  Access access = Access::read;
};

struct PlanScalar {
  std::string name, element;
  int64_t bytes = 0;
};

struct PlanBuffer {
  std::string name, element;
  Expression bytes;
};

struct PlanParameter {
  enum class Kind { operand, buffer, value, scalar };
  Kind kind = Kind::operand;
  size_t index = 0;   ///< of the operand, buffer or scalar
  Expression value;   ///< of a value
  int64_t offset = 0; ///< bytes into a scalar
  int64_t bytes = 8;  ///< of the parameter
};

struct PlanEntry {
  std::string name;
  std::array<Expression, 3> grid, block;
  Expression sharedBytes;
  std::vector<PlanParameter> parameters;
};

struct Plan {
  std::string kernel, equation, gpu, ptx;
  std::vector<PlanLabel> labels;
  std::vector<PlanOperand> operands;
  std::vector<PlanScalar> scalars;
  std::vector<PlanBuffer> buffers;
  std::vector<PlanEntry> entries;
};

/// Reads a plan. Anything missing, unknown, of a wrong type or out of range is
/// an error that names its place: "entries[0].grid[1]: …".
Result<Plan> parsePlan(std::string_view text);

/// The bytes of a value or scalar, little endian: at most those of an i64.
class ParameterBytes {
public:
  void assign(const void *bytes, size_t size) {
    count = size;
    std::memcpy(storage.data(), bytes, size);
  }
  const uint8_t *data() const { return storage.data(); }
  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  const uint8_t *begin() const { return storage.data(); }
  const uint8_t *end() const { return storage.data() + count; }
  uint8_t operator[](size_t i) const { return storage[i]; }

private:
  alignas(8) std::array<uint8_t, 8> storage{};
  size_t count = 0;
};

/// One parameter of a launch: bytes that are known, or an address that the
/// caller knows.
struct BoundParameter {
  PlanParameter::Kind kind;
  size_t index = 0;       ///< of an operand or buffer
  ParameterBytes content; ///< of a value or scalar
};

struct BoundLaunch {
  const PlanEntry *entry = nullptr;
  std::array<uint32_t, 3> grid{}, block{};
  uint32_t sharedBytes = 0;
  std::vector<BoundParameter> parameters;

  /// Whether there is nothing to launch.
  bool isEmpty() const { return grid[0] == 0 || grid[1] == 0 || grid[2] == 0; }
};

struct BoundPlan {
  std::vector<size_t> bufferBytes;
  std::vector<BoundLaunch> launches;
};

/// What one call launches. `sizes` and `strides` as in docs/abi.md
/// (NAME_entry); they may be null where the plan uses none. `scalars` are
/// addresses of the run-time parameters. The result points into `plan`.
Result<BoundPlan> bindPlan(const Plan &plan, const int64_t *sizes,
                           const int64_t *strides, const void *const *scalars);

} // namespace einsumc::runtime

#endif // EINSUMC_RUNTIME_PLAN_H
