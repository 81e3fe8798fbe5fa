// Upstream's own passes and interpreter run what einsum-to-linalg gives.
// REQUIRES: mlir-runner
// RUN: einsum-opt %s --einsum-to-linalg | mlir-opt \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   --convert-linalg-to-loops --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-complex-to-llvm \
// RUN:   --arith-expand --convert-index-to-llvm --convert-arith-to-llvm --finalize-memref-to-llvm --convert-cf-to-llvm \
// RUN:   --convert-func-to-llvm --convert-ub-to-llvm --reconcile-unrealized-casts \
// RUN: | mlir-runner -e main -entry-point-result=void -shared-libs=%llvm_lib_dir/libmlir_runner_utils.so \
// RUN: | FileCheck %s --implicit-check-not=nan

func.func private @printMemrefI32(memref<*xi32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefF32(memref<*xf32>) attributes {llvm.emit_c_interface}
func.func private @printMemrefC32(memref<*xcomplex<f32>>) attributes {llvm.emit_c_interface}

func.func private @print_i32(%x: tensor<?xi32>) {
  %0 = bufferization.to_buffer %x : tensor<?xi32> to memref<?xi32>
  %1 = memref.cast %0 : memref<?xi32> to memref<*xi32>
  call @printMemrefI32(%1) : (memref<*xi32>) -> ()
  return
}
func.func private @print_matrix(%x: tensor<?x?xf32>) {
  %0 = bufferization.to_buffer %x : tensor<?x?xf32> to memref<?x?xf32>
  %1 = memref.cast %0 : memref<?x?xf32> to memref<*xf32>
  call @printMemrefF32(%1) : (memref<*xf32>) -> ()
  return
}

// Two products, run-time extents, a transposed result.
// CHECK: sizes = [3, 2]
// CHECK-NEXT: [17, 39],
// CHECK-NEXT: [6, 14],
// CHECK-NEXT: [1, 3]]
func.func private @chain(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>, %s: tensor<f32>) -> tensor<?x?xf32> {
  %0 = einsum.contract "ij,->ij" %x, %s {accumulate = f32} : (tensor<?x?xf32>, tensor<f32>) -> tensor<?x?xf32>
  %1 = einsum.contract "ij,jk->ki" %0, %y {accumulate = f32} : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}

// CHECK: sizes = [2, 2]
// CHECK-NEXT: [2, 0],
// CHECK-NEXT: [0, 5]]
func.func private @diagonals(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = einsum.contract "ii->ii" %x {accumulate = f32} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// A row and a column.
// CHECK: sizes = [2, 3]
// CHECK-NEXT: [11, 12, 13],
// CHECK-NEXT: [22, 24, 26]]
func.func private @broadcast(%x: tensor<2x1xf32>, %y: tensor<1x?xf32>) -> tensor<2x?xf32> {
  %0 = einsum.contract "ij,ij->ij" %x, %y {accumulate = f32} : (tensor<2x1xf32>, tensor<1x?xf32>) -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// A sum of no terms, of what holds no number; beta is 0.
// CHECK: sizes = [2, 2]
// CHECK-NEXT: [0, 0],
// CHECK-NEXT: [0, 0]]
func.func private @nothing(%x: tensor<2x0xf32>, %y: tensor<0x2xf32>, %c: tensor<2x2xf32>, %beta: f32) -> tensor<2x2xf32> {
  %0 = einsum.contract "ij,jk->ik" %x, %y {accumulate = f32} : (tensor<2x0xf32>, tensor<0x2xf32>) -> tensor<2x2xf32>
  %1 = einsum.accumulate %0, %c beta(%beta) : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}

// 2 · product + 0.5 · c
// CHECK: sizes = [2, 2]
// CHECK-NEXT: [4.5, 7],
// CHECK-NEXT: [9.5, 12]]
func.func private @scaled(%x: tensor<2x2xf32>, %c: tensor<2x2xf32>, %alpha: f32) -> tensor<2x2xf32> {
  %0 = einsum.accumulate %x, %c alpha(%alpha) beta(0.5 : f32) : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// Signed, unsigned and both; wrapping in the result's type.
// CHECK: sizes = [2]
// CHECK-NEXT: [-200, 600]
// CHECK: [-31200, 11558]
// CHECK: [0, 88]
func.func private @signs(%x: tensor<2x2xi8>, %y: tensor<2x2xui8>) -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) {
  %0 = einsum.contract "ij->i" %x {accumulate = i32} : (tensor<2x2xi8>) -> tensor<2xi32>
  %1 = einsum.contract "ij->i" %y {accumulate = i32} : (tensor<2x2xui8>) -> tensor<2xi32>
  %2 = einsum.contract "ij,ij->i" %x, %y {accumulate = i32} : (tensor<2x2xi8>, tensor<2x2xui8>) -> tensor<2xi32>
  %3 = einsum.contract "ij->i" %y {accumulate = i32} : (tensor<2x2xui8>) -> tensor<2xui8>
  %4 = einsum.contract "i->i" %3 {accumulate = i32} : (tensor<2xui8>) -> tensor<2xi32>
  %5 = einsum.accumulate %0, %1 alpha(2 : i32) : tensor<2xi32>, tensor<2xi32> -> tensor<2xi32>
  return %5, %2, %4 : tensor<2xi32>, tensor<2xi32>, tensor<2xi32>
}

// Paths of length two; how many there are.
// CHECK: sizes = [3]
// CHECK-NEXT: [0, 0, 3]
func.func private @bools(%x: tensor<3x3xi1>) -> tensor<3xi32> {
  %0 = einsum.contract "ij,jk->ik" %x, %x {accumulate = i1} : (tensor<3x3xi1>, tensor<3x3xi1>) -> tensor<3x3xi1>
  %1 = einsum.contract "ij->i" %0 {accumulate = i32} : (tensor<3x3xi1>) -> tensor<3xi32>
  return %1 : tensor<3xi32>
}

// CHECK: rank = 0
// CHECK: [(7,14)]
func.func private @complex(%x: tensor<2xcomplex<f32>>, %y: tensor<2xf32>, %z: tensor<complex<f64>>) -> tensor<complex<f32>> {
  %0 = einsum.contract "i,i->" %x, %y {accumulate = complex<f64>} : (tensor<2xcomplex<f32>>, tensor<2xf32>) -> tensor<complex<f64>>
  %1 = einsum.contract ",->" %0, %z {accumulate = complex<f64>} : (tensor<complex<f64>>, tensor<complex<f64>>) -> tensor<complex<f32>>
  return %1 : tensor<complex<f32>>
}

func.func @main() {
  %nan = arith.constant dense<0x7FC00000> : tensor<2x2xf32>
  %none = arith.constant 0.0 : f32
  %two = arith.constant 2.0 : f32
  %square = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %ones = arith.constant dense<1.0> : tensor<2x2xf32>

  %rows = arith.constant dense<[[5.0, 2.0, 1.0], [6.0, 2.0, 0.0]]> : tensor<2x3xf32>
  %scale = arith.constant dense<1.0> : tensor<f32>
  %x = tensor.cast %square : tensor<2x2xf32> to tensor<?x?xf32>
  %y = tensor.cast %rows : tensor<2x3xf32> to tensor<?x?xf32>
  %chain = call @chain(%x, %y, %scale) : (tensor<?x?xf32>, tensor<?x?xf32>, tensor<f32>) -> tensor<?x?xf32>
  call @print_matrix(%chain) : (tensor<?x?xf32>) -> ()

  %d = arith.constant dense<[[2.0, 3.0], [4.0, 5.0]]> : tensor<2x2xf32>
  %diagonals = call @diagonals(%d) : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %diagonalsCast = tensor.cast %diagonals : tensor<2x2xf32> to tensor<?x?xf32>
  call @print_matrix(%diagonalsCast) : (tensor<?x?xf32>) -> ()

  %column = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %row = arith.constant dense<[[11.0, 12.0, 13.0]]> : tensor<1x3xf32>
  %rowCast = tensor.cast %row : tensor<1x3xf32> to tensor<1x?xf32>
  %broadcast = call @broadcast(%column, %rowCast) : (tensor<2x1xf32>, tensor<1x?xf32>) -> tensor<2x?xf32>
  %broadcastCast = tensor.cast %broadcast : tensor<2x?xf32> to tensor<?x?xf32>
  call @print_matrix(%broadcastCast) : (tensor<?x?xf32>) -> ()

  %e0 = arith.constant dense<> : tensor<2x0xf32>
  %e1 = arith.constant dense<> : tensor<0x2xf32>
  %nothing = call @nothing(%e0, %e1, %nan, %none) : (tensor<2x0xf32>, tensor<0x2xf32>, tensor<2x2xf32>, f32) -> tensor<2x2xf32>
  %nothingCast = tensor.cast %nothing : tensor<2x2xf32> to tensor<?x?xf32>
  call @print_matrix(%nothingCast) : (tensor<?x?xf32>) -> ()

  %c = arith.constant dense<[[5.0, 6.0], [7.0, 8.0]]> : tensor<2x2xf32>
  %scaled = call @scaled(%square, %c, %two) : (tensor<2x2xf32>, tensor<2x2xf32>, f32) -> tensor<2x2xf32>
  %scaledCast = tensor.cast %scaled : tensor<2x2xf32> to tensor<?x?xf32>
  call @print_matrix(%scaledCast) : (tensor<?x?xf32>) -> ()

  %signed = arith.constant dense<[[-100, -128], [127, 1]]> : tensor<2x2xi8>
  %unsigned = arith.constant dense<[[56, 200], [89, 255]]> : tensor<2x2xui8>
  %signs:3 = call @signs(%signed, %unsigned) : (tensor<2x2xi8>, tensor<2x2xui8>) -> (tensor<2xi32>, tensor<2xi32>, tensor<2xi32>)
  %s0 = tensor.cast %signs#0 : tensor<2xi32> to tensor<?xi32>
  %s1 = tensor.cast %signs#1 : tensor<2xi32> to tensor<?xi32>
  %s2 = tensor.cast %signs#2 : tensor<2xi32> to tensor<?xi32>
  call @print_i32(%s0) : (tensor<?xi32>) -> ()
  call @print_i32(%s1) : (tensor<?xi32>) -> ()
  call @print_i32(%s2) : (tensor<?xi32>) -> ()

  %edges = arith.constant dense<[[false, true, false], [false, false, false], [true, true, true]]> : tensor<3x3xi1>
  %bools = call @bools(%edges) : (tensor<3x3xi1>) -> tensor<3xi32>
  %boolsCast = tensor.cast %bools : tensor<3xi32> to tensor<?xi32>
  call @print_i32(%boolsCast) : (tensor<?xi32>) -> ()

  %z0 = arith.constant dense<[(1.0, 2.0), (3.0, -1.0)]> : tensor<2xcomplex<f32>>
  %z1 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %z2 = arith.constant dense<(1.0, 2.0)> : tensor<complex<f64>>
  %complex = call @complex(%z0, %z1, %z2) : (tensor<2xcomplex<f32>>, tensor<2xf32>, tensor<complex<f64>>) -> tensor<complex<f32>>
  %z3 = bufferization.to_buffer %complex : tensor<complex<f32>> to memref<complex<f32>>
  %z4 = memref.cast %z3 : memref<complex<f32>> to memref<*xcomplex<f32>>
  call @printMemrefC32(%z4) : (memref<*xcomplex<f32>>) -> ()
  return
}
