// RUN: einsum-opt %s --kernel-select-schedule --split-input-file --verify-diagnostics
// RUN: not einsum-opt %s --kernel-select-schedule=cpu=pentium --split-input-file 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not einsum-opt %s --kernel-select-schedule='schedule="#kernel.cpu_schedule<mr = 40, nv = 1, width = 16, mc = 40, nc = 16, kc = 8, pack = []>"' --split-input-file 2>&1 | FileCheck %s --check-prefix=FORCED
// RUN: not einsum-opt %s --kernel-select-schedule='schedule="unit"' --split-input-file 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not einsum-opt %s --kernel-select-schedule=gpu=sm_13 --split-input-file 2>&1 | FileCheck %s --check-prefix=GPU
// RUN: not einsum-opt %s --kernel-select-schedule='gpu=h100 schedule="#kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = []>"' --split-input-file 2>&1 | FileCheck %s --check-prefix=OTHER
// GPU: error: unknown GPU 'sm_13'; known are sm_75, sm_80
// OTHER: error: expected the schedule to be a #kernel.simt_schedule, got '#kernel.cpu_schedule
// CPU: error: unknown CPU 'pentium'; known are native, x86-64, x86-64-v2
// FORCED: error: 'kernel.region' op schedule's tile of 40 rows by 1 vectors of width 16 needs 42 vector registers but znver4 has 32
// KIND: error: expected the schedule to be a #kernel.cpu_schedule or #kernel.sweep_schedule, got 'unit'

// expected-error @below {{expected 'kernel.target' to be a #kernel.target or #kernel.gpu_target, got 1 : i64}}
module attributes {kernel.target = 1 : i64} {}

// -----

// expected-error @below {{vector_bits must be a power of two from 64 to 16384, got 500}}
module attributes {kernel.target = #kernel.target<cpu = "odd", vector_bits = 500, registers = 32, l1 = 1, l2 = 1, l3 = 1>} {}

// -----

func.func private @maps(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{expected a region in normal form: run kernel-classify-loops first}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @element_wise(%a: memref<4xf32>, %c: memref<4xf32>) {
    // expected-error @below {{schedule packs input 0 but the region sums nothing}}
    kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[n]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [true]> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}

// -----

func.func private @outer(%a: memref<4x4xf32>, %c: memref<4x4xf32, strided<[0, 1]>>) {
  // expected-error @below {{schedule says whether to pack 2 inputs but the region has 1}}
  kernel.region ins(%a : memref<4x4xf32>) outs(%c : memref<4x4xf32, strided<[0, 1]>>) init = zero loops = <[k, n]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [true, true]> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func private @both(%a: memref<4x4x4xf32>, %c: memref<4x4x4xf32, strided<[4, 1, 0]>>) {
  // expected-error @below {{schedule packs input 0 but it varies with both the rows and the columns of the register tile}}
  kernel.region ins(%a : memref<4x4x4xf32>) outs(%c : memref<4x4x4xf32, strided<[4, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [true]> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @room(%a: memref<4x4xf32>, %c: memref<4x4xf32, strided<[0, 1]>>) {
    kernel.region ins(%a : memref<4x4xf32>) outs(%c : memref<4x4xf32, strided<[0, 1]>>) init = zero loops = <[k, n]> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.gpu_target<gpu = "sm_90", capability = 90, multiprocessors = 132>} {
  func.func private @order(%a: memref<4x5xf32>, %c: memref<4x5xf32, strided<[1, 0]>>) {
    // expected-error @below {{schedule's order must hold each loop that is no reduction once: 0}}
    kernel.region ins(%a : memref<4x5xf32>) outs(%c : memref<4x5xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
      schedule = #kernel.simt_schedule<block = 64, max_blocks = 8, order = [0, 1], index_bits = 32> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.gpu_target<gpu = "sm_90", capability = 90, multiprocessors = 132>} {
  func.func private @narrow(%a: memref<?xf32>, %c: memref<?xf32>) {
    // expected-error @below {{schedule's 32-bit indices do not hold all numbers of elements and offsets of this region}}
    kernel.region ins(%a : memref<?xf32>) outs(%c : memref<?xf32>) init = zero loops = <[n]>
      schedule = #kernel.simt_schedule<block = 64, max_blocks = 8, order = [0], index_bits = 32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @other_target(%a: memref<4xf32>, %c: memref<4xf32>) {
    // expected-error @below {{schedule is for a GPU but the target is #kernel.target}}
    kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[n]>
      schedule = #kernel.simt_schedule<block = 64, max_blocks = 8, order = [0], index_bits = 32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @no_terms(%a: memref<4x5xf32>, %c: memref<4x5xf32, strided<[5, 1]>>) {
    // expected-error @below {{schedule lays lanes along the terms but the region sums nothing}}
    kernel.region ins(%a : memref<4x5xf32>) outs(%c : memref<4x5xf32, strided<[5, 1]>>) init = zero loops = <[m, n]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false], lanes = terms> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @both(%a: memref<4x5x6xf32>, %c: memref<4x5x6xf32, strided<[5, 1, 0]>>) {
    // expected-error @below {{schedule lays lanes along the terms but the region has both rows and columns}}
    kernel.region ins(%a : memref<4x5x6xf32>) outs(%c : memref<4x5x6xf32, strided<[5, 1, 0]>>) init = zero loops = <[m, n, k]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false], lanes = terms> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @packed(%a: memref<4x5xf32>, %c: memref<4x5xf32, strided<[1, 0]>>) {
    // expected-error @below {{schedule lays lanes along the terms and packs}}
    kernel.region ins(%a : memref<4x5xf32>) outs(%c : memref<4x5xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [true], lanes = terms> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @maximum(%a: memref<4x5xf32>, %c: memref<4x5xf32, strided<[1, 0]>>) {
    // expected-error @below {{schedule lays lanes along the terms but the region does more than add them up}}
    kernel.region ins(%a : memref<4x5xf32>) outs(%c : memref<4x5xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false], lanes = terms> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.maximumf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @split_nothing(%a: memref<4x5xf32>, %c: memref<4x5xf32, strided<[5, 1]>>) {
    // expected-error @below {{schedule splits the terms but the region sums nothing}}
    kernel.region ins(%a : memref<4x5xf32>) outs(%c : memref<4x5xf32, strided<[5, 1]>>) init = zero loops = <[m, n]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false], split_k = 2> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432>} {
  func.func private @split_maximum(%a: memref<4x5xf32>, %c: memref<4x5xf32, strided<[1, 0]>>) {
    // expected-error @below {{schedule splits the terms but the region does more than add them up}}
    kernel.region ins(%a : memref<4x5xf32>) outs(%c : memref<4x5xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false], split_k = 2> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.maximumf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}
