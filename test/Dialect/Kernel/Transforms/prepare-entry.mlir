// RUN: einsum-opt %s --kernel-prepare-entry | FileCheck %s

// Arguments get their layout, results become outputs with their attributes.
// CHECK-LABEL: func.func @views(
// A stride that may be negative: the memref starts at the lowest address.
// CHECK-SAME: %[[X:.*]]: memref<?x4xf32, strided<[?, 1], offset: ?>> {kernel.labels = ["i", "j"], kernel.layout = strided<[?, 1]>}
// CHECK-SAME: %[[ALPHA:[a-z0-9]*]]: f32
// CHECK-SAME: %[[OUT:[a-z0-9]*]]: memref<?x4xf32, strided<[8, 1]>> {kernel.labels = ["i", "j"], kernel.layout = strided<[8, 1]>, kernel.output})
// CHECK-NEXT: %[[T:.*]] = bufferization.to_tensor %[[X]] restrict :
// CHECK-NEXT: bufferization.materialize_in_destination %[[T]] in restrict writable %[[OUT]]
// CHECK-NEXT: return{{$}}
func.func @views(%x: tensor<?x4xf32> {kernel.labels = ["i", "j"], kernel.layout = strided<[?, 1]>}, %alpha: f32)
    -> (tensor<?x4xf32> {kernel.labels = ["i", "j"], kernel.layout = strided<[8, 1]>}) {
  return %x : tensor<?x4xf32>
}

// How far the first element lies behind the lowest address.
// CHECK-LABEL: func.func @reversed(
// CHECK-SAME: memref<3x4xf32, strided<[4, -1], offset: 3>>
// CHECK-SAME: memref<?xf32, strided<[-1], offset: ?>>
// CHECK-SAME: memref<0x4xf32, strided<[-4, -1], offset: 3>>
func.func @reversed(
    %x: tensor<3x4xf32> {kernel.layout = strided<[4, -1]>},
    %y: tensor<?xf32> {kernel.layout = strided<[-1]>},
    %z: tensor<0x4xf32> {kernel.layout = strided<[-4, -1]>}) -> tensor<3x4xf32> {
  return %x : tensor<3x4xf32>
}

// The first result lives in the memory of the argument that is read for it.
// CHECK-LABEL: func.func @accumulate(
// CHECK-SAME: %[[C:[a-z0-9]*]]: memref<4xf32> {kernel.inout}, %[[D:[a-z0-9]*]]: memref<4xf32> {kernel.output})
// CHECK-NEXT: %[[T:.*]] = bufferization.to_tensor %[[C]] restrict writable
// CHECK: materialize_in_destination %[[T]] in restrict writable %[[C]]
// CHECK: materialize_in_destination %[[T]] in restrict writable %[[D]]
func.func @accumulate(%c: tensor<4xf32> {kernel.inout}) -> (tensor<4xf32>, tensor<4xf32>) {
  return %c, %c : tensor<4xf32>, tensor<4xf32>
}

// Only public functions of tensors are kernels.
// CHECK-LABEL: func.func private @helper(
// CHECK-SAME: tensor<4xf32>) -> tensor<4xf32>
func.func private @helper(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// Axes that the body makes equal get one label: by loops, by tensor.dim, by
// destinations, by element-wise operations.
// CHECK-LABEL: func.func @matmul(
// CHECK-SAME: memref<?x?xf32> {kernel.labels = ["d0", "d1"]}
// CHECK-SAME: memref<?x4xf32> {kernel.labels = ["d1", "d2"]}
// CHECK-SAME: memref<?x4xf32> {kernel.labels = ["d0", "d2"], kernel.output})
func.func @matmul(%a: tensor<?x?xf32>, %b: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %zero = arith.constant 0 : index
  %m = tensor.dim %a, %zero : tensor<?x?xf32>
  %empty = tensor.empty(%m) : tensor<?x4xf32>
  %c = linalg.matmul ins(%a, %b : tensor<?x?xf32>, tensor<?x4xf32>)
                     outs(%empty : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %c : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @elementwise(
// CHECK-SAME: memref<?xf32> {kernel.labels = ["d0"]}
// CHECK-SAME: memref<?xf32> {kernel.labels = ["d0"]}
// CHECK-SAME: memref<?xf32> {kernel.labels = ["d1"]}
// CHECK-SAME: memref<?xf32> {kernel.labels = ["d0"], kernel.output})
func.func @elementwise(%a: tensor<?xf32>, %b: tensor<?xf32>, %c: tensor<?xf32>) -> tensor<?xf32> {
  %sum = arith.addf %a, %b : tensor<?xf32>
  return %sum : tensor<?xf32>
}

// A region's maps count as linalg's do; a diagonal's axes are equal.
// CHECK-LABEL: func.func @diagonal(
// CHECK-SAME: memref<?x?xf32> {kernel.labels = ["d0", "d0"]}
// CHECK-SAME: memref<5xf32> {kernel.labels = ["d0"]}
func.func @diagonal(%a: tensor<?x?xf32>, %b: tensor<5xf32>) -> tensor<5xf32> {
  %r = kernel.region ins(%a : tensor<?x?xf32>) outs(%b : tensor<5xf32>) init = zero
      maps = [affine_map<(i) -> (i, i)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %y: f32):
    kernel.yield %x : f32
  } -> tensor<5xf32>
  return %r : tensor<5xf32>
}
