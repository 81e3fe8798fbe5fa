// RUN: einsum-opt %s --cse --canonicalize | FileCheck %s

// Buffers of one size are different buffers; an unused one is none.
// CHECK-LABEL: func.func private @buffers
// CHECK: %[[A:.*]] = kernel.scratch
// CHECK: %[[B:.*]] = kernel.scratch
// CHECK-NOT: kernel.scratch
// CHECK: memref.store %{{.*}}, %[[A]]
// CHECK: memref.store %{{.*}}, %[[B]]
func.func private @buffers(%n: index, %x: f32) {
  scf.forall (%t) in (1) {
    %a = kernel.scratch(%n) : memref<?xf32>
    %b = kernel.scratch(%n) : memref<?xf32>
    %c = kernel.scratch(%n) : memref<?xf32>
    memref.store %x, %a[%t] : memref<?xf32>
    memref.store %x, %b[%t] : memref<?xf32>
  } {mapping = [#kernel.task]}
  return
}
