//===- KernelAttrs.td - Attributes of the kernel dialect ---*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_KERNELATTRS
#define EINSUMC_DIALECT_KERNEL_IR_KERNELATTRS

include "einsumc/Dialect/Kernel/IR/KernelBase.td"
include "einsumc/Dialect/Kernel/IR/KernelInterfaces.td"
include "mlir/Dialect/SCF/IR/DeviceMappingInterface.td"

class Kernel_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Kernel_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

def Kernel_LoopClass : I32Enum<"LoopClass",
    "The role of a loop in a contraction", [
      I32EnumCase<"batch", 0>, I32EnumCase<"m", 1>,
      I32EnumCase<"n", 2>, I32EnumCase<"k", 3>]> {
  let cppNamespace = "::einsumc::kernel";
}

def Kernel_InitKind : I32Enum<"InitKind",
    "What an accumulator starts from", [
      I32EnumCase<"zero", 0>, I32EnumCase<"load", 1>]> {
  let cppNamespace = "::einsumc::kernel";
}
def Kernel_InitKindAttr : EnumAttr<Kernel_Dialect, Kernel_InitKind, "init"> {
  let assemblyFormat = "`` $value";
}

def Kernel_Lanes : I32Enum<"Lanes",
    "What the lanes of a vector lie along", [
      I32EnumCase<"columns", 0>, I32EnumCase<"terms", 1>]> {
  let cppNamespace = "::einsumc::kernel";
}

def Kernel_TileOrder : I32Enum<"TileOrder",
    "The order in which the tiles of a block are computed", [
      I32EnumCase<"panels", 0>, I32EnumCase<"output", 1>]> {
  let cppNamespace = "::einsumc::kernel";
}

def Kernel_TileKind : I32Enum<"TileKind",
    "How a register tile multiplies and adds", [
      I32EnumCase<"fma", 0>, I32EnumCase<"widen", 1>,
      I32EnumCase<"dot_bf16", 2>, I32EnumCase<"dot_i16", 3>,
      I32EnumCase<"dot_i8", 4>]> {
  let cppNamespace = "::einsumc::kernel";
}
def Kernel_TileKindAttr : EnumAttr<Kernel_Dialect, Kernel_TileKind, "tile_kind"> {
  let assemblyFormat = "`` $value";
}

def Kernel_DotSupport : I32Enum<"DotSupport",
    "Whether there is a dot instruction for a type", [
      I32EnumCase<"none", 0>, I32EnumCase<"emulated", 1>,
      I32EnumCase<"native", 2>]> {
  let cppNamespace = "::einsumc::kernel";
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Kernel_LoopsAttr : Kernel_Attr<"Loops", "loops"> {
  let summary = "the class of every loop of a region, outermost first";
  let description = [{
    `#kernel.loops<[batch, m, n, k]>`: one class a loop. A loop is `k` when the
    output does not vary with it; otherwise `n` when only the second input
    varies with it, `m` when only the first one does, `batch` when all do (or,
    in a region that is not a binary product, when it is neither the vector
    loop nor the row loop). At most one loop is the vector loop: the last `n`.
  }];
  let parameters = (ins ArrayRefParameter<"LoopClass">:$classes);
  let hasCustomAssemblyFormat = 1;
}

def Kernel_ExtentAttr : Kernel_Attr<"Extent", "extent"> {
  let summary = "what is assumed of an extent";
  let description = [{
    `#kernel.extent<multiple = 16, min = 64>`: an extent that is known at run
    time alone is a multiple of `multiple`, from `min` to `max`. What is not
    said is not assumed. Bounds are multiples themselves.

    A function says so of its labels, by their names in C:
    `kernel.assume = {q = #kernel.extent<multiple = 16>}`. A call that breaks it
    is refused. `kernel-assume-extents` brings it to the loops of regions, as
    `kernel.extents`: one attribute a loop.
  }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "1">:$multiple,
    DefaultValuedParameter<"int64_t", "0">:$min,
    DefaultValuedParameter<"int64_t", "::einsumc::ExtentFacts::kNoMax">:$max);
  let builders = [
    AttrBuilder<(ins "const ::einsumc::ExtentFacts &":$facts), [{
      return $_get($_ctxt, facts.multiple, facts.min, facts.max);
    }]>
  ];
  let extraClassDeclaration = [{
    ::einsumc::ExtentFacts getFacts() const {
      return {getMultiple(), getMin(), getMax()};
    }
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Kernel_TargetAttr : Kernel_Attr<"Target", "target"> {
  let summary = "the numbers of a CPU that decisions are made from";
  let description = [{
    Carried by the module as `kernel.target`. The IR looks no name up: what a
    schedule depends on stands here.

    `vector_bits`: width of the registers to schedule for; `registers`: how many
    vector registers; caches in bytes; `f16c`: whether f16 converts to f32 in
    hardware (otherwise conversions are expanded to integer arithmetic).

    `bf16_dot`, `i8_dot`, `i16_dot`: whether an instruction adds the products of
    two bf16, four i8 or two i16 to each lane (x86's `vdpbf16ps`, `vpdpbusd` and
    `vpmaddwd`). `native`: yes; `emulated`: schedules are made as if there were,
    but code does without.

    `memory_operands`: whether arithmetic takes an operand from memory, as x86's
    does. Elsewhere elements are in registers of their own before they are used.
  }];
  let parameters = (ins
    StringRefParameter<"name in the user's words, for remarks alone">:$cpu,
    "int64_t":$vector_bits, "int64_t":$registers,
    "int64_t":$l1, "int64_t":$l2, "int64_t":$l3,
    DefaultValuedParameter<"bool", "false">:$f16c,
    DefaultValuedParameter<"DotSupport", "DotSupport::none">:$bf16_dot,
    DefaultValuedParameter<"DotSupport", "DotSupport::none">:$i8_dot,
    DefaultValuedParameter<"DotSupport", "DotSupport::none">:$i16_dot,
    DefaultValuedParameter<"bool", "true">:$memory_operands);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Kernel_GpuTargetAttr : Kernel_Attr<"GpuTarget", "gpu_target"> {
  let summary = "the numbers of a GPU that decisions are made from";
  let description = [{
    Carried by the module as `kernel.target` when code is made for a GPU.
    `capability`: the compute capability as a number, 90 for 9.0;
    `multiprocessors`: how many of them the common model has.
  }];
  let parameters = (ins
    StringRefParameter<"LLVM's name of the architecture, sm_90">:$gpu,
    "int64_t":$capability, "int64_t":$multiprocessors);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Kernel_CpuScheduleAttr : Kernel_Attr<"CpuSchedule", "cpu_schedule", [
    DeclareAttrInterfaceMethods<Kernel_ScheduleAttrInterface>]> {
  let summary = "register tile, cache blocks and packing on a CPU";
  let description = [{
    `#kernel.cpu_schedule<mr = 14, nv = 2, width = 16, mc = 168, nc = 2048,
    kc = 512, pack = [false, true], max_tasks = 16>`

    `mr` rows by `nv` vectors of `width` elements of the accumulator's type is
    the register tile. `mc` rows, `nc` columns (elements) and `kc` summed terms,
    over all their digits, are the cache blocks. `pack[i]` says whether input i
    is packed into panels. Blocks of rows that read the same packed columns are
    one item of work, or `row_tasks` of them, which then pack the columns each
    for itself.

    `max_tasks` bounds how many independent tasks one step is split into. A task
    gets at least `grain` multiply-adds, so that small extents, known at run time
    alone, are one task.

    `split_k = S` divides the blocks of the terms (`kc` of them each, outer
    digits too) among at most S partial sums, which are independent items of
    work. They lie in scratch and are added up in a step of their own, first to
    last: the result depends on S and the extents, never on who computes what.
    For regions that do no more than add their terms up.

    `lanes = terms` lays vectors along the innermost summed terms instead of the
    columns: `mr` rows of `nv` vectors of partial sums each, which are added up
    at the end. For regions without both rows and columns.

    `prefetch = true`: tiles fetch what they will need. Before its first term a
    tile fetches the part of the output that it will write; with each term, the
    rows of the next tile where they are read from the operand itself, and
    columns some terms later where they are. Packing fetches the next term's
    elements where it transposes.

    `order = output` computes the tiles of a block in the order in which the
    output lies in memory, so that what is written is long runs; by default
    (`panels`) a panel of columns meets all rows, and is read from the nearest
    cache. Where the output's strides are known only at run time, panels it is.

    `kind` says how a tile multiplies and adds:

    - `fma` (the default): the body, on elements as they are in memory;
    - `widen`: packing converts elements to what the body widens them to, so
      that the tile finds f32 where memory holds f16 or bf16;
    - `dot_bf16`, `dot_i16`, `dot_i8`: groups of two, two and four neighbouring
      terms lie in 32 bits, which one instruction multiplies and adds to a lane.
      Inputs are packed in groups, the last one of a digit filled up with zeros;
      one whose terms lie beside each other in whole groups may be read where it
      is. `dot_i16` widens i8 while packing. `dot_i8` multiplies unsigned by
      signed: where both inputs are the same, packing flips the sign bit of the
      one that moves with the rows, which adds or takes 128, and puts what that
      amounts to behind each panel of the other one. `kc` counts terms, in whole
      groups.
  }];
  let parameters = (ins "int64_t":$mr, "int64_t":$nv, "int64_t":$width,
    "int64_t":$mc, "int64_t":$nc, "int64_t":$kc,
    ArrayRefParameter<"bool">:$pack,
    DefaultValuedParameter<"int64_t", "1">:$max_tasks,
    DefaultValuedParameter<"Lanes", "Lanes::columns">:$lanes,
    DefaultValuedParameter<"int64_t", "1">:$row_tasks,
    DefaultValuedParameter<"int64_t", "1">:$split_k,
    DefaultValuedParameter<"int64_t", "1">:$grain,
    DefaultValuedParameter<"TileKind", "TileKind::fma">:$kind,
    DefaultValuedParameter<"bool", "false">:$prefetch,
    DefaultValuedParameter<"TileOrder", "TileOrder::panels">:$order);
  let builders = [
    // A schedule without what threads alone need.
    AttrBuilder<(ins "int64_t":$mr, "int64_t":$nv, "int64_t":$width,
      "int64_t":$mc, "int64_t":$nc, "int64_t":$kc,
      "::llvm::ArrayRef<bool>":$pack, "int64_t":$max_tasks, "Lanes":$lanes,
      CArg<"TileKind", "TileKind::fma">:$kind,
      CArg<"bool", "false">:$prefetch), [{
      return $_get($_ctxt, mr, nv, width, mc, nc, kc, pack, max_tasks, lanes,
                   /*row_tasks=*/int64_t(1), /*split_k=*/int64_t(1),
                   /*grain=*/int64_t(1), kind, prefetch, TileOrder::panels);
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Kernel_SweepScheduleAttr : Kernel_Attr<"SweepSchedule", "sweep_schedule", [
    DeclareAttrInterfaceMethods<Kernel_ScheduleAttrInterface>]> {
  let summary = "loops in the order of memory, on a CPU";
  let description = [{
    For regions that do little with what they read, and so run as fast as memory
    is read and written: element-wise maps, transpositions, matrix-vector
    products, sums.

    `#kernel.sweep_schedule<nest = [0 by 64, 0 by 1, 1 by 64], parallel = 1,
    row = 0, column = 1, mr = 1, nv = 4, width = 16, max_tasks = 16>`

    `nest` is the loops around the register tile, outermost first: `0 by 64` cuts
    loop 0 into blocks of 64, a later `0 by 1` runs over the elements of such a
    block. The last entry of a loop has the tile's extent: `mr` for the loop
    `row`, `nv * width` for the loop `column`, 1 for other loops of the output.
    Of a summed loop the last entry says how many terms the micro-kernel sums at
    once; one without entry is summed whole. The first `parallel` entries are
    split into at most `max_tasks` tasks.

    `lanes = terms`: `column` is a summed loop, along which the lanes lie, and
    has no entry. `prefetch = 1 by 4`: vectors that a tile
    will read 4 steps of loop 1 later are fetched into the second-level cache.
    `stage = 2`: what the entries behind the first two compute, a block of rows
    and columns of the output, is put together in scratch, then written row by
    row. `stream`: whole vectors of the output are written past the caches;
    tiles are moved to where the output is aligned.
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$loops, ArrayRefParameter<"int64_t">:$steps,
    "int64_t":$parallel, "int64_t":$row, "int64_t":$column,
    "int64_t":$mr, "int64_t":$nv, "int64_t":$width,
    "int64_t":$max_tasks, "int64_t":$prefetch_loop, "int64_t":$prefetch,
    "int64_t":$stage, "Lanes":$lanes, "bool":$stream);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Kernel_SimtScheduleAttr : Kernel_Attr<"SimtSchedule", "simt_schedule", [
    DeclareAttrInterfaceMethods<Kernel_ScheduleAttrInterface>]> {
  let summary = "one thread an output element on a GPU";
  let description = [{
    `#kernel.simt_schedule<block = 256, max_blocks = 4224, order = [0, 1],
    index_bits = 32>`

    The output's elements are numbered along the loops in `order` (all that are
    not reductions, outermost first; neighbouring threads differ in the last).
    Thread t of the grid computes elements t, t + threads, …: `block` threads a
    block, as many blocks as the elements need but at most `max_blocks`.
    Numbers of elements and offsets are `index_bits` wide.
  }];
  let parameters = (ins "int64_t":$block, "int64_t":$max_blocks,
    ArrayRefParameter<"int64_t">:$order, "int64_t":$index_bits);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Kernel_TaskAttr : Kernel_Attr<"Task", "task", [
    DeclareAttrInterfaceMethods<DeviceMappingAttrInterface>]> {
  let summary = "maps an scf.forall to the tasks of one step of the entry";
  let description = [{
    `scf.forall (%t) in (%n) { … } {mapping = [#kernel.task]}` is one step of
    the ABI, whatever `%n` is: a mapped loop is never folded away, not even
    where it has a single iteration.
  }];
}

#endif // EINSUMC_DIALECT_KERNEL_IR_KERNELATTRS
