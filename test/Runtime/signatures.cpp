// Our declarations of the driver's functions and numbers are cuda.h's, as far
// as the machine can tell them apart.
// REQUIRES: cuda-headers
// RUN: %cxx -std=c++20 -fsyntax-only -I%source_dir/lib/Runtime \
// RUN:   -isystem %cuda_include %s

#include <cuda.h>

// The header's numbers, before ours of the same names.
namespace theirs {
constexpr long kNumbers[] = {CUDA_SUCCESS,
                             CUDA_ERROR_OUT_OF_MEMORY,
                             CUDA_ERROR_STUB_LIBRARY,
                             CUDA_ERROR_NO_DEVICE,
                             CUDA_ERROR_INVALID_DEVICE,
                             CUDA_ERROR_NO_BINARY_FOR_GPU,
                             CUDA_ERROR_INVALID_PTX,
                             CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
                             CUDA_ERROR_SYSTEM_NOT_READY,
                             CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
                             CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE,
                             CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
                             CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
                             CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED,
                             CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                             CU_JIT_ERROR_LOG_BUFFER,
                             CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
                             CU_STREAM_NON_BLOCKING};
} // namespace theirs

// cuda.h renames some functions to the symbols that we load by name; what it
// does not rename any more, it declares under the plain name.
#include "GpuDriver.h"
#include <type_traits>

namespace ours {
using namespace einsumc::runtime;
constexpr long kNumbers[] = {
    einsumc::runtime::CUDA_SUCCESS,
    einsumc::runtime::CUDA_ERROR_OUT_OF_MEMORY,
    einsumc::runtime::CUDA_ERROR_STUB_LIBRARY,
    einsumc::runtime::CUDA_ERROR_NO_DEVICE,
    einsumc::runtime::CUDA_ERROR_INVALID_DEVICE,
    einsumc::runtime::CUDA_ERROR_NO_BINARY_FOR_GPU,
    einsumc::runtime::CUDA_ERROR_INVALID_PTX,
    einsumc::runtime::CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
    einsumc::runtime::CUDA_ERROR_SYSTEM_NOT_READY,
    einsumc::runtime::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
    einsumc::runtime::CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE,
    einsumc::runtime::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
    einsumc::runtime::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
    einsumc::runtime::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED,
    einsumc::runtime::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
    einsumc::runtime::CU_JIT_ERROR_LOG_BUFFER,
    einsumc::runtime::CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
    einsumc::runtime::CU_STREAM_NON_BLOCKING};
} // namespace ours

constexpr bool areNumbersEqual() {
  for (unsigned i = 0; i < sizeof(ours::kNumbers) / sizeof(long); ++i)
    if (ours::kNumbers[i] != theirs::kNumbers[i])
      return false;
  return sizeof(ours::kNumbers) == sizeof(theirs::kNumbers);
}
static_assert(areNumbersEqual());

// Passed alike: two pointers, or two integers of one size.
template <typename X, typename Y>
constexpr bool isPassedAlike =
    std::is_pointer_v<X> == std::is_pointer_v<Y> && sizeof(X) == sizeof(Y) &&
    std::is_floating_point_v<X> == std::is_floating_point_v<Y>;

template <typename X, typename Y> struct AreCalledAlike : std::false_type {};
template <typename R, typename... P, typename S, typename... Q>
struct AreCalledAlike<R (*)(P...), S (*)(Q...)> {
  static constexpr bool compare() {
    if constexpr (sizeof...(P) == sizeof...(Q))
      return isPassedAlike<R, S> && (isPassedAlike<P, Q> && ...);
    else
      return false;
  }
  static constexpr bool value = compare();
};

using einsumc::runtime::GpuDriver;
#define REQUIRED(NAME, SYMBOL, PARAMETERS)                                     \
  static_assert(                                                               \
      AreCalledAlike<decltype(GpuDriver::NAME), decltype(&::SYMBOL)>::value,   \
      #SYMBOL);
#define OPTIONAL(NAME, SYMBOL, PARAMETERS) REQUIRED(NAME, SYMBOL, PARAMETERS)
#include "GpuDriver.def"
