// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s

// Rows lie beside each other, columns do not: four vectors along the rows become
// four along the columns in registers. Nothing is gathered.
// CHECK-LABEL: @square
// CHECK-NOT: vector.gather
// CHECK-COUNT-4: vector.load %arg0
// CHECK-COUNT-8: vector.shuffle
// CHECK-COUNT-4: vector.store
// CHECK-NOT: vector.store
func.func @square(%a: memref<?xf32>, %c: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 4 nv = 1 width = 4 init = zero ins(%a) at(%c0) out(%c[%c0]) k() m_strides(%c1, %n) n_strides(%n, %c1) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %acc: f32):
    kernel.yield %e : f32
  }
  return
}

// Both parts of a complex number change places together.
// CHECK-LABEL: @complex_square
// CHECK-NOT: vector.gather
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
// CHECK-NOT: vector.scatter
func.func @complex_square(%a: memref<?xcomplex<f32>>, %c: memref<?xcomplex<f32>>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 2 nv = 1 width = 2 init = zero ins(%a) at(%c0) out(%c[%c0]) k() m_strides(%c1, %n) n_strides(%n, %c1) k_strides() : (memref<?xcomplex<f32>>) -> memref<?xcomplex<f32>> {
  ^bb0(%e: complex<f32>, %acc: complex<f32>):
    kernel.yield %e : complex<f32>
  }
  return
}

// Rows that are not there are masked; of columns that are not there, the last one
// is read again.
// CHECK-LABEL: @edges
// CHECK-SAME: %[[TAIL:[^:]+]]: index)
// CHECK-DAG: %[[LAST:.*]] = arith.subi %[[TAIL]], %c1
// CHECK-DAG: %[[ROWS:.*]] = vector.constant_mask [3] : vector<4xi1>
// CHECK-COUNT-3: arith.minsi %[[LAST]]
// CHECK-NOT: vector.gather
// CHECK-COUNT-3: vector.maskedstore
// CHECK-NOT: vector.maskedstore
func.func @edges(%a: memref<?xf32>, %c: memref<?xf32>, %n: index, %tail: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 3 nv = 1 width = 4 init = zero ins(%a) at(%c0) out(%c[%c0]) k() m_strides(%c1, %n) n_strides(%n, %c1) k_strides() tail(%tail) : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %acc: f32):
    kernel.yield %e : f32
  }
  return
}
