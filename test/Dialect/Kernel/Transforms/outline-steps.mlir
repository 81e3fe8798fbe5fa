// RUN: einsum-opt %s --kernel-outline-steps --split-input-file | FileCheck %s

#id = affine_map<(i) -> (i)>

// Steps of the same text are one function, also across kernels; intermediates
// stay in the kernel and are never freed there.
// CHECK-LABEL: func.func @chain(
// CHECK: %[[T:.*]] = memref.alloc() : memref<4xf32>
// CHECK-NEXT: call @chain.step0(%{{.*}}, %[[T]])
// CHECK-NEXT: call @chain.step0(%[[T]], %{{.*}})
// CHECK-NEXT: return
func.func @chain(%x: memref<4xf32>, %y: memref<4xf32>) {
  %t = memref.alloc() : memref<4xf32>
  kernel.region ins(%x : memref<4xf32>) outs(%t : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%e: f32, %o: f32):
    kernel.yield %e : f32
  }
  kernel.region ins(%t : memref<4xf32>) outs(%y : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%e: f32, %o: f32):
    kernel.yield %e : f32
  }
  memref.dealloc %t : memref<4xf32>
  return
}

// A copy is a region like another.
// CHECK-LABEL: func.func @copy(
// CHECK-NEXT: call @chain.step0
func.func @copy(%x: memref<4xf32>, %y: memref<4xf32>) {
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  return
}

// Another type is another step.
// CHECK-LABEL: func.func @copy64(
// CHECK-NEXT: call @copy64.step1
func.func @copy64(%x: memref<4xf64>, %y: memref<4xf64>) {
  memref.copy %x, %y : memref<4xf64> to memref<4xf64>
  return
}

// CHECK: func.func private @chain.step0(%[[X:.*]]: memref<4xf32>, %[[Y:.*]]: memref<4xf32>)
// CHECK-NEXT: kernel.region ins(%[[X]] : memref<4xf32>) outs(%[[Y]] : memref<4xf32>)
// CHECK: func.func private @copy64.step1

// -----

// What was not tiled becomes loops in a step of one task. Views are made inside:
// the memrefs that a step gets never overlap.
// CHECK-LABEL: func.func @loops(
// CHECK-SAME: %[[X:.*]]: memref<4x8xf32>, %[[Y:.*]]: memref<8xf32>)
// CHECK-NEXT: call @loops.step0(%[[Y]], %[[X]])
// CHECK-NEXT: return
// CHECK: func.func private @loops.step0(%[[OUT:.*]]: memref<8xf32>, %{{.*}}: memref<4x8xf32>)
// CHECK-NEXT: scf.forall (%{{.*}}) in (1) {
// CHECK: memref.subview %[[OUT]]
// CHECK: memref.store
// CHECK: scf.for
// CHECK: arith.maximumf
// CHECK: mapping = [#kernel.task]
func.func @loops(%x: memref<4x8xf32>, %y: memref<8xf32>) {
  %low = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  memref.store %low, %y[%c0] : memref<8xf32>
  %part = memref.subview %y[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x8xf32>) outs(%part : memref<4xf32, strided<[1]>>) {
  ^bb0(%e: f32, %acc: f32):
    %m = arith.maximumf %e, %acc : f32
    linalg.yield %m : f32
  }
  return
}

// -----

// A copy in a loop is part of the loop's step.
// CHECK-LABEL: func.func @repeat(
// CHECK: call @repeat.step0
// CHECK: func.func private @repeat.step0(
// CHECK-NOT: kernel.region
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.load
// CHECK: memref.store
func.func @repeat(%x: memref<4xf32>, %y: memref<4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  }
  return
}
