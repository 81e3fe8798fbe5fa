//===- CpuPasses.td - Passes for CPUs ----------------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_CPUPASSES
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_CPUPASSES

include "mlir/Pass/PassBase.td"

def ApplyCpuSchedule : Pass<"kernel-apply-cpu-schedule", "::mlir::func::FuncOp"> {
  let summary = "Carry a #kernel.cpu_schedule out as loops, packing and micro-kernels";
  let description = [{
    Replaces each region by what its schedule says. Operands become
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

    With `split_k` the blocks of the terms are divided into parts, and a part is
    an index of the items, too. Each item then stores partial sums into scratch,
    and an `scf.forall` of its own adds the parts up: the first to the initial
    value, the others in order.

    An epilogue is applied by the micro-kernels where one block holds all terms,
    and by the sum of the parts where they are split. Otherwise the blocks of an
    item add to scratch (to the output, where that is of the accumulator's type),
    `nc` columns by the rows of the item; after the last block each tile of it goes
    through the epilogue into the output.

    Edges: rows of a static extent are cut into balanced panels of at most two
    heights, those of a dynamic one into panels of `mr`, then pieces of 8, 4, 2
    and 1, which are read unpacked. Columns behind the last whole panel are one
    tile of just enough vectors, the last masked (static), or single masked
    vectors (dynamic). A sum over nothing still stores the initial value; an
    output without elements leaves no code.

    A `#kernel.sweep_schedule` becomes the nest that it spells out, around the same
    micro-kernels; its first `parallel` entries are the items. Where it streams,
    tiles begin at the first column that is aligned, found from the address.

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
    Statistic<"numHoistedPacks", "hoisted-packs", "Regions whose packed columns serve several blocks of rows">,
    Statistic<"numMicroKernels", "micro-kernels", "Micro-kernels emitted">,
    Statistic<"numMainTiles", "main-tiles", "Micro-kernels of the whole register tile">,
    Statistic<"numRowEdges", "row-edges", "Places where tiles have fewer rows than the schedule's">,
    Statistic<"numColumnEdges", "column-edges", "Regions' edges of fewer columns than the schedule's tile">,
    Statistic<"numTermBlocked", "term-blocked", "Regions whose terms are summed in more than one block">,
    Statistic<"numSweeps", "sweeps", "Regions swept in the order of memory">,
    Statistic<"numStreamed", "streamed-tiles", "Micro-kernels that write past the caches">,
    Statistic<"numStaged", "staged-blocks", "Blocks of the output by way of scratch">,
    Statistic<"numPrefetched", "prefetched-tiles", "Tiles that fetch what comes later">,
    Statistic<"numOutputOrdered", "output-ordered", "Regions whose tiles follow each other in the output">,
    Statistic<"numDotTiles", "dot-tiles", "Micro-kernels that compute by dot instructions">,
    Statistic<"numConvertedPacks", "converted-packs", "Inputs converted while they are packed">,
    Statistic<"numSplitTerms", "split-terms", "Regions whose terms are split into partial sums">,
    Statistic<"numEpilogues", "epilogues", "Regions whose micro-kernels apply an epilogue">,
    Statistic<"numLateEpilogues", "late-epilogues", "Regions whose epilogue is applied after the last block of terms">
  ];
}

def LowerPack : Pass<"kernel-lower-pack", "::mlir::func::FuncOp"> {
  let summary = "Lower kernel.pack to loops over vectors";
  let description = [{
    How a panel is copied depends on what lies side by side in the source:

    - rows: whole vectors are moved, in the last panel masked ones, eight terms
      at a time across all panels;
    - terms, or rows of another digit: squares are transposed in registers, as large as the target's
      registers hold (8x8 of f32 with AVX2, 16x16 with AVX-512; 8x8 of 16 bits),
      by shuffles that are one instruction each. A sum that is no multiple of
      the square's side ends with a square that overlaps the last;
    - neither: element by element.

    Complex numbers of 32-bit parts move as one integer.

    Where panels hold something else than the source, what is loaded is converted
    at once: widened, or joined to groups of terms. Groups of terms that lie side
    by side are loaded as they are and transposed as i32; those of columns that
    do are zero-extended, shifted and joined. A correction is summed up from the
    panel just written.

    ```mlir
    func.func @pack(%b: memref<?xf32>, %panels: memref<?xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c6 = arith.constant 6 : index
      %c16 = arith.constant 16 : index
      %c100 = arith.constant 100 : index
      kernel.pack %b[%c0] to %panels[%c0] width = 4 count(%c6) stride(%c1)
        k(%c16) k_strides(%c100) : memref<?xf32> to memref<?xf32>
      return
    }
    ```
    After, canonicalized:
    ```mlir
    func.func @pack(%b: memref<?xf32>, %panels: memref<?xf32>) {
      %zero = arith.constant dense<0.0> : vector<4xf32>
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c16 = arith.constant 16 : index
      %c100 = arith.constant 100 : index
      %c4 = arith.constant 4 : index
      %c64 = arith.constant 64 : index
      %c8 = arith.constant 8 : index
      scf.for %first = %c0 to %c16 step %c8 {
        %end = arith.addi %first, %c8 : index
        scf.for %k = %first to %end step %c1 {
          %from = arith.muli %k, %c100 : index
          %to = arith.muli %k, %c4 : index
          %v = vector.load %b[%from] : memref<?xf32>, vector<4xf32>
          vector.store %v, %panels[%to] : memref<?xf32>, vector<4xf32>
        }
        scf.for %k = %first to %end step %c1 {
          %row = arith.muli %k, %c100 : index
          %from = arith.addi %row, %c4 : index
          %term = arith.muli %k, %c4 : index
          %to = arith.addi %term, %c64 : index
          %mask = vector.constant_mask [2] : vector<4xi1>
          %v = vector.maskedload %b[%from], %mask, %zero : memref<?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
          vector.store %v, %panels[%to] : memref<?xf32>, vector<4xf32>
        }
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

    A tile of groups (`kind`) is one of i32 whose products are a dot instruction
    of x86, called as an LLVM intrinsic, where `kernel.target` says `native`;
    elsewhere shifts take the terms apart and whole lanes are multiplied.

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
  let statistics = [Statistic<"numLowered", "num-lowered", "Micro-kernels lowered">,
    Statistic<"numNativeDots", "native-dots", "Micro-kernels that use dot instructions of the target">,
    Statistic<"numEmulatedDots", "emulated-dots", "Micro-kernels that emulate them">
  ];
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

    Where the module's `kernel.threads` is more than one, `NAME` and `NAME_ws`
    have the runtime run the steps: `einsumcThreadsRun` of
    einsumc/Runtime/Threads.h, which gets the addresses of `NAME_entry` and
    `NAME_tasks`.

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

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_CPUPASSES
