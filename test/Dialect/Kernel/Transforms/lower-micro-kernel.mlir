// RUN: einsum-opt %s --kernel-lower-micro-kernel --canonicalize --cse --split-input-file | FileCheck %s

// More vectors than rows: the broadcasts are held, the vectors stream by, one
// for all rows before the next.

// CHECK-LABEL: @streams
// CHECK: scf.for
// CHECK: %[[A0:.*]] = vector.broadcast
// CHECK: vector.fma %[[A0]], %[[B0:.*]], %
// CHECK: %[[A1:.*]] = vector.broadcast
// CHECK: vector.fma %[[A1]], %[[B0]], %
// CHECK: %[[B1:.*]] = vector.load
// CHECK-NEXT: vector.fma %[[A0]], %[[B1]], %
// CHECK-NEXT: vector.fma %[[A1]], %[[B1]], %
// CHECK-NOT: vector.broadcast
// CHECK: scf.yield
// CHECK-COUNT-6: vector.store {{.*}} vector<8xf32>
func.func @streams(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  kernel.micro_kernel mr = 2 nv = 3 width = 8 init = zero ins(%a, %b) at(%c0, %c0) out(%c[%c0])
      k(%n) m_strides(%c100, %c0, %c100) n_strides(%c0, %c1, %c1) k_strides(%c1, %c100)
      : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// A loop a digit of the sum; what was there is loaded first; integers are
// widened, elements before they are broadcast.

// CHECK-LABEL: @digits
// CHECK: %[[OLD:.*]] = vector.load %{{.*}} vector<16xi32>
// CHECK: scf.for %{{.*}} = %c0 to %c3 {{.*}} iter_args(%[[OUTER:.*]] = %[[OLD]])
// CHECK: scf.for %{{.*}} = %c0 to %c25 {{.*}} iter_args(%{{.*}} = %[[OUTER]])
// CHECK: %[[X:.*]] = memref.load {{.*}} : memref<?xi8>
// CHECK: %[[Y:.*]] = vector.load {{.*}} vector<16xi8>
// CHECK: %[[W:.*]] = arith.extsi %[[X]] : i8 to i32
// CHECK: arith.extsi %[[Y]] : vector<16xi8> to vector<16xi32>
// CHECK: vector.broadcast %[[W]] : i32 to vector<16xi32>
// CHECK: arith.muli
// CHECK: arith.addi
func.func @digits(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c25 = arith.constant 25 : index
  %c16 = arith.constant 16 : index
  %c400 = arith.constant 400 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 16 init = load ins(%a, %b) at(%c0, %c0) out(%c[%c0])
      k(%c3, %c25) m_strides(%c0, %c0, %c0) n_strides(%c0, %c1, %c1) k_strides(%c25, %c1, %c400, %c16)
      : (memref<?xi8>, memref<?xi8>) -> memref<?xi32> {
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

// Complex numbers are two vectors: four multiply-adds, no library. Columns that
// lie apart are gathered, and scattered.

// CHECK-LABEL: @complex
// CHECK: scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>)
// CHECK: vector.gather {{.*}} : memref<?xf32>, vector<4xindex>{{.*}} into vector<4xf32>
// CHECK: vector.gather
// CHECK-COUNT-4: vector.fma
// CHECK-NOT: complex.mul
// CHECK: vector.scatter
// CHECK: vector.scatter
func.func @complex(%a: memref<?xcomplex<f32>>, %b: memref<?xcomplex<f32>>, %c: memref<?xcomplex<f32>>, %n: index, %stride: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 4 init = zero ins(%a, %b) at(%c0, %c0) out(%c[%c0])
      k(%n) m_strides(%c0, %c0, %c0) n_strides(%c0, %stride, %stride) k_strides(%c1, %c1)
      : (memref<?xcomplex<f32>>, memref<?xcomplex<f32>>) -> memref<?xcomplex<f32>> {
  ^bb0(%x: complex<f32>, %y: complex<f32>, %acc: complex<f32>):
    %p = complex.mul %x, %y : complex<f32>
    %s = complex.add %acc, %p : complex<f32>
    kernel.yield %s : complex<f32>
  }
  return
}

// -----

// A scalar from above; no sum, no loop.

// CHECK-LABEL: @scale
// CHECK-SAME: %[[ALPHA:[^:]*]]: f32
// CHECK-NOT: scf.for
// CHECK: vector.broadcast %[[ALPHA]]
// CHECK: arith.mulf {{.*}} vector<8xf32>
func.func @scale(%alpha: f32, %b: memref<?xf32>, %c: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%b) at(%c0) out(%c[%c0])
      k() m_strides(%c0, %c0) n_strides(%c1, %c1) k_strides()
      : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    %p = arith.mulf %x, %alpha : f32
    kernel.yield %p : f32
  }
  return
}

// -----

// A tile whose columns and rows lie apart goes through a buffer of the task's,
// both ways; tiles share it.

// CHECK-LABEL: @apart
// CHECK: scf.forall
// CHECK: %[[BUFFER:.*]] = kernel.scratch(%c64) : memref<?xf32>
// CHECK-NOT: kernel.scratch
// CHECK: scf.for %[[M:.*]] = %c0 to %c2
// CHECK: scf.for %[[N:.*]] = %c0 to %c32
// CHECK: %[[OLD:.*]] = memref.load %arg1
// CHECK: memref.store %[[OLD]], %[[BUFFER]]
// CHECK: vector.load %[[BUFFER]][%c0]
// CHECK-COUNT-4: vector.store {{.*}}, %[[BUFFER]]
// CHECK: scf.for %{{.*}} = %c0 to %c2
// CHECK: scf.for %{{.*}} = %c0 to %c32
// CHECK: %[[NEW:.*]] = memref.load %[[BUFFER]]
// CHECK: memref.store %[[NEW]], %arg1
// CHECK-NOT: vector.scatter
// The last vector's tail is not copied.
// CHECK: %[[COLUMNS:.*]] = arith.addi %arg3, %c16
// CHECK: scf.for %{{.*}} = %c0 to %[[COLUMNS]]
// CHECK: memref.store %{{.*}}, %arg1
func.func @apart(%b: memref<?xf32>, %c: memref<?xf32>, %stride: index, %tail: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c32 = arith.constant 32 : index
  scf.forall (%t) in (1) {
    kernel.micro_kernel mr = 2 nv = 2 width = 16 init = load ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c32, %c3) n_strides(%c1, %stride) k_strides()
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      %s = arith.addf %acc, %x : f32
      kernel.yield %s : f32
    }
    kernel.micro_kernel mr = 1 nv = 2 width = 16 init = zero ins(%b) at(%c0) out(%c[%c0])
        k() m_strides(%c0, %c0) n_strides(%c1, %stride) k_strides() tail(%tail)
        : (memref<?xf32>) -> memref<?xf32> {
    ^bb0(%x: f32, %acc: f32):
      kernel.yield %x : f32
    }
  } {mapping = [#kernel.task]}
  return
}

// -----

// Whether columns lie apart is known when the kernel is called: if not, the tile
// goes to memory as it is.

// CHECK-LABEL: @called
// CHECK-SAME: %[[STRIDE:[a-z0-9]*]]: index
// CHECK: %[[BUFFER:.*]] = kernel.scratch
// CHECK: %[[UNIT:.*]] = arith.cmpi eq, %[[STRIDE]], %c1
// CHECK: scf.if %[[UNIT]] -> (vector<16xf32>, vector<16xf32>)
// CHECK: vector.load %{{.*}} : memref<?xf32>, vector<16xf32>
// CHECK: else
// CHECK: memref.load
// CHECK: scf.if %[[UNIT]]
// CHECK: vector.store %{{.*}} : memref<?xf32>, vector<16xf32>
// CHECK: else
// CHECK: memref.store
func.func @called(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %stride: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  kernel.micro_kernel mr = 2 nv = 1 width = 16 init = load ins(%a, %b) at(%c0, %c0) out(%c[%c0]) k(%c8) m_strides(%c8, %c0, %c3) n_strides(%c0, %c1, %stride) k_strides(%c1, %c16) : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
