// RUN: sed 's/REGISTERS/32/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s --check-prefix=MASKS
// RUN: sed 's/REGISTERS/16/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s --check-prefix=SHIFTS

// The last vector of a row holds 7 columns of 8.
module attributes {kernel.target = #kernel.target<cpu = "any", vector_bits = 256, registers = REGISTERS, l1 = 32768, l2 = 262144, l3 = 8388608>} {
  // Under a mask where masks are free; otherwise a column early.
  // MASKS-LABEL: @two
  // MASKS: vector.load %{{.*}}[%c0] {{.*}} vector<8xf32>
  // MASKS: vector.maskedload %{{.*}}[%c8], %[[M:[0-9]+]],
  // MASKS: vector.store %{{.*}}[%c0]
  // MASKS: vector.maskedstore %{{.*}}[%c8], %[[M]]
  // SHIFTS-LABEL: @two
  // SHIFTS-NOT: mask
  // SHIFTS: vector.load %{{.*}}[%c0] {{.*}} vector<8xf32>
  // SHIFTS: vector.load %{{.*}}[%c7] {{.*}} vector<8xf32>
  // SHIFTS: vector.store %{{.*}}[%c0] {{.*}} vector<8xf32>
  // SHIFTS: vector.store %{{.*}}[%c7] {{.*}} vector<8xf32>
  func.func @two(%b: memref<?xf32>, %c: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c7 = arith.constant 7 : index
    kernel.micro_kernel mr = 1 nv = 2 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() tail(%c7)
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }

  // A single vector has none to overlap: pieces.
  // SHIFTS-LABEL: @one
  // SHIFTS: vector.maskedload
  // SHIFTS: vector.store {{.*}}[%c0] {{.*}} vector<4xf32>
  // SHIFTS: vector.store {{.*}}[%c4] {{.*}} vector<2xf32>
  // SHIFTS: vector.store {{.*}}[%c6] {{.*}} vector<1xf32>
  func.func @one(%b: memref<?xf32>, %c: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c7 = arith.constant 7 : index
    kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() tail(%c7)
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }

  // How many columns there are is not known.
  // SHIFTS-LABEL: @dynamic
  // SHIFTS-SAME: %[[TAIL:[^:]*]]: index
  // SHIFTS: %[[M:.*]] = vector.create_mask %[[TAIL]]
  // SHIFTS: vector.maskedstore {{.*}}, %[[M]]
  func.func @dynamic(%tail: index, %b: memref<?xf32>, %c: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    kernel.micro_kernel mr = 1 nv = 2 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() tail(%tail)
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }

  // Behind a panel's last column there are zeros.
  // MASKS-LABEL: @padded
  // MASKS: vector.load
  // MASKS-NOT: maskedload
  // MASKS: vector.maskedstore
  func.func @padded(%tail: index, %b: memref<?xi8>, %c: memref<?xi8>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() tail(%tail) padded = [true]
        : (memref<?xi8>) -> memref<?xi8> {
    ^bb0(%x: i8, %acc: i8):
      kernel.yield %x : i8
    }
    return
  }

  // As many columns early as a call says.
  // SHIFTS-LABEL: @called
  // SHIFTS-SAME: %[[N:[a-z0-9]*]]: index
  // SHIFTS-NOT: mask
  // SHIFTS: vector.load %{{.*}}[%[[N]]] {{.*}} vector<8xf32>
  // SHIFTS: vector.store %{{.*}}[%[[N]]] {{.*}} vector<8xf32>
  func.func @called(%b: memref<?xf32>, %c: memref<?xf32>, %n: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    kernel.micro_kernel mr = 1 nv = 2 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides() tail(%n)
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}
