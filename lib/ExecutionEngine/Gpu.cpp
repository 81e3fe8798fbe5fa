//===- Gpu.cpp - A GPU's kernels by the driver ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Runtime/Gpu.h"
#include "einsumc/ExecutionEngine/GpuKernel.h"

#include "llvm/ADT/ScopeExit.h"
#include <array>

using namespace llvm;
using namespace einsumc;

/// What the runtime says of a call that failed.
static Error toError(int32_t status) {
  return status == EINSUMC_GPU_OK
             ? Error::success()
             : createStringError(StringRef(einsumcGpuGetLastError()));
}

static void *toPointer(uint64_t address) {
  return reinterpret_cast<void *>(address); // NOLINT(performance-no-int-to-ptr)
}

namespace {

class Gpu : public GpuMachine {
public:
  explicit Gpu(std::string name) : name(std::move(name)) {}
  std::string describe() const override { return name; }
  Expected<uint64_t> allocate(uint64_t bytes, StringRef) override {
    void *address = nullptr;
    if (Error error = toError(einsumcGpuAllocate(&address, bytes)))
      return std::move(error);
    return reinterpret_cast<uint64_t>(address);
  }
  void free(uint64_t address) override {
    (void)einsumcGpuFree(toPointer(address));
  }
  Error copyIn(uint64_t address, const void *data, uint64_t bytes) override {
    return toError(einsumcGpuCopyIn(toPointer(address), data, bytes, nullptr));
  }
  Error copyOut(void *data, uint64_t address, uint64_t bytes) override {
    return toError(einsumcGpuCopyOut(data, toPointer(address), bytes, nullptr));
  }
  Error run(const std::string &ptx, const std::string &plan,
            const BoundCall &call, size_t operands) override;
  std::optional<double> time(const std::string &ptx, const std::string &plan,
                             const BoundCall &call, size_t operands) override;

private:
  std::string name;
};

/// A kernel in this process's memory, as objects hold theirs.
struct Image {
  Image(const std::string &ptx, const std::string &plan)
      : image{EINSUMC_GPU_IMAGE_VERSION, plan.data(), plan.size(), ptx.data(),
              ptx.size()} {}
  ~Image() { (void)einsumcGpuRelease(&image); }
  Image(const Image &) = delete;
  Image &operator=(const Image &) = delete;

  int32_t launch(const BoundCall &call, size_t operands) const {
    return einsumcGpuRun(&image, call.operands.data(), call.sizes.data(),
                         call.strides.data(), call.operands.data() + operands,
                         /*stream=*/nullptr);
  }
  einsumcGpuImage image;
};

} // namespace

Error Gpu::run(const std::string &ptx, const std::string &plan,
               const BoundCall &call, size_t operands) {
  Image image(ptx, plan);
  if (Error error = toError(image.launch(call, operands)))
    return error;
  return toError(einsumcGpuSynchronize(nullptr));
}

std::optional<double> Gpu::time(const std::string &ptx, const std::string &plan,
                                const BoundCall &call, size_t operands) {
  constexpr unsigned kSamples = 11;
  Image image(ptx, plan);
  std::array<void *, 2> events{};
  scope_exit destroy([&] {
    for (void *event : events)
      if (event)
        (void)einsumcGpuDestroyEvent(event);
  });
  for (void *&event : events)
    if (einsumcGpuCreateEvent(&event))
      return std::nullopt;
  SmallVector<double> seconds;
  for (unsigned sample = 0; sample <= kSamples; ++sample) {
    float milliseconds = 0;
    if (einsumcGpuRecordEvent(events[0], nullptr) ||
        image.launch(call, operands) ||
        einsumcGpuRecordEvent(events[1], nullptr) ||
        einsumcGpuGetElapsed(events[0], events[1], &milliseconds))
      return std::nullopt;
    // The first call loads the code.
    if (sample != 0)
      seconds.push_back(milliseconds * 1e-3);
  }
  llvm::sort(seconds);
  return seconds[kSamples / 2];
}

Expected<std::unique_ptr<GpuMachine>> einsumc::createGpu() {
  std::array<char, 256> text;
  if (Error error = toError(einsumcGpuDescribe(text.data(), text.size())))
    return std::move(error);
  return std::make_unique<Gpu>(text.data());
}
