//===- HostRunner.cpp - A kernel on host memory, its layout checked -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/PTX/HostRunner.h"
#include "einsumc/PTX/PlanRunner.h"
#include <algorithm>
#include <charconv>
#include <cstdlib>

using namespace einsumc;
using namespace einsumc::ptx;

namespace {
/// The shape and strides of one call, in elements.
struct Layout {
  std::vector<int64_t> shape, strides;

  bool isEmpty() const {
    for (int64_t extent : shape)
      if (extent == 0)
        return true;
    return false;
  }
  /// Calls `f` with the offset of each element, in elements.
  template <class F> void forEach(F f) const {
    if (isEmpty())
      return;
    std::vector<int64_t> index(shape.size(), 0);
    int64_t offset = 0;
    while (true) {
      f(offset, index);
      size_t axis = shape.size();
      while (axis > 0 && index[axis - 1] + 1 == shape[axis - 1]) {
        --axis;
        offset -= index[axis] * strides[axis];
        index[axis] = 0;
      }
      if (axis == 0)
        return;
      ++index[axis - 1];
      offset += strides[axis - 1];
    }
  }
};
} // namespace

static Result<Layout> layoutOf(const runtime::PlanOperand &operand,
                               const PlanCall &call) {
  Layout layout;
  for (size_t axis = 0; axis < operand.shape.size(); ++axis) {
    runtime::Result<int64_t> extent =
        operand.shape[axis].evaluate(call.sizes, call.strides);
    runtime::Result<int64_t> stride =
        operand.strides[axis].evaluate(call.sizes, call.strides);
    for (const auto *value : {&extent, &stride})
      if (!*value)
        return Error{0, "'" + operand.name + "': " + value->message()};
    if (*extent < 0)
      return Error{0, "'" + operand.name + "': a negative extent"};
    layout.shape.push_back(*extent);
    layout.strides.push_back(*stride);
  }
  return layout;
}

static Result<OperandRange> rangeOf(const runtime::PlanOperand &operand,
                                    const Layout &layout) {
  OperandRange range;
  if (layout.isEmpty())
    return range;
  // More than any memory holds, in 128 bits, is no wrap-around.
  __int128 low = 0, high = 0;
  constexpr __int128 kLimit = __int128(1) << 46;
  for (size_t axis = 0; axis < layout.shape.size(); ++axis) {
    __int128 reach =
        __int128(layout.shape[axis] - 1) * layout.strides[axis] * operand.bytes;
    (reach < 0 ? low : high) += reach;
    if (low < -kLimit || high > kLimit)
      return Error{0, "'" + operand.name + "' is larger than memory"};
  }
  range.low = int64_t(low);
  range.high = int64_t(high) + operand.bytes;
  return range;
}

Result<OperandRange>
einsumc::ptx::operandRange(const runtime::PlanOperand &operand,
                           const PlanCall &call) {
  Result<Layout> layout = layoutOf(operand, call);
  if (!layout)
    return layout.error();
  return rangeOf(operand, *layout);
}

namespace {
/// One operand, copied to the device element by element: what lies between
/// the elements stays unwritten there, so that a read of it is an error.
class DeviceOperand {
public:
  DeviceOperand(const runtime::PlanOperand &operand, Layout layout,
                OperandRange range, void *host)
      : operand(operand), layout(std::move(layout)), range(range),
        host(static_cast<char *>(host)) {}

  MaybeError copyIn(Device &device) {
    Result<uint64_t> allocated = device.allocate(range.bytes(), operand.name);
    if (!allocated)
      return allocated.error();
    base = *allocated;
    uint64_t size = uint64_t(operand.bytes);
    if (operand.access == runtime::Access::write)
      return std::nullopt;
    if (isDense()) {
      if (MaybeError error =
              device.copyIn(base, host + range.low, range.bytes()))
        return error;
    } else {
      layout.forEach([&](int64_t offset, const std::vector<int64_t> &) {
        device.copyIn(address() + uint64_t(offset * operand.bytes),
                      host + offset * operand.bytes, size);
      });
    }
    return device.setReadOnly(base, operand.access == runtime::Access::read);
  }

  /// Of the element whose indices are all 0.
  uint64_t address() const { return base - uint64_t(range.low); }

  MaybeError copyOut(const Device &device) {
    if (operand.access == runtime::Access::read || layout.isEmpty())
      return std::nullopt;
    uint64_t size = uint64_t(operand.bytes);
    std::vector<bool> covered(range.bytes());
    MaybeError error;
    layout.forEach([&](int64_t offset, const std::vector<int64_t> &index) {
      int64_t bytes = offset * operand.bytes;
      uint64_t at = address() + uint64_t(bytes);
      if (!error && device.firstUnwritten(at, size) != at + size)
        error = Error{0, "element " + print(index) + " of '" + operand.name +
                             "' was never written"};
      device.copyOut(host + bytes, at, size);
      for (uint64_t i = 0; i < size; ++i)
        covered[at - base + i] = true;
    });
    if (error)
      return error;
    for (uint64_t i = 0; i < range.bytes(); ++i)
      if (!covered[i] && device.firstUnwritten(base + i, 1) != base + i)
        return Error{0, "a byte of '" + operand.name +
                            "' that belongs to no element was written: " +
                            std::to_string(range.low + int64_t(i)) +
                            " bytes from its first element"};
    return std::nullopt;
  }

private:
  /// Some order of the axes is row-major: nothing lies between elements.
  bool isDense() const {
    std::vector<std::pair<uint64_t, int64_t>> axes;
    for (size_t axis = 0; axis < layout.shape.size(); ++axis)
      if (layout.shape[axis] != 1)
        axes.emplace_back(std::abs(layout.strides[axis]), layout.shape[axis]);
    std::sort(axes.begin(), axes.end());
    uint64_t expected = 1;
    for (auto [stride, extent] : axes) {
      if (stride != expected)
        return false;
      expected *= uint64_t(extent);
    }
    return true;
  }
  static std::string print(const std::vector<int64_t> &index) {
    std::string text = "(";
    for (size_t i = 0; i < index.size(); ++i)
      text += (i ? "," : "") + std::to_string(index[i]);
    return text + ")";
  }

  const runtime::PlanOperand &operand;
  Layout layout;
  OperandRange range;
  char *host;
  uint64_t base = 0;
};
} // namespace

/// 90 of "sm_90a"; 0 of anything else.
static unsigned architectureOf(std::string_view gpu) {
  unsigned number = 0;
  if (gpu.starts_with("sm_"))
    std::from_chars(gpu.data() + 3, gpu.data() + gpu.size(), number);
  return number;
}

Result<Statistics> einsumc::ptx::runOnHost(std::string_view ptx,
                                           std::string_view plan,
                                           std::span<void *const> operands,
                                           const PlanCall &call,
                                           const LaunchOptions &options) {
  runtime::Result<runtime::Plan> parsed = runtime::parsePlan(plan);
  if (!parsed)
    return Error{0, parsed.message()};
  if (operands.size() != parsed->operands.size())
    return Error{0, "the plan has " + std::to_string(parsed->operands.size()) +
                        " operands but is given " +
                        std::to_string(operands.size())};
  Device device(architectureOf(parsed->gpu));
  Result<PlanRunner> runner = PlanRunner::load(device, ptx, plan);
  if (!runner)
    return runner.error();
  std::vector<DeviceOperand> copies;
  std::vector<uint64_t> addresses;
  for (size_t i = 0; i < operands.size(); ++i) {
    const runtime::PlanOperand &operand = parsed->operands[i];
    Result<Layout> layout = layoutOf(operand, call);
    if (!layout)
      return layout.error();
    Result<OperandRange> range = rangeOf(operand, *layout);
    if (!range)
      return range.error();
    copies.emplace_back(operand, *layout, *range, operands[i]);
    if (MaybeError error = copies.back().copyIn(device))
      return *error;
    addresses.push_back(copies.back().address());
  }
  Result<Statistics> statistics =
      runner->run(addresses, call.sizes, call.strides, call.scalars, options);
  if (!statistics)
    return statistics.error();
  for (DeviceOperand &copy : copies)
    if (MaybeError error = copy.copyOut(device))
      return *error;
  return *statistics;
}
