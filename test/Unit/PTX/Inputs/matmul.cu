// c = a * b of n x n matrices, without shared memory; a block is a 2-D tile.
extern "C" __global__ void matmul(int n, const double *a, const double *b,
                                  double *c) {
  int row = blockIdx.y * blockDim.y + threadIdx.y;
  int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= n || column >= n)
    return;
  double sum = 0;
  for (int k = 0; k < n; ++k)
    sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}
