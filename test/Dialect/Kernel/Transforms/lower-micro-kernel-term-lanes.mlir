// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s

// Two rows of a matrix times a vector: two vectors of partial sums a row, whole
// steps, then what is left masked; lanes that are not there keep their sums.
// CHECK-LABEL: @product
// CHECK-SAME: %[[X:[^:]+]]: memref<?xf32>, %[[A:[^:]+]]: memref<?xf32>, %[[C:[^:]+]]: memref<?xf32>, %[[N:[^:]+]]: index
// CHECK: %[[STEPS:.*]] = arith.divui %[[N]], %c16
// CHECK: %[[WHOLE:.*]] = arith.muli %[[STEPS]], %c16
// CHECK: %[[SUMS:.*]]:4 = scf.for %{{.*}} = %c0 to %[[WHOLE]] step %c16
// CHECK-COUNT-2: vector.load %[[X]]
// CHECK-NOT: vector.load %[[X]]
// CHECK-COUNT-3: vector.fma
// CHECK: scf.yield
// CHECK: scf.for %[[I:.*]] = %[[WHOLE]] to %[[N]] step %c8 iter_args(%{{.*}} = %[[SUMS]]#0, %{{.*}} = %[[SUMS]]#2)
// CHECK: %[[LEFT:.*]] = arith.subi %[[N]], %[[I]]
// CHECK: %[[TAIL:.*]] = arith.minsi %[[LEFT]], %c8
// CHECK: %[[MASK:.*]] = vector.create_mask %[[TAIL]] : vector<8xi1>
// CHECK-COUNT-3: vector.maskedload
// CHECK-COUNT-2: arith.select %[[MASK]]
// CHECK: vector.reduction <add>, %{{.*}} fastmath<reassoc> : vector<8xf32> into f32
// CHECK: memref.store %{{.*}}, %[[C]]
// CHECK: vector.reduction <add>
// CHECK: memref.store %{{.*}}, %[[C]]
func.func @product(%x: memref<?xf32>, %a: memref<?xf32>, %c: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 2 nv = 2 width = 8 init = zero term_lanes ins(%x, %a) at(%c0, %c0) out(%c[%c0]) k(%n) m_strides(%c0, %n, %c1) n_strides(%c0, %c0, %c0) k_strides(%c1, %c1) : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
  ^bb0(%e: f32, %f: f32, %acc: f32):
    %p = arith.mulf %e, %f : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// bool's or, added to what is there; a length that is known needs no mask where
// it is whole.
// CHECK-LABEL: @any
// CHECK-NOT: vector.create_mask
// CHECK: scf.for
// CHECK: arith.ori
// CHECK: vector.reduction <or>
// CHECK: memref.load
// CHECK: arith.ori
// CHECK: memref.store
func.func @any(%a: memref<?xi8>, %c: memref<?xi8>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c128 = arith.constant 128 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 16 init = load term_lanes ins(%a) at(%c0) out(%c[%c0]) k(%c128) m_strides(%c0, %c0) n_strides(%c0, %c0) k_strides(%c1) : (memref<?xi8>) -> memref<?xi8> {
  ^bb0(%e: i8, %acc: i8):
    %s = arith.ori %acc, %e : i8
    kernel.yield %s : i8
  }
  return
}

// Complex numbers: real and imaginary parts apart.
// CHECK-LABEL: @complex
// CHECK-COUNT-2: vector.reduction <add>
// CHECK-NOT: vector.reduction
func.func @complex(%a: memref<?xcomplex<f32>>, %c: memref<?xcomplex<f32>>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero term_lanes ins(%a, %a) at(%c0, %c0) out(%c[%c0]) k(%n) m_strides(%c0, %c0, %c0) n_strides(%c0, %c0, %c0) k_strides(%c1, %c1) : (memref<?xcomplex<f32>>, memref<?xcomplex<f32>>) -> memref<?xcomplex<f32>> {
  ^bb0(%e: complex<f32>, %f: complex<f32>, %acc: complex<f32>):
    %p = complex.mul %e, %f : complex<f32>
    %s = complex.add %acc, %p : complex<f32>
    kernel.yield %s : complex<f32>
  }
  return
}
