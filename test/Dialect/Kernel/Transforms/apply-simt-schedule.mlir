// RUN: einsum-opt %s --kernel-apply-simt-schedule --canonicalize --cse --split-input-file | FileCheck %s

// A product whose result is rounded: one kernel, the sum stays in a register,
// and the memory between the two is gone.
// CHECK-LABEL: gpu.func @rounded(
// CHECK-SAME: %[[A:[^:]+]]: !llvm.ptr {llvm.align = 2 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME: %[[B:[^:]+]]: !llvm.ptr {llvm.align = 2 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME: %[[C:[^:]+]]: !llvm.ptr {llvm.align = 2 : i64, llvm.noalias}) kernel attributes {nvvm.reqntid = array<i32: 32, 1, 1>}
// CHECK: scf.for
// CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (f32) : i32 {
// CHECK: llvm.getelementptr %[[A]]
// CHECK: llvm.load {{.*}} invariant {alignment = 2 : i64} : !llvm.ptr -> f16
// CHECK: llvm.getelementptr %[[B]]
// CHECK: arith.mulf {{.*}} fastmath<contract>
// CHECK: arith.addf {{.*}} fastmath<contract>
// CHECK: arith.truncf %[[SUM]] : f32 to f16
// CHECK: llvm.store {{.*}} {alignment = 2 : i64} : f16
// CHECK: func.func @rounded
// CHECK-NOT: memref.alloc
// CHECK: gpu.launch_func @gpu.kernels::@rounded blocks in (%c1, %c1, %c1) threads in (%c32, %c1, %c1)
// CHECK-NOT: gpu.launch_func
func.func @rounded(%a: memref<3x9xf16>, %b: memref<9x5xf16>, %c: memref<3x5xf16>) {
  %t = memref.alloc() : memref<3x5xf32>
  %0 = memref.reinterpret_cast %a to offset: [0], sizes: [3, 5, 9], strides: [9, 0, 1] : memref<3x9xf16> to memref<3x5x9xf16, strided<[9, 0, 1]>>
  %1 = memref.reinterpret_cast %b to offset: [0], sizes: [3, 5, 9], strides: [0, 1, 5] : memref<9x5xf16> to memref<3x5x9xf16, strided<[0, 1, 5]>>
  %2 = memref.reinterpret_cast %t to offset: [0], sizes: [3, 5, 9], strides: [5, 1, 0] : memref<3x5xf32> to memref<3x5x9xf32, strided<[5, 1, 0]>>
  kernel.region ins(%0, %1 : memref<3x5x9xf16, strided<[9, 0, 1]>>, memref<3x5x9xf16, strided<[0, 1, 5]>>)
                outs(%2 : memref<3x5x9xf32, strided<[5, 1, 0]>>) init = zero loops = <[m, n, k]>
                schedule = #kernel.simt_schedule<block = 32, max_blocks = 8, order = [0, 1], index_bits = 32> {
  ^bb0(%x: f16, %y: f16, %acc: f32):
    %xx = arith.extf %x : f16 to f32
    %yy = arith.extf %y : f16 to f32
    %p = arith.mulf %xx, %yy : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  %3 = memref.reinterpret_cast %t to offset: [0], sizes: [15], strides: [1] : memref<3x5xf32> to memref<15xf32, strided<[1]>>
  %4 = memref.reinterpret_cast %c to offset: [0], sizes: [15], strides: [1] : memref<3x5xf16> to memref<15xf16, strided<[1]>>
  kernel.region ins(%3 : memref<15xf32, strided<[1]>>) outs(%4 : memref<15xf16, strided<[1]>>) init = zero loops = <[n]>
                schedule = #kernel.simt_schedule<block = 32, max_blocks = 8, order = [0], index_bits = 32> {
  ^bb0(%x: f32, %acc: f16):
    %r = arith.truncf %x : f32 to f16
    kernel.yield %r : f16
  }
  return
}

// -----

// Only some of the intermediate's elements are read: two kernels.
// CHECK-LABEL: gpu.func @diagonal_0
// CHECK: gpu.func @diagonal_1
// CHECK: func.func @diagonal
// CHECK: %[[T:.*]] = memref.alloc
// CHECK: kernel.address %[[T]]
// CHECK: gpu.launch_func @gpu.kernels::@diagonal_0
// CHECK: gpu.launch_func @gpu.kernels::@diagonal_1
func.func @diagonal(%a: memref<3x3xf32>, %c: memref<3xf32>) {
  %t = memref.alloc() : memref<3x3xf32>
  %0 = memref.reinterpret_cast %a to offset: [0], sizes: [9], strides: [1] : memref<3x3xf32> to memref<9xf32, strided<[1]>>
  %1 = memref.reinterpret_cast %t to offset: [0], sizes: [9], strides: [1] : memref<3x3xf32> to memref<9xf32, strided<[1]>>
  kernel.region ins(%0 : memref<9xf32, strided<[1]>>) outs(%1 : memref<9xf32, strided<[1]>>) init = zero loops = <[n]>
                schedule = #kernel.simt_schedule<block = 32, max_blocks = 8, order = [0], index_bits = 32> {
  ^bb0(%x: f32, %acc: f32):
    %p = arith.mulf %x, %x : f32
    kernel.yield %p : f32
  }
  %2 = memref.reinterpret_cast %t to offset: [0], sizes: [3], strides: [4] : memref<3x3xf32> to memref<3xf32, strided<[4]>>
  kernel.region ins(%2 : memref<3xf32, strided<[4]>>) outs(%c : memref<3xf32>) init = zero loops = <[n]>
                schedule = #kernel.simt_schedule<block = 32, max_blocks = 8, order = [0], index_bits = 32> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Sizes and strides of run time, complex numbers, a factor by value; the grid
// follows the sizes. Offsets are 64 bits wide and may be negative.
// CHECK-LABEL: gpu.func @dynamic(
// CHECK-SAME: !llvm.ptr {llvm.align = 8 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME: !llvm.ptr {llvm.align = 8 : i64, llvm.noalias}, %[[N:[^:]+]]: i64, %[[S:[^:]+]]: i64, %{{[^:]+}}: f32, %{{[^:]+}}: f32)
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]] step %{{.*}} : i64
// CHECK: %[[AT:.*]] = arith.muli %[[I]], %[[S]] : i64
// CHECK: llvm.getelementptr %{{.*}}[%[[AT]]] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.struct<(f32, f32)>
// CHECK: llvm.load {{.*}} {alignment = 8 : i64} : !llvm.ptr -> vector<2xf32>
// CHECK: func.func @dynamic
// CHECK: %[[BLOCKS:.*]] = arith.ceildivsi %{{.*}}, %c32
// CHECK: arith.minsi %[[BLOCKS]], %c8
func.func @dynamic(%a: memref<?xcomplex<f32>, strided<[?], offset: ?>>, %c: memref<?xcomplex<f32>>, %alpha: complex<f32>) {
  kernel.region ins(%a, %alpha : memref<?xcomplex<f32>, strided<[?], offset: ?>>, complex<f32>) outs(%c : memref<?xcomplex<f32>>) init = zero loops = <[n]>
                schedule = #kernel.simt_schedule<block = 32, max_blocks = 8, order = [0], index_bits = 64> {
  ^bb0(%x: complex<f32>, %y: complex<f32>, %acc: complex<f32>):
    %p = complex.mul %x, %y : complex<f32>
    kernel.yield %p : complex<f32>
  }
  return
}

// -----

// What no region could be made of is done by one thread.
// CHECK-LABEL: gpu.func @serial(
// CHECK-SAME: kernel attributes {nvvm.reqntid = array<i32: 1, 1, 1>}
// CHECK: memref.store
// CHECK: func.func @serial
// CHECK: gpu.launch_func @gpu.kernels::@serial blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
func.func @serial(%a: memref<8xf32>, %c: memref<8xf32>) {
  scf.forall (%t) in (1) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    scf.for %i = %c0 to %c8 step %c1 {
      %x = memref.load %a[%i] : memref<8xf32>
      memref.store %x, %c[%i] : memref<8xf32>
    }
  } {mapping = [#kernel.task]}
  return
}

// -----

// A constant lies in the device's own memory and is no parameter.
// CHECK: llvm.mlir.global internal constant @weights("\01\02\03\04") {addr_space = 1 : i32, alignment = 1 : i64}
// CHECK-LABEL: gpu.func @constant(
// CHECK-SAME: %{{[^:]+}}: !llvm.ptr {llvm.align = 1 : i64, llvm.noalias}) kernel
// CHECK: llvm.mlir.addressof @weights
memref.global "private" constant @weights : memref<4xi8> = dense<[1, 2, 3, 4]>

func.func @constant(%c: memref<4xi8>) {
  %w = memref.get_global @weights : memref<4xi8>
  kernel.region ins(%w : memref<4xi8>) outs(%c : memref<4xi8>) init = zero loops = <[n]>
                schedule = #kernel.simt_schedule<block = 32, max_blocks = 8, order = [0], index_bits = 32> {
  ^bb0(%x: i8, %acc: i8):
    kernel.yield %x : i8
  }
  return
}
