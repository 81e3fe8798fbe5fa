// RUN: einsum-opt %s --kernel-select-schedule=cpu=znver4 --split-input-file --verify-diagnostics

func.func private @column_sum(%a: memref<300x50xf32, strided<[1, 300]>>, %c: memref<300x50xf32, strided<[1, 0]>>) {
  // expected-error @below {{schedule splits the summed loop 1 between tasks}}
  kernel.region ins(%a : memref<300x50xf32, strided<[1, 300]>>) outs(%c : memref<300x50xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
    schedule = #kernel.sweep_schedule<nest = [1 by 4, 0 by 32], parallel = 1, column = 0, mr = 1, nv = 2, width = 16> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func private @tile(%a: memref<300xf32>, %c: memref<300xf32>) {
  // expected-error @below {{schedule's last entry of loop 0 must be its extent in the tile, 32, got 16}}
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 64, 0 by 16], column = 0, mr = 1, nv = 2, width = 16> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @blocks(%a: memref<300xf32>, %c: memref<300xf32>) {
  // expected-error @below {{schedule cuts blocks of 40 of loop 0 into blocks of 32}}
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 40, 0 by 32], column = 0, mr = 1, nv = 2, width = 16> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Rows of 300 elements begin lines only now and then.

func.func private @stream(%a: memref<40x300xf32, strided<[1, 40]>>, %c: memref<40x300xf32, strided<[300, 1]>>) {
  // expected-error @below {{schedule streams but the output's vectors are not aligned alike}}
  kernel.region ins(%a : memref<40x300xf32, strided<[1, 40]>>) outs(%c : memref<40x300xf32, strided<[300, 1]>>) init = zero loops = <[m, n]>
    schedule = #kernel.sweep_schedule<nest = [1 by 16, 0 by 16], row = 0, column = 1, mr = 16, nv = 1, width = 16, stream = true> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @lanes(%a: memref<300xf32>, %c: memref<300xf32>) {
  // expected-error @below {{schedule lays lanes along the terms but its column is no summed loop}}
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 1], column = 0, mr = 1, nv = 2, width = 16, lanes = terms> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @registers(%a: memref<300xf32>, %c: memref<300xf32>) {
  // expected-error @below {{schedule's tile of 1 rows by 64 vectors of width 16 needs 64 vector registers but znver4 has 32}}
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 1024], column = 0, mr = 1, nv = 64, width = 16> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @loop(%a: memref<300xf32>, %c: memref<300xf32>) {
  // expected-error @below {{schedule names a loop that the region lacks}}
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 16, 1 by 1], column = 0, mr = 1, nv = 1, width = 16> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @text(%a: memref<300xf32>, %c: memref<300xf32>) {
  kernel.region ins(%a : memref<300xf32>) outs(%c : memref<300xf32>) init = zero loops = <[n]>
    // expected-error @below {{prefetch must be a loop and a positive distance}}
    schedule = #kernel.sweep_schedule<nest = [0 by 16], column = 0, mr = 1, nv = 1, width = 16, prefetch = 0 by 0> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func private @staged(%a: memref<300x50xf32, strided<[1, 300]>>, %c: memref<300x50xf32, strided<[50, 1]>>) {
  // expected-error @below {{schedule puts blocks together in scratch that are no blocks of rows and columns}}
  kernel.region ins(%a : memref<300x50xf32, strided<[1, 300]>>) outs(%c : memref<300x50xf32, strided<[50, 1]>>) init = zero loops = <[m, n]>
    schedule = #kernel.sweep_schedule<nest = [0 by 16, 1 by 16], row = 0, column = 1, mr = 16, nv = 1, width = 16, stage = 1> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}
