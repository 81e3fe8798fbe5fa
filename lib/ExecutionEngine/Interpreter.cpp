//===- Interpreter.cpp - A GPU's kernels without a GPU --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/ExecutionEngine/GpuKernel.h"
#include "einsumc/PTX/PlanRunner.h"

using namespace llvm;
using namespace einsumc;

namespace {
class Interpreter : public GpuMachine {
public:
  std::string describe() const override { return "interpreted, no GPU"; }
  Expected<uint64_t> allocate(uint64_t bytes, StringRef name) override {
    ptx::Result<uint64_t> address = device.allocate(bytes, name);
    if (!address)
      return createStringError(address.error().str());
    return *address;
  }
  void free(uint64_t address) override { (void)device.free(address); }
  Error copyIn(uint64_t address, const void *data, uint64_t bytes) override {
    return toError(device.copyIn(address, data, bytes));
  }
  Error copyOut(void *data, uint64_t address, uint64_t bytes) override {
    // What no thread has written is wrong, not 0.
    if (device.firstUnwritten(address, bytes) != address + bytes)
      return createStringError("the kernel left elements of its output "
                               "unwritten");
    return toError(device.copyOut(data, address, bytes));
  }
  Error run(const std::string &code, const std::string &plan,
            const BoundCall &call, size_t count) override;
  std::optional<double> time(const std::string &, const std::string &,
                             const BoundCall &, size_t) override {
    return std::nullopt;
  }

private:
  static Error toError(const ptx::MaybeError &error) {
    return error ? createStringError(error->str()) : Error::success();
  }

  ptx::Device device;
};
} // namespace

Error Interpreter::run(const std::string &code, const std::string &plan,
                       const BoundCall &call, size_t count) {
  ptx::Result<ptx::PlanRunner> runner =
      ptx::PlanRunner::load(device, code, plan);
  if (!runner)
    return createStringError(runner.error().str("PTX"));
  std::vector<uint64_t> operands;
  for (void *address : ArrayRef<void *>(call.operands).take_front(count))
    operands.push_back(reinterpret_cast<uint64_t>(address));
  std::vector<const void *> scalars(call.operands.begin() + count,
                                    call.operands.end());
  ptx::Result<ptx::Statistics> statistics = runner->run(
      operands, call.sizes.data(), call.strides.data(), scalars.data());
  if (!statistics)
    return createStringError(statistics.error().str("PTX"));
  return Error::success();
}

std::unique_ptr<GpuMachine> einsumc::createInterpreter() {
  return std::make_unique<Interpreter>();
}
