// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize --cse --split-input-file | FileCheck %s

// Whole vectors are written past the caches, masked ones are not.
// CHECK-LABEL: @stream
// CHECK: vector.store %{{.*}}, %arg1{{.*}} {alignment = 64 : i64, nontemporal = true}
func.func @stream(%a: memref<?xf32>, %c: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero stream ins(%a) at(%c0) out(%c[%c0]) k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %acc: f32):
    kernel.yield %e : f32
  }
  return
}

// -----

// One line a time of what lies ahead, of the first input alone.
// CHECK-LABEL: @ahead
// CHECK-SAME: %[[AHEAD:[^:]+]]: index
// CHECK: memref.prefetch %arg0[%[[AHEAD]]], read, locality<2>, data
// CHECK-NEXT: vector.load %arg0
// CHECK: vector.load %arg0
// CHECK-NOT: memref.prefetch
func.func @ahead(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %ahead: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 2 width = 8 init = zero ins(%a, %b) at(%c0, %c0) out(%c[%c0]) k() m_strides(%c0, %c0, %c0) n_strides(%c1, %c1, %c1) k_strides() ahead(%ahead, %c0) : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %f: f32, %acc: f32):
    %p = arith.mulf %e, %f : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// Four rows of partial sums are added up together: three halvings and a last one,
// not four reductions.
// CHECK-LABEL: @rows
// CHECK-NOT: vector.reduction
// CHECK-COUNT-8: vector.shuffle
// CHECK-NOT: vector.shuffle
// CHECK: vector.store %{{.*}} vector<4xf32>
func.func @rows(%a: memref<?xf32>, %c: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  kernel.micro_kernel mr = 4 nv = 1 width = 8 init = zero term_lanes ins(%a) at(%c0) out(%c[%c0]) k(%n) m_strides(%c64, %c1) n_strides(%c0, %c0) k_strides(%c1) : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %acc: f32):
    %s = arith.addf %acc, %e : f32
    kernel.yield %s : f32
  }
  return
}
