// RUN: einsum-opt %s --split-input-file --kernel-assume-extents | FileCheck %s
// RUN: einsum-opt %s --split-input-file --kernel-assume-extents --kernel-classify-loops | FileCheck %s --check-prefix=NORMAL

// An intermediate has its extents from arguments.
// CHECK-LABEL: @chain
// CHECK: kernel.extents = [#kernel.extent<multiple = 16>, #kernel.extent<>, #kernel.extent<min = 8, max = 64>]
// CHECK: kernel.extents = [#kernel.extent<multiple = 16>, #kernel.extent<>]
func.func @chain(%a: memref<?x?xf32> {kernel.labels = ["i", "k"]}, %b: memref<?x?xf32> {kernel.labels = ["k", "j"]},
                 %out: memref<?x?xf32> {kernel.labels = ["i", "j"], kernel.output})
    attributes {kernel.assume = {i = #kernel.extent<multiple = 16>, k = #kernel.extent<min = 8, max = 64>}} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %i = memref.dim %a, %c0 : memref<?x?xf32>
  %j = memref.dim %b, %c1 : memref<?x?xf32>
  %t = memref.alloc(%i, %j) : memref<?x?xf32>
  kernel.region ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%t : memref<?x?xf32>) init = zero
      maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  kernel.region ins(%t : memref<?x?xf32>) outs(%out : memref<?x?xf32>) init = zero
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>] {
  ^bb0(%x: f32, %old: f32):
    %s = arith.addf %x, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Facts follow their loops, and multiply where two become one.
// NORMAL-LABEL: @collapsed
// NORMAL: loops = <[n]> attributes {kernel.extents = [#kernel.extent<multiple = 32, min = 64>]}
func.func @collapsed(%a: memref<?x8xf32> {kernel.labels = ["i", "j"]},
                     %out: memref<?x8xf32> {kernel.labels = ["i", "j"], kernel.output})
    attributes {kernel.assume = {i = #kernel.extent<multiple = 4, min = 8>}} {
  kernel.region ins(%a : memref<?x8xf32>) outs(%out : memref<?x8xf32>) init = zero
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>] {
  ^bb0(%x: f32, %old: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// One extent that is left is static.
// NORMAL-LABEL: @settled
// NORMAL: sizes: [5]
// NORMAL: loops = <[n]> attributes {kernel.extents = [#kernel.extent<>]}
func.func @settled(%a: memref<?xf32> {kernel.labels = ["i"]}, %out: memref<?xf32> {kernel.labels = ["i"], kernel.output})
    attributes {kernel.assume = {i = #kernel.extent<min = 5, max = 5>}} {
  kernel.region ins(%a : memref<?xf32>) outs(%out : memref<?xf32>) init = zero
      maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %old: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Nothing is assumed, or of others.
// CHECK-LABEL: @other
// CHECK-NOT: kernel.extents
func.func @other(%a: memref<?xf32> {kernel.labels = ["i"]}, %out: memref<?xf32> {kernel.labels = ["i"], kernel.output})
    attributes {kernel.assume = {j = #kernel.extent<multiple = 4>}} {
  kernel.region ins(%a : memref<?xf32>) outs(%out : memref<?xf32>) init = zero
      maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %old: f32):
    kernel.yield %x : f32
  }
  return
}
