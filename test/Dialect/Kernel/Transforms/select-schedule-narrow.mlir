// RUN: einsum-opt %s --kernel-select-schedule=cpu=znver4 --split-input-file | FileCheck %s --check-prefixes=CHECK,ZEN4
// RUN: einsum-opt %s --kernel-select-schedule=cpu=znver3 --split-input-file | FileCheck %s --check-prefixes=CHECK,ZEN3
// RUN: einsum-opt %s --kernel-select-schedule=cpu=neoverse-n1 --split-input-file | FileCheck %s --check-prefixes=CHECK,NEON

// What a product of narrow elements is, is read from what the body means.

// CHECK-LABEL: @bf16
// ZEN4: kc = 512, pack = [true, true], max_tasks = {{[0-9]+}}, kind = dot_bf16>
// ZEN3: pack = [true, true], max_tasks = {{[0-9]+}}, kind = widen>
// NEON: kind = widen>
func.func private @bf16(%a: memref<512x512x512xbf16, strided<[512, 0, 1]>>, %b: memref<512x512x512xbf16, strided<[0, 1, 512]>>, %c: memref<512x512x512xf32, strided<[512, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<512x512x512xbf16, strided<[512, 0, 1]>>, memref<512x512x512xbf16, strided<[0, 1, 512]>>)
    outs(%c : memref<512x512x512xf32, strided<[512, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %wy = arith.extf %y : bf16 to f32
    %wx = arith.extf %x : bf16 to f32
    %p = arith.mulf %wy, %wx : f32
    %s = arith.addf %p, %acc : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Zeros beyond a wide product's sign make it no less positive.

// CHECK-LABEL: @i8
// ZEN4: kind = dot_i8>
// ZEN3: kind = dot_i16>
// NEON: pack = [{{(true|false)}}, {{(true|false)}}], max_tasks = {{[0-9]+}}, prefetch = true>
func.func private @i8(%a: memref<512x512x512xi8, strided<[512, 0, 1]>>, %b: memref<512x512x512xi8, strided<[0, 1, 512]>>, %c: memref<512x512x512xi32, strided<[512, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<512x512x512xi8, strided<[512, 0, 1]>>, memref<512x512x512xi8, strided<[0, 1, 512]>>)
    outs(%c : memref<512x512x512xi32, strided<[512, 1, 0]>>) init = load loops = <[m, n, k]> {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %nx = arith.extui %x : i8 to i16
    %wx = arith.extsi %nx : i16 to i32
    %wy = arith.extsi %y : i8 to i32
    %p = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

// Sums of bf16 in bf16 are something else, and so are differences.

// CHECK-LABEL: @rounded
// CHECK-NOT: dot_bf16
func.func private @rounded(%a: memref<512x512x512xbf16, strided<[512, 0, 1]>>, %b: memref<512x512x512xbf16, strided<[0, 1, 512]>>, %c: memref<512x512x512xf32, strided<[512, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<512x512x512xbf16, strided<[512, 0, 1]>>, memref<512x512x512xbf16, strided<[0, 1, 512]>>)
    outs(%c : memref<512x512x512xf32, strided<[512, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %p = arith.mulf %x, %y : bf16
    %w = arith.extf %p : bf16 to f32
    %s = arith.addf %acc, %w : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Three terms would be two groups of two, the one half empty; one row uses a
// packed element once.

// CHECK-LABEL: @short
// CHECK-NOT: kind = dot
func.func private @short(%a: memref<512x512x3xbf16, strided<[3, 0, 1]>>, %b: memref<512x512x3xbf16, strided<[0, 1, 512]>>, %c: memref<512x512x3xf32, strided<[512, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<512x512x3xbf16, strided<[3, 0, 1]>>, memref<512x512x3xbf16, strided<[0, 1, 512]>>)
    outs(%c : memref<512x512x3xf32, strided<[512, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %wx = arith.extf %x : bf16 to f32
    %wy = arith.extf %y : bf16 to f32
    %p = arith.mulf %wx, %wy : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
