// RUN: einsum-opt %s --kernel-outline-steps --split-input-file --verify-diagnostics

func.func @decides(%x: memref<index>, %y: memref<4xf32>) {
  // expected-error @below {{a value read from memory decides about the kernel: only the tensors' elements may depend on it}}
  %n = memref.load %x[] : memref<index>
  %part = memref.subview %y[0] [%n] [1] : memref<4xf32> to memref<?xf32, strided<[1]>>
  memref.copy %part, %part : memref<?xf32, strided<[1]>> to memref<?xf32, strided<[1]>>
  return
}

// -----

// expected-error @below {{a kernel must be one block}}
func.func @blocks(%x: memref<4xf32>) {
  cf.br ^bb1
^bb1:
  return
}
