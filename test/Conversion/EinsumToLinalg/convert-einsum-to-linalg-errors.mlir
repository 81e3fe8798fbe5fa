// RUN: einsum-opt %s --convert-einsum-to-linalg --split-input-file --verify-diagnostics

func.func @three(%x: tensor<2xf32>) -> tensor<f32> {
  // expected-error @+1 {{'einsum.contract' op has 3 operands but can be converted with at most 2: run einsum-order-contractions first}}
  %0 = einsum.contract "i,i,i->" %x, %x, %x {accumulate = f32} : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

func.func @loop(%x: tensor<2xui8>, %n: index) -> tensor<2xui8> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{'scf.for' op cannot be converted: only operations of the einsum dialect compute with unsigned elements}}
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%y = %x) -> tensor<2xui8> {
    scf.yield %y : tensor<2xui8>
  }
  return %0 : tensor<2xui8>
}

// -----

func.func @branch(%x: tensor<2xui8>) -> tensor<2xui8> {
  // expected-error @+1 {{'cf.br' op cannot be converted}}
  cf.br ^next(%x : tensor<2xui8>)
^next(%y: tensor<2xui8>):
  return %y : tensor<2xui8>
}

// -----

// expected-error @+1 {{'func.func' op cannot be converted: 'tensor<*xui8>' has no rank}}
func.func @unranked(%x: tensor<*xui8>) -> tensor<*xui8> {
  return %x : tensor<*xui8>
}
