// RUN: sed 's/REGISTERS/16/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s
// RUN: sed 's/REGISTERS/32/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s --check-prefix=MASKS

module attributes {kernel.target = #kernel.target<cpu = "any", vector_bits = 128, registers = REGISTERS, l1 = 32768, l2 = 262144, l3 = 8388608>} {
  // Rows lie beside each other in the output, columns do not: a square becomes
  // columns in registers, each stored as the three rows that there are, in
  // pieces or under a mask. Nothing goes through memory.
  // CHECK-LABEL: @store
  // CHECK-NOT: kernel.scratch
  // CHECK: vector.shuffle
  // CHECK: vector.store %{{.*}}, %arg1[%c0] : memref<?xf32>, vector<2xf32>
  // CHECK: vector.store %{{.*}}, %arg1[%c2] : memref<?xf32>, vector<1xf32>
  // CHECK: vector.store %{{.*}}, %arg1[%c100] : memref<?xf32>, vector<2xf32>
  // CHECK-COUNT-5: vector.store
  // CHECK-NOT: vector.store
  // CHECK-NOT: vector.scatter
  // MASKS-LABEL: @store
  // MASKS: %[[ROWS:.*]] = vector.constant_mask [3] : vector<4xi1>
  // MASKS-COUNT-4: vector.maskedstore %arg1[%{{.*}}], %[[ROWS]]
  // MASKS-NOT: vector.maskedstore
  // MASKS-LABEL: @add
  func.func @store(%b: memref<?xf32>, %c: memref<?xf32>) {
    %n = arith.constant 100 : index
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    kernel.micro_kernel mr = 3 nv = 1 width = 4 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c4, %c1) n_strides(%c1, %n) k_strides()
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }

  // What was there is loaded in the same way; of two columns nothing of the
  // others is touched. Parts of complex numbers stay together.
  // CHECK-LABEL: @add
  // CHECK-NOT: kernel.scratch
  // CHECK: vector.load %{{.*}} : memref<?xf32>, vector<4xf32>
  // CHECK-NOT: vector.load
  // CHECK: arith.addf
  // CHECK: vector.store %{{.*}} : memref<?xf32>, vector<4xf32>
  // CHECK-NOT: vector.store
  func.func @add(%b: memref<?xcomplex<f32>>, %c: memref<?xcomplex<f32>>) {
    %n = arith.constant 100 : index
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    kernel.micro_kernel mr = 2 nv = 1 width = 2 init = load ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c2, %c1) n_strides(%c1, %n) k_strides() tail(%c1)
        : (memref<?xcomplex<f32>>) -> memref<?xcomplex<f32>> {
    ^bb0(%x: complex<f32>, %acc: complex<f32>):
      %s = complex.add %acc, %x : complex<f32>
      kernel.yield %s : complex<f32>
    }
    return
  }

  // How many columns there are is known in a call alone: through memory.
  // CHECK-LABEL: @unknown_tail
  // CHECK: kernel.scratch
  func.func @unknown_tail(%b: memref<?xf32>, %c: memref<?xf32>, %n: index, %tail: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    kernel.micro_kernel mr = 6 nv = 1 width = 4 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c4, %c1) n_strides(%c1, %n) k_strides() tail(%tail)
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}
