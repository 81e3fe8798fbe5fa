// RUN: einsum-opt %s --kernel-select-schedule=cpu=znver4 --split-input-file | FileCheck %s

// A sum over all has no column to fill vectors with: the terms do.

// CHECK-LABEL: @dot
// CHECK: #kernel.sweep_schedule<nest = [], column = 0, mr = 1, nv = 4, width = 16, lanes = terms>
func.func private @dot(%a: memref<100xf32>, %b: memref<100xf32>, %c: memref<100xf32, strided<[0]>>) {
  kernel.region ins(%a, %b : memref<100xf32>, memref<100xf32>) outs(%c : memref<100xf32, strided<[0]>>) init = zero loops = <[k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// What is gathered element by element, and cannot be packed, keeps tiles small.

// CHECK-LABEL: @transposed
// CHECK: mr = 1, nv = 2, width = 64,
func.func private @transposed(%a: memref<512x512xi8, strided<[2, 1024]>>, %c: memref<512x512xi8, strided<[512, 1]>>) {
  kernel.region ins(%a : memref<512x512xi8, strided<[2, 1024]>>) outs(%c : memref<512x512xi8, strided<[512, 1]>>)
      init = zero loops = <[m, n]> {
  ^bb0(%x: i8, %acc: i8):
    kernel.yield %x : i8
  }
  return
}

// -----

// A matrix times a vector along the rows: terms lie beside each other, columns
// do not. Four rows share the vector.
// CHECK-LABEL: @rows
// CHECK: #kernel.sweep_schedule<nest = [0 by 4], row = 0, column = 1, mr = 4, nv = 2, width = 16, lanes = terms>
module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, f16c = true>} {
  func.func private @rows(%a: memref<300x200xf32, strided<[0, 1]>>, %b: memref<300x200xf32, strided<[200, 1]>>, %c: memref<300x200xf32, strided<[1, 0]>>) {
    kernel.region ins(%a, %b : memref<300x200xf32, strided<[0, 1]>>, memref<300x200xf32, strided<[200, 1]>>)
                  outs(%c : memref<300x200xf32, strided<[1, 0]>>) init = zero loops = <[n, k]> {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

// Along the columns, whose elements lie beside each other: lanes are columns.
// CHECK-LABEL: @columns
// CHECK: #kernel.sweep_schedule<nest = [1 by 1, 0 by 64], column = 0, mr = 1, nv = 4, width = 16>
module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, f16c = true>} {
  func.func private @columns(%a: memref<200x300xf32, strided<[0, 1]>>, %b: memref<200x300xf32, strided<[1, 200]>>, %c: memref<200x300xf32, strided<[1, 0]>>) {
    kernel.region ins(%a, %b : memref<200x300xf32, strided<[0, 1]>>, memref<200x300xf32, strided<[1, 200]>>)
                  outs(%c : memref<200x300xf32, strided<[1, 0]>>) init = zero loops = <[n, k]> {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    return
  }
}

// -----

// A transposition: squares of as many rows as a vector has lanes, blocks of 2 KiB
// of the input's rows.
// CHECK-LABEL: @transposition
// CHECK: #kernel.sweep_schedule<nest = [0 by 512, 1 by 16, 0 by 16], row = 0, column = 1, mr = 16, nv = 1, width = 16, prefetch = 1 by 16>
module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, f16c = true>} {
  func.func private @transposition(%a: memref<600x500xf32, strided<[1, 600]>>, %c: memref<600x500xf32>) {
    kernel.region ins(%a : memref<600x500xf32, strided<[1, 600]>>) outs(%c : memref<600x500xf32>) init = zero loops = <[m, n]> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}

// -----

// With 16 registers of 256 bits: 8 by 8, one half of a cache line.
// CHECK-LABEL: @transposition_avx2
// CHECK: #kernel.sweep_schedule<nest = [0 by 512, 1 by 16, 0 by 8, 1 by 8], row = 0, column = 1, mr = 8, nv = 1, width = 8,
module attributes {kernel.target = #kernel.target<cpu = "znver3", vector_bits = 256, registers = 16, l1 = 32768, l2 = 524288, l3 = 33554432, f16c = true>} {
  func.func private @transposition_avx2(%a: memref<600x500xf32, strided<[1, 600]>>, %c: memref<600x500xf32>) {
    kernel.region ins(%a : memref<600x500xf32, strided<[1, 600]>>) outs(%c : memref<600x500xf32>) init = zero loops = <[m, n]> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
    return
  }
}

// -----

// Bytes need 16 rows, all that 16 registers hold.
// CHECK-LABEL: @transposition_bytes
// CHECK: #kernel.sweep_schedule<nest = [0 by 1024, 1 by 64, 0 by 16, 1 by 16], {{.*}}mr = 16, nv = 1, width = 16
module attributes {kernel.target = #kernel.target<cpu = "znver3", vector_bits = 256, registers = 16, l1 = 32768, l2 = 524288, l3 = 33554432, f16c = true>} {
  func.func private @transposition_bytes(%a: memref<600x500xi8, strided<[1, 600]>>, %c: memref<600x500xi8>) {
    kernel.region ins(%a : memref<600x500xi8, strided<[1, 600]>>) outs(%c : memref<600x500xi8>) init = zero loops = <[m, n]> {
    ^bb0(%x: i8, %acc: i8):
      kernel.yield %x : i8
    }
    return
  }
}

// -----

// A map beyond the caches: whole lines are written past them, from where the
// output is aligned. Tasks get blocks.
// CHECK-LABEL: @map
// CHECK: #kernel.sweep_schedule<nest = [0 by 262144, 0 by 64], parallel = 1, column = 0, mr = 1, nv = 4, width = 16, max_tasks = 16, stream = true>
func.func private @map(%a: memref<16777216xf32>, %b: memref<16777216xf32>, %c: memref<16777216xf32>) {
  kernel.region ins(%a, %b : memref<16777216xf32>, memref<16777216xf32>) outs(%c : memref<16777216xf32>) init = zero loops = <[n]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// Sizes that are not known are not taken for large ones.
// CHECK-LABEL: @dynamic
// CHECK: #kernel.sweep_schedule<nest = [0 by 64, 0 by 1, 1 by 64], parallel = 1, column = 1, mr = 1, nv = 4, width = 16, max_tasks = 16>
func.func private @dynamic(%a: memref<?x?xf32, strided<[?, 1]>>, %b: memref<?x?xf32, strided<[1, 0]>>, %c: memref<?x?xf32, strided<[?, 1]>>) {
  kernel.region ins(%a, %b : memref<?x?xf32, strided<[?, 1]>>, memref<?x?xf32, strided<[1, 0]>>) outs(%c : memref<?x?xf32, strided<[?, 1]>>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// A transposition beyond the caches: four squares fill lines of 256 bytes before
// the next rows are read; what comes next is fetched meanwhile.
// CHECK-LABEL: @large_transposition
// CHECK: #kernel.sweep_schedule<nest = [0 by 512, 1 by 64, 0 by 16, 1 by 16], parallel = 1, row = 0, column = 1, mr = 16, nv = 1, width = 16, max_tasks = 16, prefetch = 1 by 64, stream = true>
func.func private @large_transposition(%a: memref<4096x4096xf32, strided<[1, 4096]>>, %c: memref<4096x4096xf32>) {
  kernel.region ins(%a : memref<4096x4096xf32, strided<[1, 4096]>>) outs(%c : memref<4096x4096xf32>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Long rows: eight at a time, and the next eight fetched meanwhile. Sums of long
// rows stay in the nearest cache, four rows at a time.
// CHECK-LABEL: @large_rows
// CHECK: #kernel.sweep_schedule<nest = [0 by 64, 0 by 8], parallel = 1, row = 0, column = 1, mr = 8, nv = 1, width = 16, max_tasks = 16, prefetch = 0 by 8, lanes = terms>
func.func private @large_rows(%a: memref<4096x4096xf32>, %c: memref<4096x4096xf32, strided<[1, 0]>>) {
  kernel.region ins(%a : memref<4096x4096xf32>) outs(%c : memref<4096x4096xf32, strided<[1, 0]>>) init = zero loops = <[n, k]> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// CHECK-LABEL: @large_columns
// CHECK: #kernel.sweep_schedule<nest = [1 by 4, 0 by 64], column = 0, mr = 1, nv = 4, width = 16, prefetch = 1 by 4>
func.func private @large_columns(%a: memref<4096x4096xf32, strided<[1, 4096]>>, %c: memref<4096x4096xf32, strided<[1, 0]>>) {
  kernel.region ins(%a : memref<4096x4096xf32, strided<[1, 4096]>>) outs(%c : memref<4096x4096xf32, strided<[1, 0]>>) init = zero loops = <[n, k]> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Halves of lines of narrow elements are put together in scratch.
// CHECK-LABEL: @large_narrow_transposition
// CHECK: #kernel.sweep_schedule<nest = [0 by 256, 1 by 256, 1 by 16, 0 by 16], parallel = 1, row = 0, column = 1, mr = 16, nv = 1, width = 16, max_tasks = 16, prefetch = 1 by 32, stage = 2, stream = true>
func.func private @large_narrow_transposition(%a: memref<4096x4096xf16, strided<[1, 4096]>>, %c: memref<4096x4096xf16>) {
  kernel.region ins(%a : memref<4096x4096xf16, strided<[1, 4096]>>) outs(%c : memref<4096x4096xf16>) init = zero loops = <[m, n]> {
  ^bb0(%x: f16, %acc: f16):
    kernel.yield %x : f16
  }
  return
}

// -----

// So are rows that begin anywhere in a line.
// CHECK-LABEL: @large_odd_transposition
// CHECK: #kernel.sweep_schedule<nest = [0 by 256, 1 by 128, 1 by 16, 0 by 16], parallel = 1, row = 0, column = 1, mr = 16, nv = 1, width = 16, max_tasks = 16, prefetch = 1 by 32, stage = 2, stream = true>
func.func private @large_odd_transposition(%a: memref<4097x4095xf32, strided<[1, 4097]>>, %c: memref<4097x4095xf32>) {
  kernel.region ins(%a : memref<4097x4095xf32, strided<[1, 4097]>>) outs(%c : memref<4097x4095xf32>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Rows of the output that are 16 pages apart: 512 of them are more than the
// translations of such addresses that are kept.
// CHECK-LABEL: @pages_transposition
// CHECK: #kernel.sweep_schedule<nest = [0 by 256, 1 by 128, 1 by 16, 0 by 16], {{.*}}stage = 2, stream = true>
func.func private @pages_transposition(%a: memref<1024x16384xf32, strided<[1, 1024]>>, %c: memref<1024x16384xf32>) {
  kernel.region ins(%a : memref<1024x16384xf32, strided<[1, 1024]>>) outs(%c : memref<1024x16384xf32>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Complex numbers are elements of twice the size.
// CHECK-LABEL: @complex_transposition
// CHECK: #kernel.sweep_schedule<nest = [0 by 256, 1 by 32, 0 by 8, 1 by 8], {{.*}}mr = 8, nv = 1, width = 8, {{.*}}stream = true>
func.func private @complex_transposition(%a: memref<4096x4096xcomplex<f32>, strided<[1, 4096]>>, %c: memref<4096x4096xcomplex<f32>>) {
  kernel.region ins(%a : memref<4096x4096xcomplex<f32>, strided<[1, 4096]>>) outs(%c : memref<4096x4096xcomplex<f32>>) init = zero loops = <[m, n]> {
  ^bb0(%x: complex<f32>, %acc: complex<f32>):
    kernel.yield %x : complex<f32>
  }
  return
}

// -----

// Pieces of 256 bytes: eight of each page in turn.
// CHECK-LABEL: @pieces
// CHECK: #kernel.sweep_schedule<nest = [0 by 1, 2 by 256, 2 by 8, 1 by 1, 2 by 1, 3 by 64], parallel = 2, column = 3,
func.func private @pieces(%a: memref<8x16x2048x64xf32, strided<[2097152, 64, 1024, 1]>>, %c: memref<8x16x2048x64xf32>) {
  kernel.region ins(%a : memref<8x16x2048x64xf32, strided<[2097152, 64, 1024, 1]>>) outs(%c : memref<8x16x2048x64xf32>) init = zero loops = <[n, n, n, n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// What is read again for each step of loop 0 is read in blocks of an eighth of
// the second-level cache. Rows that begin anywhere in a line are not cut.
// CHECK-LABEL: @read_again
// CHECK: #kernel.sweep_schedule<nest = [1 by 32768, 0 by 1, 1 by 64], parallel = 1, column = 1, {{.*}}stream = true>
func.func private @read_again(%a: memref<16x1048576xf32>, %b: memref<16x1048576xf32, strided<[0, 1]>>, %c: memref<16x1048576xf32>) {
  kernel.region ins(%a, %b : memref<16x1048576xf32>, memref<16x1048576xf32, strided<[0, 1]>>) outs(%c : memref<16x1048576xf32>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    kernel.yield %p : f32
  }
  return
}
// CHECK-LABEL: @read_again_odd
// CHECK: #kernel.sweep_schedule<nest = [0 by 1, 1 by 64], parallel = 1, column = 1, {{.*}}stream = true>
func.func private @read_again_odd(%a: memref<16x1048575xf32>, %b: memref<16x1048575xf32, strided<[0, 1]>>, %c: memref<16x1048575xf32>) {
  kernel.region ins(%a, %b : memref<16x1048575xf32>, memref<16x1048575xf32, strided<[0, 1]>>) outs(%c : memref<16x1048575xf32>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// Sums of long rows where a vector is half a line: eight rows, two lines of each
// in turn; nothing is fetched.
// CHECK-LABEL: @large_columns_of_half_lines
// CHECK: #kernel.sweep_schedule<nest = [1 by 8, 0 by 32], column = 0, mr = 1, nv = 4, width = 8>
module attributes {kernel.target = #kernel.target<cpu = "znver3", vector_bits = 256, registers = 16, l1 = 32768, l2 = 524288, l3 = 33554432, f16c = true>} {
  func.func private @large_columns_of_half_lines(%a: memref<4096x4096xf32, strided<[1, 4096]>>, %c: memref<4096x4096xf32, strided<[1, 0]>>) {
    kernel.region ins(%a : memref<4096x4096xf32, strided<[1, 4096]>>) outs(%c : memref<4096x4096xf32, strided<[1, 0]>>) init = zero loops = <[n, k]> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    return
  }
}
