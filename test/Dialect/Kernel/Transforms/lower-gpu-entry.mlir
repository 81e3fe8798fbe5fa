// RUN: einsum-opt %s --kernel-lower-gpu-entry | FileCheck %s

// Extents, strides and scalars go into arrays, as NAME_entry of a CPU's kernel
// takes them; the call is checked; the runtime gets plan and code.
// CHECK-NOT: gpu.
// CHECK-NOT: kernel.code
// CHECK: llvm.mlir.global internal constant @scale.plan("plan of scale\00")
// CHECK: llvm.mlir.global internal constant @gpu.code("code\00")
// CHECK: llvm.mlir.global internal constant @scale.image() {{.*}} : !llvm.struct<(i64, ptr, i64, ptr, i64)>
// CHECK: arith.constant 13 : i64
// CHECK: arith.constant 4 : i64
// CHECK: func.func private @scale.check
// CHECK: func.func @scale(%[[A:.*]]: !llvm.ptr, %[[C:.*]]: !llvm.ptr, %[[N:.*]]: i64, %[[S:.*]]: i64, %[[ALPHA:.*]]: f32, %[[STREAM:.*]]: !llvm.ptr) -> i32
// CHECK-DAG: llvm.store %[[N]]
// CHECK-DAG: llvm.store %[[S]]
// CHECK-DAG: llvm.store %[[ALPHA]]
// CHECK: %[[STATUS:.*]] = call @scale.check(
// CHECK: cf.cond_br
// CHECK: return %[[STATUS]]
// CHECK: %[[SCALARS:.*]] = llvm.getelementptr %{{.*}}[2]
// CHECK: %[[IMAGE:.*]] = llvm.mlir.addressof @scale.image
// CHECK: %[[RESULT:.*]] = call @einsumcGpuRun(%[[IMAGE]], %{{.*}}, %{{.*}}, %{{.*}}, %[[SCALARS]], %[[STREAM]])
// CHECK: return %[[RESULT]]
module attributes {gpu.container_module, kernel.code = "code"} {
  gpu.module @gpu.kernels {
  }
  func.func @scale(%a: memref<?xf32, strided<[?], offset: ?>> {kernel.labels = ["i"], kernel.layout = strided<[?]>},
                   %c: memref<?xf32> {kernel.labels = ["i"], kernel.output},
                   %alpha: f32 {kernel.parameter = "alpha"}) attributes {kernel.plan = "plan of scale"} {
    return
  }
}
