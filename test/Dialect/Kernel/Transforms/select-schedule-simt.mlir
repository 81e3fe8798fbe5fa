// RUN: einsum-opt %s --kernel-select-schedule=gpu=h100 --split-input-file | FileCheck %s
// RUN: einsum-opt %s --kernel-select-schedule='gpu=h100 schedule="#kernel.simt_schedule<block = 96, max_blocks = 3, order = [], index_bits = 32>"' --split-input-file | FileCheck %s --check-prefix=FORCED

// The output's unit stride comes last, whatever the loops' order; reductions
// are no part of it.
// CHECK: module attributes {kernel.target = #kernel.gpu_target<gpu = "sm_90", capability = 90, multiprocessors = 132>}
// CHECK-LABEL: @transposed
// CHECK: schedule = #kernel.simt_schedule<block = 256, max_blocks = 4224, order = [1, 0], index_bits = 32>
// FORCED-LABEL: @transposed
// FORCED: schedule = #kernel.simt_schedule<block = 96, max_blocks = 3, order = [1, 0], index_bits = 32>
func.func private @transposed(%a: memref<40x30x9xf32>, %c: memref<40x30x9xf32, strided<[1, 40, 0]>>) {
  kernel.region ins(%a : memref<40x30x9xf32>) outs(%c : memref<40x30x9xf32, strided<[1, 40, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// A block is no larger than the output, in whole warps.
// CHECK-LABEL: @few
// CHECK: schedule = #kernel.simt_schedule<block = 64, max_blocks = 4224, order = [0], index_bits = 32>
// FORCED-LABEL: @few
// FORCED: block = 96
func.func private @few(%a: memref<35xf32>, %c: memref<35xf32>) {
  kernel.region ins(%a : memref<35xf32>) outs(%c : memref<35xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// A single element.
// CHECK-LABEL: @scalar
// CHECK: schedule = #kernel.simt_schedule<block = 32, max_blocks = 4224, order = [], index_bits = 32>
func.func private @scalar(%a: memref<35xf32>, %c: memref<35xf32, strided<[0]>>) {
  kernel.region ins(%a : memref<35xf32>) outs(%c : memref<35xf32, strided<[0]>>) init = zero loops = <[k]> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// What is unknown, and what is too large, is counted in 64 bits.
// CHECK-LABEL: @dynamic
// CHECK: schedule = #kernel.simt_schedule<block = 256, max_blocks = 4224, order = [0], index_bits = 64>
// FORCED-LABEL: @dynamic
// FORCED: index_bits = 64
func.func private @dynamic(%a: memref<?xf32>, %c: memref<?xf32>) {
  kernel.region ins(%a : memref<?xf32>) outs(%c : memref<?xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// CHECK-LABEL: @far
// CHECK: order = [0], index_bits = 64>
func.func private @far(%a: memref<5xf32, strided<[600000000]>>, %c: memref<5xf32>) {
  kernel.region ins(%a : memref<5xf32, strided<[600000000]>>) outs(%c : memref<5xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// CHECK-LABEL: @near
// CHECK: order = [0], index_bits = 32>
func.func private @near(%a: memref<5xf32, strided<[-500000000]>>, %c: memref<5xf32>) {
  kernel.region ins(%a : memref<5xf32, strided<[-500000000]>>) outs(%c : memref<5xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}
