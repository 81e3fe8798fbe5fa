// RUN: einsum-opt %s --kernel-apply-cpu-schedule=report --verify-diagnostics -o /dev/null

// What a schedule of tiny blocks must enter is counted: both packings, tiles of
// fewer rows, masked columns, more than one block of the terms.

func.func private @everything(%a: memref<7x40x20xf32, strided<[20, 0, 1]>>, %b: memref<7x40x20xf32, strided<[0, 1, 40]>>, %c: memref<7x40x20xf32, strided<[40, 1, 0]>>) {
  // expected-remark @below {{micro-kernels: 8, row edges: 2, column edges: 1, blocks of terms: several, packed rows: 1, packed columns: 1, hoisted: 1}}
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
