// RUN: einsum-opt %s --einsum-order-contractions=memory-limit=15 --split-input-file --verify-diagnostics
// RUN: not einsum-opt %s --einsum-order-contractions=memory-limit=-1 --split-input-file 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: memory-limit must not be negative, got -1

func.func @chain(%a: tensor<4x8xf32>, %b: tensor<8x8xf32>, %c: tensor<8x2xf32>) -> tensor<4x2xf32> {
  // expected-error @below {{no contraction order keeps every intermediate within 15 elements; the smallest limit possible is 16}}
  %0 = einsum.contract "ij,jk,kl->il" %a, %b, %c {accumulate = f32}
    : (tensor<4x8xf32>, tensor<8x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

func.func @dynamic(%a: tensor<?x8xf32>, %b: tensor<8x?xf32>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-error @below {{the smallest limit possible is 1024}}
  // expected-note @below {{each dynamic extent counts as 128}}
  %0 = einsum.contract "ij,jk,kl->il" %a, %b, %c {accumulate = f32}
    : (tensor<?x8xf32>, tensor<8x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// Too many operands for an exact search.

func.func @large(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // expected-error @below {{found no contraction order that keeps every intermediate within 15 elements; the smallest limit known is 16}}
  %0 = einsum.contract "ab,bc,cd,de,ef,fg,gh,hi,ij,jk,kl,lm,mn->an" %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a {accumulate = f32}
    : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>,
       tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}
