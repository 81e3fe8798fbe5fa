// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize | FileCheck %s

// The last vector holds one column: it is stored as an element. (LLVM 22 stores
// the element before the truncation where a mask has one lane.)
// CHECK-LABEL: func.func private @one_lane
// CHECK: vector.store %{{.*}} : memref<?xi16>, vector<16xi16>
// CHECK: %[[E:.*]] = vector.extract %{{.*}}[0] : i16 from vector<16xi16>
// CHECK: memref.store %[[E]]
// CHECK-NOT: vector.maskedstore
func.func private @one_lane(%x: memref<?xi32>, %y: memref<?xi16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 2 width = 16 init = zero ins(%x) at(%c0) out(%y[%c0]) k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() tail(%c1) : (memref<?xi32>) -> memref<?xi16> {
  ^bb0(%e: i32, %old: i16):
    %0 = arith.trunci %e : i32 to i16
    kernel.yield %0 : i16
  }
  return
}
