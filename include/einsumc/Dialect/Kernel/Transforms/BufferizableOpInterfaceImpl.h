//===- BufferizableOpInterfaceImpl.h - kernel.region on memrefs ===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace einsumc::kernel {

/// Lets one-shot bufferisation turn kernel.region on tensors into the same on
/// memrefs.
void registerBufferizableOpInterfaceExternalModels(
    mlir::DialectRegistry &registry);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
