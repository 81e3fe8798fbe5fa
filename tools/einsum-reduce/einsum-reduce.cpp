//===- einsum-reduce.cpp - Shrinks failing IR of our dialects -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/ToolOptions.h"
#include "einsumc/Pipelines/RegisterAll.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"

int main(int argc, char **argv) {
  einsumc::tools::describeTool(
      "EXAMPLES:\n\n"
      "  einsum-reduce input.mlir --reduction-tree='traversal-mode=0 "
      "test=./fails.sh' -o small.mlir\n"
      "      removes operations as long as `./fails.sh FILE` exits with 1: "
      "the file is still interesting\n"
      "  einsum-reduce input.mlir "
      "--opt-reduction-pass='opt-pass=canonicalize test=./fails.sh'\n"
      "      keeps the pass's output when it is smaller and still "
      "interesting\n\n"
      "EXIT CODE: 0, or 1 when the input is wrong or not interesting.\n");
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  einsumc::registerDialects(registry);
  einsumc::registerPassesAndPipelines();
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
