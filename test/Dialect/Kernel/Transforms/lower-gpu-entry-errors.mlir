// RUN: einsum-opt %s --kernel-lower-gpu-entry --split-input-file --verify-diagnostics

// expected-error @below {{expected the module to carry the device's code as 'kernel.code'}}
module {
}

// -----

module attributes {kernel.code = ""} {
  // expected-error @below {{expected the function to carry its launch plan as 'kernel.plan'}}
  func.func @no_plan(%c: memref<4xf32>) {
    return
  }
}

// -----

module attributes {kernel.code = ""} {
  // expected-error @below {{expected a kernel on memrefs}}
  func.func @tensors(%c: tensor<4xf32>) attributes {kernel.plan = ""} {
    return
  }
}
