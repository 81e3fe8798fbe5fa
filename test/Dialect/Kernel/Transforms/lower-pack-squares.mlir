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
}
