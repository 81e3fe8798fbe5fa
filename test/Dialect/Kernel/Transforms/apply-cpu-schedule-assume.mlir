// RUN: einsum-opt %s --kernel-apply-cpu-schedule --split-input-file | FileCheck %s
// RUN: einsum-opt %s --kernel-apply-cpu-schedule --kernel-lower-micro-kernel --split-input-file | FileCheck %s --check-prefix=LANES

// What cannot be is not written: neither edges of rows nor of columns, and one
// block of rows, columns and terms.
// CHECK-LABEL: @without_edges
// CHECK-COUNT-1: kernel.micro_kernel mr = 4 nv = 2 width = 8 init = zero
// CHECK-NOT: kernel.micro_kernel
// CHECK: return
func.func private @without_edges(%a: memref<?x?x?xf32, strided<[?, 0, 1]>>, %b: memref<?x?x?xf32, strided<[0, 1, ?]>>, %c: memref<?x?x?xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32, strided<[?, 0, 1]>>, memref<?x?x?xf32, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x?xf32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 2, width = 8, mc = 12, nc = 32, kc = 30, pack = [true, true], max_tasks = 16>
    attributes {kernel.extents = [#kernel.extent<multiple = 4>, #kernel.extent<multiple = 48>, #kernel.extent<max = 30>]} {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// An even number of rows leaves no single one, whole vectors no mask, and
// whole blocks of terms no smaller one.
// CHECK-LABEL: @smaller_edges
// CHECK: kernel.micro_kernel mr = 6 nv = 2
// CHECK-NOT: mr = 1
// CHECK-NOT: tail(
// CHECK: return
func.func private @smaller_edges(%a: memref<?x?x?xf32, strided<[?, 0, 1]>>, %b: memref<?x?x?xf32, strided<[0, 1, ?]>>, %c: memref<?x?x?xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32, strided<[?, 0, 1]>>, memref<?x?x?xf32, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x?xf32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 6, nv = 2, width = 8, mc = 12, nc = 32, kc = 30, pack = [false, false]>
    attributes {kernel.extents = [#kernel.extent<multiple = 16>, #kernel.extent<multiple = 8>, #kernel.extent<multiple = 30>]} {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Lanes along the terms: whole steps alone.
// LANES-LABEL: @lanes
// LANES: vector.load
// LANES-NOT: vector.maskedload
// LANES: return
func.func private @lanes(%a: memref<?x?xf32, strided<[?, 1]>>, %c: memref<?x?xf32, strided<[1, 0]>>) {
  kernel.region ins(%a : memref<?x?xf32, strided<[?, 1]>>)
    outs(%c : memref<?x?xf32, strided<[1, 0]>>) init = zero loops = <[m, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 2, width = 8, mc = 8, nc = 16, kc = 160, pack = [false], lanes = terms>
    attributes {kernel.extents = [#kernel.extent<multiple = 2>, #kernel.extent<multiple = 16>]} {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}
