//===- InterpreterBackend.cpp - Kernels run by the PTX interpreter --------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuBackend.h"
#include "einsumc/PTX/PlanRunner.h"

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

static llvm::Error toError(const ptx::Error &error) {
  return llvm::createStringError("interpreter: " + error.str("PTX"));
}

static llvm::Error toError(const ptx::MaybeError &error) {
  return error ? toError(*error) : llvm::Error::success();
}

namespace {

/// A tensor of the host's and its place on the device, which is as large as the
/// elements reach.
class DeviceTensor {
public:
  DeviceTensor(ptx::Device &device, const GuardedTensor &tensor)
      : device(device), view(tensor.view()),
        span(*checkedSpan(view.element, view.shape, view.strides)) {}

  llvm::Error allocate(llvm::StringRef name) {
    ptx::Result<uint64_t> address = device.allocate(span.bytes, name);
    if (!address)
      return toError(address.error());
    base = *address;
    return llvm::Error::success();
  }
  /// Of the element whose indices are all 0.
  uint64_t address() const { return base + span.before; }

  /// All bytes, or the elements' alone.
  llvm::Error copyAllIn();
  llvm::Error copyElementsIn();
  llvm::Error copyAllOut();
  /// Each must have been written, and nothing else.
  llvm::Error copyElementsOut();
  llvm::Error makeReadOnly() { return toError(device.setReadOnly(base)); }

private:
  uint8_t *lowest() const {
    return static_cast<uint8_t *>(view.data) - span.before;
  }
  bool isDense() const { return view.strides == rowMajorStrides(view.shape); }

  ptx::Device &device;
  const TensorView &view;
  Span span;
  uint64_t base = 0;
};

} // namespace

llvm::Error DeviceTensor::copyAllIn() {
  return toError(device.copyIn(base, lowest(), span.bytes));
}

llvm::Error DeviceTensor::copyAllOut() {
  return toError(device.copyOut(lowest(), base, span.bytes));
}

llvm::Error DeviceTensor::copyElementsIn() {
  if (isDense())
    return copyAllIn();
  ptx::MaybeError error;
  forEachIndex(view.shape, [&](llvm::ArrayRef<int64_t> index) {
    auto *element = static_cast<uint8_t *>(view.at(index));
    if (!error)
      error = device.copyIn(base + (element - lowest()), element,
                            elementTypeSize(view.element));
  });
  return toError(error);
}

llvm::Error DeviceTensor::copyElementsOut() {
  uint64_t size = elementTypeSize(view.element);
  std::vector<bool> isElement(span.bytes);
  uint64_t unwritten = 0;
  forEachIndex(view.shape, [&](llvm::ArrayRef<int64_t> index) {
    uint64_t offset = static_cast<uint8_t *>(view.at(index)) - lowest();
    unwritten +=
        device.firstUnwritten(base + offset, size) != base + offset + size;
    std::fill_n(isElement.begin() + offset, size, true);
  });
  if (unwritten)
    return llvm::createStringError(std::to_string(unwritten) +
                                   " elements were not written");
  for (uint64_t offset = 0; offset < isElement.size(); ++offset)
    if (!isElement[offset] &&
        device.firstUnwritten(base + offset, 1) != base + offset)
      return llvm::createStringError(
          "a byte between the result's elements was written");
  // What lies between them is not the kernel's.
  ptx::MaybeError error;
  forEachIndex(view.shape, [&](llvm::ArrayRef<int64_t> index) {
    auto *element = static_cast<uint8_t *>(view.at(index));
    if (!error)
      error = device.copyOut(element, base + (element - lowest()), size);
  });
  return toError(error);
}

static llvm::Error copyIn(DeviceTensor &tensor, runtime::Access access,
                          bool isPoisoned) {
  // Poison lies between the elements of a result, too.
  if (access != runtime::Access::read && isPoisoned)
    return tensor.copyAllIn();
  if (access == runtime::Access::write)
    return llvm::Error::success();
  return tensor.copyElementsIn();
}

llvm::ArrayRef<CallSpec> InterpreterBackend::calls() const {
  static constexpr CallSpec specs[] = {
      {"the interpreter", Data::smallIntegers, Flush::toEnd, kPoison[1]},
      {"the interpreter", Data::normal, Flush::toEnd, kPoison[0]}};
  return specs;
}

llvm::Error InterpreterBackend::run(size_t number,
                                    const KernelArguments &arguments,
                                    Random &random) {
  bool isPoisoned = number == 0;
  ptx::Device device(architecture);
  auto runner = ptx::PlanRunner::load(device, code.ptx, code.plan);
  if (!runner)
    return toError(runner.error());
  const std::vector<runtime::PlanOperand> &operands = runner->plan().operands;
  if (operands.size() != arguments.tensors.size())
    return llvm::createStringError("the plan has another number of operands");
  std::vector<DeviceTensor> tensors;
  std::vector<uint64_t> addresses;
  for (auto [tensor, operand] : llvm::zip_equal(arguments.tensors, operands)) {
    DeviceTensor &placed = tensors.emplace_back(device, *tensor);
    if (llvm::Error error = placed.allocate(operand.name))
      return error;
    addresses.push_back(placed.address());
    if (llvm::Error error = copyIn(placed, operand.access, isPoisoned))
      return error;
    if (operand.access == runtime::Access::read)
      if (llvm::Error error = placed.makeReadOnly())
        return error;
  }
  CallArrays arrays(code, arguments);
  ptx::LaunchOptions options;
  options.seed = random.next();
  auto statistics =
      runner->run(addresses, arrays.sizes.data(), arrays.strides.data(),
                  arrays.scalars.data(), options);
  if (!statistics)
    return toError(statistics.error());
  return isPoisoned ? tensors.back().copyAllOut()
                    : tensors.back().copyElementsOut();
}
