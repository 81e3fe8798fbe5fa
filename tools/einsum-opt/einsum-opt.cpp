//===- einsum-opt.cpp - Runs einsumc's and upstream's passes -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/ToolOptions.h"
#include "einsumc/Pipelines/RegisterAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  einsumc::tools::describeTool(
      "EXAMPLES:\n\n"
      "  einsum-opt --einsum-to-linalg input.mlir\n"
      "      prints the module as linalg on tensors\n"
      "  einsum-opt --pass-pipeline='builtin.module(einsum-to-linalg,"
      "linalg-to-kernel{cpu=znver4},kernel-to-llvm)' \\\n          input.mlir "
      "-o output.mlir\n"
      "      goes the whole way to the llvm dialect\n"
      "  einsum-opt --kernel-select-schedule --mlir-pass-statistics "
      "input.mlir\n"
      "      runs one pass and says what it counted\n\n"
      "EXIT CODE: 0, or 1 with diagnostics on stderr; then no output file is "
      "written.\n");
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  einsumc::registerDialects(registry);
  einsumc::registerPassesAndPipelines();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "einsumc's modular optimizer driver\n", registry));
}
