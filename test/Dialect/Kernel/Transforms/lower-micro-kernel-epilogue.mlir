// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s

// Sums are held wide, rounded once, and stored narrow.
// CHECK-LABEL: @narrow
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK: %[[SUMS:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %[[ZERO]], %{{.*}} = %[[ZERO]])
// CHECK-NOT: truncf
// CHECK: scf.yield
// CHECK: %[[FIRST:.*]] = arith.truncf %[[SUMS]]#0 : vector<8xf32> to vector<8xf16>
// CHECK: %[[SECOND:.*]] = arith.truncf %[[SUMS]]#1 : vector<8xf32> to vector<8xf16>
// CHECK: vector.store %[[FIRST]], %{{.*}} : memref<?xf16>, vector<8xf16>
// CHECK: vector.store %[[SECOND]], %{{.*}} : memref<?xf16>, vector<8xf16>
func.func @narrow(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf16>, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  kernel.micro_kernel mr = 2 nv = 1 width = 8 init = zero ins(%a, %b) at(%c0, %c0) out(%c[%c0])
      k(%k) m_strides(%k, %c0, %c8) n_strides(%c0, %c1, %c1) k_strides(%c1, %c8)
      : (memref<?xf32>, memref<?xf32>) -> memref<?xf16> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%sum: f32):
    %r = arith.truncf %sum : f32 to f16
    kernel.yield %r : f16
  }
  return
}
