//===- WrapperBuilder.h - Functions for people ------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_WRAPPERBUILDER_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_WRAPPERBUILDER_H

#include "LowerEntryInternal.h"

namespace einsumc::kernel::entry {

/// Builds the functions with one parameter for each pointer and number.
class WrapperBuilder {
public:
  WrapperBuilder(Kernel &kernel, mlir::OpBuilder &moduleBuilder)
      : kernel(kernel), signature(kernel.signature),
        moduleBuilder(moduleBuilder), loc(kernel.function.getLoc()),
        pointer(mlir::LLVM::LLVMPointerType::get(moduleBuilder.getContext())),
        i32(moduleBuilder.getI32Type()), i64(moduleBuilder.getI64Type()) {}

  void buildRun();
  mlir::LogicalResult buildScratchBytes();
  void buildWithScratch();
  void buildAllocating();
  /// NAME for a GPU: checks the call and hands it to `run`, with `image`.
  void buildLaunching(mlir::LLVM::GlobalOp image, llvm::StringRef run);

private:
  void runOnThreads(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange arrays,
                    int64_t threads);
  /// The arrays that an entry takes, null where nothing is read from them.
  struct Arrays {
    mlir::Value operands, sizes, strides;
    mlir::ValueRange rest;
  };
  llvm::SmallVector<mlir::Type> parameterTypes();
  unsigned numExtentParameters();
  mlir::Value allocate(mlir::ImplicitLocOpBuilder &b, mlir::Type type,
                       int64_t count);
  void store(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
             mlir::Value array, mlir::Type type, int64_t index);
  mlir::Value fillSizes(mlir::ImplicitLocOpBuilder &b,
                        mlir::ValueRange &parameters);
  Arrays fillArrays(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange parameters);
  mlir::Value call(mlir::ImplicitLocOpBuilder &b, llvm::StringRef suffix,
                   mlir::TypeRange results, mlir::ValueRange arguments);
  /// Returns `status` where `condition` holds, and goes on where not.
  void returnIf(mlir::ImplicitLocOpBuilder &b, mlir::Value condition,
                mlir::Value status);
  mlir::Value status(mlir::ImplicitLocOpBuilder &b, int64_t value);
  mlir::func::FuncOp declare(llvm::StringRef name, mlir::TypeRange arguments,
                             mlir::TypeRange results);

  Kernel &kernel;
  const Signature &signature;
  mlir::OpBuilder &moduleBuilder;
  mlir::Location loc;
  mlir::Type pointer, i32, i64;
};

} // namespace einsumc::kernel::entry

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_WRAPPERBUILDER_H
