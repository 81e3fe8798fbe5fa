// Whatever does not matter to what is wrong goes: operations, then functions.
// RUN: einsum-reduce %s --reduction-tree='traversal-mode=0 test=%S/Inputs/has-double.sh' -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: einsum-opt %t.mlir -o /dev/null

// CHECK-NOT: @unrelated
// CHECK: func.func @wrong
// CHECK: einsum.contract "ij,jk->ik" {{.*}} {accumulate = f64}
// CHECK-NOT: einsum.contract
// CHECK-NOT: @unrelated
func.func @unrelated1(%a: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %0 = einsum.contract "ij->ji" %a {accumulate = f32} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
func.func @wrong(%a: tensor<2x3xf32>, %b: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = einsum.contract "ij,jk->ik" %a, %b {accumulate = f64} : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %1 = einsum.contract "ik->i" %0 {accumulate = f32} : (tensor<2x4xf32>) -> tensor<2xf32>
  %2 = einsum.contract "i->" %1 {accumulate = f32} : (tensor<2xf32>) -> tensor<f32>
  return %0 : tensor<2x4xf32>
}
func.func @unrelated2(%a: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %0 = einsum.contract "ij->ji" %a {accumulate = f32} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// A pass as one step of the reduction: what it removes stays away.
// RUN: einsum-reduce %s --opt-reduction-pass='opt-pass=canonicalize test=%S/Inputs/has-double.sh' -o %t.pass.mlir
// RUN: FileCheck %s --check-prefix=PASS < %t.pass.mlir
// PASS: @unrelated1
// PASS: einsum.contract "ij,jk->ik"
// PASS-NOT: "ik->i"
