// RUN: einsum-opt %s --kernel-lower-micro-kernel --verify-diagnostics

// kernel-form-regions leaves such bodies to loops.
func.func @no_vector_form(%b: memref<?xcomplex<f32>>, %c: memref<?xcomplex<f32>>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
      k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides()
      : (memref<?xcomplex<f32>>) -> memref<?xcomplex<f32>> {
  ^bb0(%x: complex<f32>, %acc: complex<f32>):
    // expected-error @below {{has no form on vectors}}
    %e = complex.exp %x : complex<f32>
    kernel.yield %e : complex<f32>
  }
  return
}
