// RUN: einsum-opt %s --kernel-apply-simt-schedule --split-input-file --verify-diagnostics

func.func @maps(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{expected a region in normal form: run kernel-classify-loops first}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @no_schedule(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{expected a region with a #kernel.simt_schedule: run kernel-select-schedule first}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// expected-error @below {{expected a function of one block}}
func.func @blocks(%c: memref<4xf32>) {
  cf.br ^next
^next:
  return
}

// -----

func.func private @step(memref<4xf32>)

func.func @calls(%c: memref<4xf32>) {
  // expected-error @below {{expected steps that are inlined: run the inliner first}}
  call @step(%c) : (memref<4xf32>) -> ()
  return
}

// -----

memref.global "private" constant @bits : memref<4xi1> = dense<[true, false, true, true]>

func.func @constant(%c: memref<4xi1>) {
  // expected-error @below {{expected a constant whose elements are known and at least a byte wide}}
  %w = memref.get_global @bits : memref<4xi1>
  return
}
