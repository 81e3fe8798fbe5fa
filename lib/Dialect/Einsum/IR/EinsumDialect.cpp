//===- EinsumDialect.cpp - The einsum dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

using namespace mlir;
using namespace einsumc::einsum;

#include "einsumc/Dialect/Einsum/IR/EinsumDialect.cpp.inc"

void EinsumDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "einsumc/Dialect/Einsum/IR/EinsumOps.cpp.inc"
      >();
}
