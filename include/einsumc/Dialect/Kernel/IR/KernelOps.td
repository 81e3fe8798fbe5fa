//===- KernelOps.td - Operations of the kernel dialect -----*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_KERNELOPS
#define EINSUMC_DIALECT_KERNEL_IR_KERNELOPS

include "einsumc/Dialect/Kernel/IR/KernelAttrs.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/Dialect/LLVMIR/LLVMOpBase.td"

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// RegionOp
//===----------------------------------------------------------------------===//

def Kernel_RegionOp : Kernel_Op<"region", [
    SingleBlock, DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "one contraction or element-wise map, destination-passing style";
  let description = [{
    For every point of the loop nest the body gets one element of each input
    and the element of the output at that point, and yields the output's new
    element, as `linalg.generic` does. A loop that the output's map does not
    use is a reduction. Inputs that are not shaped are scalars.

    `init = zero`: the output's elements that the region writes start from
    zero and are never read; `init = load`: from what is there.

    `epilogue`, where given, is what becomes of an accumulator once all its terms
    are summed: it gets the sum and yields the output's element, which may be of
    another type. Narrow results are rounded once that way, and no wide copy of
    them exists. The body's last argument then is the accumulator, not the
    output's element; `init = load` is for outputs of the accumulator's type.

    **Before `kernel-classify-loops`** `indexing_maps` says how operands are
    indexed: projected maps whose results are loop dimensions (repeats allowed)
    or the constant 0.

    **Normal form**, after it: no `indexing_maps`. Every shaped operand is a
    memref whose rank is the number of loops: axis i has the extent of loop i
    and, as stride, what one step of loop i moves this operand (0 where it does
    not vary, the sum of the strides for a diagonal, negative for a reversed
    view). `loops` names the class of each. So every permutation, diagonal and
    broadcast is one case.

    ```mlir
    kernel.region ins(%a, %b : memref<4x8x16xf32, strided<[16, 0, 1]>>,
                               memref<4x8x16xf32, strided<[0, 1, 8]>>)
                  outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>)
                  init = zero loops = #kernel.loops<[m, n, k]> {
    ^bb0(%x: f32, %y: f32, %acc: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %acc, %p : f32
      kernel.yield %s : f32
    }
    ```
  }];
  let arguments = (ins
    Variadic<AnyType>:$inputs, AnyShaped:$output,
    OptionalAttr<AffineMapArrayAttr>:$indexing_maps,
    DefaultValuedAttr<Kernel_InitKindAttr, "::einsumc::kernel::InitKind::load">:$init,
    OptionalAttr<Kernel_LoopsAttr>:$loops,
    OptionalAttr<Kernel_ScheduleAttrInterface>:$schedule);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let regions = (region SizedRegion<1>:$body, MaxSizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    (`ins` `(` $inputs^ `:` type($inputs) `)`)? `outs` `(` $output `:` type($output) `)`
    `init` `=` $init
    (`maps` `=` $indexing_maps^)? (`loops` `=` $loops^)? (`schedule` `=` $schedule^)?
    attr-dict-with-keyword $body (`epilogue` $epilogue^)? (`->` type($result)^)?
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputMutable(); }
    /// Number of loops, from the maps or, in normal form, from the output's rank.
    unsigned getNumLoops();
    /// The map of an operand (inputs, then the output); identity in normal form
    /// and the empty map for scalars.
    ::mlir::AffineMap getOperandMap(unsigned operand);
    /// Static extent of a loop, or ShapedType::kDynamic.
    int64_t getLoopExtent(unsigned loop);
    /// What is assumed of the loop's extent, where it is dynamic.
    ::einsumc::ExtentFacts getLoopFacts(unsigned loop);
    /// Whether the output varies with the loop, by its map or its class.
    bool isReduction(unsigned loop);
    bool isNormalForm() { return !getIndexingMaps(); }
    YieldOp getYield();
    bool hasEpilogue() { return !getEpilogue().empty(); }
    /// What terms are summed in: the output's element type, but for an epilogue.
    ::mlir::Type getAccumulatorType() {
      return getBody().front().getArguments().back().getType();
    }
  }];
}

//===----------------------------------------------------------------------===//
// ScratchOp
//===----------------------------------------------------------------------===//

def Kernel_ScratchOp : Kernel_Op<"scratch"> {
  let summary = "a buffer in the entry's scratch memory";
  let description = [{
    `%s = kernel.scratch(%n) : memref<?xf32>`: room for `n` elements, aligned to
    64 bytes. Outside of every `scf.forall` it is shared by all tasks and steps;
    inside it belongs to one call of the entry. `kernel-lower-entry` lays
    the buffers out. Its contents are undefined at first. Two of them are two
    buffers, whatever their size: an allocation, not a pure value.
  }];
  let arguments = (ins Index:$size);
  let results = (outs Res<MemRefRankOf<[AnyType], [1]>, "", [MemAlloc]>:$buffer);
  let assemblyFormat = "`(` $size `)` attr-dict `:` type($buffer)";
}

//===----------------------------------------------------------------------===//
// AddressOp
//===----------------------------------------------------------------------===//

def Kernel_AddressOp : Kernel_Op<"address", [Pure]> {
  let summary = "where a memref's first element lies";
  let description = [{
    `%p = kernel.address %m : memref<?x8xf32>` is the address of the element
    whose indices are all zero, as kernels on a GPU take their operands.
  }];
  let arguments = (ins AnyMemRef:$memref);
  let results = (outs LLVM_AnyPointer:$address);
  let assemblyFormat = "$memref attr-dict `:` type($memref) `->` type($address)";
}

//===----------------------------------------------------------------------===//
// PackOp
//===----------------------------------------------------------------------===//

def Kernel_PackOp : Kernel_Op<"pack", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "copy a block of an operand into panels";
  let description = [{
    Copies `count` rows (or columns) by all `extents` of summed terms from
    `source` into panels of `width`:

      dst[base_d + p·width·K + k·width + j] = src[base_s + (p·width + j)·stride + Σ k_i·kstrides_i]

    with K the product of `extents`, k the row-major index of (k_0, k_1, …),
    p < ceil(count / width). Elements of the last panel beyond `count` become
    zero, so that a micro-kernel reads whole vectors.

    All that is done for each index (o_0, o_1, …) below the `outer` extents, with
    `outer_strides` added to the source's base and `outer_dest_strides` to the
    destination's: rows (or columns) of several digits are one block.

    Where `dest` has another type than `source`, elements are converted to it,
    integers as `unsigned` says.

    With `group`, `dest` holds i32, each `group` neighbouring terms (of the last
    of the `extents`) of 32 / `group` bits, the first one lowest. k then counts
    groups; what the last one of a digit lacks is zero. `flip_sign` inverts each
    term's highest bit, which makes x + 128 (unsigned) of a signed i8 x, and
    x − 128 of an unsigned one. `flip_correction` puts one more group behind each
    panel: for every row what flipped factors of its terms add too much, negated:
    −128 times the sum of its terms, 128 times where they are unsigned.

    With `fetch`, copies that transpose fetch what the next term needs.
  }];
  let arguments = (ins
    MemRefRankOf<[AnyType], [1]>:$source, Index:$sourceBase,
    MemRefRankOf<[AnyType], [1]>:$dest, Index:$destBase,
    Index:$count, Index:$stride,
    Variadic<Index>:$extents, Variadic<Index>:$kStrides,
    Variadic<Index>:$outerExtents, Variadic<Index>:$outerStrides,
    Variadic<Index>:$outerDestStrides,
    ConfinedAttr<I64Attr, [IntPositive]>:$width,
    OptionalAttr<ConfinedAttr<I64Attr, [IntPositive]>>:$group,
    UnitAttr:$isUnsigned, UnitAttr:$flipSign, UnitAttr:$flipCorrection,
    UnitAttr:$fetch);
  let assemblyFormat = [{
    $source `[` $sourceBase `]` `to` $dest `[` $destBase `]`
    `width` `=` $width (`group` `=` $group^)? (`unsigned` $isUnsigned^)?
    (`flip_sign` $flipSign^)? (`flip_correction` $flipCorrection^)?
    (`fetch` $fetch^)?
    `count` `(` $count `)` `stride` `(` $stride `)`
    `k` `(` $extents `)` `k_strides` `(` $kStrides `)`
    (`outer` `(` $outerExtents^ `)` `outer_strides` `(` $outerStrides `)`
     `outer_dest_strides` `(` $outerDestStrides `)`)?
    attr-dict `:` type($source) `to` type($dest)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// Whether elements are copied as they are.
    bool isCopy() { return getSource().getType().getElementType() ==
                           getDest().getType().getElementType() && !getGroup(); }
  }];
}

//===----------------------------------------------------------------------===//
// MicroKernelOp
//===----------------------------------------------------------------------===//

def Kernel_MicroKernelOp : Kernel_Op<"micro_kernel", [
    AttrSizedOperandSegments, SingleBlock,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "one register tile over all its summed terms";
  let description = [{
    Computes `mr` rows by `nv` vectors of `width` elements of the output,
    holding them in registers while it runs over all `extents` (outermost
    first; none: a single term; any zero: the tile is initialised and stored).

    Input i at row m, column n and term (k_0, …) is element
    `bases[i] + m·mStrides[i] + n·nStrides[i] + Σ_j k_j·kStrides[i·d + j]` of
    `inputs[i]`, d the number of `extents`; the output's last mStride and
    nStride close those lists. `tail`, where given, is how many elements of the
    row's last vector are valid (1 … width); the others are neither read
    nor written. Inputs marked in `padded` (panels, which are packed with zeros
    behind their last column) have a whole vector there all the same: it is read
    without a mask. The body is that of `kernel.region`; scalars that do not vary
    are used from above.

    With `term_lanes` a tile is `mr` rows and one column: the lanes of `nv`
    vectors lie along the last of the `extents`, and are added up in the end. The
    body then must be a sum (or bool's or).

    `ahead`, where given, is how many elements behind each vector that is read of
    an input another one is fetched into the second-level cache (0: none is).
    Single elements are fetched for in the same way.

    With `fetch_output` the lines of the output that the tile will write are
    fetched before its first term.

    With `stream` whole vectors of the output are stored past the caches: each
    starts at a multiple of its size, or of 64 bytes where it is larger.

    With an `epilogue` what is stored is what it makes of each accumulator, as in
    `kernel.region`.

    A `kind` of `dot_bf16`, `dot_i16` or `dot_i8` says that the body, a product
    of two widened elements that is added, is carried out on groups of terms by
    one instruction. An input is then memory of i32 that hold a group each, or
    of elements (the group lies from the index on). The last of the `extents`
    and the strides count groups. `correction` is where the second input holds,
    for every column, a number that is added to each row.
  }];
  let arguments = (ins
    Variadic<MemRefRankOf<[AnyType], [1]>>:$inputs, Variadic<Index>:$bases,
    MemRefRankOf<[AnyType], [1]>:$output, Index:$outputBase,
    Variadic<Index>:$extents,
    Variadic<Index>:$mStrides, Variadic<Index>:$nStrides, Variadic<Index>:$kStrides,
    Optional<Index>:$tail, Optional<Index>:$correction, Variadic<Index>:$ahead,
    ConfinedAttr<I64Attr, [IntPositive]>:$mr, ConfinedAttr<I64Attr, [IntPositive]>:$nv,
    ConfinedAttr<I64Attr, [IntPositive]>:$width,
    Kernel_InitKindAttr:$init,
    OptionalAttr<DenseBoolArrayAttr>:$padded, UnitAttr:$termLanes,
    UnitAttr:$stream, UnitAttr:$fetchOutput,
    DefaultValuedAttr<Kernel_TileKindAttr, "::einsumc::kernel::TileKind::fma">:$kind);
  let regions = (region SizedRegion<1>:$body, MaxSizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    `mr` `=` $mr `nv` `=` $nv `width` `=` $width `init` `=` $init
    (`kind` `=` $kind^)? (`term_lanes` $termLanes^)? (`stream` $stream^)? (`fetch_output` $fetchOutput^)? `ins` `(` $inputs `)` `at` `(` $bases `)` `out` `(` $output `[` $outputBase `]` `)`
    `k` `(` $extents `)` `m_strides` `(` $mStrides `)` `n_strides` `(` $nStrides `)`
    `k_strides` `(` $kStrides `)` (`tail` `(` $tail^ `)`)?
    (`correction` `(` $correction^ `)`)? (`ahead` `(` $ahead^ `)`)? (`padded` `=` $padded^)? attr-dict `:` `(` type($inputs) `)` `->` type($output) $body
    (`epilogue` $epilogue^)?
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// YieldOp
//===----------------------------------------------------------------------===//

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, Terminator,
    ParentOneOf<["RegionOp", "MicroKernelOp"]>]> {
  let summary = "the output's new element";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // EINSUMC_DIALECT_KERNEL_IR_KERNELOPS
