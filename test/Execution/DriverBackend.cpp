//===- DriverBackend.cpp - Kernels launched through a driver's library ----===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuBackend.h"
#include "einsumc/Runtime/Gpu.h"
#include "llvm/ADT/ScopeExit.h"

#include <cstdlib>

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

static llvm::Error check(int32_t status, const char *what) {
  if (status == EINSUMC_GPU_OK)
    return llvm::Error::success();
  return llvm::createStringError(std::string(what) + ": status " +
                                 std::to_string(status) + ": " +
                                 einsumcGpuGetLastError());
}

namespace {

/// Memory of the driver's that holds what a tensor reaches.
class DriverTensor {
public:
  explicit DriverTensor(const GuardedTensor &tensor)
      : view(tensor.view()),
        span(*checkedSpan(view.element, view.shape, view.strides)) {}
  ~DriverTensor() { einsumcGpuFree(base); }
  DriverTensor(const DriverTensor &) = delete;

  /// With what lies between the elements.
  llvm::Error copyIn(void *stream) {
    if (llvm::Error error =
            check(einsumcGpuAllocate(&base, span.bytes), "allocate"))
      return error;
    return check(einsumcGpuCopyIn(base, lowest(), span.bytes, stream),
                 "copy in");
  }
  llvm::Error copyOut(void *stream) {
    return check(einsumcGpuCopyOut(lowest(), base, span.bytes, stream),
                 "copy out");
  }
  /// Of the element whose indices are all 0.
  void *address() const { return static_cast<uint8_t *>(base) + span.before; }

private:
  uint8_t *lowest() const {
    return static_cast<uint8_t *>(view.data) - span.before;
  }

  const TensorView &view;
  Span span;
  void *base = nullptr;
};

/// The default stream, or another one.
struct DriverStream {
  llvm::Error create() {
    return check(einsumcGpuCreateStream(&stream), "create a stream");
  }
  ~DriverStream() {
    if (stream)
      einsumcGpuDestroyStream(stream);
  }
  void *stream = nullptr;
};

} // namespace

DriverBackend::DriverBackend() {
  setenv("EINSUMC_CUDA_DRIVER", EINSUMC_STANDIN, /*overwrite=*/0);
}

llvm::ArrayRef<CallSpec> DriverBackend::calls() const {
  static constexpr CallSpec specs[] = {
      {"the driver", Data::smallIntegers, Flush::toEnd, kPoison[0]},
      {"the driver, another stream", Data::normal, Flush::toStart, kPoison[1]}};
  return specs;
}

llvm::Error DriverBackend::run(size_t number, const KernelArguments &arguments,
                               Random &) {
  einsumcGpuImage image = {EINSUMC_GPU_IMAGE_VERSION, code.plan.c_str(),
                           code.plan.size(), code.ptx.c_str(), code.ptx.size()};
  auto forget = llvm::scope_exit([&] { einsumcGpuRelease(&image); });
  DriverStream stream;
  if (number == 1)
    if (llvm::Error error = stream.create())
      return error;
  std::vector<std::unique_ptr<DriverTensor>> tensors;
  std::vector<void *> operands;
  for (const GuardedTensor *tensor : arguments.tensors) {
    tensors.push_back(std::make_unique<DriverTensor>(*tensor));
    if (llvm::Error error = tensors.back()->copyIn(stream.stream))
      return error;
    operands.push_back(tensors.back()->address());
  }
  CallArrays arrays(code, arguments);
  if (llvm::Error error =
          check(einsumcGpuRun(&image, operands.data(), arrays.sizes.data(),
                              arrays.strides.data(), arrays.scalars.data(),
                              stream.stream),
                "launch"))
    return error;
  if (llvm::Error error =
          check(einsumcGpuSynchronize(stream.stream), "synchronize"))
    return error;
  return tensors.back()->copyOut(stream.stream);
}
