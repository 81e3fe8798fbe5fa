// RUN: einsum-opt %s --einsum-to-linalg | FileCheck %s
// RUN: einsum-opt %s --einsum-to-linalg -o %t
// RUN: mlir-opt %t -o /dev/null

// What it gives, it leaves as it is.
// RUN: einsum-opt %t --einsum-to-linalg | diff %t -

// A transposition is part of the product, and what is left is upstream's.
// CHECK-NOT: einsum
// CHECK: #[[MAP:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-LABEL: func.func @transposed
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x2xi8> {kernel.element = "u8", kernel.labels = ["j", "i"]}
// CHECK: linalg.fill
// CHECK: linalg.generic {indexing_maps = [#[[MAP]],
// CHECK-SAME: ins(%[[X]],
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @transposed(%x: tensor<?x2xui8> {kernel.labels = ["j", "i"]}, %y: tensor<?x3xui8>) -> tensor<2x3xi32> {
  %0 = einsum.contract "ji->ij" %x {accumulate = i32} : (tensor<?x2xui8>) -> tensor<2x?xui8>
  %1 = einsum.contract "ij,jk->ik" %0, %y {accumulate = i32} : (tensor<2x?xui8>, tensor<?x3xui8>) -> tensor<2x3xi32>
  return %1 : tensor<2x3xi32>
}

// What is linalg already stays as it is.
// CHECK-LABEL: func.func @midpoint
// CHECK-NEXT: %[[EMPTY:.*]] = tensor.empty() : tensor<2x3xf32>
// CHECK-NEXT: linalg.add ins(%{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<2x3xf32>) outs(%[[EMPTY]]
func.func @midpoint(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %empty = tensor.empty() : tensor<2x3xf32>
  %0 = linalg.add ins(%x, %y : tensor<2x3xf32>, tensor<2x3xf32>) outs(%empty : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
