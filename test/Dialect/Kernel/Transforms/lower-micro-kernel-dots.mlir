// RUN: sed 's/SUPPORT/native/g' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,NATIVE
// RUN: sed 's/SUPPORT/emulated/g' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,EMULATED

module attributes {kernel.target = #kernel.target<cpu = "any", vector_bits = 256, registers = 32, l1 = 32768, l2 = 262144, l3 = 8388608, bf16_dot = SUPPORT, i8_dot = SUPPORT, i16_dot = SUPPORT>} {
  // The first input is read in place, a group of two bf16 at a time; vectors of
  // 512 bits are two registers.
  // CHECK-LABEL: @bf16
  // CHECK: vector.load {{.*}} memref<?xbf16>, vector<2xbf16>
  // CHECK: vector.broadcast {{.*}} : i32 to vector<{{8|16}}xi32>
  // NATIVE-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.256"({{.*}}) : (vector<8xf32>, vector<16xbf16>, vector<16xbf16>) -> vector<8xf32>
  // NATIVE-NOT: vector.fma
  // EMULATED-NOT: intrinsic
  // EMULATED: arith.shli
  // EMULATED: vector.fma
  // EMULATED: arith.andi
  // EMULATED: vector.fma
  func.func @bf16(%a: memref<?xbf16>, %b: memref<?xi32>, %c: memref<?xf32>, %n: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c16 = arith.constant 16 : index
    kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero kind = dot_bf16 ins(%a, %b) at(%c0, %c0) out(%c[%c0])
        k(%n) m_strides(%c0, %c0, %c0) n_strides(%c0, %c1, %c1) k_strides(%c2, %c16)
        : (memref<?xbf16>, memref<?xi32>) -> memref<?xf32> {
    ^bb0(%x: bf16, %y: bf16, %acc: f32):
      %wx = arith.extf %x : bf16 to f32
      %wy = arith.extf %y : bf16 to f32
      %p = arith.mulf %wx, %wy : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }

  // The unsigned factor comes first, whichever input it is; what stands at the
  // correction is added to zeros.
  // CHECK-LABEL: @i8
  // CHECK: %[[START:.*]] = vector.load %{{.*}}[%c64] : memref<?xi32>, vector<8xi32>
  // CHECK: iter_args(%[[SUM:.*]] = %[[START]])
  // NATIVE: %[[A:.*]] = vector.bitcast %{{.*}} : vector<8xi32> to vector<32xi8>
  // NATIVE: %[[B:.*]] = vector.bitcast %{{.*}} : vector<8xi32> to vector<32xi8>
  // NATIVE: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%[[SUM]], %[[B]], %[[A]])
  // EMULATED-COUNT-4: arith.muli {{.*}} vector<8xi32>
  func.func @i8(%a: memref<?xi32>, %b: memref<?xi32>, %c: memref<?xi32>, %n: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c64 = arith.constant 64 : index
    kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero kind = dot_i8 ins(%a, %b) at(%c0, %c0) out(%c[%c0])
        k(%n) m_strides(%c0, %c0, %c0) n_strides(%c0, %c1, %c1) k_strides(%c1, %c8) correction(%c64)
        : (memref<?xi32>, memref<?xi32>) -> memref<?xi32> {
    ^bb0(%x: i8, %y: i8, %acc: i32):
      %wx = arith.extsi %x : i8 to i32
      %wy = arith.extui %y : i8 to i32
      %p = arith.muli %wx, %wy : i32
      %s = arith.addi %p, %acc : i32
      kernel.yield %s : i32
    }
    return
  }
}
