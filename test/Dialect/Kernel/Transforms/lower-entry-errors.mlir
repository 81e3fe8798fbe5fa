// RUN: einsum-opt %s --kernel-lower-entry --split-input-file --verify-diagnostics

// expected-error @below {{expected a kernel on memrefs}}
func.func @tensors(%a: tensor<4xf32>) -> tensor<4xf32> {
  return %a : tensor<4xf32>
}

// -----

// expected-error @below {{expected a kernel with one block}}
func.func @blocks(%a: memref<4xf32>) {
  cf.br ^bb1
^bb1:
  return
}

// -----

func.func @effects(%a: memref<4xf32>, %c: memref<4xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  // expected-error @below {{expected pure operations, allocations and calls of step functions}}
  memref.store %one, %c[%zero] : memref<4xf32>
  return
}

// -----

func.func private @external(memref<4xf32>)
func.func @calls(%c: memref<4xf32>) {
  call @external(%c) : (memref<4xf32>) -> ()
  return
}
// expected-error @-5 {{expected a step function with one block}}

// -----

func.func @other(%c: memref<4xf32>) {
  return
}
func.func @callsPublic(%c: memref<4xf32>) {
  // expected-error @below {{expected a call of a private step function}}
  call @other(%c) : (memref<4xf32>) -> ()
  return
}

// -----

func.func private @step(%c: memref<4xf32>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  // expected-error @below {{expected no side effect outside of scf.forall}}
  memref.store %one, %c[%zero] : memref<4xf32>
  return
}
func.func @outside(%c: memref<4xf32>) {
  call @step(%c) : (memref<4xf32>) -> ()
  return
}

// -----

func.func private @step(%c: memref<4x4xf32>) {
  %one = arith.constant 1.0 : f32
  // expected-error @below {{expected one induction variable and no result}}
  scf.forall (%i, %j) in (4, 4) {
    memref.store %one, %c[%i, %j] : memref<4x4xf32>
  }
  return
}
func.func @twoVariables(%c: memref<4x4xf32>) {
  call @step(%c) : (memref<4x4xf32>) -> ()
  return
}

// -----

func.func private @step(%a: memref<4x4xf32, strided<[1, 4]>>, %c: memref<4xf32>) {
  return
}
func.func @layout(%c: memref<4xf32>) {
  // expected-error @below {{expected an intermediate in row-major order}}
  %a = memref.alloc() : memref<4x4xf32, strided<[1, 4]>>
  call @step(%a, %c) : (memref<4x4xf32, strided<[1, 4]>>, memref<4xf32>) -> ()
  return
}

// -----

// How much scratch there is depends on sizes alone, not on a parameter ...
func.func private @step(%n: i64, %c: memref<4xf32>) {
  %size = arith.index_cast %n : i64 to index
  scf.forall (%t) in (%size) {
    %one = arith.constant 1.0 : f32
    memref.store %one, %c[%t] : memref<4xf32>
  }
  return
}
func.func @parameter(%c: memref<4xf32>, %n: i64) {
  call @step(%n, %c) : (i64, memref<4xf32>) -> ()
  return
}
// expected-error @-4 {{expected sizes that depend on no scalar parameter}}

// -----

// ... and not on the task.
func.func private @step(%c: memref<4xf32>) {
  // expected-error @below {{expected extents, tasks and scratch to depend on no task and no scratch}}
  scf.forall (%t) in (4) {
    %own = kernel.scratch(%t) : memref<?xf32>
    %one = arith.constant 1.0 : f32
    memref.store %one, %own[%t] : memref<?xf32>
  }
  return
}
func.func @task(%c: memref<4xf32>) {
  call @step(%c) : (memref<4xf32>) -> ()
  return
}

// -----

func.func @mm(%c: memref<4xf32>) {
  return
}
// expected-error @below {{another kernel already defines 'mm_ws'}}
func.func @mm_ws(%c: memref<4xf32>) {
  return
}

// -----

// What is assumed is about labels, and can be true.

// expected-error @below {{'kernel.assume' names the label 'k', which no axis has}}
func.func @unknown(%c: memref<?xf32> {kernel.labels = ["i"]}) attributes {kernel.assume = {k = #kernel.extent<min = 4>}} {
  return
}

// -----

// expected-error @below {{'kernel.assume' must be a dictionary of labels}}
func.func @list(%c: memref<?xf32>) attributes {kernel.assume = [4]} {
  return
}

// -----

// expected-error @below {{'kernel.assume' of label 'i' must be a #kernel.extent}}
func.func @number(%c: memref<?xf32> {kernel.labels = ["i"]}) attributes {kernel.assume = {i = 4}} {
  return
}

// -----

// expected-error @below {{label 'i' is 6, which contradicts i % 4 == 0}}
func.func @six(%c: memref<6xf32> {kernel.labels = ["i"]}) attributes {kernel.assume = {i = #kernel.extent<multiple = 4>}} {
  return
}
