// The plugin brings our dialects and passes to upstream's mlir-opt.
// RUN: mlir-opt %plugin --pass-pipeline='builtin.module(convert-einsum-to-linalg)' %s | FileCheck %s

// CHECK-LABEL: func.func @matmul
// CHECK: linalg.generic
func.func @matmul(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = einsum.contract "ij,jk->ik" %a, %b {accumulate = f32}
    : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// Without it mlir-opt does not know them.
// RUN: not mlir-opt %s 2>&1 | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: error: {{.*}}einsum
