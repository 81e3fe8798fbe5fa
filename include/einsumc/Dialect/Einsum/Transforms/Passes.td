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
}

#endif // EINSUMC_DIALECT_EINSUM_TRANSFORMS_PASSES
