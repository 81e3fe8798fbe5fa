// RUN: einsum-opt %s --canonicalize --split-input-file | FileCheck %s

// Digits of one term and outer ones of one index say nothing; the others stay,
// and what belongs to them.
// CHECK-LABEL: @pack
// CHECK-SAME: %[[N:[^:]*]]: index, %[[S:[^:]*]]: index
// CHECK: kernel.pack %{{.*}}[%c0] to %{{.*}}[%c0] width = 4 count(%[[N]]) stride(%[[S]]) k(%[[N]]) k_strides(%c3) outer(%[[S]]) outer_strides(%c5) outer_dest_strides(%c7)
func.func @pack(%n: index, %s: index, %a: memref<?xf32>, %b: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %c7 = arith.constant 7 : index
  kernel.pack %a[%c0] to %b[%c0] width = 4 count(%n) stride(%s) k(%c1, %n) k_strides(%c2, %c3) outer(%c1, %s) outer_strides(%c2, %c5) outer_dest_strides(%c2, %c7) : memref<?xf32> to memref<?xf32>
  return
}

// -----

// Terms alone, of which the stride is zero: still copied.
// CHECK-LABEL: @still
// CHECK: kernel.pack {{.*}} k(%{{.*}}) k_strides(%c0)
func.func @still(%n: index, %a: memref<?xf32>, %b: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.pack %a[%c0] to %b[%c0] width = 1 count(%n) stride(%n) k(%c1, %n) k_strides(%c0, %c0) : memref<?xf32> to memref<?xf32>
  return
}

// -----

// CHECK-LABEL: @nothing
// CHECK-NOT: kernel.pack
func.func @nothing(%n: index, %a: memref<?xf32>, %b: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  kernel.pack %a[%c0] to %b[%c0] width = 1 count(%n) stride(%n) k(%c0) k_strides(%n) : memref<?xf32> to memref<?xf32>
  return
}
