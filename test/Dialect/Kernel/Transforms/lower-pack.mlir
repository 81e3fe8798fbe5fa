// RUN: einsum-opt %s --kernel-lower-pack --canonicalize --cse --split-input-file | FileCheck %s

// Rows side by side: eight terms at a time, read across all panels; whole
// vectors, and for the last panel masked ones. The number of rows is not known,
// so that there may be no such panel.

// CHECK-LABEL: @rows
// CHECK-SAME: %[[N:[^:]*]]: index
// CHECK: scf.for %[[K:.*]] = %c0 to %c10 step %c8
// CHECK: %[[END:.*]] = arith.minsi %{{.*}}, %c10
// CHECK: %[[WHOLE:.*]] = arith.divui %[[N]], %c32
// CHECK: scf.for %{{.*}} = %c0 to %[[WHOLE]]
// CHECK: scf.for %{{.*}} = %[[K]] to %[[END]]
// CHECK: vector.load {{.*}} vector<16xf32>
// CHECK: vector.store
// CHECK: vector.load {{.*}} vector<16xf32>
// CHECK: vector.store
// CHECK: %[[LEFT:.*]] = arith.subi %[[N]]
// CHECK: scf.if
// CHECK: %[[MASK:.*]] = vector.create_mask %[[LEFT]] : vector<16xi1>
// CHECK: vector.maskedload {{.*}}, %[[MASK]]
func.func @rows(%n: index, %b: memref<?xf32>, %panels: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %c100 = arith.constant 100 : index
  kernel.pack %b[%c0] to %panels[%c0] width = 32 count(%n) stride(%c1) k(%c10) k_strides(%c100) : memref<?xf32> to memref<?xf32>
  return
}

// -----

// Terms side by side: squares of what fits a register of the target (4 x 4 for
// 128 bits); the last one overlaps the one before it.

module attributes {kernel.target = #kernel.target<cpu = "x86-64", vector_bits = 128, registers = 16, l1 = 32768, l2 = 262144, l3 = 4194304>} {
  // CHECK-LABEL: @terms
  // CHECK: scf.for %[[K:.*]] = %c0 to %c10 step %c4
  // CHECK: %[[FROM:.*]] = arith.minsi %[[K]], %c6
  // CHECK-COUNT-4: vector.load {{.*}} vector<4xf32>
  // CHECK-NOT: vector.load
  // CHECK: vector.shuffle {{.*}} [0, 4, 1, 5]
  // CHECK: vector.shuffle {{.*}} [2, 6, 3, 7]
  // CHECK: vector.shuffle {{.*}} [0, 1, 4, 5]
  // CHECK: vector.shuffle {{.*}} [2, 3, 6, 7]
  // CHECK-COUNT-4: vector.store {{.*}} vector<4xf32>
  // CHECK-NOT: vector.store
  // CHECK-NOT: memref.store
  func.func @terms(%b: memref<?xf32>, %panels: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c10 = arith.constant 10 : index
    %c100 = arith.constant 100 : index
    kernel.pack %b[%c0] to %panels[%c0] width = 4 count(%c4) stride(%c100) k(%c10) k_strides(%c1) : memref<?xf32> to memref<?xf32>
    return
  }
}

// -----

// 8 x 8 of f32 with 256 bits: pieces of 128 bits are interleaved inside, then
// exchanged. Six rows: two are zeros, and of the columns six elements stored.

module attributes {kernel.target = #kernel.target<cpu = "x86-64-v3", vector_bits = 256, registers = 16, l1 = 32768, l2 = 262144, l3 = 8388608, f16c = true>} {
  // CHECK-LABEL: @pieces
  // CHECK: scf.for %{{.*}} = %c0 to %c64 step %c8
  // CHECK-NOT: arith.minsi
  // CHECK-COUNT-6: vector.load {{.*}} vector<8xf32>
  // CHECK: vector.shuffle {{.*}} [0, 8, 1, 9, 4, 12, 5, 13]
  // CHECK: vector.shuffle {{.*}} [0, 1, 8, 9, 4, 5, 12, 13]
  // CHECK: vector.shuffle {{.*}} [0, 1, 2, 3, 8, 9, 10, 11]
  // CHECK: vector.shuffle {{.*}} [4, 5, 6, 7, 12, 13, 14, 15]
  // CHECK: vector.store {{.*}} vector<6xf32>
  func.func @pieces(%a: memref<?xf32>, %panels: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c6 = arith.constant 6 : index
    %c64 = arith.constant 64 : index
    %c100 = arith.constant 100 : index
    kernel.pack %a[%c0] to %panels[%c0] width = 6 count(%c6) stride(%c100) k(%c64) k_strides(%c1) : memref<?xf32> to memref<?xf32>
    return
  }

  // Several digits of the sum; the inner one's extent is not known, and may be
  // too short for a square. 16 bits: 8 x 8.
  // CHECK-LABEL: @digits
  // CHECK-SAME: %[[N:[^:]*]]: index
  // CHECK: scf.for %{{.*}} = %c0 to %c3
  // CHECK: %[[FITS:.*]] = arith.cmpi sge, %[[N]], %c8
  // CHECK: scf.if %[[FITS]]
  // CHECK: scf.for %{{.*}} = %c0 to %[[N]] step %c8
  // CHECK: vector.load {{.*}} vector<8xbf16>
  // CHECK: } else {
  // CHECK: scf.for %{{.*}} = %c0 to %[[N]] step %c1
  // CHECK: memref.load
  func.func @digits(%n: index, %a: memref<?xbf16>, %panels: memref<?xbf16>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c3 = arith.constant 3 : index
    %c32 = arith.constant 32 : index
    %c500 = arith.constant 500 : index
    %c100 = arith.constant 100 : index
    kernel.pack %a[%c0] to %panels[%c0] width = 16 count(%c32) stride(%c500) k(%c3, %n) k_strides(%c100, %c1) : memref<?xbf16> to memref<?xbf16>
    return
  }

  // Elements side by side belong to neighbouring panels: squares across them.
  // CHECK-LABEL: @outer
  // CHECK: scf.for %{{.*}} = %c0 to %c30 step %c1
  // CHECK: scf.for %{{.*}} = %c0 to %c24 step %c8
  // CHECK-COUNT-8: vector.load {{.*}} vector<8xf32>
  // CHECK-COUNT-8: vector.store {{.*}} vector<8xf32>
  // CHECK-NOT: memref.store
  func.func @outer(%a: memref<?xf32>, %panels: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c8 = arith.constant 8 : index
    %c24 = arith.constant 24 : index
    %c30 = arith.constant 30 : index
    %c100 = arith.constant 100 : index
    %c240 = arith.constant 240 : index
    kernel.pack %a[%c0] to %panels[%c0] width = 8 count(%c8) stride(%c100) k(%c30) k_strides(%c24) outer(%c24) outer_strides(%c1) outer_dest_strides(%c240) : memref<?xf32> to memref<?xf32>
    return
  }

  // c64 moves as integers of 64 bits.
  // CHECK-LABEL: @complex
  // CHECK: vector.load {{.*}} : memref<?xi64>, vector<4xi64>
  // CHECK: vector.shuffle {{.*}} [0, 4, 2, 6] : vector<4xi64>
  func.func @complex(%a: memref<?xcomplex<f32>>, %panels: memref<?xcomplex<f32>>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c64 = arith.constant 64 : index
    %c100 = arith.constant 100 : index
    kernel.pack %a[%c0] to %panels[%c0] width = 4 count(%c4) stride(%c100) k(%c64) k_strides(%c1) : memref<?xcomplex<f32>> to memref<?xcomplex<f32>>
    return
  }
}

// -----

// Nothing side by side, and rows that are not there: zeros.

// CHECK-LABEL: @elements
// CHECK: scf.for %{{.*}} = %c0 to %c7 step %c1
// CHECK: scf.for %{{.*}} = %c0 to %c3 step %c1
// CHECK: %[[V:.*]] = memref.load
// CHECK: memref.store %[[V]]
// CHECK: %[[LAST:.*]] = arith.addi %{{.*}}, %c3
// CHECK: memref.store %cst, %{{.*}}[%[[LAST]]]
func.func @elements(%a: memref<?xf32>, %panels: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %c100 = arith.constant 100 : index
  kernel.pack %a[%c0] to %panels[%c0] width = 4 count(%c3) stride(%c100) k(%c7) k_strides(%c2) : memref<?xf32> to memref<?xf32>
  return
}

// -----

// What lies side by side is known when the kernel is called: rows are copied by
// vectors, terms by squares, and others one by one.

// CHECK-LABEL: @called
// CHECK-SAME: %[[ROWS:[a-z0-9]*]]: index, %[[TERMS:[a-z0-9]*]]: index
// CHECK: arith.cmpi eq, %[[ROWS]], %c1
// CHECK: scf.if
// CHECK: vector.load %{{.*}} : memref<?xf32>, vector<8xf32>
// CHECK: else
// CHECK: arith.cmpi eq, %[[TERMS]], %c1
// CHECK: scf.if
// CHECK: vector.shuffle
// CHECK: else
// CHECK-NOT: vector
// CHECK: memref.load
// CHECK: return
func.func @called(%a: memref<?xf32>, %panels: memref<?xf32>, %rows: index, %terms: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  kernel.pack %a[%c0] to %panels[%c0] width = 8 count(%c64) stride(%rows) k(%c64) k_strides(%terms) : memref<?xf32> to memref<?xf32>
  return
}
