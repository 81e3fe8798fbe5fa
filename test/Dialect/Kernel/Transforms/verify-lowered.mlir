// RUN: einsum-opt %s --verify-lowered | FileCheck %s

// What is LLVM passes unchanged.
// CHECK-LABEL: llvm.func @f
llvm.func @f(%x: f32) -> f32 {
  // CHECK: llvm.fadd
  %y = llvm.fadd %x, %x : f32
  llvm.return %y : f32
}
