//===- RegisterAll.h - Dialects, passes and pipelines -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PIPELINES_REGISTERALL_H
#define EINSUMC_PIPELINES_REGISTERALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace einsumc {

/// Our dialects and the external models that the pipelines need.
void registerDialects(mlir::DialectRegistry &registry);

/// The dozen upstream dialects that the pipelines go through, with their
/// models, for tools that do not register all of upstream.
void registerUpstreamDialects(mlir::DialectRegistry &registry);

/// Our passes and pipelines, by name, with MLIR's global pass registry. For
/// tools that take a pipeline as text; call it once.
void registerPassesAndPipelines();

} // namespace einsumc

#endif // EINSUMC_PIPELINES_REGISTERALL_H
