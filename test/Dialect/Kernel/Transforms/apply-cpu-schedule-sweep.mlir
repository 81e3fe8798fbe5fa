// RUN: einsum-opt %s --kernel-apply-cpu-schedule --canonicalize --split-input-file | FileCheck %s

// What lies before the first aligned column, whole tiles, single vectors, and
// the rest. Only whole vectors are written past the caches.
// CHECK-LABEL: @stream
// CHECK: scf.forall
// CHECK: memref.extract_aligned_pointer_as_index
// CHECK: scf.for %{{.*}} step %c16
// CHECK: kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero ins
// CHECK-SAME: tail(
// CHECK: scf.for %{{.*}} step %c32
// CHECK: kernel.micro_kernel mr = 1 nv = 2 width = 16 init = zero stream ins
// CHECK: scf.for %{{.*}} step %c16
// CHECK: kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero stream ins
// CHECK: scf.for %{{.*}} step %c16
// CHECK: kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero ins
// CHECK-SAME: tail(
func.func private @stream(%a: memref<300xf32>, %c: memref<300xf32>) {
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 32], column = 0, mr = 1, nv = 2, width = 16, stream = true> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Terms in blocks of four: the first one stores, the others add. The last block
// has two terms. Forty columns are one tile and one of eight.
// CHECK-LABEL: @terms
// CHECK: scf.for %[[K:.*]] = %c0 to %c50 step %c4
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[K]], %c0
// CHECK: %[[COUNT:.*]] = arith.subi
// CHECK: scf.if %[[FIRST]]
// CHECK: kernel.micro_kernel mr = 1 nv = 2 width = 16 init = zero ins
// CHECK-SAME: k(%[[COUNT]])
// CHECK-SAME: ahead(
// CHECK: else
// CHECK: kernel.micro_kernel mr = 1 nv = 2 width = 16 init = load ins
// CHECK: kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero ins
// CHECK-SAME: tail(%c8)
func.func private @terms(%a: memref<40x50xf32, strided<[1, 40]>>, %c: memref<40x50xf32, strided<[1, 0]>>) {
  kernel.region ins(%a : memref<40x50xf32, strided<[1, 40]>>) outs(%c : memref<40x50xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
    schedule = #kernel.sweep_schedule<nest = [1 by 4, 0 by 32], column = 0, mr = 1, nv = 2, width = 16, prefetch = 1 by 4> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Rows of a dynamic extent: whole tiles, then pieces of 2 and 1.
// CHECK-LABEL: @rows
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 16 init = zero term_lanes ins
// CHECK: kernel.micro_kernel mr = 2 nv = 1 width = 16 init = zero term_lanes ins
// CHECK: kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero term_lanes ins
// CHECK-NOT: kernel.micro_kernel
func.func private @rows(%a: memref<?x?xf32, strided<[?, 1]>>, %c: memref<?x?xf32, strided<[1, 0]>>) {
  kernel.region ins(%a : memref<?x?xf32, strided<[?, 1]>>) outs(%c : memref<?x?xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
    schedule = #kernel.sweep_schedule<nest = [0 by 64, 0 by 4], parallel = 1, row = 0, column = 1, mr = 4, nv = 1, width = 16, max_tasks = 4, lanes = terms> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}
