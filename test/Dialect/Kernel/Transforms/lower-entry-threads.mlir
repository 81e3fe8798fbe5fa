// RUN: einsum-opt %s --kernel-lower-entry --canonicalize --cse | FileCheck %s
// RUN: einsum-opt %s --kernel-to-llvm | FileCheck %s --check-prefix=LLVM

// The runtime runs the steps, of NAME and of NAME_ws.
// CHECK-NOT: kernel.threads
// CHECK-LABEL: func.func private @copy.run(
// CHECK-SAME: %[[OPERANDS:[a-z0-9]+]]: !llvm.ptr, %[[SIZES:[a-z0-9]+]]: !llvm.ptr, %[[STRIDES:[a-z0-9]+]]: !llvm.ptr, %[[SCRATCH:[a-z0-9]+]]: !llvm.ptr)
// CHECK-DAG: %[[THREADS:.*]] = arith.constant 3 : i64
// CHECK-DAG: %[[ENTRY:.*]] = constant @copy_entry
// CHECK-DAG: %[[ENTRYP:.*]] = builtin.unrealized_conversion_cast %[[ENTRY]] {{.*}} to !llvm.ptr
// CHECK-DAG: %[[TASKS:.*]] = constant @copy_tasks
// CHECK-DAG: %[[TASKSP:.*]] = builtin.unrealized_conversion_cast %[[TASKS]] {{.*}} to !llvm.ptr
// CHECK: call @einsumcThreadsRun(%[[ENTRYP]], %[[TASKSP]], %[[OPERANDS]], %[[SIZES]], %[[STRIDES]], %[[SCRATCH]], %[[THREADS]])
// CHECK-LABEL: func.func @copy_ws(
// CHECK: call @copy.run
// CHECK: func.func private @einsumcThreadsRun(

// LLVM-LABEL: llvm.func internal @copy.run(
// LLVM-DAG: llvm.mlir.addressof @copy_entry : !llvm.ptr
// LLVM-DAG: llvm.mlir.addressof @copy_tasks : !llvm.ptr
// LLVM: llvm.call @einsumcThreadsRun
module attributes {kernel.threads = 3 : i64} {
  func.func private @step(%a: memref<8xf32>, %c: memref<8xf32>) {
    %four = arith.constant 4 : index
    scf.forall (%t) in (2) {
      %i = arith.muli %t, %four : index
      %v = memref.load %a[%i] : memref<8xf32>
      memref.store %v, %c[%i] : memref<8xf32>
    }
    return
  }
  func.func @copy(%a: memref<8xf32>, %c: memref<8xf32>) {
    call @step(%a, %c) : (memref<8xf32>, memref<8xf32>) -> ()
    return
  }
}
