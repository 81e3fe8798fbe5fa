// RUN: einsum-opt %s --kernel-apply-cpu-schedule --split-input-file --verify-diagnostics

func.func private @unscheduled(%b: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{expected a region with a #kernel.cpu_schedule or #kernel.sweep_schedule: run kernel-select-schedule first}}
  kernel.region ins(%b : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @unclassified(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{expected a region in normal form: run kernel-classify-loops first}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @uneven(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{nc must be a multiple of nv * width, got 24 and 16}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[n]> schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 24, kc = 8, pack = [false]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}
