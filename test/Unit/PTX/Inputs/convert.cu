// Conversions through every narrow type, integer division, a square root and a
// table in constant memory; the number of an element is its input.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

__constant__ float kWeights[4] = {0.5f, -1.0f, 2.0f, 0.25f};

extern "C" __global__ void convert(long long n, const float *in, __half *half,
                                   __nv_bfloat16 *brain, int *whole,
                                   unsigned char *bytes, double *roots) {
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n;
       i += (long long)gridDim.x * blockDim.x) {
    float value = in[i];
    half[i] = __hfma(__float2half(value), __float2half(2.0f),
                     __float2half(0.125f));
    brain[i] = __hadd(__float2bfloat16(value), __float2bfloat16(1.0f));
    whole[i] = __float2int_rn(value) / (int)(i % 7 + 1);
    bytes[i] = (unsigned char)(i % 251) ^ (unsigned char)(signed char)value;
    roots[i] = sqrt((double)fabsf(value)) * kWeights[i & 3];
  }
}
