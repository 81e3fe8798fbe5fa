// RUN: sed -e 's/BITS/128/' -e 's/I8/none/' -e 's/WIDTH/4/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize | FileCheck %s -DCALL=llvm.x86.sse2.pmadd.wd --check-prefix=ADDS
// RUN: sed -e 's/BITS/256/' -e 's/I8/none/' -e 's/WIDTH/8/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize | FileCheck %s -DCALL=llvm.x86.avx2.pmadd.wd --check-prefix=ADDS
// RUN: sed -e 's/BITS/512/' -e 's/I8/none/' -e 's/WIDTH/16/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize | FileCheck %s -DCALL=llvm.x86.avx512.pmaddw.d.512 --check-prefix=ADDS
// RUN: sed -e 's/BITS/512/' -e 's/I8/native/' -e 's/WIDTH/16/' %s | einsum-opt --kernel-lower-micro-kernel --canonicalize | FileCheck %s

// Products of pairs are added apart, but where the CPU does both at once.
// ADDS: %[[PAIRS:.*]] = llvm.call_intrinsic "[[CALL]]"
// ADDS: arith.addi %{{.*}}, %[[PAIRS]]
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.512"
// CHECK-NOT: arith.addi {{.*}} vector
module attributes {kernel.target = #kernel.target<cpu = "any", vector_bits = BITS, registers = 16, l1 = 32768, l2 = 262144, l3 = 8388608, i8_dot = I8, i16_dot = native>} {
  func.func @i16(%a: memref<?xi32>, %b: memref<?xi32>, %c: memref<?xi32>, %n: index) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    kernel.micro_kernel mr = 1 nv = 1 width = WIDTH init = zero kind = dot_i16 ins(%a, %b) at(%c0, %c0) out(%c[%c0])
        k(%n) m_strides(%c0, %c0, %c0) n_strides(%c0, %c1, %c1) k_strides(%c1, %n)
        : (memref<?xi32>, memref<?xi32>) -> memref<?xi32> {
    ^bb0(%x: i16, %y: i8, %acc: i32):
      %wx = arith.extsi %x : i16 to i32
      %wy = arith.extui %y : i8 to i32
      %p = arith.muli %wx, %wy : i32
      %s = arith.addi %acc, %p : i32
      kernel.yield %s : i32
    }
    return
  }
}
