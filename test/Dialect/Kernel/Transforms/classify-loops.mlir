// RUN: einsum-opt %s --kernel-classify-loops --split-input-file | FileCheck %s

// abc,cde->abde: a and b are one loop of rows, d and e one of columns.
// CHECK-LABEL: @projection
// CHECK: reinterpret_cast %{{.*}} to offset: [0], sizes: [16, 512, 512], strides: [512, 0, 1]
// CHECK: reinterpret_cast %{{.*}} to offset: [0], sizes: [16, 512, 512], strides: [0, 1, 512]
// CHECK: reinterpret_cast %{{.*}} to offset: [0], sizes: [16, 512, 512], strides: [512, 1, 0]
// CHECK: kernel.region {{.*}} loops = <[m, n, k]>
func.func @projection(%x: memref<2x8x512xf32>, %w: memref<512x8x64xf32>, %out: memref<2x8x8x64xf32>) {
  kernel.region ins(%x, %w : memref<2x8x512xf32>, memref<512x8x64xf32>) outs(%out : memref<2x8x8x64xf32>) init = zero
      maps = [affine_map<(a, b, c, d, e) -> (a, b, c)>, affine_map<(a, b, c, d, e) -> (c, d, e)>, affine_map<(a, b, c, d, e) -> (a, b, d, e)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// The second input moves with the output's unit stride: operands change places,
// their elements in the body too.
// CHECK-LABEL: @transposed
// CHECK-SAME: %[[A:.*]]: memref<4x8xf32>, %[[B:.*]]: memref<8x16xf32>
// CHECK: %[[AN:.*]] = memref.reinterpret_cast %[[B]] to offset: [0], sizes: [16, 4, 8], strides: [1, 0, 16]
// CHECK: %[[BN:.*]] = memref.reinterpret_cast %[[A]] to offset: [0], sizes: [16, 4, 8], strides: [0, 8, 1]
// CHECK: kernel.region ins(%[[AN]], %[[BN]]
// CHECK-SAME: loops = <[m, n, k]>
// CHECK: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK: arith.subf %[[Y]], %[[X]]
func.func @transposed(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %c: memref<16x4xf32>) {
  kernel.region ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%c : memref<16x4xf32>) init = zero
      maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (j, i)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.subf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Extents and strides of run time; a batch loop of them folds into nothing.
// CHECK-LABEL: @dynamic
// CHECK-SAME: %[[A:[a-z0-9]*]]: memref<?x?x?xf32>
// CHECK: %{{.*}}, %{{.*}}, %[[SIZES:[a-z0-9_]*]]:3, %[[STRIDES:[a-z0-9_]*]]:3 = memref.extract_strided_metadata %[[A]]
// CHECK: memref.reinterpret_cast %[[A]] to offset: [0], sizes: [%[[SIZES]]#0, %[[SIZES]]#1, %{{.*}}#2, %[[SIZES]]#2], strides: [%[[STRIDES]]#0, %[[STRIDES]]#1, 0, 1]
// CHECK: loops = <[batch, m, n, k]>
func.func @dynamic(%a: memref<?x?x?xf32>, %b: memref<?x?x?xf32>, %c: memref<?x?x?xf32>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32>, memref<?x?x?xf32>) outs(%c : memref<?x?x?xf32>) init = zero
      maps = [affine_map<(b, i, j, k) -> (b, i, k)>, affine_map<(b, i, j, k) -> (b, k, j)>, affine_map<(b, i, j, k) -> (b, i, j)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// A diagonal moves along both axes at once; an axis of extent 1 that broadcasts
// says nothing about the loop.
// CHECK-LABEL: @diagonal
// CHECK-DAG: reinterpret_cast %{{.*}} to offset: [0], sizes: [5], strides: [6] : memref<5x5xf32>
// CHECK-DAG: reinterpret_cast %{{.*}} to offset: [0], sizes: [5], strides: [0] : memref<1xf32>
// CHECK: loops = <[n]>
func.func @diagonal(%x: memref<5x5xf32>, %y: memref<1xf32>, %out: memref<5xf32>) {
  kernel.region ins(%x, %y : memref<5x5xf32>, memref<1xf32>) outs(%out : memref<5xf32>) init = zero
      maps = [affine_map<(i) -> (i, i)>, affine_map<(i) -> (0)>, affine_map<(i) -> (i)>] {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %m = arith.mulf %p, %q : f32
    kernel.yield %m : f32
  }
  return
}

// -----

// An element-wise map of dense operands is one loop, whatever it was; the outer
// extent may be unknown.
// CHECK-LABEL: @elementwise
// CHECK: %[[ROWS:.*]] = arith.muli %{{.*}}#0, %c4
// CHECK: %[[N:.*]] = arith.muli %[[ROWS]], %c8
// CHECK: reinterpret_cast %{{.*}} to offset: [0], sizes: [%[[N]]], strides: [1]
// CHECK: loops = <[n]>
func.func @elementwise(%x: memref<?x4x8xf32>, %out: memref<?x4x8xf32>, %alpha: f32) {
  kernel.region ins(%x, %alpha : memref<?x4x8xf32>, f32) outs(%out : memref<?x4x8xf32>) init = zero
      maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> ()>, affine_map<(i, j, k) -> (i, j, k)>] {
  ^bb0(%p: f32, %a: f32, %o: f32):
    %m = arith.mulf %p, %a : f32
    kernel.yield %m : f32
  }
  return
}

// -----

// A transposition has rows too: the loop that is not the output's vector loop.
// CHECK-LABEL: @transpose
// CHECK: sizes: [8, 4], strides: [1, 8]
// CHECK: loops = <[m, n]>
func.func @transpose(%x: memref<4x8xf32>, %out: memref<8x4xf32>) {
  kernel.region ins(%x : memref<4x8xf32>) outs(%out : memref<8x4xf32>) init = zero
      maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>] {
  ^bb0(%p: f32, %o: f32):
    kernel.yield %p : f32
  }
  return
}

// -----

// No loops are a region of one point.
// CHECK-LABEL: @scalar
// CHECK: kernel.region ins(%{{.*}} : memref<f32, strided<[]>>) outs(%{{.*}} : memref<f32, strided<[]>>) init = load loops = <[]>
func.func @scalar(%x: memref<1xf32>, %out: memref<f32>) {
  kernel.region ins(%x : memref<1xf32>) outs(%out : memref<f32>) init = load
      maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>] {
  ^bb0(%p: f32, %acc: f32):
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Both inputs move with the columns: the one with a loop of its own gives rows.
// CHECK-LABEL: @shared_columns
// CHECK-SAME: %[[A:.*]]: memref<8x16xf32>, %[[B:.*]]: memref<8x4x16xf32>
// CHECK: memref.reinterpret_cast %[[B]] to offset: [0], sizes: [4, 16, 8], strides: [16, 1, 64]
// CHECK: memref.reinterpret_cast %[[A]] to offset: [0], sizes: [4, 16, 8], strides: [0, 1, 16]
// CHECK: loops = <[m, n, k]>
func.func @shared_columns(%a: memref<8x16xf32>, %b: memref<8x4x16xf32>, %c: memref<4x16xf32>) {
  kernel.region ins(%a, %b : memref<8x16xf32>, memref<8x4x16xf32>) outs(%c : memref<4x16xf32>) init = zero
      maps = [affine_map<(k, j, b) -> (k, b)>, affine_map<(k, j, b) -> (k, j, b)>, affine_map<(k, j, b) -> (j, b)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Of several rows' loops, the densest in the output is the tile's, if it has
// enough rows: 12 of 24 elements each before 288 that lie far apart.
// CHECK-LABEL: @dense_rows
// CHECK: outs(%{{.*}} : memref<288x12x24x24xf32, strided<[{{[0-9]+}}, 24, 1, 0]>>) init = zero loops = <[m, m, n, k]>
func.func private @dense_rows(%a: memref<12x24x288xf32>, %b: memref<24x24xf32>, %c: memref<288x12x24xf32, strided<[41472, 24, 1]>>) {
  kernel.region ins(%a, %b : memref<12x24x288xf32>, memref<24x24xf32>) outs(%c : memref<288x12x24xf32, strided<[41472, 24, 1]>>) init = zero
    maps = [affine_map<(f, b, a, g) -> (b, g, f)>, affine_map<(f, b, a, g) -> (g, a)>, affine_map<(f, b, a, g) -> (f, b, a)>] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// The first input's lines lie along l, the second one's along k: sixteen l
// innermost, so that a block of terms has whole lines of both.
// CHECK-LABEL: @lines_of_both
// CHECK: sizes: [128, 144, 9, 144, 16], strides: [20736, 0, 16, 144, 1]
// CHECK: sizes: [128, 144, 9, 144, 16], strides: [0, 144, 331776, 1, 20736]
// CHECK: loops = <[m, n, k, k, k]>
func.func @lines_of_both(%a: memref<128x144x144xf32>, %b: memref<144x144x144xf32>, %c: memref<128x144xf32>) {
  kernel.region ins(%a, %b : memref<128x144x144xf32>, memref<144x144x144xf32>) outs(%c : memref<128x144xf32>) init = zero
      maps = [affine_map<(i, j, k, l) -> (i, k, l)>, affine_map<(i, j, k, l) -> (l, j, k)>, affine_map<(i, j, k, l) -> (i, j)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// A short digit is a piece of its own.
// CHECK-LABEL: @short_lines
// CHECK: sizes: [1024, 144, 144, 20], strides: [2880, 0, 20, 1]
// CHECK: sizes: [1024, 144, 144, 20], strides: [0, 144, 1, 20736]
// CHECK: loops = <[m, n, k, k]>
func.func @short_lines(%a: memref<1024x144x20xf32>, %b: memref<20x144x144xf32>, %c: memref<1024x144xf32>) {
  kernel.region ins(%a, %b : memref<1024x144x20xf32>, memref<20x144x144xf32>) outs(%c : memref<1024x144xf32>) init = zero
      maps = [affine_map<(i, j, k, l) -> (i, k, l)>, affine_map<(i, j, k, l) -> (l, j, k)>, affine_map<(i, j, k, l) -> (i, j)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// There is no piece of 149: as the second input's lines want it.
// CHECK-LABEL: @prime_lines
// CHECK: sizes: [128, 144, 149, 144], strides: [21456, 0, 1, 149]
// CHECK: loops = <[m, n, k, k]>
func.func @prime_lines(%a: memref<128x144x149xf32>, %b: memref<149x144x144xf32>, %c: memref<128x144xf32>) {
  kernel.region ins(%a, %b : memref<128x144x149xf32>, memref<149x144x144xf32>) outs(%c : memref<128x144xf32>) init = zero
      maps = [affine_map<(i, j, k, l) -> (i, k, l)>, affine_map<(i, j, k, l) -> (l, j, k)>, affine_map<(i, j, k, l) -> (i, j)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// A cache holds the first input: it is as soon fetched again.
// CHECK-LABEL: @small_first
// CHECK: sizes: [4, 144, 144, 144], strides: [20736, 0, 1, 144]
// CHECK: loops = <[m, n, k, k]>
func.func @small_first(%a: memref<4x144x144xf32>, %b: memref<144x144x144xf32>, %c: memref<4x144xf32>) {
  kernel.region ins(%a, %b : memref<4x144x144xf32>, memref<144x144x144xf32>) outs(%c : memref<4x144xf32>) init = zero
      maps = [affine_map<(i, j, k, l) -> (i, k, l)>, affine_map<(i, j, k, l) -> (l, j, k)>, affine_map<(i, j, k, l) -> (i, j)>] {
  ^bb0(%p: f32, %q: f32, %acc: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  }
  return
}
