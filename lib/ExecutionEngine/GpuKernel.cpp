//===- GpuKernel.cpp - Kernels for a GPU, on a host's arrays --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/GpuKernel.h"

#include "Binding.h"
#include "llvm/ADT/ScopeExit.h"

using namespace llvm;
using namespace einsumc;

GpuMachine::~GpuMachine() = default;

Expected<GpuKernel> GpuKernel::compile(Compiler &compiler,
                                       const ResolvedEquation &equation,
                                       const ImportOptions &import,
                                       CompileOptions options) {
  options.target = TargetKind::nvptx;
  auto module = compiler.importEquation(equation, import);
  if (!module)
    return module.takeError();
  Expected<Compilation> compilation =
      compiler.compile(module->get(), Stage::ptx, options);
  if (!compilation)
    return compilation.takeError();
  GpuKernel kernel;
  kernel.kernel = std::move(compilation->kernels.front());
  kernel.ptx = std::move(compilation->output);
  kernel.plan = std::move(compilation->plans.front());
  return kernel;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

namespace {

/// The memory that an operand's strides reach, on the host and on the device.
struct Extent {
  /// From the element whose indices are all 0 back to the lowest address.
  uint64_t before = 0;
  uint64_t bytes = 0;
  /// There are bytes that belong to no element, or elements that share some.
  bool isDense = true;
};

/// Operands of one call on the device; freed when this goes.
class DeviceOperands {
public:
  DeviceOperands(GpuMachine &machine, const kernel::Signature &signature)
      : machine(machine), signature(signature) {}
  ~DeviceOperands() {
    for (uint64_t address : addresses)
      machine.free(address);
  }
  DeviceOperands(const DeviceOperands &) = delete;
  DeviceOperands &operator=(const DeviceOperands &) = delete;

  /// Copies what is read, and replaces the call's addresses.
  Error enter(ArrayRef<RunOperand> operands, BoundCall &call);
  /// Copies what was written.
  Error leave(ArrayRef<RunOperand> operands);

private:
  GpuMachine &machine;
  const kernel::Signature &signature;
  SmallVector<Extent> extents;
  SmallVector<uint64_t> addresses;
};

} // namespace

static Extent extentOf(const kernel::SignatureOperand &type,
                       ArrayRef<int64_t> shape, ArrayRef<int64_t> strides) {
  Extent extent;
  int64_t size = elementTypeSize(type.element), elements = 1, last = 0;
  for (auto [count, stride] : zip_equal(shape, strides)) {
    elements *= count;
    if (count <= 1)
      continue;
    int64_t reach = (count - 1) * stride;
    if (reach < 0)
      extent.before += -reach * size;
    else
      last += reach * size;
  }
  if (elements == 0)
    return Extent();
  extent.bytes = extent.before + last + size;
  extent.isDense = extent.bytes == uint64_t(elements * size);
  return extent;
}

Error DeviceOperands::enter(ArrayRef<RunOperand> operands, BoundCall &call) {
  size_t axis = 0;
  for (auto [number, type] : enumerate(signature.operands)) {
    SmallVector<int64_t> shape;
    for (int64_t i = 0; i < type.rank(); ++i)
      shape.push_back(type.labels[i] >= 0 &&
                              mlir::ShapedType::isDynamic(type.shape[i])
                          ? call.sizes[type.labels[i]]
                          : type.shape[i]);
    Extent extent = extentOf(
        type, shape, ArrayRef<int64_t>(call.strides).slice(axis, type.rank()));
    axis += type.rank();
    extents.push_back(extent);
    // Memory of no bytes is memory all the same.
    Expected<uint64_t> address =
        machine.allocate(std::max<uint64_t>(extent.bytes, 1), type.name);
    if (!address)
      return address.takeError();
    addresses.push_back(*address);
    // What lies between an output's elements must come back as it was.
    bool isRead = !type.isOutput || type.isInOut || !extent.isDense;
    auto *low = static_cast<char *>(operands[number].data) - extent.before;
    if (isRead && extent.bytes)
      if (Error error = machine.copyIn(*address, low, extent.bytes))
        return error;
    // A device's address, which the host does not look behind.
    call.operands[number] =
        reinterpret_cast<void *>(*address + extent.before); // NOLINT
  }
  return Error::success();
}

Error DeviceOperands::leave(ArrayRef<RunOperand> operands) {
  for (auto [number, type] : enumerate(signature.operands)) {
    if (!type.isOutput || !extents[number].bytes)
      continue;
    auto *low =
        static_cast<char *>(operands[number].data) - extents[number].before;
    if (Error error =
            machine.copyOut(low, addresses[number], extents[number].bytes))
      return error;
  }
  return Error::success();
}

RunResult GpuKernel::run(GpuMachine &machine, ArrayRef<RunOperand> operands,
                         ArrayRef<const void *> scalars) const {
  BoundCall call;
  if (RunResult result = bindCall(kernel, operands, scalars, call); !result)
    return result;
  DeviceOperands onDevice(machine, kernel);
  Error error = onDevice.enter(operands, call);
  if (!error)
    error = machine.run(ptx, plan, call, kernel.operands.size());
  if (!error)
    error = onDevice.leave(operands);
  if (error)
    return {Status::illegal, toString(std::move(error))};
  return {};
}

std::optional<double> GpuKernel::time(GpuMachine &machine,
                                      ArrayRef<RunOperand> operands,
                                      ArrayRef<const void *> scalars) const {
  BoundCall call;
  if (!bindCall(kernel, operands, scalars, call))
    return std::nullopt;
  DeviceOperands onDevice(machine, kernel);
  if (Error error = onDevice.enter(operands, call)) {
    consumeError(std::move(error));
    return std::nullopt;
  }
  return machine.time(ptx, plan, call, kernel.operands.size());
}
