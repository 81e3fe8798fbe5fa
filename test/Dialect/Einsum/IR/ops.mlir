// RUN: einsum-opt %s | einsum-opt | FileCheck %s
// RUN: einsum-opt %s --mlir-print-op-generic | einsum-opt | FileCheck %s
// RUN: einsum-opt %s --emit-bytecode | einsum-opt | FileCheck %s

// CHECK-LABEL: func.func @projection
// CHECK: einsum.contract "abc,cde->abde" %{{.*}}, %{{.*}} {accumulate = f32} : (tensor<2x8x512xf32>, tensor<512x8x64xf32>) -> tensor<2x8x8x64xf32>
func.func @projection(%x: tensor<2x8x512xf32>, %w: tensor<512x8x64xf32>) -> tensor<2x8x8x64xf32> {
  %0 = einsum.contract "abc,cde->abde" %x, %w {accumulate = f32}
    : (tensor<2x8x512xf32>, tensor<512x8x64xf32>) -> tensor<2x8x8x64xf32>
  return %0 : tensor<2x8x8x64xf32>
}

// Letters beyond ASCII stay UTF-8; ellipsis axes and sublist labels stand in brackets.
// CHECK-LABEL: func.func @names
// CHECK: einsum.contract "[ell0]βb,ü[37]β->[ell0]bü" %
func.func @names(%x: tensor<4x5x2xi8>, %y: tensor<6x4x5xui8>) -> tensor<4x2x6xi32> {
  %0 = einsum.contract "[ell0]β[b],ü[37]β->[ell0]bü" %x, %y {accumulate = i32}
    : (tensor<4x5x2xi8>, tensor<6x4x5xui8>) -> tensor<4x2x6xi32>
  return %0 : tensor<4x2x6xi32>
}

// Scalars, n operands, dynamic extents, broadcasting, a diagonal on both sides.
// CHECK-LABEL: func.func @shapes
// CHECK: einsum.contract "ij,,j->ij" %
// CHECK: einsum.contract "ijj->ii" %
func.func @shapes(%x: tensor<?x1xf64>, %s: tensor<f64>, %y: tensor<7xf64>, %z: tensor<?x3x3xi1>) -> (tensor<?x7xf64>, tensor<?x?xi1>) {
  %0 = einsum.contract "ij,,j->ij" %x, %s, %y {accumulate = f64}
    : (tensor<?x1xf64>, tensor<f64>, tensor<7xf64>) -> tensor<?x7xf64>
  %1 = einsum.contract "ijj->ii" %z {accumulate = i1} : (tensor<?x3x3xi1>) -> tensor<?x?xi1>
  return %0, %1 : tensor<?x7xf64>, tensor<?x?xi1>
}

// CHECK-LABEL: func.func @accumulate
// CHECK: einsum.accumulate %{{.*}}, %{{.*}} alpha(%{{.*}}) beta(5.000000e-01 : f16) : tensor<4x8xf32>, tensor<4x8xf16> -> tensor<4x8xf16>
// CHECK: einsum.accumulate %{{.*}} alpha(2.000000e+00 : f16) : tensor<4x8xf32> -> tensor<4x8xf16>
// CHECK: einsum.accumulate %{{.*}}, %{{.*}} beta(7 : ui8) : tensor<2xi32>, tensor<2xui8> -> tensor<2xui8>
// CHECK: einsum.accumulate %{{.*}} alpha(#complex.number<:f32 1.000000e+00, -2.000000e+00> : complex<f32>) : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
func.func @accumulate(%p: tensor<4x8xf32>, %c: tensor<4x8xf16>, %a: f16, %q: tensor<2xi32>, %d: tensor<2xui8>, %e: tensor<2xcomplex<f32>>)
    -> (tensor<4x8xf16>, tensor<4x8xf16>, tensor<2xui8>, tensor<2xcomplex<f32>>) {
  %0 = einsum.accumulate %p, %c alpha(%a) beta(5.0e-01 : f16) : tensor<4x8xf32>, tensor<4x8xf16> -> tensor<4x8xf16>
  %1 = einsum.accumulate %p alpha(2.0 : f16) : tensor<4x8xf32> -> tensor<4x8xf16>
  %2 = einsum.accumulate %q, %d beta(7 : ui8) : tensor<2xi32>, tensor<2xui8> -> tensor<2xui8>
  %3 = einsum.accumulate %e alpha(#complex.number<:f32 1.0, -2.0>) : tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
  return %0, %1, %2, %3 : tensor<4x8xf16>, tensor<4x8xf16>, tensor<2xui8>, tensor<2xcomplex<f32>>
}
