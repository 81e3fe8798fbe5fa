// RUN: einsum-opt %s --kernel-select-schedule=cpu=znver4 --split-input-file | FileCheck %s
// RUN: einsum-opt %s --kernel-select-schedule=cpu=haswell --split-input-file | FileCheck %s --check-prefix=AVX2
// RUN: einsum-opt %s --kernel-select-schedule='cpu=znver4 schedule="#kernel.cpu_schedule<mr = 3, nv = 1, width = 16, mc = 6, nc = 32, kc = 8, pack = [true, true]>"' --split-input-file | FileCheck %s --check-prefix=FORCED

// The second input is packed once the operands outgrow the second-level cache;
// the module records what was decided from.

// CHECK: module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32
// CHECK-LABEL: @large
// CHECK: #kernel.cpu_schedule<mr = 6, nv = 4, width = 16, mc = 132, nc = 512, kc = 512, pack = [false, true], max_tasks = 8, prefetch = true>
// AVX2-LABEL: @large
// AVX2: width = 8,
// AVX2-SAME: kc = 256
// FORCED-LABEL: @large
// FORCED: #kernel.cpu_schedule<mr = 3, nv = 1, width = 16, mc = 6, nc = 32, kc = 8, pack = [true, true]>
func.func private @large(%a: memref<512x512x512xf32, strided<[512, 0, 1]>>, %b: memref<512x512x512xf32, strided<[0, 1, 512]>>, %c: memref<512x512x512xf32, strided<[512, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<512x512x512xf32, strided<[512, 0, 1]>>, memref<512x512x512xf32, strided<[0, 1, 512]>>)
    outs(%c : memref<512x512x512xf32, strided<[512, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Small: nothing is packed and nothing is split into tasks.

// CHECK-LABEL: @small
// CHECK: #kernel.cpu_schedule<mr = 6, nv = 4, width = 8, mc = 66, nc = 64, kc = 64, pack = [false, false]>
func.func private @small(%a: memref<64x64x64xf64, strided<[64, 0, 1]>>, %b: memref<64x64x64xf64, strided<[0, 1, 64]>>, %c: memref<64x64x64xf64, strided<[64, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<64x64x64xf64, strided<[64, 0, 1]>>, memref<64x64x64xf64, strided<[0, 1, 64]>>)
    outs(%c : memref<64x64x64xf64, strided<[64, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f64, %y: f64, %acc: f64):
    %p = arith.mulf %x, %y : f64
    %s = arith.addf %acc, %p : f64
    kernel.yield %s : f64
  }
  return
}

// -----

// Columns that are not the second input's unit stride are packed; real and
// imaginary parts each take a register.

// CHECK-LABEL: @complex
// CHECK: nv = {{[0-9]+}}, width = 16,
// CHECK-SAME: pack = [false, true]
func.func private @complex(%a: memref<32x32x32xcomplex<f32>, strided<[32, 0, 1]>>, %b: memref<32x32x32xcomplex<f32>, strided<[0, 32, 1]>>, %c: memref<32x32x32xcomplex<f32>, strided<[32, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<32x32x32xcomplex<f32>, strided<[32, 0, 1]>>, memref<32x32x32xcomplex<f32>, strided<[0, 32, 1]>>)
    outs(%c : memref<32x32x32xcomplex<f32>, strided<[32, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: complex<f32>, %y: complex<f32>, %acc: complex<f32>):
    %p = complex.mul %x, %y : complex<f32>
    %s = complex.add %acc, %p : complex<f32>
    kernel.yield %s : complex<f32>
  }
  return
}

// -----

// Lanes are those of what is computed, not of what is loaded; rows of unknown
// stride are packed.

// CHECK-LABEL: @narrow
// CHECK: width = 16,
// CHECK-SAME: pack = [true, true], max_tasks = 6, row_tasks = 2, kind = dot_i8
func.func private @narrow(%a: memref<?x?x?xi8, strided<[?, 0, 1]>>, %b: memref<?x?x?xi8, strided<[0, 1, ?]>>, %c: memref<?x?x?xi32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xi8, strided<[?, 0, 1]>>, memref<?x?x?xi8, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x?xi32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %xe = arith.extsi %x : i8 to i32
    %ye = arith.extsi %y : i8 to i32
    %p = arith.muli %xe, %ye : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

// Nothing is summed: nothing is packed, forced or not. One input: the forced
// list adapts to it.

// CHECK-LABEL: @convert
// CHECK: #kernel.sweep_schedule<nest = [0 by 1, 1 by 64], column = 1, mr = 1, nv = 4, width = 16>
// FORCED-LABEL: @convert
// FORCED: #kernel.cpu_schedule<mr = 3, nv = 1, width = 16, mc = 6, nc = 32, kc = 8, pack = [false]>
func.func private @convert(%a: memref<8x100xf32>, %c: memref<8x100xf16>) {
  kernel.region ins(%a : memref<8x100xf32>) outs(%c : memref<8x100xf16>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %acc: f16):
    %y = arith.truncf %x : f32 to f16
    kernel.yield %y : f16
  }
  return
}

// -----

// Four rows read each line of columns a page apart once: whole lines of as many
// terms as the first-level cache has ways, over all columns.
// AVX2-LABEL: @stream
// AVX2: #kernel.cpu_schedule<mr = 4, nv = 2, width = 8, mc = 4, nc = 4096, kc = 8, pack = [false, false]
func.func private @stream(%a: memref<4x4096x1024xf32, strided<[1024, 0, 1]>>, %b: memref<4x4096x1024xf32, strided<[0, 1, 4096]>>, %c: memref<4x4096x1024xf32, strided<[4096, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<4x4096x1024xf32, strided<[1024, 0, 1]>>, memref<4x4096x1024xf32, strided<[0, 1, 4096]>>)
    outs(%c : memref<4x4096x1024xf32, strided<[4096, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Sixteen rows pay for packing them, in runs of a page at least.
// AVX2-LABEL: @far_terms
// AVX2: nc = {{1[0-9][0-9][0-9]}}, kc = 256, pack = [false, true]
func.func private @far_terms(%a: memref<16x4096x1024xf32, strided<[1024, 0, 1]>>, %b: memref<16x4096x1024xf32, strided<[0, 1, 4096]>>, %c: memref<16x4096x1024xf32, strided<[4096, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<16x4096x1024xf32, strided<[1024, 0, 1]>>, memref<16x4096x1024xf32, strided<[0, 1, 4096]>>)
    outs(%c : memref<16x4096x1024xf32, strided<[4096, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// What is assumed of dynamic extents: no larger blocks than there can be, and a
// tile that leaves no rows where it is as good as the tallest.

// AVX2-LABEL: @assumed
// AVX2: #kernel.cpu_schedule<mr = 4, nv = 3, width = 8, mc = 48, nc = 96, kc = 32,
func.func private @assumed(%a: memref<?x?x?xf32, strided<[?, 0, 1]>>, %b: memref<?x?x?xf32, strided<[0, 1, ?]>>, %c: memref<?x?x?xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32, strided<[?, 0, 1]>>, memref<?x?x?xf32, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x?xf32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]>
    attributes {kernel.extents = [#kernel.extent<multiple = 16, max = 48>, #kernel.extent<multiple = 24, max = 96>, #kernel.extent<max = 32>]} {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// How large the operands are is known at run time: the bytes from which on they
// are packed, those of the second-level cache, stand beside the schedule.
// AVX2-LABEL: @called
// AVX2: pack = [true, true]
// AVX2-SAME: attributes {kernel.pack_above = {{[0-9]+}} : i64}
func.func private @called(%a: memref<?x?x?xf32, strided<[?, 0, 1]>>, %b: memref<?x?x?xf32, strided<[0, 1, ?]>>, %c: memref<?x?x?xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32, strided<[?, 0, 1]>>, memref<?x?x?xf32, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x?xf32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// The columns' elements lie side by side along an outer digit: sixteen of it, a line.
// AVX2-LABEL: @column_lines
// AVX2: nc = 2304, kc = 144, pack = [false, true]
func.func private @column_lines(%a: memref<24x144x144x144xf32, strided<[144, 0, 0, 1]>>, %b: memref<24x144x144x144xf32, strided<[0, 1, 20736, 144]>>, %c: memref<24x144x144x144xf32, strided<[20736, 144, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<24x144x144x144xf32, strided<[144, 0, 0, 1]>>, memref<24x144x144x144xf32, strided<[0, 1, 20736, 144]>>)
    outs(%c : memref<24x144x144x144xf32, strided<[20736, 144, 1, 0]>>) init = zero loops = <[m, n, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// The rows' elements lie side by side along an outer digit of the terms: four of it.
// AVX2-LABEL: @term_lines
// AVX2: kc = 576, pack = [true, true]
func.func private @term_lines(%a: memref<128x144x144x144xf32, strided<[20736, 0, 1, 144]>>, %b: memref<128x144x144x144xf32, strided<[0, 144, 20736, 1]>>, %c: memref<128x144x144x144xf32, strided<[144, 1, 0, 0]>>) {
  kernel.region ins(%a, %b : memref<128x144x144x144xf32, strided<[20736, 0, 1, 144]>>, memref<128x144x144x144xf32, strided<[0, 144, 20736, 1]>>)
    outs(%c : memref<128x144x144x144xf32, strided<[144, 1, 0, 0]>>) init = zero loops = <[m, n, k, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Few terms and results that no cache holds: blocks of rows and tiles in the
// order of the output.
// AVX2-LABEL: @output_bound
// AVX2: mc = 12,{{.*}} order = output>
func.func private @output_bound(%a: memref<288x12x144x24x24xf32, strided<[1, 6912, 0, 0, 288]>>, %b: memref<288x12x144x24x24xf32, strided<[0, 0, 24, 3456, 1]>>, %c: memref<288x12x144x24x24xf32, strided<[41472, 24, 288, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<288x12x144x24x24xf32, strided<[1, 6912, 0, 0, 288]>>, memref<288x12x144x24x24xf32, strided<[0, 0, 24, 3456, 1]>>)
    outs(%c : memref<288x12x144x24x24xf32, strided<[41472, 24, 288, 1, 0]>>) init = zero loops = <[m, m, n, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Results that the caches hold: the order of panels, from the nearest cache.
// AVX2-LABEL: @not_output_bound
// AVX2-NOT: order = output
// AVX2: return
func.func private @not_output_bound(%a: memref<24x4x144x24x24xf32, strided<[1, 576, 0, 0, 24]>>, %b: memref<24x4x144x24x24xf32, strided<[0, 0, 24, 3456, 1]>>, %c: memref<24x4x144x24x24xf32, strided<[13824, 24, 96, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<24x4x144x24x24xf32, strided<[1, 576, 0, 0, 24]>>, memref<24x4x144x24x24xf32, strided<[0, 0, 24, 3456, 1]>>)
    outs(%c : memref<24x4x144x24x24xf32, strided<[13824, 24, 96, 1, 0]>>) init = zero loops = <[m, m, n, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Short runs of a large output: twice as many terms before they are visited
// again, in equal blocks.
// AVX2-LABEL: @short_runs
// AVX2: kc = 400,
func.func private @short_runs(%a: memref<40x48x40x48x1600xf32, strided<[1600, 64000, 0, 0, 1]>>, %b: memref<40x48x40x48x1600xf32, strided<[0, 0, 48, 1, 1920]>>, %c: memref<40x48x40x48x1600xf32, strided<[92160, 1920, 48, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<40x48x40x48x1600xf32, strided<[1600, 64000, 0, 0, 1]>>, memref<40x48x40x48x1600xf32, strided<[0, 0, 48, 1, 1920]>>)
    outs(%c : memref<40x48x40x48x1600xf32, strided<[92160, 1920, 48, 1, 0]>>) init = zero loops = <[m, m, n, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// The rows lie side by side, their terms 2800 bytes apart: lines that no panel
// of columns finds in the first-level cache again.
// AVX2-LABEL: @far_rows
// AVX2: pack = [true, true]
func.func private @far_rows(%a: memref<700x500x300xf32, strided<[1, 0, 700]>>, %b: memref<700x500x300xf32, strided<[0, 1, 500]>>, %c: memref<700x500x300xf32, strided<[500, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<700x500x300xf32, strided<[1, 0, 700]>>, memref<700x500x300xf32, strided<[0, 1, 500]>>)
    outs(%c : memref<700x500x300xf32, strided<[500, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Twenty-four such rows stay in the second-level cache as they are.
// AVX2-LABEL: @near_rows
// AVX2: pack = [false, true]
func.func private @near_rows(%a: memref<24x5000x300xf32, strided<[1, 0, 24]>>, %b: memref<24x5000x300xf32, strided<[0, 1, 5000]>>, %c: memref<24x5000x300xf32, strided<[5000, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<24x5000x300xf32, strided<[1, 0, 24]>>, memref<24x5000x300xf32, strided<[0, 1, 5000]>>)
    outs(%c : memref<24x5000x300xf32, strided<[5000, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Columns that lie apart in the output are stored one by one: of tiles that cost
// as much the taller one.
// AVX2-LABEL: @columns_apart
// AVX2: mr = 6, nv = 2,
func.func private @columns_apart(%a: memref<12x128x256xf32, strided<[256, 0, 1]>>, %b: memref<12x128x256xf32, strided<[0, 1, 128]>>, %c: memref<12x128x256xf32, strided<[1, 12, 0]>>) {
  kernel.region ins(%a, %b : memref<12x128x256xf32, strided<[256, 0, 1]>>, memref<12x128x256xf32, strided<[0, 1, 128]>>)
    outs(%c : memref<12x128x256xf32, strided<[1, 12, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
