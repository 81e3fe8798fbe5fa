// RUN: sed 's/BITS/256/' %s | einsum-opt --kernel-classify-loops | FileCheck %s
// RUN: sed 's/BITS/128/' %s | einsum-opt --kernel-classify-loops | FileCheck %s --check-prefix=NARROW

module attributes {kernel.target = #kernel.target<cpu = "any", vector_bits = BITS, registers = 16, l1 = 32768, l2 = 262144, l3 = 8388608>} {
  // The output is densest along twelve elements, a vector and a half of eight:
  // they give rows, and the next loop of the other input, which fills vectors, is
  // the vector loop. Three vectors of four are full.
  // CHECK-LABEL: @twelve
  // CHECK: outs(%{{.*}} : memref<64x12x128x256xf32, strided<[1536, 1, 12, 0]>>) init = zero loops = <[m, m, n, k]>
  // NARROW-LABEL: @twelve
  // NARROW: outs(%{{.*}} : memref<128x64x12x256xf32, strided<[12, 1536, 1, 0]>>) init = zero loops = <[m, n, n, k]>
  func.func @twelve(%a: memref<12x256x64xf32>, %b: memref<256x128xf32>, %c: memref<64x128x12xf32>) {
    kernel.region ins(%a, %b : memref<12x256x64xf32>, memref<256x128xf32>) outs(%c : memref<64x128x12xf32>) init = zero
        maps = [affine_map<(d, s, n, h) -> (n, h, d)>, affine_map<(d, s, n, h) -> (h, s)>, affine_map<(d, s, n, h) -> (d, s, n)>] {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }

  // Three rows, too, before a longer loop of rows that lie apart.
  // CHECK-LABEL: @three
  // CHECK: outs(%{{.*}} : memref<64x3x128x256xf32, strided<[384, 1, 3, 0]>>) init = zero loops = <[m, m, n, k]>
  func.func @three(%a: memref<3x256x64xf32>, %b: memref<256x128xf32>, %c: memref<64x128x3xf32>) {
    kernel.region ins(%a, %b : memref<3x256x64xf32>, memref<256x128xf32>) outs(%c : memref<64x128x3xf32>) init = zero
        maps = [affine_map<(d, s, n, h) -> (n, h, d)>, affine_map<(d, s, n, h) -> (h, s)>, affine_map<(d, s, n, h) -> (d, s, n)>] {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }

  // A batch of four matrix products that lie inside of each other.
  // CHECK-LABEL: @batch
  // CHECK: outs(%{{.*}} : memref<4x128x64x256xf32, strided<[1, 256, 4, 0]>>) init = zero loops = <[batch, m, n, k]>
  func.func @batch(%a: memref<64x256x4xf32>, %b: memref<256x128x4xf32>, %c: memref<128x64x4xf32>) {
    kernel.region ins(%a, %b : memref<64x256x4xf32>, memref<256x128x4xf32>) outs(%c : memref<128x64x4xf32>) init = zero
        maps = [affine_map<(j, i, b, k) -> (i, k, b)>, affine_map<(j, i, b, k) -> (k, j, b)>, affine_map<(j, i, b, k) -> (j, i, b)>] {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }

  // Sixteen terms do not pay for columns that lie apart.
  // CHECK-LABEL: @few_terms
  // CHECK: strided<[12, 1536, 1, 0]>>) init = zero loops = <[m, n, n, k]>
  func.func @few_terms(%a: memref<12x16x64xf32>, %b: memref<16x128xf32>, %c: memref<64x128x12xf32>) {
    kernel.region ins(%a, %b : memref<12x16x64xf32>, memref<16x128xf32>) outs(%c : memref<64x128x12xf32>) init = zero
        maps = [affine_map<(d, s, n, h) -> (n, h, d)>, affine_map<(d, s, n, h) -> (h, s)>, affine_map<(d, s, n, h) -> (d, s, n)>] {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }
}
