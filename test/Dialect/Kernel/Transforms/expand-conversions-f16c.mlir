// RUN: einsum-opt %s --kernel-expand-conversions | FileCheck %s

// Where hardware converts f16 and f32, that is left; f64 goes by way of an f32
// rounded to odd, bf16 is never left.
module attributes {kernel.target = #kernel.target<cpu = "x86-64-v3", vector_bits = 256, registers = 16, l1 = 32768, l2 = 262144, l3 = 8388608, f16c = true>} {
  // CHECK-LABEL: @convert
  func.func @convert(%m: memref<?xf16>, %n: memref<?xbf16>, %x: f64, %i: index) -> vector<8xf32> {
    // CHECK: %[[NEIGHBOUR:.*]] = arith.addi
    // CHECK-NEXT: %[[ODD:.*]] = arith.select %{{.*}}, %[[NEIGHBOUR]], %{{.*}} : i32
    // CHECK-NEXT: %[[F:.*]] = arith.bitcast %[[ODD]] : i32 to f32
    // CHECK: %[[H:.*]] = arith.truncf %[[F]] : f32 to f16
    // CHECK: %[[B:.*]] = arith.bitcast %[[H]] : f16 to i16
    // CHECK: memref.store %[[B]], %{{.*}} : memref<?xi16>
    %h = arith.truncf %x : f64 to f16
    memref.store %h, %m[%i] : memref<?xf16>
    // CHECK-NOT: arith.truncf {{.*}} to bf16
    %b = arith.truncf %x : f64 to bf16
    memref.store %b, %n[%i] : memref<?xbf16>
    // CHECK: %[[L:.*]] = vector.load %{{.*}} : memref<?xi16>, vector<8xi16>
    // CHECK: %[[V:.*]] = arith.bitcast %[[L]] : vector<8xi16> to vector<8xf16>
    // CHECK: arith.extf %[[V]] : vector<8xf16> to vector<8xf32>
    %v = vector.load %m[%i] : memref<?xf16>, vector<8xf16>
    %w = arith.extf %v : vector<8xf16> to vector<8xf32>
    return %w : vector<8xf32>
  }
}
