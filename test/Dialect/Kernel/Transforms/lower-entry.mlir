// RUN: einsum-opt %s --kernel-lower-entry --canonicalize --cse --split-input-file | FileCheck %s

// One step of two tasks: the names, and what crosses their borders.
// CHECK-LABEL: func.func private @step.0(
// CHECK-SAME: !llvm.ptr {llvm.noalias}, %{{.*}}: !llvm.ptr {llvm.noalias}
// CHECK: scf.for
// CHECK: memref.store
// CHECK-LABEL: func.func @copy_tasks(%{{.*}}: !llvm.ptr, %{{.*}}: i64) -> i64
// CHECK-DAG: %[[NONE:.*]] = arith.constant -1 : i64
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK: default: ^[[OTHER:.*]],
// CHECK: 0: ^[[FIRST:.*]]
// CHECK: ^[[FIRST]]:
// CHECK: return %[[TWO]]
// CHECK: ^[[OTHER]]:
// CHECK: return %[[NONE]]
// CHECK-LABEL: func.func @copy_entry(
// CHECK-SAME: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr {llvm.align = 64 : i64}, %{{.*}}: i64, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64) -> i32
// CHECK: call @step.0({{.*}}, %[[BEGIN]], %[[END]])
// CHECK-LABEL: func.func @copy_scratch_bytes() -> i64
// CHECK: call @copy.bytes
// CHECK-LABEL: func.func @copy_ws(
// CHECK-SAME: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// CHECK-LABEL: func.func @copy(
// CHECK-SAME: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
func.func private @step(%a: memref<8xf32>, %c: memref<8xf32>) {
  %four = arith.constant 4 : index
  scf.forall (%t) in (2) {
    %i = arith.muli %t, %four : index
    %v = memref.load %a[%i] : memref<8xf32>
    memref.store %v, %c[%i] : memref<8xf32>
  }
  return
}
func.func @copy(%a: memref<8xf32>, %c: memref<8xf32>) {
  call @step(%a, %c) : (memref<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// The two calls share one function; sizes come from the parameters; what is
// illegal has no scratch.
// CHECK-LABEL: func.func private @step.0(
// CHECK-NOT: @step.1
// CHECK-LABEL: func.func @twice_scratch_bytes(%{{.*}}: i64) -> i64
// CHECK: arith.constant -1 : i64
// CHECK: call @twice.bytes
// CHECK: arith.select
// CHECK-LABEL: func.func @twice_ws(
// CHECK-SAME: !llvm.ptr, %{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: !llvm.ptr) -> i32
// CHECK-LABEL: func.func @twice(
// CHECK: call @malloc
// CHECK: call @twice.run
// CHECK: call @free
func.func private @step(%a: memref<?xf32>, %c: memref<?xf32>) {
  %zero = arith.constant 0 : index
  %n = memref.dim %a, %zero : memref<?xf32>
  scf.forall (%t) in (%n) {
    %v = memref.load %a[%t] : memref<?xf32>
    memref.store %v, %c[%t] : memref<?xf32>
  }
  return
}
func.func @twice(%a: memref<?xf32> {kernel.labels = ["i"]}, %c: memref<?xf32> {kernel.labels = ["i"]}) {
  %zero = arith.constant 0 : index
  %n = memref.dim %a, %zero : memref<?xf32>
  %between = memref.alloc(%n) : memref<?xf32>
  call @step(%a, %between) : (memref<?xf32>, memref<?xf32>) -> ()
  call @step(%between, %c) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}

// -----

// Scratch of a step that reads an intermediate has a size that depends on the
// intermediate's: both are known before either has an address.
// CHECK-LABEL: func.func @chain_entry(
// CHECK: call @second.0(
func.func private @first(%a: memref<?xf32>, %c: memref<?xf32>) {
  scf.forall (%t) in (1) {
    %v = memref.load %a[%t] : memref<?xf32>
    memref.store %v, %c[%t] : memref<?xf32>
  }
  return
}
func.func private @second(%a: memref<?xf32>, %c: memref<?xf32>) {
  %zero = arith.constant 0 : index
  %n = memref.dim %a, %zero : memref<?xf32>
  %shared = kernel.scratch(%n) : memref<?xf32>
  scf.forall (%t) in (1) {
    %v = memref.load %a[%t] : memref<?xf32>
    memref.store %v, %shared[%t] : memref<?xf32>
    %own = kernel.scratch(%n) : memref<?xf32>
    memref.store %v, %own[%t] : memref<?xf32>
  }
  scf.forall (%t) in (%n) {
    %v = memref.load %shared[%t] : memref<?xf32>
    memref.store %v, %c[%t] : memref<?xf32>
  }
  return
}
func.func @chain(%a: memref<?xf32> {kernel.labels = ["i"]}, %c: memref<?xf32> {kernel.labels = ["i"]}) {
  %zero = arith.constant 0 : index
  %n = memref.dim %a, %zero : memref<?xf32>
  %between = memref.alloc(%n) : memref<?xf32>
  call @first(%a, %between) : (memref<?xf32>, memref<?xf32>) -> ()
  call @second(%between, %c) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}

// -----

// The first and the third buffer are never in use at the same time and share
// memory: 512 bytes, not 768, and for each of 4 tasks 64 of its own.
// CHECK-LABEL: func.func private @share.bytes
// CHECK: %[[SUM:.*]] = arith.constant 768 : i64
// CHECK: return %[[SUM]]
// CHECK-LABEL: func.func @share_tasks
func.func private @move(%a: memref<64xf32>, %c: memref<64xf32>) {
  %sixteen = arith.constant 16 : index
  scf.forall (%t) in (4) {
    %own = kernel.scratch(%sixteen) : memref<?xf32>
    %v = memref.load %a[%t] : memref<64xf32>
    memref.store %v, %own[%t] : memref<?xf32>
    memref.store %v, %c[%t] : memref<64xf32>
  }
  return
}
func.func @share(%a: memref<64xf32>, %c: memref<64xf32>) {
  %x = memref.alloc() : memref<64xf32>
  %y = memref.alloc() : memref<64xf32>
  %z = memref.alloc() : memref<64xf32>
  call @move(%a, %x) : (memref<64xf32>, memref<64xf32>) -> ()
  call @move(%x, %y) : (memref<64xf32>, memref<64xf32>) -> ()
  call @move(%y, %z) : (memref<64xf32>, memref<64xf32>) -> ()
  call @move(%z, %c) : (memref<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

// A scalar is passed by value, and by address in the entry's operands.
// CHECK-LABEL: func.func @scale(
// CHECK-SAME: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[FACTOR:.*]]: f32) -> i32
// CHECK: llvm.store %[[FACTOR]]
func.func private @scaled(%a: memref<8xf32>, %f: f32, %c: memref<8xf32>) {
  scf.forall (%t) in (8) {
    %v = memref.load %a[%t] : memref<8xf32>
    %s = arith.mulf %v, %f : f32
    memref.store %s, %c[%t] : memref<8xf32>
  }
  return
}
func.func @scale(%a: memref<8xf32>, %f: f32, %c: memref<8xf32>) {
  call @scaled(%a, %f, %c) : (memref<8xf32>, f32, memref<8xf32>) -> ()
  return
}

// -----

// An operand that is also the output may be the same memory: no promises.
// CHECK-LABEL: func.func private @add.0(
// CHECK-SAME: %{{[a-z0-9]*}}: !llvm.ptr, %{{[a-z0-9]*}}: !llvm.ptr, %{{[a-z0-9]*}}: !llvm.ptr {llvm.align
func.func private @add(%a: memref<8xf32>, %c: memref<8xf32>) {
  scf.forall (%t) in (8) {
    %v = memref.load %a[%t] : memref<8xf32>
    memref.store %v, %c[%t] : memref<8xf32>
  }
  return
}
func.func @same(%c: memref<8xf32> {kernel.inout}) {
  call @add(%c, %c) : (memref<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// Calls that break what is assumed are illegal, and have no scratch.
// CHECK-LABEL: func.func private @assume.check(
// CHECK-DAG: arith.remui %{{.*}}, %c16{{.*}} : i64
// CHECK-DAG: arith.cmpi sge, %{{.*}}, %c64{{.*}} : i64
// CHECK-DAG: arith.cmpi sle, %{{.*}}, %c512{{.*}} : i64
// CHECK-LABEL: func.func @assume_scratch_bytes(
// CHECK: arith.remui
func.func @assume(%c: memref<?xf32> {kernel.labels = ["i"]}) attributes {kernel.assume = {i = #kernel.extent<multiple = 16, min = 64, max = 512>}} {
  return
}
