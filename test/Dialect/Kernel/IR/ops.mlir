// RUN: einsum-opt %s | einsum-opt | FileCheck %s

// CHECK-LABEL: func.func @normal_form
// CHECK: kernel.region ins(%{{.*}}, %{{.*}} : memref<4x8x16xf32, strided<[16, 0, 1]>>
// CHECK-SAME: init = zero loops = <[m, n, k]>
func.func @normal_form(%a: memref<4x8x16xf32, strided<[16, 0, 1]>>, %b: memref<4x8x16xf32, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<4x8x16xf32, strided<[16, 0, 1]>>, memref<4x8x16xf32, strided<[0, 1, 8]>>)
    outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// CHECK-LABEL: func.func @simt
// CHECK: kernel.address %{{.*}} : memref<4xf32> -> !llvm.ptr
// CHECK: schedule = #kernel.simt_schedule<block = 32, max_blocks = 7, order = [], index_bits = 32>
func.func @simt(%a: memref<4xf32>, %c: memref<4xf32, strided<[0]>>) -> !llvm.ptr {
  %p = kernel.address %a : memref<4xf32> -> !llvm.ptr
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32, strided<[0]>>) init = load loops = <[k]>
    schedule = #kernel.simt_schedule<block = 32, max_blocks = 7, order = [], index_bits = 32> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return %p : !llvm.ptr
}

// CHECK-LABEL: func.func @groups
// CHECK: kernel.pack %{{.*}} width = 3 group = 4 flip_sign count
// CHECK: kernel.pack %{{.*}} width = 16 group = 4 unsigned flip_correction count
// CHECK: kernel.micro_kernel mr = 3 nv = 1 width = 16 init = zero kind = dot_i8 ins
// CHECK-SAME: tail(%{{.*}}) correction(%{{.*}}) padded = [false, true]
func.func @groups(%a: memref<?xi8>, %p: memref<?xi32>, %q: memref<?xi32>, %c: memref<?xi32>, %i: index) {
  kernel.pack %a[%i] to %p[%i] width = 3 group = 4 flip_sign count(%i) stride(%i) k(%i) k_strides(%i) : memref<?xi8> to memref<?xi32>
  kernel.pack %a[%i] to %q[%i] width = 16 group = 4 unsigned flip_correction count(%i) stride(%i) k(%i) k_strides(%i) : memref<?xi8> to memref<?xi32>
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  kernel.micro_kernel mr = 3 nv = 1 width = 16 init = zero kind = dot_i8 ins(%p, %q) at(%i, %i) out(%c[%i])
      k(%i) m_strides(%one, %zero, %i) n_strides(%zero, %one, %one) k_strides(%i, %i) tail(%i) correction(%i) padded = [false, true]
      : (memref<?xi32>, memref<?xi32>) -> memref<?xi32> {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %wx = arith.extui %x : i8 to i32
    %wy = arith.extsi %y : i8 to i32
    %m = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %m : i32
    kernel.yield %s : i32
  }
  return
}

// CHECK-LABEL: func.func @epilogue
// CHECK: kernel.region {{.*}} {
// CHECK: } epilogue {
// CHECK-NEXT: ^bb0(%{{.*}}: i32):
// CHECK: } -> tensor<4xi8>
// CHECK: kernel.micro_kernel {{.*}} -> memref<?xi8> {
// CHECK: } epilogue {
func.func @epilogue(%a: tensor<4x8xi32>, %c: tensor<4xi8>, %p: memref<?xi32>, %q: memref<?xi8>, %i: index) -> tensor<4xi8> {
  %0 = kernel.region ins(%a : tensor<4x8xi32>) outs(%c : tensor<4xi8>) init = zero
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] {
  ^bb0(%x: i32, %acc: i32):
    %s = arith.addi %acc, %x : i32
    kernel.yield %s : i32
  } epilogue {
  ^bb0(%sum: i32):
    %r = arith.trunci %sum : i32 to i8
    kernel.yield %r : i8
  } -> tensor<4xi8>
  kernel.micro_kernel mr = 1 nv = 1 width = 4 init = zero ins(%p) at(%i) out(%q[%i])
      k(%i) m_strides(%i, %i) n_strides(%i, %i) k_strides(%i) : (memref<?xi32>) -> memref<?xi8> {
  ^bb0(%x: i32, %acc: i32):
    %s = arith.addi %acc, %x : i32
    kernel.yield %s : i32
  } epilogue {
  ^bb0(%sum: i32):
    %r = arith.trunci %sum : i32 to i8
    kernel.yield %r : i8
  }
  return %0 : tensor<4xi8>
}

// CHECK: kernel.target = #kernel.target<{{.*}}bf16_dot = native, i8_dot = emulated>
module attributes {kernel.target = #kernel.target<cpu = "any", vector_bits = 256, registers = 16, l1 = 1, l2 = 1, l3 = 0, bf16_dot = native, i8_dot = emulated, i16_dot = none>} {}
