# errors.sh PROGRAM DRIVER: runs the program once for each error.
program=$1 driver=$2

# fails FAKE_FAIL ARGUMENT...: over the fake driver, which fails there.
fails() {
  wish=$1
  shift
  FAKE_FAIL=$wish EINSUMC_CUDA_DRIVER=$driver "$program" "$@"
}

EINSUMC_CUDA_DRIVER=/nonexistent.so "$program"
EINSUMC_CUDA_DRIVER=libm.so.6 "$program"
fails cuInit=34
fails cuInit=100
FAKE_NO_DEVICE=1 fails ''
fails cuInit=999
fails cuDevicePrimaryCtxRetain=2

FAKE_ARCHITECTURE=75 fails '' run sm_80
FAKE_ARCHITECTURE=86 fails '' run sm_80
FAKE_ARCHITECTURE=100 fails '' run sm_90a
FAKE_ARCHITECTURE=90 fails '' run sm_90a
fails '' run sm_80x
fails '' run gfx90

fails cuModuleLoadDataEx=209
fails cuModuleLoadDataEx=218
fails cuModuleLoadDataEx=222
fails '' function

fails cuMemAllocAsync=2
fails cuLaunchKernel=700
fails cuMemFreeAsync=700

fails '' null-image
fails '' version
fails '' null-operands
fails '' null-sizes
fails '' run sm_75 '{"size": 0}, 1' -1
fails '' run sm_75 '1, "x"'

fails cuMemAlloc_v2=2 allocate
fails '' copy-null
fails cuMemcpyDtoHAsync_v2=700 copy
fails cuStreamSynchronize=700 synchronize
