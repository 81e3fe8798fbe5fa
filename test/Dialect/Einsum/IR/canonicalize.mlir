// RUN: einsum-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @identity
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf16>)
// CHECK-NEXT: return %[[X]]
func.func @identity(%x: tensor<2x3xf16>) -> tensor<2x3xf16> {
  %0 = einsum.contract "ij->ij" %x {accumulate = f32} : (tensor<2x3xf16>) -> tensor<2x3xf16>
  return %0 : tensor<2x3xf16>
}

// The type changes, or a diagonal is written: not an identity.
// CHECK-LABEL: func.func @no_identity
// CHECK: einsum.contract "ij->ij" %{{.*}} -> tensor<2x3xf32>
// CHECK: einsum.contract "ij->ij" %{{.*}} {accumulate = f32} : (tensor<2x3xf64>) -> tensor<2x3xf64>
// CHECK: einsum.contract "ii->ii" %
func.func @no_identity(%x: tensor<2x3xf16>, %y: tensor<2x3xf64>, %z: tensor<3x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf64>, tensor<3x3xf32>) {
  %0 = einsum.contract "ij->ij" %x {accumulate = f32} : (tensor<2x3xf16>) -> tensor<2x3xf32>
  %1 = einsum.contract "ij->ij" %y {accumulate = f32} : (tensor<2x3xf64>) -> tensor<2x3xf64>
  %2 = einsum.contract "ii->ii" %z {accumulate = f32} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  return %0, %1, %2 : tensor<2x3xf32>, tensor<2x3xf64>, tensor<3x3xf32>
}

// A transposition and a diagonal move into the product.
// CHECK-LABEL: func.func @merge_operand
// CHECK-SAME: (%[[X:.*]]: tensor<4x2xf32>, %[[W:.*]]: tensor<4x3x3xf32>)
// CHECK-NEXT: %[[R:.*]] = einsum.contract "ji,jkk->ik" %[[X]], %[[W]]
// CHECK-NEXT: return %[[R]]
func.func @merge_operand(%x: tensor<4x2xf32>, %w: tensor<4x3x3xf32>) -> tensor<2x3xf32> {
  %0 = einsum.contract "ab->ba" %x {accumulate = f32} : (tensor<4x2xf32>) -> tensor<2x4xf32>
  %1 = einsum.contract "abb->ab" %w {accumulate = f32} : (tensor<4x3x3xf32>) -> tensor<4x3xf32>
  %2 = einsum.contract "ij,jk->ik" %0, %1 {accumulate = f32} : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  return %2 : tensor<2x3xf32>
}

// A sum stays before a product, which would repeat it, and moves into a sum.
// CHECK-LABEL: func.func @sums
// CHECK-NEXT: %[[S:.*]] = einsum.contract "ab->b"
// CHECK-NEXT: einsum.contract "i,ij->ij" %[[S]]
// CHECK-NEXT: einsum.contract "[s0]ji->i" %arg{{.*}} {accumulate = f32} : (tensor<4x2x5xf32>) -> tensor<5xf32>
func.func @sums(%x: tensor<4x2xf32>, %w: tensor<2x3xf32>, %y: tensor<4x2x5xf32>) -> (tensor<2x3xf32>, tensor<5xf32>) {
  %0 = einsum.contract "ab->b" %x {accumulate = f32} : (tensor<4x2xf32>) -> tensor<2xf32>
  %1 = einsum.contract "i,ij->ij" %0, %w {accumulate = f32} : (tensor<2xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = einsum.contract "jab->ab" %y {accumulate = f32} : (tensor<4x2x5xf32>) -> tensor<2x5xf32>
  %3 = einsum.contract "ji->i" %2 {accumulate = f32} : (tensor<2x5xf32>) -> tensor<5xf32>
  return %1, %3 : tensor<2x3xf32>, tensor<5xf32>
}

// CHECK-LABEL: func.func @merge_into_product
// CHECK-NEXT: %[[R:.*]] = einsum.contract "ij,jk->k" %arg0, %arg1 {accumulate = f32} : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<3xf16>
// CHECK-NEXT: return %[[R]]
func.func @merge_into_product(%x: tensor<2x4xf32>, %w: tensor<4x3xf32>) -> tensor<3xf16> {
  %0 = einsum.contract "ij,jk->ik" %x, %w {accumulate = f32} : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  %1 = einsum.contract "ab->b" %0 {accumulate = f32} : (tensor<2x3xf32>) -> tensor<3xf16>
  return %1 : tensor<3xf16>
}

// Narrowing between the two is a rounding that must stay.
// CHECK-LABEL: func.func @rounded
// CHECK-COUNT-2: einsum.contract
func.func @rounded(%x: tensor<2x4xf32>) -> tensor<f32> {
  %0 = einsum.contract "ij->j" %x {accumulate = f32} : (tensor<2x4xf32>) -> tensor<4xf16>
  %1 = einsum.contract "j->" %0 {accumulate = f32} : (tensor<4xf16>) -> tensor<f32>
  return %1 : tensor<f32>
}

// CHECK-LABEL: func.func @accumulate
// CHECK-SAME: (%[[P:.*]]: tensor<4xf32>, %[[C:.*]]: tensor<4xf32>)
// CHECK-NEXT: %[[A:.*]] = einsum.accumulate %[[P]] alpha(3.000000e+00 : f32) : tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: %[[B:.*]] = einsum.accumulate %[[P]], %[[C]] : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
// CHECK-NEXT: return %[[P]], %[[A]], %[[B]]
func.func @accumulate(%p: tensor<4xf32>, %c: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %three = arith.constant 3.0 : f32
  %zero = arith.constant 0.0 : f32
  %0 = einsum.accumulate %p, %c alpha(1.0 : f32) beta(-0.0 : f32) : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %1 = einsum.accumulate %p, %c alpha(%three) beta(%zero) : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  %2 = einsum.accumulate %p, %c beta(1.0 : f32) : tensor<4xf32>, tensor<4xf32> -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
