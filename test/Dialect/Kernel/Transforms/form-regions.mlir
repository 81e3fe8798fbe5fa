// RUN: einsum-opt %s --kernel-form-regions --split-input-file | FileCheck %s

// The fill of a product's output becomes init = zero.
// CHECK-LABEL: @matmul
// CHECK: %[[EMPTY:.*]] = tensor.empty
// CHECK-NOT: linalg
// CHECK: kernel.region ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8x16xf32>) outs(%[[EMPTY]] : tensor<4x16xf32>) init = zero
// CHECK: kernel.yield
func.func @matmul(%a: tensor<4x8xf32>, %b: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x16xf32>) -> tensor<4x16xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}

// -----

// A diagonal is written, the rest keeps the zeros of a region of its own.
// CHECK-LABEL: @diagonal
// CHECK: %[[ZERO:.*]] = kernel.region outs(%{{.*}} : tensor<4x4xf32>) init = zero
// CHECK: arith.constant 0.0
// CHECK: kernel.region ins(%{{.*}} : tensor<4xf32>) outs(%[[ZERO]] : tensor<4x4xf32>) init = load
func.func @diagonal(%x: tensor<4xf32>) -> tensor<4x4xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4x4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<4x4xf32>) -> tensor<4x4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i, i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%init : tensor<4x4xf32>) {
  ^bb0(%e: f32, %o: f32):
    %s = arith.addf %o, %e : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

// A run-time scalar from above becomes an input, a constant moves inside.
// CHECK-LABEL: @scale
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[ALPHA:.*]]: f32
// CHECK: kernel.region ins(%[[X]], %[[ALPHA]] : tensor<?xf32>, f32)
// CHECK-SAME: maps = [#{{.*}}, #[[NONE:.*]], #{{.*}}]
// CHECK-NEXT: ^bb0(%[[E:.*]]: f32, %[[A:.*]]: f32, %[[C:.*]]: f32):
// CHECK-NEXT: arith.constant 2.0
// CHECK: arith.mulf %[[E]], %[[A]]
func.func @scale(%x: tensor<?xf32>, %alpha: f32, %c: tensor<?xf32>) -> tensor<?xf32> {
  %two = arith.constant 2.0 : f32
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%c : tensor<?xf32>) {
  ^bb0(%e: f32, %o: f32):
    %p = arith.mulf %e, %alpha : f32
    %q = arith.mulf %o, %two : f32
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// What is not zero stays: the region loads it.
// CHECK-LABEL: @sum_from_one
// CHECK: %[[ONE:.*]] = kernel.region outs
// CHECK: kernel.region ins(%{{.*}} : tensor<4x8xf32>) outs(%[[ONE]] : tensor<4xf32>) init = load
func.func @sum_from_one(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %one = arith.constant 1.0 : f32
  %empty = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%one : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%e: f32, %acc: f32):
    %s = arith.addf %acc, %e : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// numpy's bool: or of ands, in bytes.
// CHECK-LABEL: @bool
// CHECK: kernel.region {{.*}} init = zero
// CHECK: arith.ori
func.func @bool(%x: tensor<8xi8>) -> tensor<i8> {
  %zero = arith.constant 0 : i8
  %empty = tensor.empty() : tensor<i8>
  %init = linalg.fill ins(%zero : i8) outs(%empty : tensor<i8>) -> tensor<i8>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<8xi8>) outs(%init : tensor<i8>) {
  ^bb0(%e: i8, %acc: i8):
    %s = arith.ori %acc, %e : i8
    linalg.yield %s : i8
  } -> tensor<i8>
  return %0 : tensor<i8>
}
