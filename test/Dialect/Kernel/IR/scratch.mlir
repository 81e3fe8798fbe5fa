// RUN: einsum-opt %s --cse --canonicalize | FileCheck %s

// Two buffers of one size stay two; one that nobody uses goes.
// CHECK-LABEL: func.func @buffers
// CHECK: %[[A:.*]] = kernel.scratch
// CHECK-NEXT: %[[B:.*]] = kernel.scratch
// CHECK-NOT: kernel.scratch
// CHECK: memref.copy %[[A]], %[[B]]
func.func @buffers(%n: index, %x: memref<?xf32>) {
  %a = kernel.scratch(%n) : memref<?xf32>
  %b = kernel.scratch(%n) : memref<?xf32>
  %unused = kernel.scratch(%n) : memref<?xf32>
  memref.copy %x, %a : memref<?xf32> to memref<?xf32>
  memref.copy %a, %b : memref<?xf32> to memref<?xf32>
  memref.copy %b, %x : memref<?xf32> to memref<?xf32>
  return
}
