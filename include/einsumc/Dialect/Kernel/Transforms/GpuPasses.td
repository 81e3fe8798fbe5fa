//===- GpuPasses.td - Passes for GPUs ----------------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_GPUPASSES
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_GPUPASSES

include "mlir/Pass/PassBase.td"

def ApplySimtSchedule : Pass<"kernel-apply-simt-schedule", "::mlir::ModuleOp"> {
  let summary = "Carry the schedules for a GPU out: kernels and their launches";
  let description = [{
    Every region with a `#kernel.simt_schedule`, in a function that holds its
    steps itself (inline them first), becomes a `gpu.func` in the module
    `@gpu.kernels` and a `gpu.launch_func`: a 1-D loop with the grid's stride
    over the output's elements, a loop over each reduction, indices as wide as
    the schedule says. Addresses go to an operand's first element; offsets from
    there may be negative. What is known statically is no parameter.

    - A region that reads another one's output element by element, and is the
      only one that does, takes it from a register: one kernel instead of two,
      and no memory between them (rounding to a narrower result, alpha and
      beta).
    - A function of one launch gives its name to the kernel, which takes all of
      the function's memrefs in their order. Kernels of several launches are
      called NAME_0, NAME_1, …; equal ones are one.
    - A loop of one task (what upstream's loops became) is run by one thread.

    Before:
    ```mlir
    func.func @outer(%a: memref<5xf32>, %b: memref<7xf32>, %c: memref<5x7xf32>) {
      %0 = memref.reinterpret_cast %a to offset: [0], sizes: [5, 7], strides: [1, 0] : memref<5xf32> to memref<5x7xf32, strided<[1, 0]>>
      %1 = memref.reinterpret_cast %b to offset: [0], sizes: [5, 7], strides: [0, 1] : memref<7xf32> to memref<5x7xf32, strided<[0, 1]>>
      %2 = memref.reinterpret_cast %c to offset: [0], sizes: [5, 7], strides: [7, 1] : memref<5x7xf32> to memref<5x7xf32, strided<[7, 1]>>
      kernel.region ins(%0, %1 : memref<5x7xf32, strided<[1, 0]>>, memref<5x7xf32, strided<[0, 1]>>)
                    outs(%2 : memref<5x7xf32, strided<[7, 1]>>) init = zero loops = <[m, n]>
                    schedule = #kernel.simt_schedule<block = 64, max_blocks = 1280, order = [0, 1], index_bits = 32> {
      ^bb0(%x: f32, %y: f32, %acc: f32):
        %p = arith.mulf %x, %y : f32
        %s = arith.addf %acc, %p : f32
        kernel.yield %s : f32
      }
      return
    }
    ```
    After, canonicalized:
    ```mlir
    module attributes {gpu.container_module} {
      gpu.module @gpu.kernels {
        gpu.func @outer(%arg0: !llvm.ptr {llvm.align = 4 : i64, llvm.noalias, llvm.readonly}, %arg1: !llvm.ptr {llvm.align = 4 : i64, llvm.noalias, llvm.readonly}, %arg2: !llvm.ptr {llvm.align = 4 : i64, llvm.noalias}) kernel attributes {nvvm.reqntid = array<i32: 64, 1, 1>} {
          %cst = arith.constant 0.000000e+00 : f32
          %c35_i32 = arith.constant 35 : i32
          %c7_i32 = arith.constant 7 : i32
          %c64_i32 = arith.constant 64 : i32
          %block_id_x = gpu.block_id  x
          %0 = arith.index_cast %block_id_x : index to i32
          %thread_id_x = gpu.thread_id  x
          %1 = arith.index_cast %thread_id_x : index to i32
          %grid_dim_x = gpu.grid_dim  x
          %2 = arith.index_cast %grid_dim_x : index to i32
          %3 = arith.muli %0, %c64_i32 : i32
          %4 = arith.addi %3, %1 : i32
          %5 = arith.muli %2, %c64_i32 : i32
          scf.for %arg3 = %4 to %c35_i32 step %5  : i32 {
            %6 = arith.remui %arg3, %c7_i32 : i32
            %7 = arith.divui %arg3, %c7_i32 : i32
            %8 = llvm.getelementptr %arg0[%7] : (!llvm.ptr, i32) -> !llvm.ptr, f32
            %9 = llvm.load %8 invariant {alignment = 4 : i64} : !llvm.ptr -> f32
            %10 = llvm.getelementptr %arg1[%6] : (!llvm.ptr, i32) -> !llvm.ptr, f32
            %11 = llvm.load %10 invariant {alignment = 4 : i64} : !llvm.ptr -> f32
            %12 = arith.mulf %9, %11 fastmath<contract> : f32
            %13 = arith.addf %12, %cst fastmath<contract> : f32
            %14 = arith.muli %7, %c7_i32 : i32
            %15 = arith.addi %14, %6 : i32
            %16 = llvm.getelementptr %arg2[%15] : (!llvm.ptr, i32) -> !llvm.ptr, f32
            llvm.store %13, %16 {alignment = 4 : i64} : f32, !llvm.ptr
          }
          gpu.return
        }
      }
      func.func @outer(%arg0: memref<5xf32>, %arg1: memref<7xf32>, %arg2: memref<5x7xf32>) {
        %c64 = arith.constant 64 : index
        %c1 = arith.constant 1 : index
        %0 = kernel.address %arg0 : memref<5xf32> -> !llvm.ptr
        %1 = kernel.address %arg1 : memref<7xf32> -> !llvm.ptr
        %2 = kernel.address %arg2 : memref<5x7xf32> -> !llvm.ptr
        gpu.launch_func  @gpu.kernels::@outer blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)  args(%0 : !llvm.ptr, %1 : !llvm.ptr, %2 : !llvm.ptr)
        return
      }
    }
    ```
  }];
  let statistics = [
    Statistic<"numLaunches", "launches", "Launches of kernels">,
    Statistic<"numFused", "fused", "Regions kept in a register">,
    Statistic<"numSerial", "serial", "Launches of one thread">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect",
                           "::mlir::complex::ComplexDialect",
                           "::mlir::vector::VectorDialect"];
}

def LowerGpuEntry : Pass<"kernel-lower-gpu-entry", "::mlir::ModuleOp"> {
  let summary = "The host's side of kernels for a GPU";
  let description = [{
    Each public function of launches becomes `NAME(operands, extents, strides,
    scalars, stream)`, which checks the call as a CPU's kernel does and hands it
    to the runtime's `einsumcGpuRun`, together with a constant that holds the
    launch plan (`kernel.plan` on the function) and the device's code
    (`kernel.code` on the module). The device's module goes.

    Before:
    ```mlir
    module attributes {gpu.container_module, kernel.code = "PTX"} {
      gpu.module @gpu.kernels {
        gpu.func @copy(%a: !llvm.ptr, %c: !llvm.ptr) kernel {
          gpu.return
        }
      }
      func.func @copy(%a: memref<4xf32>, %c: memref<4xf32>) attributes {kernel.plan = "{}"} {
        %one = arith.constant 1 : index
        %0 = kernel.address %a : memref<4xf32> -> !llvm.ptr
        %1 = kernel.address %c : memref<4xf32> -> !llvm.ptr
        gpu.launch_func @gpu.kernels::@copy blocks in (%one, %one, %one) threads in (%one, %one, %one) args(%0 : !llvm.ptr, %1 : !llvm.ptr)
        return
      }
    }
    ```

    After:
    ```mlir
    module {
      llvm.mlir.global internal constant @copy.plan("{}\00") {addr_space = 0 : i32, alignment = 16 : i64}
      llvm.mlir.global internal constant @gpu.code("PTX\00") {addr_space = 0 : i32, alignment = 16 : i64}
      llvm.mlir.global internal constant @copy.image() {addr_space = 0 : i32} : !llvm.struct<(i64, ptr, i64, ptr, i64)> {
        %0 = llvm.mlir.undef : !llvm.struct<(i64, ptr, i64, ptr, i64)>
        %c1_i64 = arith.constant 1 : i64
        %1 = llvm.mlir.addressof @copy.plan : !llvm.ptr
        %c2_i64 = arith.constant 2 : i64
        %2 = llvm.mlir.addressof @gpu.code : !llvm.ptr
        %c3_i64 = arith.constant 3 : i64
        %3 = llvm.insertvalue %c1_i64, %0[0] : !llvm.struct<(i64, ptr, i64, ptr, i64)> 
        %4 = llvm.insertvalue %1, %3[1] : !llvm.struct<(i64, ptr, i64, ptr, i64)> 
        %5 = llvm.insertvalue %c2_i64, %4[2] : !llvm.struct<(i64, ptr, i64, ptr, i64)> 
        %6 = llvm.insertvalue %2, %5[3] : !llvm.struct<(i64, ptr, i64, ptr, i64)> 
        %7 = llvm.insertvalue %c3_i64, %6[4] : !llvm.struct<(i64, ptr, i64, ptr, i64)> 
        llvm.return %7 : !llvm.struct<(i64, ptr, i64, ptr, i64)>
      }
      func.func private @copy.check(%arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: !llvm.ptr) -> i32 attributes {llvm.linkage = #llvm.linkage<internal>} {
        %c0_i64 = arith.constant 0 : i64
        %c1_i64 = arith.constant 1 : i64
        %c4_i64 = arith.constant 4 : i64
        %0 = llvm.getelementptr %arg0[0] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
        %1 = llvm.load %0 : !llvm.ptr -> !llvm.ptr
        %2 = llvm.mlir.zero : !llvm.ptr
        %3 = llvm.icmp "eq" %1, %2 : !llvm.ptr
        %c4_i64_0 = arith.constant 4 : i64
        %4 = llvm.getelementptr %arg0[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
        %5 = llvm.load %4 : !llvm.ptr -> !llvm.ptr
        %6 = llvm.mlir.zero : !llvm.ptr
        %7 = llvm.icmp "eq" %5, %6 : !llvm.ptr
        %8 = arith.ori %3, %7 : i1
        %c0_i32 = arith.constant 0 : i32
        %c3_i32 = arith.constant 3 : i32
        %9 = arith.select %8, %c3_i32, %c0_i32 : i32
        return %9 : i32
      }
      func.func @copy(%arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: !llvm.ptr) -> i32 {
        %c2_i64 = arith.constant 2 : i64
        %0 = llvm.alloca %c2_i64 x !llvm.ptr : (i64) -> !llvm.ptr
        %1 = llvm.getelementptr %0[0] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
        llvm.store %arg0, %1 : !llvm.ptr, !llvm.ptr
        %2 = llvm.getelementptr %0[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
        llvm.store %arg1, %2 : !llvm.ptr, !llvm.ptr
        %3 = llvm.mlir.zero : !llvm.ptr
        %4 = llvm.mlir.zero : !llvm.ptr
        %5 = call @copy.check(%0, %3, %4) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
        %c0_i32 = arith.constant 0 : i32
        %6 = arith.cmpi ne, %5, %c0_i32 : i32
        cf.cond_br %6, ^bb1, ^bb2
      ^bb1:  // pred: ^bb0
        return %5 : i32
      ^bb2:  // pred: ^bb0
        %7 = llvm.getelementptr %0[2] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
        %8 = llvm.mlir.addressof @copy.image : !llvm.ptr
        %9 = call @einsumcGpuRun(%8, %0, %3, %4, %7, %arg2) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
        return %9 : i32
      }
      func.func private @einsumcGpuRun(!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr) -> i32
    }
    ```
  }];
  let statistics = [
    Statistic<"numKernels", "kernels", "Kernels given an entry">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect",
                           "::mlir::func::FuncDialect"];
}

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_GPUPASSES
