// RUN: einsum-opt %s --kernel-apply-cpu-schedule --canonicalize --cse --split-input-file | FileCheck %s
// RUN: einsum-opt %s --kernel-apply-cpu-schedule=report --split-input-file 2>&1 >%t | FileCheck %s --check-prefix=REPORT
// REPORT-COUNT-3: blocks of terms: several, {{.*}}, terms split
// REPORT: blocks of terms: one,
// REPORT-NOT: terms split

// A part a block of terms: each starts from zero and has its own line of
// scratch; a step of its own adds them up, in order.
// CHECK-LABEL: @parts
// CHECK: %[[SUMS:.*]] = kernel.scratch(%c256) : memref<?xf32>
// CHECK: scf.forall (%[[PART:.*]]) in (4)
// CHECK-DAG: %[[A:.*]] = arith.muli %[[PART]], %c250
// CHECK-DAG: %[[B:.*]] = arith.muli %[[PART]], %c4000
// CHECK-DAG: %[[TO:.*]] = arith.muli %[[PART]], %c64
// CHECK: kernel.micro_kernel mr = 4 nv = 1 width = 16 init = zero
// CHECK-SAME: at(%[[A]], %[[B]]) out(%[[SUMS]][%[[TO]]]) k(%c250)
// CHECK-SAME: m_strides(%c1000, %c0, %c16)
// CHECK: mapping = [#kernel.task]
// CHECK: scf.forall (%{{.*}}) in (1)
// CHECK: scf.for %[[ROW:.*]] = %c0 to %c4
// CHECK: %[[AT:.*]] = arith.muli %[[ROW]], %c16
// CHECK: kernel.micro_kernel mr = 1 nv = 1 width = 16 init = zero
// CHECK-SAME: at(%[[AT]]) out(%{{.*}}[%[[AT]]]) k(%c4)
// CHECK-SAME: k_strides(%c64)
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[SUM:.*]]: f32)
// CHECK-NEXT: arith.addf %[[SUM]], %[[X]] : f32
func.func private @parts(%a0: memref<f32>, %b0: memref<f32>, %c0: memref<f32>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [4, 16, 1000], strides: [1000, 0, 1] : memref<f32> to memref<4x16x1000xf32, strided<[1000, 0, 1]>>
  %b = memref.reinterpret_cast %b0 to offset: [0], sizes: [4, 16, 1000], strides: [0, 1, 16] : memref<f32> to memref<4x16x1000xf32, strided<[0, 1, 16]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [4, 16, 1000], strides: [16, 1, 0] : memref<f32> to memref<4x16x1000xf32, strided<[16, 1, 0]>>
  kernel.region ins(%a, %b : memref<4x16x1000xf32, strided<[1000, 0, 1]>>, memref<4x16x1000xf32, strided<[0, 1, 16]>>)
    outs(%c : memref<4x16x1000xf32, strided<[16, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 4, nv = 1, width = 16, mc = 4, nc = 16, kc = 250, pack = [false, false], max_tasks = 4, split_k = 4> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Three parts of ten blocks: 3, 3 and 4 of them; the first of a part starts
// from zero, others go on. What was in the output is added at the end alone.
// CHECK-LABEL: @uneven
// CHECK: scf.forall (%[[PART:.*]]) in (3)
// CHECK: %[[MUL:.*]] = arith.muli %[[PART]], %c10
// CHECK: %[[BEGIN:.*]] = arith.divui %[[MUL]], %c3
// CHECK: %[[NEXT:.*]] = arith.addi %[[PART]], %c1
// CHECK: %[[MUL2:.*]] = arith.muli %[[NEXT]], %c10
// CHECK: %[[END:.*]] = arith.divui %[[MUL2]], %c3
// CHECK: scf.for %[[BLOCK:.*]] = %[[BEGIN]] to %[[END]]
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[BLOCK]], %[[BEGIN]]
// CHECK: scf.if %[[FIRST]]
// CHECK: kernel.micro_kernel {{.*}} init = zero term_lanes
// CHECK: else
// CHECK: kernel.micro_kernel {{.*}} init = load term_lanes
// CHECK: scf.forall
// CHECK: kernel.micro_kernel {{.*}} init = load {{.*}} k(%c3)
// CHECK-SAME: k_strides(%c16)
func.func private @uneven(%a: memref<160xf32>, %c0: memref<f32>) {
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [160], strides: [0] : memref<f32> to memref<160xf32, strided<[0]>>
  kernel.region ins(%a : memref<160xf32>)
    outs(%c : memref<160xf32, strided<[0]>>) init = load loops = <[k]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 16, pack = [false], max_tasks = 3, lanes = terms, split_k = 3> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// As many parts as there are blocks, at most: none is empty. An extent that is
// small at run time is one task.
// CHECK-LABEL: @dynamic
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: %[[UP:.*]] = arith.addi %[[N]], %c15
// CHECK: %[[DIV:.*]] = arith.divui %[[UP]], %c16
// CHECK: %[[BLOCKS:.*]] = arith.maxsi %[[DIV]], %c1
// CHECK: %[[PARTS:.*]] = arith.minsi %[[BLOCKS]], %c8
// CHECK: %[[SIZE:.*]] = arith.muli %[[PARTS]], %c16
// CHECK: kernel.scratch(%[[SIZE]])
// CHECK: %[[ENOUGH:.*]] = arith.divui %[[N]], %c100
// CHECK: %[[MOST:.*]] = arith.maxsi %[[ENOUGH]], %c1
// CHECK: %[[LIMIT:.*]] = arith.minsi %[[MOST]], %c4
// CHECK: %[[TASKS:.*]] = arith.minsi %[[LIMIT]], %[[PARTS]]
// CHECK: scf.forall (%{{.*}}) in (%[[TASKS]])
func.func private @dynamic(%n: index, %a0: memref<f32>, %c0: memref<f32>) {
  %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [%n], strides: [1] : memref<f32> to memref<?xf32, strided<[1]>>
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [%n], strides: [0] : memref<f32> to memref<?xf32, strided<[0]>>
  kernel.region ins(%a : memref<?xf32, strided<[1]>>)
    outs(%c : memref<?xf32, strided<[0]>>) init = zero loops = <[k]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 16, pack = [false], max_tasks = 4, lanes = terms, split_k = 8, grain = 100> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// One block of terms: nothing to split.
// CHECK-LABEL: @one_block
// CHECK-NOT: kernel.scratch
// CHECK: scf.forall
// CHECK-NOT: scf.forall
func.func private @one_block(%a: memref<160xf32>, %c0: memref<f32>) {
  %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [160], strides: [0] : memref<f32> to memref<160xf32, strided<[0]>>
  kernel.region ins(%a : memref<160xf32>)
    outs(%c : memref<160xf32, strided<[0]>>) init = zero loops = <[k]>
    schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 16, mc = 1, nc = 16, kc = 160, pack = [false], max_tasks = 3, lanes = terms, split_k = 3> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}
