// RUN: einsum-opt %s --kernel-select-schedule='cpu=znver4 threads=2' --split-input-file | FileCheck %s
// RUN: einsum-opt %s --kernel-select-schedule='cpu=znver4 threads=2 deterministic' --split-input-file > %t.2
// RUN: einsum-opt %s --kernel-select-schedule='cpu=znver4 threads=5 deterministic' --split-input-file > %t.5
// RUN: sed 's/kernel.threads = 5/kernel.threads = 2/' %t.5 | diff %t.2 -
// RUN: FileCheck %s --input-file=%t.5 --check-prefix=SAME
// RUN: einsum-opt %s --kernel-select-schedule='cpu=znver4' --split-input-file | FileCheck %s --check-prefix=ONE

// Blocks of rows and columns, the same number for both threads. The module says
// how many there are.

// CHECK: module attributes {{{.*}}kernel.threads = 2
// CHECK-LABEL: @product
// CHECK: mc = 132, nc = 128, kc = 512, pack = [false, true], max_tasks = 4, prefetch = true>
// SAME: kernel.threads = 5
// SAME-LABEL: @product
// SAME-NOT: split_k
// ONE-NOT: kernel.threads
// ONE-LABEL: @product
// ONE: nc = 512
func.func private @product(%a: memref<512x512x512xf32, strided<[512, 0, 1]>>, %b: memref<512x512x512xf32, strided<[0, 1, 512]>>, %c: memref<512x512x512xf32, strided<[512, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<512x512x512xf32, strided<[512, 0, 1]>>, memref<512x512x512xf32, strided<[0, 1, 512]>>)
    outs(%c : memref<512x512x512xf32, strided<[512, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// A single output: the terms are shared out, in several parts a thread; in as
// many as for 16 threads where their number must not matter.

// CHECK-LABEL: @dot
// CHECK: kc = 83456,
// CHECK-SAME: max_tasks = 12, lanes = terms, split_k = 12>
// SAME-LABEL: @dot
// SAME: max_tasks = 16, lanes = terms, split_k = 16>
// ONE-LABEL: @dot
// ONE-NOT: split_k
func.func private @dot(%a: memref<1000000xf32>, %b: memref<1000000xf32>, %c0: memref<f32>) {
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [1000000], strides: [0] : memref<f32> to memref<1000000xf32, strided<[0]>>
  kernel.region ins(%a, %b : memref<1000000xf32>, memref<1000000xf32>)
    outs(%c : memref<1000000xf32, strided<[0]>>) init = zero loops = <[k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Too little work for two.

// CHECK-LABEL: @small
// CHECK: pack = [false, false]>
// SAME-LABEL: @small
// SAME: pack = [false, false]>
// ONE-LABEL: @small
func.func private @small(%a: memref<64x64x64xf32, strided<[64, 0, 1]>>, %b: memref<64x64x64xf32, strided<[0, 1, 64]>>, %c: memref<64x64x64xf32, strided<[64, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<64x64x64xf32, strided<[64, 0, 1]>>, memref<64x64x64xf32, strided<[0, 1, 64]>>)
    outs(%c : memref<64x64x64xf32, strided<[64, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Whether it is too little is known at run time: a task gets half a million
// multiply-adds or more.

// CHECK-LABEL: @dynamic
// CHECK: max_tasks = 16, {{.*}}grain = 4{{[0-9]+}}, prefetch = true>
// SAME-LABEL: @dynamic
// SAME: grain
// ONE-LABEL: @dynamic
// ONE-NOT: grain
func.func private @dynamic(%m: index, %a0: memref<f32>, %b: memref<1x256x256xf32, strided<[0, 1, 256]>>, %c0: memref<f32>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [%m, 256, 256], strides: [256, 0, 1] : memref<f32> to memref<?x256x256xf32, strided<[256, 0, 1]>>
  %b0 = memref.reinterpret_cast %b to offset: [0], sizes: [%m, 256, 256], strides: [0, 1, 256] : memref<1x256x256xf32, strided<[0, 1, 256]>> to memref<?x256x256xf32, strided<[0, 1, 256]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [%m, 256, 256], strides: [256, 1, 0] : memref<f32> to memref<?x256x256xf32, strided<[256, 1, 0]>>
  kernel.region ins(%a, %b0 : memref<?x256x256xf32, strided<[256, 0, 1]>>, memref<?x256x256xf32, strided<[0, 1, 256]>>)
    outs(%c : memref<?x256x256xf32, strided<[256, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
