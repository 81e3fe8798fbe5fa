// RUN: einsum-opt %s --kernel-apply-cpu-schedule --canonicalize --cse --split-input-file | FileCheck %s

// One block of terms: each tile goes through the epilogue on its way to memory.
// CHECK-LABEL: @single
// CHECK-NOT: kernel.scratch
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 8 init = zero
// CHECK-SAME: -> memref<64xf16> {
// CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
// CHECK: } epilogue {
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32):
// CHECK-NEXT: arith.truncf %[[SUM]] : f32 to f16
// CHECK-NOT: kernel.micro_kernel
func.func private @single(%a0: memref<f32>, %b0: memref<f32>, %c0: memref<f16>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [8, 8, 20], strides: [20, 0, 1] : memref<f32> to memref<8x8x20xf32, strided<[20, 0, 1]>>
  %b = memref.reinterpret_cast %b0 to offset: [0], sizes: [8, 8, 20], strides: [0, 1, 8] : memref<f32> to memref<8x8x20xf32, strided<[0, 1, 8]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [8, 8, 20], strides: [8, 1, 0] : memref<f16> to memref<8x8x20xf16, strided<[8, 1, 0]>>
  kernel.region ins(%a, %b : memref<8x8x20xf32, strided<[20, 0, 1]>>, memref<8x8x20xf32, strided<[0, 1, 8]>>)
    outs(%c : memref<8x8x20xf16, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 1, width = 8, mc = 4, nc = 8, kc = 20, pack = [false, false]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%sum: f32):
    %r = arith.truncf %sum : f32 to f16
    kernel.yield %r : f16
  }
  return
}

// -----

// Several blocks: sums of both blocks of rows, which share packed columns, wait
// in scratch, 4 rows of 8 columns each; then each tile is converted.
// CHECK-LABEL: @blocks
// CHECK: scf.forall
// CHECK: %[[SUMS:.*]] = kernel.scratch(%c64) : memref<?xf32>
// CHECK: kernel.pack
// CHECK: scf.for %[[BLOCK:.*]] = %c0 to %c2
// CHECK: %[[SLOT:.*]] = arith.muli %[[BLOCK]], %c32
// CHECK: %[[ROW:.*]] = arith.muli %{{.*}}, %c8 :
// CHECK-NEXT: %[[AT:.*]] = arith.addi %[[SLOT]], %[[ROW]]
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 8 init = zero
// CHECK-SAME: out(%[[SUMS]][%[[AT]]]){{.*}} m_strides({{.*}}, %c8)
// CHECK-NOT: epilogue
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 8 init = load
// CHECK-SAME: out(%[[SUMS]][%[[AT]]])
// CHECK-NOT: epilogue
// CHECK: scf.for %[[LATER:.*]] = %c0 to %c2
// CHECK: %[[OTHER:.*]] = arith.muli %[[LATER]], %c32
// CHECK: %[[FROM:.*]] = arith.addi %[[OTHER]],
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 8 init = zero
// CHECK-SAME: ins(%[[SUMS]]) at(%[[FROM]]) out(%{{.*}}) k() m_strides(%c8, %c8) n_strides(%c1, %c1)
// CHECK-SAME: -> memref<64xf16> {
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32, %{{.*}}: f16):
// CHECK-NEXT: arith.truncf %[[SUM]] : f32 to f16
func.func private @blocks(%a0: memref<f32>, %b0: memref<f32>, %c0: memref<f16>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [8, 8, 20], strides: [20, 0, 1] : memref<f32> to memref<8x8x20xf32, strided<[20, 0, 1]>>
  %b = memref.reinterpret_cast %b0 to offset: [0], sizes: [8, 8, 20], strides: [0, 1, 8] : memref<f32> to memref<8x8x20xf32, strided<[0, 1, 8]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [8, 8, 20], strides: [8, 1, 0] : memref<f16> to memref<8x8x20xf16, strided<[8, 1, 0]>>
  kernel.region ins(%a, %b : memref<8x8x20xf32, strided<[20, 0, 1]>>, memref<8x8x20xf32, strided<[0, 1, 8]>>)
    outs(%c : memref<8x8x20xf16, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 1, width = 8, mc = 4, nc = 8, kc = 10, pack = [false, true]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%sum: f32):
    %r = arith.truncf %sum : f32 to f16
    kernel.yield %r : f16
  }
  return
}

// -----

// Where the output holds sums, too, they wait there.
// CHECK-LABEL: @same_type
// CHECK-NOT: kernel.scratch
// CHECK: kernel.micro_kernel {{.*}} init = load {{.*}} out(%[[OUT:[^\[]*]][
// CHECK-NOT: epilogue
// CHECK: kernel.micro_kernel {{.*}} init = zero ins(%[[OUT]]) {{.*}} out(%[[OUT]][{{.*}} k()
// CHECK: arith.negf
func.func private @same_type(%a0: memref<f32>, %b0: memref<f32>, %c0: memref<f32>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [4, 8, 20], strides: [20, 0, 1] : memref<f32> to memref<4x8x20xf32, strided<[20, 0, 1]>>
  %b = memref.reinterpret_cast %b0 to offset: [0], sizes: [4, 8, 20], strides: [0, 1, 8] : memref<f32> to memref<4x8x20xf32, strided<[0, 1, 8]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [4, 8, 20], strides: [8, 1, 0] : memref<f32> to memref<4x8x20xf32, strided<[8, 1, 0]>>
  kernel.region ins(%a, %b : memref<4x8x20xf32, strided<[20, 0, 1]>>, memref<4x8x20xf32, strided<[0, 1, 8]>>)
    outs(%c : memref<4x8x20xf32, strided<[8, 1, 0]>>) init = load loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 1, width = 8, mc = 4, nc = 8, kc = 10, pack = [false, false]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%sum: f32):
    %r = arith.negf %sum : f32
    kernel.yield %r : f32
  }
  return
}

// -----

// Of split terms, the sum of the parts has the epilogue; parts are f32.
// CHECK-LABEL: @split
// CHECK: kernel.scratch({{.*}}) : memref<?xf32>
// CHECK: kernel.micro_kernel
// CHECK-NOT: epilogue
// CHECK: mapping = [#kernel.task]
// CHECK: kernel.micro_kernel mr = 1 {{.*}} -> memref<32xf16> {
// CHECK: } epilogue {
// CHECK: arith.truncf
func.func private @split(%a0: memref<f32>, %b0: memref<f32>, %c0: memref<f16>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [4, 8, 20], strides: [20, 0, 1] : memref<f32> to memref<4x8x20xf32, strided<[20, 0, 1]>>
  %b = memref.reinterpret_cast %b0 to offset: [0], sizes: [4, 8, 20], strides: [0, 1, 8] : memref<f32> to memref<4x8x20xf32, strided<[0, 1, 8]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [4, 8, 20], strides: [8, 1, 0] : memref<f16> to memref<4x8x20xf16, strided<[8, 1, 0]>>
  kernel.region ins(%a, %b : memref<4x8x20xf32, strided<[20, 0, 1]>>, memref<4x8x20xf32, strided<[0, 1, 8]>>)
    outs(%c : memref<4x8x20xf16, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 1, width = 8, mc = 4, nc = 8, kc = 10, pack = [false, false], split_k = 2> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%sum: f32):
    %r = arith.truncf %sum : f32 to f16
    kernel.yield %r : f16
  }
  return
}
