//===- CommonPasses.td - Passes that every target goes through -*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_COMMONPASSES
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_COMMONPASSES

include "mlir/Pass/PassBase.td"

def FuseMaps : Pass<"kernel-fuse-maps", "::mlir::func::FuncOp"> {
  let summary = "Compute maps where they are read";
  let description = [{
    A `linalg.generic` that sums nothing, and whose result one other reads, once
    for each of its points, is computed there: one sweep over memory in place of
    two and an intermediate. Only where the loops can still follow all operands:
    each lies in order along the innermost one or does not move with it; a map
    may have inputs that are transposed, all from the same other loop.

    ```mlir
    func.func @product(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %c: tensor<8xf32>) -> tensor<4x8xf32> {
      %empty = tensor.empty() : tensor<4x8xf32>
      %0 = linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) {
      ^bb0(%x: f32, %y: f32, %out: f32):
        %p = arith.mulf %x, %y : f32
        linalg.yield %p : f32
      } -> tensor<4x8xf32>
      %1 = linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%0, %c : tensor<4x8xf32>, tensor<8xf32>) outs(%empty : tensor<4x8xf32>) {
      ^bb0(%x: f32, %y: f32, %out: f32):
        %p = arith.mulf %x, %y : f32
        linalg.yield %p : f32
      } -> tensor<4x8xf32>
      return %1 : tensor<4x8xf32>
    }
    ```

    ```mlir
    func.func @product(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %c: tensor<8xf32>) -> tensor<4x8xf32> {
      %empty = tensor.empty() : tensor<4x8xf32>
      %0 = linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%a, %b, %c : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>) outs(%empty : tensor<4x8xf32>) {
      ^bb0(%x: f32, %y: f32, %z: f32, %out: f32):
        %p = arith.mulf %x, %y : f32
        %q = arith.mulf %p, %z : f32
        linalg.yield %q : f32
      } -> tensor<4x8xf32>
      return %0 : tensor<4x8xf32>
    }
    ```
  }];
  let statistics = [
    Statistic<"numFused", "num-fused", "Maps computed where they are read">
  ];
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

def FuseEpilogues : Pass<"kernel-fuse-epilogues", "::mlir::func::FuncOp"> {
  let summary = "Turn maps of a product's elements into its epilogue";
  let description = [{
    A region that computes each of its elements from the one sum at the same place
    becomes the epilogue of the region that sums, if nobody else reads the sums:
    the conversion of a narrow result, a function applied to each element. They
    are then never written as a whole.

    For products alone, in which each operand is used several times: what runs at
    the speed of memory has loops in the order of memory, which keep their sums
    where the output is.

    ```mlir
    func.func @product(%a: tensor<8x4xf16>, %b: tensor<4x16xf16>) -> tensor<8x16xf16> {
      %wide = tensor.empty() : tensor<8x16xf32>
      %narrow = tensor.empty() : tensor<8x16xf16>
      %sums = kernel.region ins(%a, %b : tensor<8x4xf16>, tensor<4x16xf16>) outs(%wide : tensor<8x16xf32>)
          init = zero
          maps = [affine_map<(i, k, j) -> (i, j)>, affine_map<(i, k, j) -> (j, k)>, affine_map<(i, k, j) -> (i, k)>] {
      ^bb0(%x: f16, %y: f16, %acc: f32):
        %wx = arith.extf %x : f16 to f32
        %wy = arith.extf %y : f16 to f32
        %p = arith.mulf %wx, %wy : f32
        %s = arith.addf %acc, %p : f32
        kernel.yield %s : f32
      } -> tensor<8x16xf32>
      %result = kernel.region ins(%sums : tensor<8x16xf32>) outs(%narrow : tensor<8x16xf16>)
          init = zero
          maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (i, k)>] {
      ^bb0(%sum: f32, %old: f16):
        %r = arith.truncf %sum : f32 to f16
        kernel.yield %r : f16
      } -> tensor<8x16xf16>
      return %result : tensor<8x16xf16>
    }
    ```

    ```mlir
    func.func @product(%a: tensor<8x4xf16>, %b: tensor<4x16xf16>) -> tensor<8x16xf16> {
      %narrow = tensor.empty() : tensor<8x16xf16>
      %result = kernel.region ins(%a, %b : tensor<8x4xf16>, tensor<4x16xf16>) outs(%narrow : tensor<8x16xf16>)
          init = zero
          maps = [affine_map<(i, k, j) -> (i, j)>, affine_map<(i, k, j) -> (j, k)>, affine_map<(i, k, j) -> (i, k)>] {
      ^bb0(%x: f16, %y: f16, %acc: f32):
        %wx = arith.extf %x : f16 to f32
        %wy = arith.extf %y : f16 to f32
        %p = arith.mulf %wx, %wy : f32
        %s = arith.addf %acc, %p : f32
        kernel.yield %s : f32
      } epilogue {
      ^bb0(%sum: f32):
        %r = arith.truncf %sum : f32 to f16
        kernel.yield %r : f16
      } -> tensor<8x16xf16>
      return %result : tensor<8x16xf16>
    }
    ```
  }];
  let dependentDialects = ["einsumc::kernel::KernelDialect"];
  let statistics = [
    Statistic<"numFused", "num-fused", "Maps that became an epilogue">
  ];
}

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

def AssumeExtents : Pass<"kernel-assume-extents", "::mlir::func::FuncOp"> {
  let summary = "Bring what is assumed of labels to the loops of regions";
  let description = [{
    `kernel.assume` on a function says what its labels' extents are: multiples of
    a number, within bounds. This pass follows each operand of a region to the
    argument that has its extent, by way of allocations and casts, and writes
    what is assumed of each loop on the region, as `kernel.extents`. From there
    `kernel-classify-loops` takes it to the normal form, formulas choose tiles by
    it, and `kernel-apply-cpu-schedule` leaves edges out that cannot be.
    `kernel-lower-entry` refuses calls that break it.

    ```mlir
    func.func @twice(%x: memref<?xf32> {kernel.labels = ["i"]},
                     %y: memref<?xf32> {kernel.labels = ["i"], kernel.output})
        attributes {kernel.assume = {i = #kernel.extent<multiple = 16>}} {
      kernel.region ins(%x : memref<?xf32>) outs(%y : memref<?xf32>) init = zero
          maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] {
      ^bb0(%e: f32, %old: f32):
        %s = arith.addf %e, %e : f32
        kernel.yield %s : f32
      }
      return
    }
    ```

    ```mlir
    func.func @twice(%x: memref<?xf32> {kernel.labels = ["i"]},
                     %y: memref<?xf32> {kernel.labels = ["i"], kernel.output})
        attributes {kernel.assume = {i = #kernel.extent<multiple = 16>}} {
      kernel.region ins(%x : memref<?xf32>) outs(%y : memref<?xf32>) init = zero
          maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>]
          attributes {kernel.extents = [#kernel.extent<multiple = 16>]} {
      ^bb0(%e: f32, %old: f32):
        %s = arith.addf %e, %e : f32
        kernel.yield %s : f32
      }
      return
    }
    ```
  }];
  let statistics = [Statistic<"numAssumed", "num-assumed", "Loops of which something is assumed">];
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
    vector loop, the last `n`. Where it is so short that vectors of the module's
    `#kernel.target` would be left a fifth empty, and each element of a product's
    output is the sum of many terms, the densest loop that fills vectors is it
    instead, and the short one gives rows. The inputs of a product are swapped so
    that the second one moves with the vector loop, or, where both do, so that
    the first one has loops of its own. Two loops that every operand walks
    through evenly are collapsed into one before that (only the inner extent must
    be known). Loops are ordered batch, m, n, k, inside a class by falling stride.
    The m loop that is densest in the output, of those of 8 rows or more (else
    the longest; without any, a batch loop), gives the rows of the register tile
    and comes last.

    Among the k loops the second input's densest one comes last. Where the first
    input is densest along another one and the terms are more than one block, a
    piece of that loop (about a cache line of elements, a divisor of its extent)
    follows behind it, so that a block of terms has whole lines of both inputs.

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
    Statistic<"numSwapped", "num-swapped", "Products whose inputs were swapped">,
    Statistic<"numInterleaved", "num-interleaved", "Products with a piece of one sum innermost, so that blocks of terms have lines of both inputs">,
    Statistic<"numStrided", "num-strided", "Products whose vector loop is not the densest in the output">
  ];
}

def SelectSchedule : Pass<"kernel-select-schedule", "::mlir::ModuleOp"> {
  let summary = "Decide each region's schedule from the target's numbers";
  let description = [{
    Gives every region in normal form a schedule: a formula over the numbers of the module's `kernel.target` (set from the CPU that the
    option names where the module has none) and over what is known of extents
    and strides. Dynamic extents count as large. Regions that carry a schedule
    already keep it.

    - Register tile: `width` lanes fill one register (two for complex numbers,
      whose parts lie apart); among the tiles whose accumulators fit the
      registers (14x2, 9x3, 6x4 of 32; 6x2, 4x3, 3x4 of 16) the one that wastes
      least on this extent of rows and columns, of equals the squarest, which
      loads least (the tallest for complex numbers). Tiles that would gather more
      than 128 elements a term one by one are smaller.
    - Blocks: `kc` terms are a panel of 2 KiB a column (1 KiB with 16
      registers), `mc` rows a third of the second-level cache, `nc` columns
      4 MiB (a quarter of the second-level cache where all rows stay in it
      unpacked, but a page at least of columns whose terms are pages apart); all
      balanced, and smaller where several tasks need work. Where a packed input's
      elements lie side by side along an outer digit of the columns, a block has
      whole lines of that digit; along one of the terms, four of it. With at most
      64 terms and an output of more than half of the last cache, blocks of rows
      and tiles follow the output (`order = output`) and `nc` is twice the
      second-level cache. `kc` is twice as much where so large an output lies in
      runs below 512 bytes.
    - At most eight rows and columns all of whose terms are 2 KiB apart or more: nothing
      is packed, `kc` is 8 terms, `nc` all columns, tiles are a line wide.
    - Fetching ahead (`prefetch`): where operands exceed the second-level cache
      and there are 16 terms to hide it behind.
    - Packing: the input that moves with the columns, when they are not its unit
      stride, or when the operands exceed the second-level cache or its terms are
      2 KiB apart or more, and there are more than two panels of rows to share
      the copy; the input that moves with
      the rows, when there are more than four panels of columns and its rows
      alias in the first-level cache (a stride that is a multiple of 4 KiB), its
      terms lie on lines of their own, the operands exceed the second-level cache
      and the input a quarter of it, or it outgrows that cache.
    - Tasks: one below 2 million operations, otherwise up to 16.
    - With several `threads` (the option, or else the module's `kernel.threads`,
      which the option sets): blocks of rows and columns are cut so that all
      threads have equally much to do, in up to 8 tasks each; where the output
      has too few tiles for that, `split_k` shares out the terms. A byte of
      memory counts as 4 operations; a task has a million or more. With
      `deterministic` the plan is that of 16 threads, whatever their number:
      results are the same bits on any number of threads.
    - Regions that do little with what they read (some operand has an element for
      every point: maps, transpositions, sums, matrix-vector products) get a
      `#kernel.sweep_schedule`: loops in the order in which the largest input, or
      the output, lies in memory. Sums along what lies beside each other: lanes
      along the terms. Other sums: the sums of a block of columns stay in the
      nearest cache while the terms go by. Transpositions: squares of as many
      rows as a vector has lanes. Beyond the caches maps write past them, and
      what is not foreseen by the hardware is fetched ahead.

    - A product of elements that are widened before they are multiplied, of at
      least 4 rows, 8 columns and 4 terms: both inputs packed, and a `kind`. The
      dot instruction of the target that computes it, if filling groups up with
      zeros leaves at least 1.6 of 2 (1.8 of 4) terms in each; otherwise floats
      are widened while they are packed, and integers left to the body.

    For a GPU (a `#kernel.gpu_target`, or the option `gpu`) it is a
    `#kernel.simt_schedule`: the loops ordered by how far they move in the
    output, the nearest last; 256 threads a block or fewer, and as many blocks
    as fill the multiprocessors 32 times.

    The option `schedule` forces a given one. It is taken as written where it is
    legal for the region. Otherwise its `pack` is adapted: what cannot be packed
    is not, and a list of the wrong length means "whatever can be" if it holds
    any `true`. If it still is not legal, its vectors get as many lanes as the
    target's registers hold, `nv` and `nc` counted in vectors as written; if it
    has a `kind` that the region cannot carry out, all that by the body. What is
    illegal even then is an error.

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
  let dependentDialects = ["::einsumc::kernel::KernelDialect"];
  let options = [
    Option<"cpu", "cpu", "std::string", /*default=*/"\"native\"",
           "CPU to decide for where the module has no kernel.target">,
    Option<"gpu", "gpu", "std::string", /*default=*/"\"\"",
           "GPU to decide for where the module has no kernel.target; empty: "
           "the CPU">,
    Option<"schedule", "schedule", "std::string", /*default=*/"\"\"",
           "A schedule that every region gets: a #kernel.cpu_schedule or "
           "#kernel.simt_schedule">,
    Option<"explain", "explain", "bool", /*default=*/"false",
           "Leave the reasons on the regions, as kernel.why">,
    Option<"threads", "threads", "int64_t", /*default=*/"1",
           "Threads to decide for where the module has no kernel.threads">,
    Option<"deterministic", "deterministic", "bool", /*default=*/"false",
           "Decide so that results do not depend on the number of threads">
  ];
  let statistics = [
    Statistic<"numScheduled", "scheduled", "Regions given a schedule">,
    Statistic<"numInputsToPack", "to-pack", "Inputs that are to be packed">,
    Statistic<"numSweeps", "sweeps", "Regions that get a #kernel.sweep_schedule">,
    Statistic<"numToSplit", "to-split", "Regions whose terms are to be split">
  ];
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

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_COMMONPASSES
