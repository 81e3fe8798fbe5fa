// RUN: einsum-opt %s | einsum-opt | FileCheck %s

// CHECK-LABEL: func.func @normal_form
// CHECK: kernel.region ins(%{{.*}}, %{{.*}} : memref<4x8x16xf32, strided<[16, 0, 1]>>
// CHECK-SAME: init = zero loops = <[m, n, k]>
func.func @normal_form(%a: memref<4x8x16xf32, strided<[16, 0, 1]>>, %b: memref<4x8x16xf32, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<4x8x16xf32, strided<[16, 0, 1]>>, memref<4x8x16xf32, strided<[0, 1, 8]>>)
    outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// CHECK-LABEL: func.func @simt
// CHECK: kernel.address %{{.*}} : memref<4xf32> -> !llvm.ptr
// CHECK: schedule = #kernel.simt_schedule<block = 32, max_blocks = 7, order = [], index_bits = 32>
func.func @simt(%a: memref<4xf32>, %c: memref<4xf32, strided<[0]>>) -> !llvm.ptr {
  %p = kernel.address %a : memref<4xf32> -> !llvm.ptr
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32, strided<[0]>>) init = load loops = <[k]>
    schedule = #kernel.simt_schedule<block = 32, max_blocks = 7, order = [], index_bits = 32> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return %p : !llvm.ptr
}
