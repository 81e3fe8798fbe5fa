//===- MemRefView.cpp - Memory as elements of another type ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRefView.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

Value einsumc::kernel::viewAs(OpBuilder &builder, Location loc, Value memref,
                              MemRefType type) {
  MLIRContext *context = builder.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  Type i64 = builder.getI64Type();
  SmallVector<Type> members = {pointer, pointer, i64};
  if (int64_t rank = type.getRank())
    members.append(2, LLVM::LLVMArrayType::get(i64, rank));
  Value descriptor =
      UnrealizedConversionCastOp::create(
          builder, loc, LLVM::LLVMStructType::getLiteral(context, members),
          memref)
          .getResult(0);
  return UnrealizedConversionCastOp::create(builder, loc, type, descriptor)
      .getResult(0);
}
