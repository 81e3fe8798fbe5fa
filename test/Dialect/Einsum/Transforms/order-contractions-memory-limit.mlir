// RUN: einsum-opt %s --einsum-order-contractions=memory-limit=50 --verify-diagnostics | FileCheck %s
// RUN: einsum-opt %s --einsum-to-linalg=memory-limit=50 | FileCheck %s --check-prefix=PIPELINE

// B times C is the cheaper product to begin with, but it has 64 elements.

// CHECK-LABEL: @chain
// CHECK: %[[AB:.*]] = einsum.contract "ij,jk->ik" %arg0, %arg1
// CHECK: einsum.contract "ik,kl->il" %[[AB]], %arg2
// PIPELINE-LABEL: @chain
// PIPELINE: linalg.generic
// PIPELINE-SAME: outs(%{{.*}} : tensor<6x6xf32>)
func.func @chain(%a: tensor<6x32xf16>, %b: tensor<32x6xf16>, %c: tensor<6x2xf16>) -> tensor<6x2xf16> {
  %0 = einsum.contract "ij,jk,kl->il" %a, %b, %c {accumulate = f32}
    : (tensor<6x32xf16>, tensor<32x6xf16>, tensor<6x2xf16>) -> tensor<6x2xf16>
  return %0 : tensor<6x2xf16>
}

// A sum before a product is an intermediate, too: here it would save work but
// has 64 elements.

// CHECK-LABEL: @own
// CHECK-NEXT: einsum.contract "ai,ij->ij" %arg0, %arg1
func.func @own(%a: tensor<16x64xf32>, %b: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %0 = einsum.contract "ai,ij->ij" %a, %b {accumulate = f32} : (tensor<16x64xf32>, tensor<64x32xf32>) -> tensor<64x32xf32>
  return %0 : tensor<64x32xf32>
}

// CHECK-LABEL: @dynamic
func.func @dynamic(%a: tensor<?x8xf32>, %b: tensor<8x?xf32>, %c: tensor<?xf32>) -> tensor<?xf32> {
  // expected-remark @below {{the memory limit holds if dynamic extents are 128 at most}}
  %0 = einsum.contract "ij,jk,k->i" %a, %b, %c {accumulate = f32}
    : (tensor<?x8xf32>, tensor<8x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
