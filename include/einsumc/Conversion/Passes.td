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
  let summary = "Lower einsum.contract to linalg.generic on signless tensors";
  let dependentDialects = [
    "mlir::arith::ArithDialect", "mlir::complex::ComplexDialect",
    "mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"
  ];
}

#endif // EINSUMC_CONVERSION_PASSES
