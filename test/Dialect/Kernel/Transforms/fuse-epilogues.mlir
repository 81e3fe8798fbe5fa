// RUN: einsum-opt %s --kernel-fuse-epilogues --split-input-file | FileCheck %s

#a = affine_map<(i, k, j) -> (i, j)>
#b = affine_map<(i, k, j) -> (j, k)>
#c = affine_map<(i, k, j) -> (i, k)>
#id = affine_map<(i, k) -> (i, k)>

// A function of each element; the sums are written nowhere.
// CHECK-LABEL: @relu
// CHECK: %[[OUT:.*]] = tensor.empty(%arg2) {out}
// CHECK-NOT: kernel.region
// CHECK: %[[R:.*]] = kernel.region ins(%arg0, %arg1 : {{.*}}) outs(%[[OUT]] : tensor<8x?xf32>) init = zero
// CHECK: arith.addf
// CHECK: } epilogue {
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32):
// CHECK: arith.maximumf %[[SUM]],
// CHECK-NOT: kernel.region
// CHECK: return %[[R]]
func.func @relu(%a: tensor<8x4xf32>, %b: tensor<4x?xf32>, %n: index) -> tensor<8x?xf32> {
  %sums = tensor.empty(%n) : tensor<8x?xf32>
  %out = tensor.empty(%n) {out} : tensor<8x?xf32>
  %p = kernel.region ins(%a, %b : tensor<8x4xf32>, tensor<4x?xf32>) outs(%sums : tensor<8x?xf32>) init = zero maps = [#a, #b, #c] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  } -> tensor<8x?xf32>
  %r = kernel.region ins(%p : tensor<8x?xf32>) outs(%out : tensor<8x?xf32>) init = zero maps = [#id, #id] {
  ^bb0(%sum: f32, %old: f32):
    %zero = arith.constant 0.0 : f32
    %f = arith.maximumf %sum, %zero : f32
    kernel.yield %f : f32
  } -> tensor<8x?xf32>
  return %r : tensor<8x?xf32>
}

// -----

#a = affine_map<(i, k, j) -> (i, j)>
#b = affine_map<(i, k, j) -> (j, k)>
#c = affine_map<(i, k, j) -> (i, k)>
#id = affine_map<(i, k) -> (i, k)>
#t = affine_map<(i, k) -> (k, i)>

// Somebody else reads the sums; they go elsewhere; they start from something.
// CHECK-LABEL: @left
// CHECK-NOT: epilogue
func.func @left(%a: tensor<8x4xf32>, %b: tensor<4x8xf32>, %c: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %empty = tensor.empty() : tensor<8x8xf32>
  %p = kernel.region ins(%a, %b : tensor<8x4xf32>, tensor<4x8xf32>) outs(%empty : tensor<8x8xf32>) init = zero maps = [#a, #b, #c] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  } -> tensor<8x8xf32>
  %r = kernel.region ins(%p : tensor<8x8xf32>) outs(%empty : tensor<8x8xf32>) init = zero maps = [#id, #id] {
  ^bb0(%sum: f32, %old: f32):
    %f = arith.negf %sum : f32
    kernel.yield %f : f32
  } -> tensor<8x8xf32>
  %q = kernel.region ins(%b, %a : tensor<4x8xf32>, tensor<8x4xf32>) outs(%empty : tensor<8x8xf32>) init = zero maps = [#b, #a, #c] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  } -> tensor<8x8xf32>
  %u = kernel.region ins(%q : tensor<8x8xf32>) outs(%empty : tensor<8x8xf32>) init = zero maps = [#id, #t] {
  ^bb0(%sum: f32, %old: f32):
    kernel.yield %sum : f32
  } -> tensor<8x8xf32>
  %v = kernel.region ins(%a, %b : tensor<8x4xf32>, tensor<4x8xf32>) outs(%c : tensor<8x8xf32>) init = load maps = [#a, #b, #c] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  } -> tensor<8x8xf32>
  %w = kernel.region ins(%v : tensor<8x8xf32>) outs(%empty : tensor<8x8xf32>) init = zero maps = [#id, #id] {
  ^bb0(%sum: f32, %old: f32):
    %f = arith.negf %sum : f32
    kernel.yield %f : f32
  } -> tensor<8x8xf32>
  return %p, %r, %u, %w : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}

// -----

#m = affine_map<(i, j) -> (i, j)>
#v = affine_map<(i, j) -> (j)>
#r = affine_map<(i, j) -> (i)>
#id = affine_map<(i) -> (i)>

// A matrix-vector product runs at the speed of memory.
// CHECK-LABEL: @sweep
// CHECK-NOT: epilogue
func.func @sweep(%a: tensor<8x64xf32>, %b: tensor<64xf32>) -> tensor<8xf16> {
  %wide = tensor.empty() : tensor<8xf32>
  %narrow = tensor.empty() : tensor<8xf16>
  %p = kernel.region ins(%a, %b : tensor<8x64xf32>, tensor<64xf32>) outs(%wide : tensor<8xf32>) init = zero maps = [#m, #v, #r] {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %m : f32
    kernel.yield %s : f32
  } -> tensor<8xf32>
  %r = kernel.region ins(%p : tensor<8xf32>) outs(%narrow : tensor<8xf16>) init = zero maps = [#id, #id] {
  ^bb0(%sum: f32, %old: f16):
    %f = arith.truncf %sum : f32 to f16
    kernel.yield %f : f16
  } -> tensor<8xf16>
  return %r : tensor<8xf16>
}
