//===- SimtKernel.h - A kernel with one thread an element -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds a gpu.func and what launches it. What the kernel needs of the host
// becomes a parameter when it is first asked for: addresses, then numbers,
// then scalars.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_SIMTKERNEL_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_SIMTKERNEL_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace einsumc::kernel::simt {

/// The allocation or argument that a memref is a view of.
mlir::Value getRoot(mlir::Value memref);

/// Whether a constant's elements are known, to be put into the device's code.
bool isSupportedConstant(mlir::memref::GetGlobalOp op);

/// A gpu.func in the making, and the host's values that it gets.
class KernelFunction {
public:
  /// Starts a function of `indexBits` wide numbers at the end of `module`.
  KernelFunction(mlir::gpu::GPUModuleOp module, mlir::Location loc,
                 llvm::StringRef name, int64_t block, unsigned indexBits);

  mlir::ImplicitLocOpBuilder &builder() { return b; }
  mlir::Type indexType() const { return index; }

  /// The address of the first element of the memory that a host's memref is
  /// a view of.
  mlir::Value address(mlir::Value memref);
  /// A host's index as a number of the kernel.
  mlir::Value number(mlir::OpFoldResult value);
  /// A host's value that is no memref: a parameter, or computed here, too.
  mlir::Value scalar(mlir::Value value);
  /// A host's memref, rebuilt here.
  mlir::Value memref(mlir::Value value);

  /// Declares parameters for all of `roots`, used or not, in this order.
  void declareAddresses(mlir::ValueRange roots);
  /// Says that the kernel writes there.
  void markWritten(mlir::Value memref) { written.insert(getRoot(memref)); }
  bool isWritten(mlir::Value memref) const {
    return written.contains(getRoot(memref));
  }

  /// Ends the function with what its parameters are.
  mlir::gpu::GPUFuncOp finish();
  /// The values to launch it with.
  llvm::SmallVector<mlir::Value> launchOperands(mlir::OpBuilder &host) const;

private:
  mlir::Value addParameter(unsigned position, mlir::Type type);

  mlir::gpu::GPUFuncOp function;
  mlir::ImplicitLocOpBuilder b;
  mlir::Type index;
  llvm::SmallSetVector<mlir::Value, 4> roots;
  llvm::SmallSetVector<mlir::Value, 8> numbers;
  /// A scalar and which part of it: 0, and 1 for an imaginary part.
  llvm::SmallVector<std::pair<mlir::Value, unsigned>> scalars;
  llvm::DenseSet<mlir::Value> written;
  mlir::IRMapping known;
};

/// The loops of a region carried out by a grid. With `producer`, whose output
/// is read by `region` alone and element by element, each thread computes the
/// producer's element first and keeps it in a register.
void buildRegionKernel(KernelFunction &kernel, RegionOp region,
                       RegionOp producer);

/// The region whose output `region` can take from a register.
RegionOp findProducer(RegionOp region);

/// Makes equal extents of the function's operands and intermediates one value.
void unifyNumbers(mlir::func::FuncOp function);

/// What one thread does alone: the body of a loop of one task.
void buildSerialKernel(KernelFunction &kernel, mlir::scf::ForallOp loop);

} // namespace einsumc::kernel::simt

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_SIMTKERNEL_H
