//===- Passes.td - Conversions between dialects ------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_CONVERSION_PASSES
#define EINSUMC_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

def ConvertEinsumToLinalg : Pass<"convert-einsum-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower the einsum dialect to linalg.generic on signless tensors";
  let description = [{
    Every label of a contraction becomes a loop, the output's first, in its
    order; a diagonal repeats a loop in a map and an axis of extent 1 that
    broadcasts holds the constant 0. Operands are converted to the accumulator's
    type inside the body, so no converted copy of a tensor exists. A result of
    another type than the sum is a second, element-wise generic, and so is
    `einsum.accumulate`. A product that sums nothing does not read its output.

    Types become signless: `ui8` is `i8`, and `i1`, numpy's bool, is an `i8` that
    holds 0 or 1. Arguments and results of functions say in `kernel.element` what
    their type no longer does. Functions that call each other are converted
    together; operations of other dialects that read bools keep their `i1`.

    What has more than two operands is an error: `einsum-order-contractions`
    comes first.

    ```mlir
    func.func @product(%x: tensor<2x3xui8>, %y: tensor<1x4xf16>) -> tensor<2x4xf16> {
      %0 = einsum.contract "ij,jk->ik" %x, %y {accumulate = f32}
        : (tensor<2x3xui8>, tensor<1x4xf16>) -> tensor<2x4xf16>
      return %0 : tensor<2x4xf16>
    }
    ```

    ```mlir
    func.func @product(%x: tensor<2x3xi8> {kernel.element = "u8"}, %y: tensor<1x4xf16>) -> tensor<2x4xf16> {
      %0 = tensor.empty() : tensor<2x4xf32>
      %zero = arith.constant 0.0 : f32
      %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<2x4xf32>) -> tensor<2x4xf32>
      %2 = linalg.generic {
          indexing_maps = [affine_map<(i, k, j) -> (i, j)>, affine_map<(i, k, j) -> (0, k)>,
                           affine_map<(i, k, j) -> (i, k)>],
          iterator_types = ["parallel", "parallel", "reduction"]}
          ins(%x, %y : tensor<2x3xi8>, tensor<1x4xf16>) outs(%1 : tensor<2x4xf32>) {
      ^bb0(%a: i8, %b: f16, %sum: f32):
        %5 = arith.uitofp %a : i8 to f32
        %6 = arith.extf %b : f16 to f32
        %7 = arith.mulf %5, %6 : f32
        %8 = arith.addf %sum, %7 : f32
        linalg.yield %8 : f32
      } -> tensor<2x4xf32>
      %3 = tensor.empty() : tensor<2x4xf16>
      %4 = linalg.generic {
          indexing_maps = [affine_map<(i, k) -> (i, k)>, affine_map<(i, k) -> (i, k)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%2 : tensor<2x4xf32>) outs(%3 : tensor<2x4xf16>) {
      ^bb0(%sum: f32, %old: f16):
        %5 = arith.truncf %sum : f32 to f16
        linalg.yield %5 : f16
      } -> tensor<2x4xf16>
      return %4 : tensor<2x4xf16>
    }
    ```
  }];
  let dependentDialects = [
    "mlir::arith::ArithDialect", "mlir::complex::ComplexDialect",
    "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"
  ];
  let statistics = [
    Statistic<"numContractions", "num-contractions", "Contractions converted">,
    Statistic<"numNarrowings", "num-narrowings", "Sums converted to the result's type by a generic of their own">,
    Statistic<"numAccumulations", "num-accumulations", "einsum.accumulate converted">,
    Statistic<"numSignatures", "num-signatures", "Functions whose types became signless">
  ];
}

#endif // EINSUMC_CONVERSION_PASSES
