// RUN: einsum-opt %s --kernel-lower-pack --canonicalize --cse --split-input-file | FileCheck %s

// Columns side by side: four terms of sixteen columns become sixteen groups.
// Ten terms are two whole groups and one that lacks two. Behind the panel stands
// -128 times the sum of each column's terms, by products with 1.

module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, i8_dot = native>} {
  // CHECK-LABEL: @columns
  // CHECK-DAG: %[[FACTOR:.*]] = arith.constant dense<-128> : vector<16xi32>
  // CHECK-DAG: %[[ONES:.*]] = arith.constant dense<16843009> : vector<16xi32>
  // CHECK: scf.for %{{.*}} = %c0 to %c2 step
  // CHECK-COUNT-4: vector.load {{.*}} memref<?xi8>, vector<16xi8>
  // CHECK: vector.store {{.*}} memref<?xi32>, vector<16xi32>
  // CHECK-COUNT-2: vector.load {{.*}} memref<?xi8>, vector<16xi8>
  // CHECK-NOT: memref<?xi8>
  // CHECK: vector.store {{.*}} memref<?xi32>, vector<16xi32>
  // CHECK: %[[SUMS:.*]] = scf.for %{{.*}} = %c0 to %c3 step
  // CHECK: vector.bitcast %{{.*}} : vector<16xi32> to vector<64xi8>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
  // CHECK: %[[SCALED:.*]] = arith.muli %[[SUMS]], %[[FACTOR]]
  // CHECK: vector.store %[[SCALED]], %{{.*}}[%c48]
  func.func @columns(%b: memref<?xi8>, %panels: memref<?xi32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c10 = arith.constant 10 : index
    %c16 = arith.constant 16 : index
    %c100 = arith.constant 100 : index
    kernel.pack %b[%c0] to %panels[%c0] width = 16 group = 4 flip_correction count(%c16) stride(%c1) k(%c10) k_strides(%c100) : memref<?xi8> to memref<?xi32>
    return
  }
}

// -----

// Terms side by side: groups are loaded as they lie, their signs flipped, and
// transposed as i32.

module attributes {kernel.target = #kernel.target<cpu = "x86-64", vector_bits = 128, registers = 16, l1 = 32768, l2 = 262144, l3 = 4194304>} {
  // CHECK-LABEL: @rows
  // CHECK: %[[SIGNS:.*]] = arith.constant dense<-128> : vector<16xi8>
  // CHECK: scf.for
  // CHECK: %[[TERMS:.*]] = vector.load {{.*}} memref<?xi8>, vector<16xi8>
  // CHECK: %[[FLIPPED:.*]] = arith.xori %[[TERMS]], %[[SIGNS]]
  // CHECK: vector.bitcast %[[FLIPPED]] : vector<16xi8> to vector<4xi32>
  // CHECK: vector.shuffle {{.*}} vector<4xi32>
  // CHECK: vector.store {{.*}} memref<?xi32>, vector<4xi32>
  func.func @rows(%a: memref<?xi8>, %panels: memref<?xi32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c32 = arith.constant 32 : index
    %c100 = arith.constant 100 : index
    kernel.pack %a[%c0] to %panels[%c0] width = 4 group = 4 flip_sign count(%c4) stride(%c100) k(%c32) k_strides(%c1) : memref<?xi8> to memref<?xi32>
    return
  }
}

// -----

// Widened to f32 while they are packed, and no group.

// CHECK-LABEL: @widen
// CHECK: %[[X:.*]] = vector.load {{.*}} vector<16xbf16>
// CHECK: %[[Y:.*]] = arith.extf %[[X]] : vector<16xbf16> to vector<16xf32>
// CHECK: vector.store %[[Y]], {{.*}} memref<?xf32>
func.func @widen(%b: memref<?xbf16>, %panels: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  kernel.pack %b[%c0] to %panels[%c0] width = 16 count(%c16) stride(%c1) k(%n) k_strides(%c16) : memref<?xbf16> to memref<?xf32>
  return
}

// -----

// Neither: element by element; how many terms the last group has is not known.

// CHECK-LABEL: @elements
// CHECK: arith.remui %{{.*}}, %c2
// CHECK: scf.if
// CHECK: scf.if
// CHECK: memref.load
// CHECK: } else {
// CHECK: scf.yield %c0_i8
// CHECK: arith.extui %{{.*}} : i8 to i32
func.func @elements(%b: memref<?xi8>, %panels: memref<?xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  kernel.pack %b[%c0] to %panels[%c0] width = 3 group = 2 unsigned count(%c3) stride(%c7) k(%n) k_strides(%c7) : memref<?xi8> to memref<?xi32>
  return
}
