// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize --cse --split-input-file | FileCheck %s

// Rows of 32 floats that begin lines: two lines each, fetched to be written
// before the first term.
// CHECK-LABEL: @aligned
// CHECK-COUNT-4: memref.prefetch %arg2[%{{.*}}], write, locality<3>, data
// CHECK-NOT: memref.prefetch
// CHECK: scf.for
func.func @aligned(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  kernel.micro_kernel mr = 2 nv = 4 width = 8 init = zero fetch_output ins(%a, %b) at(%c0, %c0) out(%c[%c0]) k(%k) m_strides(%c32, %c0, %c32) n_strides(%c0, %c1, %c1) k_strides(%c1, %c32) : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %f: f32, %acc: f32):
    %p = arith.mulf %e, %f : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Rows of 33 floats reach into a third line: that of their last element.
// CHECK-LABEL: @straddling
// CHECK-COUNT-6: memref.prefetch %arg2[%{{.*}}], write, locality<3>, data
// CHECK-NOT: memref.prefetch
// CHECK: scf.for
// Single elements of the first input are fetched for, too.
// CHECK: memref.prefetch %arg0[%{{.*}}], read, locality<2>, data
// CHECK: memref.load %arg0
// CHECK-NOT: memref.prefetch %arg1
func.func @straddling(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %k: index, %ahead: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %c33 = arith.constant 33 : index
  kernel.micro_kernel mr = 2 nv = 4 width = 8 init = zero fetch_output ins(%a, %b) at(%c0, %c0) out(%c[%c0]) k(%k) m_strides(%c32, %c0, %c33) n_strides(%c0, %c1, %c1) k_strides(%c1, %c32) ahead(%ahead, %c0) : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %f: f32, %acc: f32):
    %p = arith.mulf %e, %f : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
