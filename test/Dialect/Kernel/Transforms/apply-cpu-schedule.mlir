// RUN: einsum-opt %s --kernel-apply-cpu-schedule --split-input-file | FileCheck %s

// Tiny blocks: both packings, main loop, row edge, column edge and more than
// one block of the terms. The columns are packed once for all blocks of rows.

// CHECK-LABEL: @everything
// CHECK: scf.forall
// CHECK: %[[A:.*]] = kernel.scratch
// CHECK: %[[B:.*]] = kernel.scratch
// CHECK: scf.for %{{.*}} = %c0 to %c2
// CHECK: scf.for %{{.*}} = %c0 to %c3
// CHECK: %[[FIRST:.*]] = arith.cmpi eq
// CHECK: kernel.pack %{{.*}} to %[[B]][{{.*}}] width = 16
// CHECK: scf.for %{{.*}} = %c0 to %c2
// Seven rows are three panels: one of three, two of two.
// CHECK: kernel.pack %{{.*}} to %[[A]][{{.*}}] width = 3
// CHECK: kernel.pack %{{.*}} to %[[A]][{{.*}}] width = 2
// CHECK: scf.if %[[FIRST]]
// CHECK-NEXT: kernel.micro_kernel mr = 3 nv = 1 width = 16 init = zero ins(%[[A]], %[[B]])
// CHECK: else
// CHECK-NEXT: kernel.micro_kernel mr = 3 nv = 1 width = 16 init = load
// CHECK: kernel.micro_kernel mr = 2 nv = 1 width = 16 init = zero
// Panels are padded with zeros: no mask to read them.
// CHECK: tail(%{{.*}}) padded = [false, true]
func.func private @everything(%a: memref<7x40x20xf32, strided<[20, 0, 1]>>, %b: memref<7x40x20xf32, strided<[0, 1, 40]>>, %c: memref<7x40x20xf32, strided<[40, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<7x40x20xf32, strided<[20, 0, 1]>>, memref<7x40x20xf32, strided<[0, 1, 40]>>)
    outs(%c : memref<7x40x20xf32, strided<[40, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 3, nv = 1, width = 16, mc = 6, nc = 32, kc = 8, pack = [true, true]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Dynamic: whole panels, then pieces of 4, 2 and 1 rows read where they are;
// columns behind the last panel as one tile where they need as many vectors, or
// else vector by vector.

// CHECK-LABEL: @dynamic
// CHECK: kernel.micro_kernel mr = 6 nv = 2 width = 8 init = zero ins(%[[A:.*]], %[[B:.*]]) at
// CHECK: kernel.micro_kernel mr = 4 nv = 2 width = 8 init = zero ins(%{{.*}}, %[[B]])
// CHECK: kernel.micro_kernel mr = 2 nv = 2
// CHECK: kernel.micro_kernel mr = 1 nv = 2
// CHECK: %[[WIDE:.*]] = arith.cmpi sgt, %{{.*}}, %c8
// CHECK: scf.if %[[WIDE]]
// CHECK: kernel.micro_kernel mr = 6 nv = 2
// CHECK-SAME: tail(
// CHECK: arith.minsi %{{.*}}, %c8
// CHECK: kernel.micro_kernel mr = 6 nv = 1
// CHECK-SAME: tail(
func.func private @dynamic(%a: memref<?x?x30xf32, strided<[?, 0, 1]>>, %b: memref<?x?x30xf32, strided<[0, 1, ?]>>, %c: memref<?x?x30xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x30xf32, strided<[?, 0, 1]>>, memref<?x?x30xf32, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x30xf32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 6, nv = 2, width = 8, mc = 12, nc = 32, kc = 30, pack = [true, true], max_tasks = 16> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Summed digits: 5 x 6 terms run inside the micro-kernel, the outermost digit
// in order around it. A batch's panels are packed by its own item.

// CHECK-LABEL: @digits
// CHECK-NOT: kernel.scratch
// CHECK: scf.forall (%[[T:.*]]) in (4)
// CHECK: kernel.scratch
// CHECK: scf.for %[[K:.*]] = %c0 to %c3
// CHECK: kernel.pack {{.*}} k(%c5, %c6) k_strides(%c48, %c8)
// CHECK: kernel.micro_kernel {{.*}} k(%c5, %c6) {{.*}} k_strides(%c6, %c1, %c96, %c16)
func.func private @digits(%a: memref<4x2x8x3x5x6xf32, strided<[180, 90, 0, 30, 6, 1]>>, %b: memref<4x2x8x3x5x6xf32, strided<[720, 0, 1, 240, 48, 8]>>, %c: memref<4x2x8x3x5x6xf32, strided<[16, 8, 1, 0, 0, 0]>>) {
  kernel.region ins(%a, %b : memref<4x2x8x3x5x6xf32, strided<[180, 90, 0, 30, 6, 1]>>, memref<4x2x8x3x5x6xf32, strided<[720, 0, 1, 240, 48, 8]>>)
    outs(%c : memref<4x2x8x3x5x6xf32, strided<[16, 8, 1, 0, 0, 0]>>) init = load loops = <[batch, m, n, k, k, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 16, mc = 2, nc = 16, kc = 40, pack = [false, true], max_tasks = 4> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Blocks span digits: all 3 of the inner rows' digit and 2 at a time of the 5 of
// the outer one; all 4 of the columns'. Elements of the second input that lie
// side by side belong to the digit of the columns.

// CHECK-LABEL: @spans
// CHECK: scf.forall
// CHECK: %[[A:.*]] = kernel.scratch(%c240)
// CHECK: %[[B:.*]] = kernel.scratch(%c640)
// CHECK: kernel.pack %{{.*}} to %[[B]][%c0] width = 16 count(%c16) stride(%c4) k(%c10) k_strides(%c64) outer(%c4) outer_strides(%c1) outer_dest_strides(%c160)
// CHECK: scf.for %[[BLOCK:.*]] = %c0 to %c3
// CHECK: %[[START:.*]] = arith.muli %[[BLOCK]], %c2
// CHECK: %[[COUNT:.*]] = arith.minsi
// CHECK: kernel.pack %{{.*}} to %[[A]][%c0] width = 4 count(%c4) stride(%c10) k(%c10) k_strides(%c1) outer(%{{.*}}, %c3) outer_strides(%c120, %c40) outer_dest_strides(%c120, %c40)
// CHECK: scf.for %{{.*}} = %c0 to %c4
// CHECK: scf.for %{{.*}} = %c0 to %{{.*}}
// CHECK: scf.for %{{.*}} = %c0 to %c3
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 16 init = zero ins(%[[A]], %[[B]])
func.func private @spans(%a: memref<5x3x4x4x16x10xf32, strided<[120, 40, 10, 0, 0, 1]>>, %b: memref<5x3x4x4x16x10xf32, strided<[0, 0, 0, 1, 4, 64]>>, %c: memref<5x3x4x4x16x10xf32, strided<[768, 256, 64, 16, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<5x3x4x4x16x10xf32, strided<[120, 40, 10, 0, 0, 1]>>, memref<5x3x4x4x16x10xf32, strided<[0, 0, 0, 1, 4, 64]>>)
    outs(%c : memref<5x3x4x4x16x10xf32, strided<[768, 256, 64, 16, 1, 0]>>) init = zero loops = <[m, m, m, n, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 1, width = 16, mc = 24, nc = 64, kc = 10, pack = [true, true]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Scalars are used from above; a sum over nothing is stored all the same.

// CHECK-LABEL: @empty_sum
// CHECK-SAME: %[[ALPHA:[^:]*]]: f32
// CHECK: kernel.micro_kernel {{.*}} ins(%{{[^,]*}}) {{.*}} k(%c0)
// CHECK: arith.mulf %{{.*}}, %[[ALPHA]]
func.func private @empty_sum(%alpha: f32, %b: memref<16x0xf32>, %c: memref<16x0xf32, strided<[1, 0]>>) {
  kernel.region ins(%alpha, %b : f32, memref<16x0xf32>) outs(%c : memref<16x0xf32, strided<[1, 0]>>) init = zero loops = <[n, k]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false, false]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %y, %x : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// No elements, no code.

// CHECK-LABEL: @empty_output
// CHECK-NEXT: return
func.func private @empty_output(%b: memref<0xf32>, %c: memref<0xf32>) {
  kernel.region ins(%b : memref<0xf32>) outs(%c : memref<0xf32>) init = zero loops = <[n]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 8, pack = [false]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// Memory of one element is memory, not a scalar from above.

// CHECK-LABEL: @no_loops
// CHECK-SAME: %[[X:[^:]*]]: memref<f32>
// CHECK: %[[BASE:[^,]*]], %{{.*}} = memref.extract_strided_metadata %[[X]]
// CHECK: %[[A:.*]] = memref.reinterpret_cast %[[BASE]]
// CHECK: kernel.micro_kernel {{.*}} ins(%[[A]])
func.func private @no_loops(%a: memref<f32>, %c: memref<f32>) {
  kernel.region ins(%a : memref<f32>) outs(%c : memref<f32>) init = zero loops = <[]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 1, mc = 1, nc = 1, kc = 8, pack = [false]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// The next tile's rows lie three rows on; columns are fetched eight terms ahead.
// What the first-level cache holds is not fetched again with each term.
// CHECK-LABEL: @prefetch
// CHECK: kernel.micro_kernel mr = 3 nv = 1 width = 8 init = zero fetch_output
// CHECK-SAME: ahead(%c60{{[_0-9]*}}, %c3200{{[_0-9]*}})
// CHECK: kernel.micro_kernel mr = 3 nv = 1 width = 8 init = zero fetch_output
// CHECK-SAME: ahead(%c0{{[_0-9]*}}, %c3200{{[_0-9]*}})
func.func private @prefetch(%a: memref<600x400x20xf32, strided<[20, 0, 1]>>, %b: memref<600x400x20xf32, strided<[0, 1, 400]>>, %c: memref<600x400x20xf32, strided<[400, 1, 0]>>, %d: memref<6x400x20xf32, strided<[20, 0, 1]>>, %e: memref<6x400x20xf32, strided<[0, 1, 400]>>, %f: memref<6x400x20xf32, strided<[400, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<600x400x20xf32, strided<[20, 0, 1]>>, memref<600x400x20xf32, strided<[0, 1, 400]>>)
    outs(%c : memref<600x400x20xf32, strided<[400, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 3, nv = 1, width = 8, mc = 600, nc = 400, kc = 20, pack = [false, false], prefetch = true> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  kernel.region ins(%d, %e : memref<6x400x20xf32, strided<[20, 0, 1]>>, memref<6x400x20xf32, strided<[0, 1, 400]>>)
    outs(%f : memref<6x400x20xf32, strided<[400, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 3, nv = 1, width = 8, mc = 6, nc = 400, kc = 20, pack = [false, false], prefetch = true> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// In the order of the output: its outermost digit, then panels of rows, then
// the digit inside of them and its columns; packing fetches and every tile
// writes where the last one ended.
// CHECK-LABEL: @output_order
// CHECK: kernel.pack {{.*}} width = 8 fetch
// CHECK: scf.for %[[E:.*]] = %{{.*}} to %c5
// CHECK: scf.for %[[D:.*]] = %{{.*}} to %c4
// CHECK: scf.for %[[B:.*]] = %{{.*}} to %c3
// CHECK: kernel.micro_kernel mr = 2
// The same panel by panel: rows innermost.
// CHECK-LABEL: @panel_order
// CHECK: scf.for %{{.*}} = %{{.*}} to %c5
// CHECK: scf.for %{{.*}} = %{{.*}} to %c3
// CHECK: scf.for %{{.*}} = %{{.*}} to %c4
// CHECK: kernel.micro_kernel mr = 2
func.func private @output_order(%a: memref<8x5x3x8x3xf32, strided<[3, 0, 0, 0, 1]>>, %b: memref<8x5x3x8x3xf32, strided<[0, 1, 5, 45, 15]>>, %c: memref<8x5x3x8x3xf32, strided<[24, 192, 8, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<8x5x3x8x3xf32, strided<[3, 0, 0, 0, 1]>>, memref<8x5x3x8x3xf32, strided<[0, 1, 5, 45, 15]>>)
    outs(%c : memref<8x5x3x8x3xf32, strided<[24, 192, 8, 1, 0]>>) init = zero loops = <[m, n, n, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 8, nc = 120, kc = 3, pack = [false, true], prefetch = true, order = output> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
func.func private @panel_order(%a: memref<8x5x3x8x3xf32, strided<[3, 0, 0, 0, 1]>>, %b: memref<8x5x3x8x3xf32, strided<[0, 1, 5, 45, 15]>>, %c: memref<8x5x3x8x3xf32, strided<[24, 192, 8, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<8x5x3x8x3xf32, strided<[3, 0, 0, 0, 1]>>, memref<8x5x3x8x3xf32, strided<[0, 1, 5, 45, 15]>>)
    outs(%c : memref<8x5x3x8x3xf32, strided<[24, 192, 8, 1, 0]>>) init = zero loops = <[m, n, n, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 8, nc = 120, kc = 3, pack = [false, true]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Of sizes that only a call tells: packed above so many bytes, read as they lie
// below, the terms in one block.

// CHECK-LABEL: @small_or_large
// CHECK: scf.forall
// CHECK: scf.if
// CHECK: kernel.pack
// Whole tiles and edges, for the first block of terms and for others.
// CHECK-COUNT-4: init = load
// CHECK: } else {
// CHECK-NOT: kernel.pack
// CHECK-NOT: init = load
// CHECK: kernel.micro_kernel mr = 2 nv = 1 width = 8 init = zero
// CHECK-NOT: init = load
// CHECK: return
func.func private @small_or_large(%a: memref<?x?x?xf32, strided<[?, 0, 1]>>, %b: memref<?x?x?xf32, strided<[0, 1, ?]>>, %c: memref<?x?x?xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32, strided<[?, 0, 1]>>, memref<?x?x?xf32, strided<[0, 1, ?]>>)
    outs(%c : memref<?x?x?xf32, strided<[?, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 12, nc = 32, kc = 30, pack = [true, true]>
    attributes {kernel.pack_above = 1000 : i64} {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Columns that lie apart are packed in any case, and so is everything.
// CHECK-LABEL: @apart
// CHECK-NOT: else
// CHECK: return
func.func private @apart(%a: memref<?x?x?xf32, strided<[?, 0, 1]>>, %b: memref<?x?x?xf32, strided<[0, ?, 1]>>, %c: memref<?x?x?xf32, strided<[?, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<?x?x?xf32, strided<[?, 0, 1]>>, memref<?x?x?xf32, strided<[0, ?, 1]>>)
    outs(%c : memref<?x?x?xf32, strided<[?, 1, 0]>>) init = load loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 12, nc = 32, kc = 30, pack = [true, true]>
    attributes {kernel.pack_above = 1000 : i64} {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
