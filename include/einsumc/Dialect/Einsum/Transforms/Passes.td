//===- Passes.td - Passes on the einsum dialect ------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES
#define EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def OrderContractions : Pass<"einsum-order-contractions", "::mlir::ModuleOp"> {
  let summary = "Split n-ary contractions into a tree of binary products";
  let description = [{
    Every `einsum.contract` of more than two operands becomes a tree of products
    of two, the tree with the least work: exactly, over all trees, up to 12
    operands; above, greedy trees from many restarts, of which connected
    subtrees of up to 10 leaves are replaced by the best ones until that
    improves nothing. Work is counted as opt_einsum counts it; a dynamic extent
    counts as 128. The search counts its steps and reads no clock: the same
    contraction always gives the same tree.

    A label that one operand alone has is summed in that operand's product, or
    before it, by a contraction of one operand, where that saves work; so too
    in products of two. Intermediates have the accumulator's type; the result's
    type, its diagonals and its order of axes are the last product's.

    The second operand of a product is the one that the result's last axis comes
    from. The axes of intermediates follow the order of the product that reads
    them, summed ones innermost on the left and before the last rows on the
    right, as in a product of row-major matrices. None of this depends on names
    or on the order of operands beyond what they dictate, so equal products of a
    large contraction look alike, and later become one function.

    With `memory-limit`, trees with a larger intermediate (neither operands nor
    the result count) are out; when none is left, that is an error.

    ```mlir
    func.func @chain(%a: tensor<8x64xf16>, %b: tensor<64x32xf16>, %c: tensor<32x4xf16>)
        -> tensor<8x4xf16> {
      %0 = einsum.contract "ij,jk,kl->il" %a, %b, %c {accumulate = f32}
        : (tensor<8x64xf16>, tensor<64x32xf16>, tensor<32x4xf16>) -> tensor<8x4xf16>
      return %0 : tensor<8x4xf16>
    }
    ```

    ```mlir
    func.func @chain(%a: tensor<8x64xf16>, %b: tensor<64x32xf16>, %c: tensor<32x4xf16>)
        -> tensor<8x4xf16> {
      %0 = einsum.contract "jk,kl->jl" %b, %c {accumulate = f32}
        : (tensor<64x32xf16>, tensor<32x4xf16>) -> tensor<64x4xf32>
      %1 = einsum.contract "ij,jl->il" %a, %0 {accumulate = f32}
        : (tensor<8x64xf16>, tensor<64x4xf32>) -> tensor<8x4xf16>
      return %1 : tensor<8x4xf16>
    }
    ```
  }];
  let options = [
    Option<"memoryLimit", "memory-limit", "int64_t", "0",
           "Largest intermediate, in elements; 0: none">,
    Option<"report", "report", "bool", "false",
           "Say in a remark what each contraction became">
  ];
  let statistics = [
    Statistic<"numOrdered", "num-ordered", "Contractions split">,
    Statistic<"numProducts", "num-products", "Products they became">,
    Statistic<"numPreSummed", "num-pre-summed", "Operands summed before their product">,
    Statistic<"numInexact", "num-inexact", "Contractions too large for an exact search">
  ];
}

#endif // EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES
