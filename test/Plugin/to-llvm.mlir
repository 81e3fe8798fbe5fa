// Upstream's mlir-opt takes a contraction to the llvm dialect as einsum-opt does,
// and upstream's tools make a function of it that C calls.
// DEFINE: %{pipeline} = 'builtin.module(einsum-to-linalg,linalg-to-kernel{cpu=x86-64-v3},kernel-to-llvm)'
// RUN: rm -rf %t && mkdir %t
// RUN: mlir-opt %plugin --pass-pipeline=%{pipeline} %s -o %t/plugin.mlir
// RUN: einsum-opt --pass-pipeline=%{pipeline} %s | diff - %t/plugin.mlir
// RUN: mlir-opt %t/plugin.mlir | FileCheck %s
// RUN: mlir-translate --mlir-to-llvmir %t/plugin.mlir | llc -filetype=obj -relocation-model=pic -o %t/mm.o
// RUN: %c99 %S/Inputs/mm.c %t/mm.o -o %t/mm
// RUN: %t/mm | FileCheck %s --check-prefix=CALL

// Nothing of ours is left.
// CHECK-NOT: kernel.
// CHECK: llvm.func @mm(
// CHECK-NOT: kernel.
func.func @mm(%a: tensor<17x33xf32>, %b: tensor<33x19xf32>) -> tensor<17x19xf32> {
  %0 = einsum.contract "ij,jk->ik" %a, %b {accumulate = f32}
    : (tensor<17x33xf32>, tensor<33x19xf32>) -> tensor<17x19xf32>
  return %0 : tensor<17x19xf32>
}

// CALL: status 0, 0 of 323 elements wrong
