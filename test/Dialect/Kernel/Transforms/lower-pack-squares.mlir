// RUN: einsum-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(kernel-lower-pack),canonicalize)' | FileCheck %s

// Several squares of whole rows are a loop over rows.
module attributes {kernel.target = #kernel.target<cpu = "c", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, f16c = true>} {
  // CHECK-LABEL: @two_squares
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c64 step %c16
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c32 step %c16
  // CHECK-COUNT-16: vector.load {{.*}} vector<16xf32>
  // CHECK-NOT: vector.load
  // CHECK-COUNT-16: vector.store {{.*}} vector<16xf32>
  // CHECK-NOT: vector.store
  func.func @two_squares(%s: memref<?xf32>, %d: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c32 = arith.constant 32 : index
    %c64 = arith.constant 64 : index
    kernel.pack %s[%c0] to %d[%c0] width = 32 count(%c32) stride(%c64) k(%c64) k_strides(%c1) : memref<?xf32> to memref<?xf32>
    return
  }

  // Panels narrower than a square: whole vectors, as the next term follows;
  // the last one alone has its own width.
  // CHECK-LABEL: @narrow
  // CHECK-COUNT-15: vector.store {{.*}} vector<16xf32>
  // CHECK: vector.extract_strided_slice {{.*}} vector<16xf32> to vector<14xf32>
  // CHECK: vector.store {{.*}} vector<14xf32>
  // CHECK-NOT: vector.store
  func.func @narrow(%s: memref<?xf32>, %d: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c14 = arith.constant 14 : index
    %c64 = arith.constant 64 : index
    kernel.pack %s[%c0] to %d[%c0] width = 14 count(%c14) stride(%c64) k(%c64) k_strides(%c1) : memref<?xf32> to memref<?xf32>
    return
  }

  // Each row's next term is fetched while this one is transposed; terms are read
  // in the source's order whatever theirs is in the panel.
  // CHECK-LABEL: @fetch
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c7
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c5
  // CHECK-COUNT-16: memref.prefetch {{.*}} read, locality<3>, data
  // CHECK-NOT: memref.prefetch
  // CHECK: return
  func.func @fetch(%s: memref<?xf32>, %d: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c5 = arith.constant 5 : index
    %c7 = arith.constant 7 : index
    %c16 = arith.constant 16 : index
    %c64 = arith.constant 64 : index
    %c2048 = arith.constant 2048 : index
    %c32768 = arith.constant 32768 : index
    %c560 = arith.constant 560 : index
    kernel.pack %s[%c0] to %d[%c0] width = 16 fetch count(%c16) stride(%c32768) k(%c5, %c7) k_strides(%c64, %c2048) outer(%c16) outer_strides(%c1) outer_dest_strides(%c560) : memref<?xf32> to memref<?xf32>
    return
  }
}
