//===- Passes.td - Passes on the kernel dialect ------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def PrepareEntry : Pass<"kernel-prepare-entry", "::mlir::ModuleOp"> {
  let summary = "Turn functions of tensors into functions of memrefs";
  let description = [{
    Every public function of tensors is a kernel. Its tensor arguments become
    memrefs (row-major, or as `kernel.layout` says), its results trailing memref
    arguments that carry `kernel.output`, or the memory of the argument that
    carries `kernel.inout`. One-shot bufferisation then computes the result in
    place and copies nothing; function boundaries need no convention of their
    own.

    Where axes are dynamic and nothing is said about labels, axes that the body
    makes equal get the same `kernel.labels`, so that the kernel's caller gives
    each extent once and an output has the extents that are written.

    ```mlir
    func.func @identity(%x: tensor<4xf32>) -> tensor<4xf32> {
      return %x : tensor<4xf32>
    }
    ```

    ```mlir
    func.func @identity(%x: memref<4xf32>, %out: memref<4xf32> {kernel.output}) {
      %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
      bufferization.materialize_in_destination %0 in restrict writable %out
        : (tensor<4xf32>, memref<4xf32>) -> ()
      return
    }
    ```
  }];
  let dependentDialects = ["mlir::bufferization::BufferizationDialect"];
  let statistics = [Statistic<"numPrepared", "num-prepared", "Functions turned into memref form">];
}
def FormRegions : Pass<"kernel-form-regions", "::mlir::func::FuncOp"> {
  let summary = "Turn linalg on tensors into kernel.region";
  let description = [{
    A contraction and what touches its tiles become one `kernel.region`: the
    `linalg.generic` and the fill of its output with zeros, which becomes
    `init = zero`. Named operations are generalised first.

    What the CPU's schedules cannot tile (windowed maps, `linalg.index`, several
    results, combiners other than a sum and bool's or) stays `linalg` and is
    lowered to loops later; a remark says why, a statistic counts it.

    ```mlir
    func.func @sum(%x: tensor<4x8xf32>) -> tensor<4xf32> {
      %zero = arith.constant 0.0 : f32
      %empty = tensor.empty() : tensor<4xf32>
      %filled = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
      %sum = linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
          iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<4x8xf32>) outs(%filled : tensor<4xf32>) {
      ^bb0(%e: f32, %acc: f32):
        %s = arith.addf %acc, %e : f32
        linalg.yield %s : f32
      } -> tensor<4xf32>
      return %sum : tensor<4xf32>
    }
    ```

    ```mlir
    func.func @sum(%x: tensor<4x8xf32>) -> tensor<4xf32> {
      %zero = arith.constant 0.0 : f32
      %empty = tensor.empty() : tensor<4xf32>
      %sum = kernel.region ins(%x : tensor<4x8xf32>) outs(%empty : tensor<4xf32>)
          init = zero
          maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] {
      ^bb0(%e: f32, %acc: f32):
        %s = arith.addf %acc, %e : f32
        kernel.yield %s : f32
      } -> tensor<4xf32>
      return %sum : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["einsumc::kernel::KernelDialect"];
  let statistics = [
    Statistic<"numRegions", "num-regions", "Operations turned into regions">,
    Statistic<"numFillsFolded", "num-fills-folded", "Fills that became init = zero">,
    Statistic<"numNotTiled", "num-not-tiled", "Operations left as loops">
  ];
}
def OutlineSteps : Pass<"kernel-outline-steps", "::mlir::ModuleOp"> {
  let summary = "Move every region into a function of its own and merge equal ones";
  let description = [{
    A kernel becomes a straight line of calls of private step functions, one a
    region; steps of the same text are one function, so that a network of
    hundreds of equal products is scheduled and compiled once. What else touches
    memory (loops of what was not tiled) becomes steps of one task; it stands at
    the last of its effects, where all that it uses is known. Afterwards
    every side effect of a kernel lies in an `scf.forall` of a step, or in a
    region that becomes one.

    ```mlir
    func.func @twice(%x: memref<4xf32>, %y: memref<4xf32>) {
      memref.copy %x, %y : memref<4xf32> to memref<4xf32>
      memref.copy %x, %y : memref<4xf32> to memref<4xf32>
      return
    }
    ```

    ```mlir
    func.func @twice(%x: memref<4xf32>, %y: memref<4xf32>) {
      call @twice.step0(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
      call @twice.step0(%x, %y) : (memref<4xf32>, memref<4xf32>) -> ()
      return
    }
    func.func private @twice.step0(%x: memref<4xf32>, %y: memref<4xf32>) {
      kernel.region ins(%x : memref<4xf32>) outs(%y : memref<4xf32>) init = zero
          maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
      ^bb0(%e: f32, %old: f32):
        kernel.yield %e : f32
      }
      return
    }
    ```
  }];
  let dependentDialects = ["einsumc::kernel::KernelDialect", "mlir::scf::SCFDialect", "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect", "mlir::linalg::LinalgDialect"];
  let statistics = [
    Statistic<"numSteps", "num-steps", "Step functions made">,
    Statistic<"numMerged", "num-merged", "Steps that call an equal one's function">
  ];
}
def ClassifyLoops : Pass<"kernel-classify-loops", "::mlir::func::FuncOp"> {
  let summary = "Bring regions on memrefs to normal form and class their loops";
  let description = [{
    After bufferisation an operand is an address and, for each loop, a stride.
    This pass writes just that: every operand becomes a memref of one axis a loop
    (stride 0 where it does not move, the sum of the strides along a diagonal).
    From here on the order of letters is gone.

    Loops of extent 1 vanish. The loop along which the output is densest is the
    vector loop, the last `n`; the inputs of a product are swapped so that the
    second one moves with it, or, where both do, so that the first one has loops
    of its own. Loops are ordered batch, m, n, k, inside a class by falling
    stride, and two that every operand walks through evenly are collapsed into
    one (only the inner extent must be known). The longest m loop (without one, a batch loop) gives the
    rows of the register tile and comes last.

    ```mlir
    func.func @matmul(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %c: memref<4x16xf32>) {
      kernel.region ins(%a, %b : memref<4x8xf32>, memref<8x16xf32>) outs(%c : memref<4x16xf32>)
          init = zero
          maps = [affine_map<(i, j, l) -> (i, l)>, affine_map<(i, j, l) -> (l, j)>,
                  affine_map<(i, j, l) -> (i, j)>] {
      ^bb0(%x: f32, %y: f32, %acc: f32):
        %p = arith.mulf %x, %y : f32
        %s = arith.addf %acc, %p : f32
        kernel.yield %s : f32
      }
      return
    }
    ```

    ```mlir
    func.func @matmul(%a: memref<4x8xf32>, %b: memref<8x16xf32>, %c: memref<4x16xf32>) {
      %0 = memref.reinterpret_cast %a to offset: [0], sizes: [4, 16, 8], strides: [8, 0, 1]
        : memref<4x8xf32> to memref<4x16x8xf32, strided<[8, 0, 1]>>
      %1 = memref.reinterpret_cast %b to offset: [0], sizes: [4, 16, 8], strides: [0, 1, 16]
        : memref<8x16xf32> to memref<4x16x8xf32, strided<[0, 1, 16]>>
      %2 = memref.reinterpret_cast %c to offset: [0], sizes: [4, 16, 8], strides: [16, 1, 0]
        : memref<4x16xf32> to memref<4x16x8xf32, strided<[16, 1, 0]>>
      kernel.region ins(%0, %1 : memref<4x16x8xf32, strided<[8, 0, 1]>>, memref<4x16x8xf32, strided<[0, 1, 16]>>)
          outs(%2 : memref<4x16x8xf32, strided<[16, 1, 0]>>)
          init = zero loops = <[m, n, k]> {
      ^bb0(%x: f32, %y: f32, %acc: f32):
        %p = arith.mulf %x, %y : f32
        %s = arith.addf %acc, %p : f32
        kernel.yield %s : f32
      }
      return
    }
    ```
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::arith::ArithDialect"];
  let statistics = [
    Statistic<"numCollapsed", "num-collapsed", "Loops collapsed into a neighbour">,
    Statistic<"numSwapped", "num-swapped", "Products whose inputs were swapped">
  ];
}
def SelectSchedule : Pass<"kernel-select-schedule", "::mlir::ModuleOp"> {
  let summary = "Decide each region's schedule from the target's numbers";
  let description = [{
    Gives every region in normal form a `#kernel.cpu_schedule`: a formula over
    the numbers of the module's `kernel.target` (set from the CPU that the
    option names where the module has none) and over what is known of extents
    and strides. Dynamic extents count as large. Regions that carry a schedule
    already keep it.

    - Register tile: `width` lanes fill one register (two for complex numbers,
      whose parts lie apart); among the tiles whose accumulators fit the
      registers (14x2, 9x3, 6x4 of 32; 6x2, 4x3, 3x4 of 16) the one that wastes
      least on this extent of rows and columns. Tiles that would gather more than
      128 elements a term one by one are smaller.
    - Blocks: `kc` terms are a panel of 2 KiB a column (1 KiB with 16
      registers), `mc` rows a third of the second-level cache, `nc` columns
      4 MiB; all balanced, and smaller where several tasks need work.
    - Packing: the input that moves with the columns, when they are not its unit
      stride or when the operands exceed the second-level cache and there are
      more than two panels of rows to share the copy; the input that moves with
      the rows, when there are more than four panels of columns and its rows
      alias in the first-level cache (a stride that is a multiple of 4 KiB), its
      terms lie on a page each, or it outgrows the second-level cache.
    - Tasks: one below 2 million operations, otherwise up to 16.

    For a GPU (a `#kernel.gpu_target`, or the option `gpu`) it is a
    `#kernel.simt_schedule`: the loops ordered by how far they move in the
    output, the nearest last; 256 threads a block or fewer, and as many blocks
    as fill the multiprocessors 32 times.

    The option `schedule` forces a given one. It is taken as written where it is
    legal for the region. Otherwise its `pack` is adapted: what cannot be packed
    is not, and a list of the wrong length means "whatever can be" if it holds
    any `true`. If it still is not legal, its vectors get as many lanes as the
    target's registers hold, `nv` and `nc` counted in vectors as written. What
    is illegal even then is an error.

    Before:
    ```mlir
    module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, f16c = true>} {
      func.func private @step(%a: memref<20x32x64xf32, strided<[64, 0, 1]>>, %b: memref<20x32x64xf32, strided<[0, 1, 32]>>, %c: memref<20x32x64xf32, strided<[32, 1, 0]>>) {
        kernel.region ins(%a, %b : memref<20x32x64xf32, strided<[64, 0, 1]>>, memref<20x32x64xf32, strided<[0, 1, 32]>>)
                      outs(%c : memref<20x32x64xf32, strided<[32, 1, 0]>>)
                      init = zero loops = <[m, n, k]> {
        ^bb0(%x: f32, %y: f32, %acc: f32):
          %p = arith.mulf %x, %y : f32
          %s = arith.addf %acc, %p : f32
          kernel.yield %s : f32
        }
        return
      }
    }
    ```
    After:
    ```mlir
    module attributes {kernel.target = #kernel.target<cpu = "znver4", vector_bits = 512, registers = 32, l1 = 32768, l2 = 1048576, l3 = 33554432, f16c = true>} {
      func.func private @step(%a: memref<20x32x64xf32, strided<[64, 0, 1]>>, %b: memref<20x32x64xf32, strided<[0, 1, 32]>>, %c: memref<20x32x64xf32, strided<[32, 1, 0]>>) {
        kernel.region ins(%a, %b : memref<20x32x64xf32, strided<[64, 0, 1]>>, memref<20x32x64xf32, strided<[0, 1, 32]>>)
                      outs(%c : memref<20x32x64xf32, strided<[32, 1, 0]>>)
                      init = zero loops = <[m, n, k]> schedule = #kernel.cpu_schedule<mr = 10, nv = 2, width = 16, mc = 20, nc = 32, kc = 64, pack = [false, false]> {
        ^bb0(%x: f32, %y: f32, %acc: f32):
          %p = arith.mulf %x, %y : f32
          %s = arith.addf %acc, %p : f32
          kernel.yield %s : f32
        }
        return
      }
    }
    ```
  }];
  let options = [
    Option<"cpu", "cpu", "std::string", /*default=*/"\"native\"",
           "CPU to decide for where the module has no kernel.target">,
    Option<"gpu", "gpu", "std::string", /*default=*/"\"\"",
           "GPU to decide for where the module has no kernel.target; empty: "
           "the CPU">,
    Option<"schedule", "schedule", "std::string", /*default=*/"\"\"",
           "A schedule that every region gets: a #kernel.cpu_schedule or "
           "#kernel.simt_schedule">
  ];
  let statistics = [
    Statistic<"numScheduled", "scheduled", "Regions given a schedule">,
    Statistic<"numInputsToPack", "to-pack", "Inputs that are to be packed">
  ];
}
def ApplyCpuSchedule : Pass<"kernel-apply-cpu-schedule", "::mlir::func::FuncOp"> {
  let summary = "Carry a #kernel.cpu_schedule out as loops, packing and micro-kernels";
  let description = [{
    Replaces each region by what its `#kernel.cpu_schedule` says. Operands become
    flat memory with one index, computed from a stride a loop.

    The work is cut into items: one point of the outer loops (batch, other rows
    and columns), one block of `nc` columns and one of `mc` rows. An `scf.forall`
    hands neighbouring items to tasks. An item runs over the blocks of the terms
    in order: the outer digits one by one, then blocks of the first digit whose
    inner ones stay below `kc`; the first block starts from the region's `init`,
    later ones load. Inside, panels of columns, then panels of rows, then one
    micro-kernel a tile.

    A packed input whose panels one item alone reads is packed by that item, into
    scratch of its own, just before. Panels that several items share are packed
    once, all of them, by an `scf.forall` of their own before the others: no task
    packs what another one has packed.

    Edges: rows of a static extent are cut into balanced panels of at most two
    heights, those of a dynamic one into panels of `mr`, then pieces of 8, 4, 2
    and 1, which are read unpacked. Columns behind the last whole panel are one
    tile of just enough vectors, the last masked (static), or single masked
    vectors (dynamic). A sum over nothing still stores the initial value; an
    output without elements leaves no code.

    Each `scf.forall` is mapped to `#kernel.task`: it is a step of the ABI even
    with one task, and canonicalization leaves it alone.

    Before:
    ```mlir
    func.func private @step(%a0: memref<f32>, %b0: memref<f32>, %c0: memref<f32>) {
      %a = memref.reinterpret_cast %a0 to offset: [0], sizes: [20, 40, 64], strides: [64, 0, 1] : memref<f32> to memref<20x40x64xf32, strided<[64, 0, 1]>>
      %b = memref.reinterpret_cast %b0 to offset: [0], sizes: [20, 40, 64], strides: [0, 64, 1] : memref<f32> to memref<20x40x64xf32, strided<[0, 64, 1]>>
      %c = memref.reinterpret_cast %c0 to offset: [0], sizes: [20, 40, 64], strides: [40, 1, 0] : memref<f32> to memref<20x40x64xf32, strided<[40, 1, 0]>>
      kernel.region ins(%a, %b : memref<20x40x64xf32, strided<[64, 0, 1]>>, memref<20x40x64xf32, strided<[0, 64, 1]>>)
                    outs(%c : memref<20x40x64xf32, strided<[40, 1, 0]>>)
                    init = zero loops = <[m, n, k]>
                    schedule = #kernel.cpu_schedule<mr = 10, nv = 2, width = 16, mc = 20, nc = 64, kc = 64, pack = [false, true]> {
      ^bb0(%x: f32, %y: f32, %acc: f32):
        %p = arith.mulf %x, %y : f32
        %s = arith.addf %acc, %p : f32
        kernel.yield %s : f32
      }
      return
    }
    ```
    After:
    ```mlir
    func.func private @step(%arg0: memref<f32>, %arg1: memref<f32>, %arg2: memref<f32>) {
      %c2048 = arith.constant 2048 : index
      %c8 = arith.constant 8 : index
      %c10 = arith.constant 10 : index
      %c4096 = arith.constant 4096 : index
      %c32 = arith.constant 32 : index
      %c2 = arith.constant 2 : index
      %c64 = arith.constant 64 : index
      %c1 = arith.constant 1 : index
      %c40 = arith.constant 40 : index
      %c0 = arith.constant 0 : index
      %reinterpret_cast = memref.reinterpret_cast %arg2 to offset: [0], sizes: [800], strides: [1] : memref<f32> to memref<800xf32>
      %reinterpret_cast_0 = memref.reinterpret_cast %arg0 to offset: [0], sizes: [1280], strides: [1] : memref<f32> to memref<1280xf32>
      %reinterpret_cast_1 = memref.reinterpret_cast %arg1 to offset: [0], sizes: [2560], strides: [1] : memref<f32> to memref<2560xf32>
      scf.forall (%arg3) in (1) {
        %0 = kernel.scratch(%c4096) : memref<?xf32>
        kernel.pack %reinterpret_cast_1[%c0] to %0[%c0] width = 32 count(%c40) stride(%c64) k(%c64) k_strides(%c1) : memref<2560xf32> to memref<?xf32>
        scf.for %arg4 = %c0 to %c2 step %c1 {
          %1 = arith.muli %arg4, %c10 : index
          %2 = arith.muli %1, %c64 : index
          %3 = arith.muli %1, %c40 : index
          kernel.micro_kernel mr = 10 nv = 2 width = 16 init =  zero ins(%reinterpret_cast_0, %0) at(%2, %c0) out(%reinterpret_cast[%3]) k(%c64) m_strides(%c64, %c0, %c40) n_strides(%c0, %c1, %c1) k_strides(%c1, %c32) : (memref<1280xf32>, memref<?xf32>) -> memref<800xf32> {
          ^bb0(%arg5: f32, %arg6: f32, %arg7: f32):
            %4 = arith.mulf %arg5, %arg6 : f32
            %5 = arith.addf %arg7, %4 : f32
            kernel.yield %5 : f32
          }
        }
        scf.for %arg4 = %c0 to %c2 step %c1 {
          %1 = arith.muli %arg4, %c10 : index
          %2 = arith.muli %1, %c64 : index
          %3 = arith.muli %1, %c40 : index
          %4 = arith.addi %3, %c32 : index
          kernel.micro_kernel mr = 10 nv = 1 width = 16 init =  zero ins(%reinterpret_cast_0, %0) at(%2, %c2048) out(%reinterpret_cast[%4]) k(%c64) m_strides(%c64, %c0, %c40) n_strides(%c0, %c1, %c1) k_strides(%c1, %c32) tail(%c8) padded = [false, true] : (memref<1280xf32>, memref<?xf32>) -> memref<800xf32> {
          ^bb0(%arg5: f32, %arg6: f32, %arg7: f32):
            %5 = arith.mulf %arg5, %arg6 : f32
            %6 = arith.addf %arg7, %5 : f32
            kernel.yield %6 : f32
          }
        }
      } {mapping = [#kernel.task]}
      return
    }
    ```
  }];
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::memref::MemRefDialect", "mlir::arith::ArithDialect"];
  let options = [
    Option<"report", "report", "bool", /*default=*/"false",
           "Say in a remark what was written for each region">
  ];
  let statistics = [
    Statistic<"numRegions", "regions", "Regions scheduled">,
    Statistic<"numPackedRows", "packed-rows", "Inputs packed into panels of rows">,
    Statistic<"numPackedColumns", "packed-columns", "Inputs packed into panels of columns">,
    Statistic<"numSharedPacks", "shared-packs", "Inputs packed in a step of their own">,
    Statistic<"numMicroKernels", "micro-kernels", "Micro-kernels emitted">,
    Statistic<"numMainTiles", "main-tiles", "Micro-kernels of the whole register tile">,
    Statistic<"numRowEdges", "row-edges", "Places where tiles have fewer rows than the schedule's">,
    Statistic<"numColumnEdges", "column-edges", "Regions' edges of fewer columns than the schedule's tile">,
    Statistic<"numTermBlocked", "term-blocked", "Regions whose terms are summed in more than one block">
  ];
}
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

def LowerPack : Pass<"kernel-lower-pack", "::mlir::func::FuncOp"> {
  let summary = "Lower kernel.pack to loops over vectors";
  let description = [{
    How a panel is copied depends on what lies side by side in the source:

    - rows: whole vectors are moved, in the last panel masked ones;
    - terms: squares are transposed in registers, as large as the target's
      registers hold (8x8 of f32 with AVX2, 16x16 with AVX-512; 8x8 of 16 bits),
      by shuffles that are one instruction each. A sum that is no multiple of
      the square's side ends with a square that overlaps the last;
    - neither: element by element.

    Complex numbers of 32-bit parts move as one integer.

    ```mlir
    func.func @pack(%b: memref<?xf32>, %panels: memref<?xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c6 = arith.constant 6 : index
      %c10 = arith.constant 10 : index
      %c100 = arith.constant 100 : index
      kernel.pack %b[%c0] to %panels[%c0] width = 4 count(%c6) stride(%c1)
        k(%c10) k_strides(%c100) : memref<?xf32> to memref<?xf32>
      return
    }
    ```
    After, canonicalized:
    ```mlir
    func.func @pack(%b: memref<?xf32>, %panels: memref<?xf32>) {
      %zero = arith.constant dense<0.0> : vector<4xf32>
      %c40 = arith.constant 40 : index
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c10 = arith.constant 10 : index
      %c100 = arith.constant 100 : index
      %c4 = arith.constant 4 : index
      scf.for %k = %c0 to %c10 step %c1 {
        %from = arith.muli %k, %c100 : index
        %to = arith.muli %k, %c4 : index
        %v = vector.load %b[%from] : memref<?xf32>, vector<4xf32>
        vector.store %v, %panels[%to] : memref<?xf32>, vector<4xf32>
      }
      scf.for %k = %c0 to %c10 step %c1 {
        %row = arith.muli %k, %c100 : index
        %from = arith.addi %row, %c4 : index
        %term = arith.muli %k, %c4 : index
        %to = arith.addi %term, %c40 : index
        %mask = vector.constant_mask [2] : vector<4xi1>
        %v = vector.maskedload %b[%from], %mask, %zero : memref<?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
        vector.store %v, %panels[%to] : memref<?xf32>, vector<4xf32>
      }
      return
    }
    ```
  }];
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::vector::VectorDialect", "mlir::arith::ArithDialect", "mlir::memref::MemRefDialect", "mlir::complex::ComplexDialect", "mlir::LLVM::LLVMDialect"];
  let statistics = [
    Statistic<"numVectors", "num-vectors", "Packs that copy whole vectors">,
    Statistic<"numTransposed", "num-transposed", "Packs that transpose in registers">,
    Statistic<"numScalars", "num-scalars", "Packs that go element by element">
  ];
}
def LowerMicroKernel : Pass<"kernel-lower-micro-kernel", "::mlir::func::FuncOp"> {
  let summary = "Lower kernel.micro_kernel to one loop over 1-D vectors";
  let description = [{
    One `scf.for` a digit of the sum, the innermost one with the whole tile in
    its accumulators: vectors of one axis, which stay in registers. The shorter
    side of the tile is held, the longer one streams by: with more rows than
    vectors, each row's element is loaded, broadcast and used at once. Products
    that are added become `vector.fma`; complex numbers are computed as two
    vectors, of real and imaginary parts.

    The last vector of a row may hold less than the others. On targets with
    masks (32 registers) it is loaded and stored under one. A masked store takes
    as long as a dozen others on AVX2: there the vector starts so much earlier
    that it is full, and computes some columns a second time (with 23 columns
    and 16 terms 1.6 times as fast), or, where it is the only one, is stored in
    pieces.

    An output whose columns lie apart is scattered element by element: a tile of
    more than 16 elements goes through a buffer (`kernel.scratch` of the task) and
    loops over that, in place of code for each lane.

    The loop is not unrolled: twice and four times brought 0 to 2% on Zen 4,
    with 16 registers and with 32.

    ```mlir
    func.func @tile(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %n: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c100 = arith.constant 100 : index
      kernel.micro_kernel mr = 2 nv = 1 width = 8 init = zero
          ins(%a, %b) at(%c0, %c0) out(%c[%c0]) k(%n)
          m_strides(%c100, %c0, %c100) n_strides(%c0, %c1, %c1) k_strides(%c1, %c100)
          : (memref<?xf32>, memref<?xf32>) -> memref<?xf32> {
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
    func.func @tile(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %n: index) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c100 = arith.constant 100 : index
      %zero = arith.constant dense<0.0> : vector<8xf32>
      %sums:2 = scf.for %k = %c0 to %n step %c1 iter_args(%s0 = %zero, %s1 = %zero) -> (vector<8xf32>, vector<8xf32>) {
        %row = arith.muli %k, %c100 : index
        %a0 = memref.load %a[%k] : memref<?xf32>
        %b0 = vector.load %b[%row] : memref<?xf32>, vector<8xf32>
        %v0 = vector.broadcast %a0 : f32 to vector<8xf32>
        %t0 = vector.fma %v0, %b0, %s0 : vector<8xf32>
        %next = arith.addi %k, %c100 : index
        %a1 = memref.load %a[%next] : memref<?xf32>
        %v1 = vector.broadcast %a1 : f32 to vector<8xf32>
        %t1 = vector.fma %v1, %b0, %s1 : vector<8xf32>
        scf.yield %t0, %t1 : vector<8xf32>, vector<8xf32>
      }
      vector.store %sums#0, %c[%c0] : memref<?xf32>, vector<8xf32>
      vector.store %sums#1, %c[%c100] : memref<?xf32>, vector<8xf32>
      return
    }
    ```
  }];
  let dependentDialects = ["mlir::scf::SCFDialect", "mlir::vector::VectorDialect", "mlir::arith::ArithDialect", "mlir::memref::MemRefDialect", "mlir::LLVM::LLVMDialect"];
  let statistics = [Statistic<"numLowered", "num-lowered", "Micro-kernels lowered">];
}
def ExpandConversions : Pass<"kernel-expand-conversions", "::mlir::func::FuncOp"> {
  let summary = "Expand conversions to and from f16 and bf16 to integer arithmetic";
  let description = [{
    LLVM converts f16 and bf16 by calls of libgcc or compiler-rt where the CPU
    does not, and on AVX-512 by instructions that take bf16's subnormals for
    zero. A kernel depends on libc and libm alone and rounds once, to nearest
    even: this pass writes the conversions out, for scalars and vectors. NaN
    stays NaN (narrowed, a quiet one); infinities and subnormals are exact.

    - bf16 is the upper half of an f32.
    - f16 and f32 are left to the hardware where the module's `kernel.target`
      says `f16c`.
    - f64 goes through an f32 that is rounded to odd: the last bit says whether
      anything was lost, and the second rounding is as good as the only one.
    - Integers are clamped to what f16 tells from infinity, or go through f64;
      beyond 53 bits rounded to odd.
    - Arithmetic on f16 and bf16, which only users' linalg holds, is done in f32,
      each result rounded.

    No value of these types is left, only their bit patterns: memory is viewed
    as i16. (LLVM calls the library even to move a bf16 about, on some targets.)

    ```mlir
    func.func @widen(%m: memref<8xbf16>, %i: index) -> f32 {
      %x = memref.load %m[%i] : memref<8xbf16>
      %y = arith.extf %x : bf16 to f32
      return %y : f32
    }
    ```

    ```mlir
    func.func @widen(%m: memref<8xbf16>, %i: index) -> f32 {
      %descriptor = builtin.unrealized_conversion_cast %m
        : memref<8xbf16> to !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
      %bits = builtin.unrealized_conversion_cast %descriptor
        : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)> to memref<8xi16>
      %x = memref.load %bits[%i] : memref<8xi16>
      %wide = arith.extui %x : i16 to i32
      %c16 = arith.constant 16 : i32
      %shifted = arith.shli %wide, %c16 : i32
      %y = arith.bitcast %shifted : i32 to f32
      return %y : f32
    }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::LLVM::LLVMDialect"];
  let statistics = [Statistic<"numExpanded", "num-expanded", "Conversions expanded">];
}
def LowerEntry : Pass<"kernel-lower-entry", "::mlir::ModuleOp"> {
  let summary = "Give kernel functions the C ABI: entry, tasks, scratch and wrappers";
  let description = [{
    A public function on memrefs that calls private step functions becomes the
    functions of docs/abi.md: `NAME_entry` and `NAME_tasks`, which the JIT,
    threads and GPU planning use, and `NAME`, `NAME_ws` and
    `NAME_scratch_bytes` for people. Each `scf.forall` of a step function is one
    step; its tasks are the iterations.

    Nothing but pointers, extents and strides crosses a function's border
    afterwards. Inside, a memref is made of a pointer by
    `memref.reinterpret_cast`; where strides may be negative its base is the
    lowest address of the operand, so that flat indices are never negative.
    Pointers of distinct operands are marked as such, which is why step
    functions take pointers too.

    Intermediates and shared `kernel.scratch` get offsets in the scratch memory,
    those with disjoint live ranges the same ones; `kernel.scratch` inside an
    `scf.forall` gets a slot for each task, and a call of the entry uses the
    slot of its `begin`. All of it is a function of `sizes[]`, computed from the
    very operations of the input.

    Before:
    ```mlir
    func.func private @step(%a: memref<8xf32>, %c: memref<8xf32>) {
      scf.forall (%t) in (2) {
        %v = memref.load %a[%t] : memref<8xf32>
        memref.store %v, %c[%t] : memref<8xf32>
      }
      return
    }
    func.func @copy(%a: memref<8xf32>, %c: memref<8xf32>) {
      call @step(%a, %c) : (memref<8xf32>, memref<8xf32>) -> ()
      return
    }
    ```

    After, canonicalized (of its functions, the tasks and the step):
    ```mlir
    func.func private @step.0(%a: !llvm.ptr {llvm.noalias},
                              %c: !llvm.ptr {llvm.noalias},
                              %slot: !llvm.ptr {llvm.align = 64 : i64, llvm.noalias},
                              %begin: i64, %end: i64)
        attributes {llvm.linkage = #llvm.linkage<internal>} {
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0 : i64
      %0 = llvm.mlir.poison : !llvm.struct<(ptr, ptr, i64)>
      %1 = llvm.insertvalue %a, %0[0] : !llvm.struct<(ptr, ptr, i64)>
      %2 = llvm.insertvalue %a, %1[1] : !llvm.struct<(ptr, ptr, i64)>
      %3 = llvm.insertvalue %zero, %2[2] : !llvm.struct<(ptr, ptr, i64)>
      %4 = builtin.unrealized_conversion_cast %3 : !llvm.struct<(ptr, ptr, i64)> to memref<f32>
      %am = memref.reinterpret_cast %4 to offset: [0], sizes: [8], strides: [1] : memref<f32> to memref<8xf32>
      %5 = llvm.insertvalue %c, %0[0] : !llvm.struct<(ptr, ptr, i64)>
      %6 = llvm.insertvalue %c, %5[1] : !llvm.struct<(ptr, ptr, i64)>
      %7 = llvm.insertvalue %zero, %6[2] : !llvm.struct<(ptr, ptr, i64)>
      %8 = builtin.unrealized_conversion_cast %7 : !llvm.struct<(ptr, ptr, i64)> to memref<f32>
      %cm = memref.reinterpret_cast %8 to offset: [0], sizes: [8], strides: [1] : memref<f32> to memref<8xf32>
      %first = arith.index_cast %begin : i64 to index
      %last = arith.index_cast %end : i64 to index
      scf.for %t = %first to %last step %c1 {
        %v = memref.load %am[%t] : memref<8xf32>
        memref.store %v, %cm[%t] : memref<8xf32>
      }
      return
    }
    func.func @copy_tasks(%sizes: !llvm.ptr, %step: i64) -> i64 {
      %two = arith.constant 2 : i64
      %none = arith.constant -1 : i64
      cf.switch %step : i64, [
        default: ^bb2,
        0: ^bb1
      ]
    ^bb1:
      return %two : i64
    ^bb2:
      return %none : i64
    }
    ```
  }];
  let dependentDialects = [
    "mlir::scf::SCFDialect", "mlir::LLVM::LLVMDialect",
    "mlir::arith::ArithDialect", "mlir::cf::ControlFlowDialect",
    "mlir::func::FuncDialect", "mlir::memref::MemRefDialect"
  ];
  let statistics = [
    Statistic<"numKernels", "num-kernels", "Number of kernels given an ABI">,
    Statistic<"numSteps", "num-steps", "Number of steps">,
    Statistic<"numBuffers", "num-buffers",
              "Number of intermediates and shared buffers laid out in scratch">
  ];
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

def VerifyLowered : Pass<"verify-lowered"> {
  let summary = "Refuse whatever is left that is not LLVM";
  let description = [{
    Some of upstream's conversions leave what they do not understand as it is,
    and still succeed. Translation to LLVM IR would then fail without a place in
    the source, or not at all. This pass, the last one of `kernel-to-llvm` and,
    on the device's code, of `kernel-to-nvvm`, names the first operation that is
    left. It changes nothing.

    Before:
    ```mlir
    llvm.func @f() {
      llvm.return
    }
    ```

    After:
    ```mlir
    llvm.func @f() {
      llvm.return
    }
    ```
  }];
  let statistics = [
    Statistic<"numOperations", "num-operations", "Number of operations checked">
  ];
}

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_PASSES
