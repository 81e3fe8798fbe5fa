// RUN: einsum-opt %s --kernel-expand-conversions --split-input-file | FileCheck %s
// RUN: einsum-opt %s --kernel-expand-conversions --split-input-file -o %t.mlir
// RUN: not grep -E "(extf|truncf|tofp|fpto|addf|load|store|select).*b?f16" %t.mlir

// Values are bit patterns from memory on; a shift makes a bf16 an f32.

// CHECK-LABEL: @widen_bfloat
// CHECK: %[[D:.*]] = builtin.unrealized_conversion_cast %{{.*}} : memref<?xbf16> to !llvm.struct
// CHECK: %[[M:.*]] = builtin.unrealized_conversion_cast %[[D]] : {{.*}} to memref<?xi16>
// CHECK: %[[B:.*]] = vector.maskedload %[[M]]{{.*}} into vector<8xi16>
// CHECK: %[[W:.*]] = arith.extui %[[B]] : vector<8xi16> to vector<8xi32>
// CHECK: %[[S:.*]] = arith.shli %[[W]]
// CHECK: arith.bitcast %[[S]] : vector<8xi32> to vector<8xf32>
func.func @widen_bfloat(%m: memref<?xbf16>, %i: index, %mask: vector<8xi1>) -> vector<8xf32> {
  %zero = arith.constant dense<0.0> : vector<8xbf16>
  %x = vector.maskedload %m[%i], %mask, %zero : memref<?xbf16>, vector<8xi1>, vector<8xbf16> into vector<8xbf16>
  %y = arith.extf %x : vector<8xbf16> to vector<8xf32>
  return %y : vector<8xf32>
}

// -----

// To a memref of any layout; constants and selections are bits too.

// CHECK-LABEL: @narrow_bfloat
// CHECK: %[[ONE:.*]] = arith.constant 16256 : i16
// CHECK: %[[N:.*]] = arith.trunci %{{.*}} : i32 to i16
// CHECK: %[[R:.*]] = arith.select %{{.*}}, %[[N]], %[[ONE]] : i16
// CHECK: memref.store %[[R]], %{{.*}} : memref<2x?xi16, strided<[?, 2], offset: ?>>
func.func @narrow_bfloat(%x: f32, %c: i1, %m: memref<2x?xbf16, strided<[?, 2], offset: ?>>, %i: index) {
  %one = arith.constant 1.0 : bf16
  %y = arith.truncf %x : f32 to bf16
  %z = arith.select %c, %y, %one : bf16
  memref.store %z, %m[%i, %i] : memref<2x?xbf16, strided<[?, 2], offset: ?>>
  return
}

// -----

// Accumulators of a loop are bits, arithmetic is f32's.

// CHECK-LABEL: @arithmetic
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}) -> (vector<4xi16>)
// CHECK: arith.extui %[[A]]
// CHECK: arith.addf %{{.*}} : vector<4xf32>
// CHECK: math.absf %{{.*}} : vector<4xf32>
// CHECK: scf.yield %{{.*}} : vector<4xi16>
func.func @arithmetic(%n: index, %x: vector<4xf32>) -> vector<4xf32> {
  %zero = arith.constant dense<0.0> : vector<4xf16>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = arith.truncf %x : vector<4xf32> to vector<4xf16>
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %zero) -> (vector<4xf16>) {
    %s = arith.addf %acc, %e : vector<4xf16>
    %a = math.absf %s : vector<4xf16>
    scf.yield %a : vector<4xf16>
  }
  %r = arith.extf %sum : vector<4xf16> to vector<4xf32>
  return %r : vector<4xf32>
}

// -----

// f64 takes one rounding: f32 only if its last bit says what was lost.

// CHECK-LABEL: @one_rounding
// CHECK: %[[F:.*]] = arith.truncf %[[X:.*]] : f64 to f32
// CHECK: %[[BACK:.*]] = arith.extf %[[F]] : f32 to f64
// CHECK: arith.cmpf ogt, %[[BACK]], %[[X]]
// CHECK: arith.cmpf one, %[[BACK]], %[[X]]
// Integers that f64 does not hold: what was cut off is said by its last bit.
// CHECK: arith.cmpi ult
// CHECK: arith.sitofp %{{.*}} : i64 to f64
func.func @one_rounding(%x: f64, %i: i64, %m: memref<2xbf16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.truncf %x : f64 to bf16
  %b = arith.sitofp %i : i64 to bf16
  memref.store %a, %m[%c0] : memref<2xbf16>
  memref.store %b, %m[%c1] : memref<2xbf16>
  return
}
