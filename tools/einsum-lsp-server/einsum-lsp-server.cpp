//===- einsum-lsp-server.cpp - Language server for our dialects -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "common/ToolOptions.h"
#include "einsumc/Pipelines/RegisterAll.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  einsumc::tools::describeTool(
      "Editors start it and speak the Language Server Protocol with it over "
      "stdin and stdout.\n\n"
      "EXAMPLES:\n\n"
      "  \"mlir.server_path\": \"einsum-lsp-server\"\n"
      "      in the settings of Visual Studio Code's MLIR extension\n"
      "  vim.lsp.config('einsum', {cmd = {'einsum-lsp-server'}, "
      "filetypes = {'mlir'}})\n"
      "      in Neovim\n\n"
      "EXIT CODE: 0 after `exit` that follows `shutdown`, otherwise 1.\n");
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  einsumc::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
