// RUN: einsum-opt %s --kernel-prepare-entry --split-input-file --verify-diagnostics

// expected-error @below {{kernel.layout must give 2 strides and no offset, got strided<[1]>}}
func.func @rank(%x: tensor<4x4xf32> {kernel.layout = strided<[1]>}) -> tensor<4x4xf32> {
  return %x : tensor<4x4xf32>
}

// -----

// expected-error @below {{kernel.layout must be strided<[...]>, got "row-major"}}
func.func @kind(%x: tensor<4xf32> {kernel.layout = "row-major"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @below {{a kernel's tensors must be ranked}}
func.func @unranked(%x: tensor<*xf32>) {
  return
}

// -----

// expected-error @below {{a kernel's results must be ranked tensors}}
func.func @scalar(%x: tensor<4xf32>, %s: f32) -> f32 {
  return %s : f32
}

// -----

// expected-error @below {{kernel.inout needs a first result of its type}}
func.func @inout(%x: tensor<4xf32> {kernel.inout}) -> tensor<f32> {
  %0 = tensor.empty() : tensor<f32>
  return %0 : tensor<f32>
}

// -----

// expected-error @below {{only one argument may be kernel.inout}}
func.func @inouts(%x: tensor<4xf32> {kernel.inout}, %y: tensor<4xf32> {kernel.inout}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @below {{a kernel must return once, from its first block}}
func.func @branches(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  return %x : tensor<4xf32>
^bb2:
  return %x : tensor<4xf32>
}

// -----

// No parameter of the kernel would say how long the result is.
// expected-error @below {{the extent of axis 0 of result 0 is dynamic, but that of no argument's axis}}
func.func @unknown(%x: tensor<?xf32>, %n: i64) -> tensor<?xf32> {
  %size = arith.index_cast %n : i64 to index
  %empty = tensor.empty(%size) : tensor<?xf32>
  return %empty : tensor<?xf32>
}
